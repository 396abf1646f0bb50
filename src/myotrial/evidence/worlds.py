"""From a solution of the model to patients, and patients drawn by a stated rule.

Gluing   the patients of one clique are matched with those of the next within each combination of
         shared values, in random order (see `model` for why this is always possible).
Drawing  patients are placed one at a time, clique by clique: each gets a combination of values
         drawn with equal probability from those that leave all kept statements possible. The same
         seed gives the same patients. Tables are not drawn with equal probability, and none of them
         is the real one.
"""

from typing import Any

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.evidence.claims import Paper
from myotrial.evidence.model import Block, Model
from myotrial.evidence.solver import Clash, Extra, Solver

__all__ = ["draw_solution", "patients"]

Patient = dict[str, Any]


def patients(
    paper: Paper, model: Model, solution: np.ndarray, generator: np.random.Generator
) -> list[Patient]:
    """Spell a solution out as patients.

    Args:
        paper: The paper.
        model: Its model.
        solution: Whole numbers, shape (columns,).
        generator: Decides what the solution leaves open.

    Returns:
        For each patient a value of each attribute, attributes in the paper's order.
    """
    members = _members(model)
    placed: list[dict[str, int]] = [{} for _ in range(int(solution[0]))]
    for block in model.blocks:
        cells = _cells(block, _sizes(model, block), solution, generator)
        _match(placed, cells, block, generator)
    built = []
    for classes in placed:
        values = {}
        for name, attribute in paper.attributes.items():
            options = members[name][classes[name]]
            values[name] = attribute.domain[int(generator.choice(options))]
        built.append(values)
    return built


def draw_solution(solver: Solver, chosen: int, generator: np.random.Generator) -> np.ndarray:
    """Draw a solution in which the chosen elements, which can all hold, do hold.

    Returns:
        Whole numbers, shape (columns,).

    Raises:
        MyotrialError: They cannot.
    """
    solution = solver.check(chosen)
    if isinstance(solution, Clash):
        raise MyotrialError("These statements cannot all hold, so nothing can be drawn.")
    n = int(solution[0])
    floors: dict[int, int] = {0: n}
    for block in solver.model.blocks:
        sizes = np.bincount(block.cells, _sizes(solver.model, block), minlength=block.width)
        open_ = np.ones(block.width, dtype=bool)
        for _ in range(n):
            solution = _place(solver, chosen, floors, solution, block, sizes, open_, generator)
    return solution


def _place(
    solver: Solver,
    chosen: int,
    floors: dict[int, int],
    solution: np.ndarray,
    block: Block,
    sizes: np.ndarray,
    open_: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """Give one more patient a column of the block; the floors rise by one, columns may close."""
    while True:
        weights = np.where(open_, sizes, 0.0)
        place = int(generator.choice(block.width, p=weights / weights.sum()))
        column = block.first + place
        wanted = floors.get(column, 0) + 1
        if solution[column] >= wanted:
            floors[column] = wanted
            return solution
        raised = floors | {column: wanted}
        extras = [
            Extra((np.array([key]), np.array([1])), low, low if key == 0 else None)
            for key, low in raised.items()
        ]
        found = solver.check(chosen, extras)
        if not isinstance(found, Clash):
            floors[column] = wanted
            return found
        open_[place] = False


def _sizes(model: Model, block: Block) -> np.ndarray:
    """How many combinations of values each raw cell of a block stands for."""
    sizes = np.ones(block.shape)
    for axis, name in enumerate(block.clique.attributes):
        shape = [1] * len(block.shape)
        shape[axis] = -1
        sizes = sizes * np.bincount(model.classes[name]).reshape(shape)
    return sizes.reshape(-1)


def _members(model: Model) -> dict[str, list[np.ndarray]]:
    """For each attribute the places of the values in each class."""
    return {
        name: [np.flatnonzero(classes == each) for each in range(int(classes.max()) + 1)]
        for name, classes in model.classes.items()
    }


def _cells(
    block: Block, sizes: np.ndarray, solution: np.ndarray, generator: np.random.Generator
) -> list[dict[str, int]]:
    """One entry per patient: the class of each of the block's attributes, in random order."""
    drawn: list[int] = []
    for place in np.flatnonzero(solution[block.first : block.first + block.width]):
        raw = np.flatnonzero(block.cells == place)
        weights = sizes[raw] / sizes[raw].sum()
        count = int(solution[block.first + place])
        drawn += generator.choice(raw, size=count, p=weights).tolist()
    generator.shuffle(drawn)
    grids = np.unravel_index(np.array(drawn, dtype=np.int64), block.shape)
    names = block.clique.attributes
    return [
        {name: int(grid[i]) for name, grid in zip(names, grids, strict=True)}
        for i in range(len(drawn))
    ]


def _match(
    placed: list[dict[str, int]],
    cells: list[dict[str, int]],
    block: Block,
    generator: np.random.Generator,
) -> None:
    """Hand each patient a cell that agrees with the values they already have."""
    shared = block.clique.separator
    waiting: dict[tuple[int, ...], list[dict[str, int]]] = {}
    for cell in cells:
        waiting.setdefault(tuple(cell[name] for name in shared), []).append(cell)
    for place in generator.permutation(len(placed)):
        patient = placed[int(place)]
        patient.update(waiting[tuple(patient[name] for name in shared)].pop())
