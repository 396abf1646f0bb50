"""Whether chosen elements can all hold, and how large or small a tally can then be.

HiGHS decides (simplex, warm-started from the last question; its integer solver where the vertex it
finds is not whole). No answer rests on a float alone: a solution is rounded and checked against
every active row in whole numbers before it counts; an infeasible set is handed to `farkas`, which
proves it in fractions. One thread and a fixed seed: the same question has the same answer.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import highspy
import numpy as np

from myotrial.errors import TooLargeError
from myotrial.evidence.elements import Elements
from myotrial.evidence.model import STRUCTURE, Model
from myotrial.evidence.statements import Line, Tally

__all__ = ["Clash", "Extra", "Solver", "Vector"]

Vector = tuple[np.ndarray, np.ndarray]
INF = highspy.kHighsInf
WHOLE = 1e-6  # distance from a whole number within which a solution is rounded and then checked
LONG = 20  # what a run of the integer solver counts for
NODES = 60  # steps of a search by branching before the integer solver takes over
DENOMINATOR = 100_000  # of a column in a relaxed solution that is scaled up
LARGEST = 1e9  # patients in a group that stands for all of its multiples
OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "parallel": "off",
    "presolve": "off",
    "solver": "simplex",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,
    "mip_feasibility_tolerance": 1e-7,
    "mip_max_nodes": 20_000,
}


@dataclass(frozen=True)
class Extra:
    """A row that is added for one question: low <= vector <= high."""

    vector: Vector
    low: int | None
    high: int | None
    words: str = ""


@dataclass(frozen=True)
class Clash:
    """Elements that cannot all hold.

    Attributes:
        support: Bit set of elements among which the clash lies; not minimal.
        ray: Multipliers of all rows, then of the extra rows; None where only the search for whole
            numbers failed.
    """

    support: int
    ray: np.ndarray | None = None


class Solver:
    """Answers questions about one model; `calls` counts the runs of HiGHS."""

    def __init__(self, model: Model, elements: Elements) -> None:
        self.model, self.elements = model, elements
        self.calls = 0
        self.low = np.array([-INF if r.low is None else r.low for r in model.rows], dtype=float)
        self.high = np.array([INF if r.high is None else r.high for r in model.rows], dtype=float)
        self.owners = np.array([row.owner for row in model.rows], dtype=np.int64)
        self.place = np.concatenate(
            [np.full(len(row.columns), i) for i, row in enumerate(model.rows)]
        ).astype(np.int64)
        self.columns = np.concatenate([row.columns for row in model.rows]).astype(np.int64)
        self.data = np.concatenate([row.coefficients for row in model.rows]).astype(np.int64)
        self.relaxed = _Engine(self, whole=False)
        self.whole = _Engine(self, whole=True)

    def active(self, chosen: int) -> np.ndarray:
        """Truth per row: whether it says anything while these elements are kept."""
        size = len(self.elements)
        effective = self.elements.effective(chosen) | 1 << size  # the last one is STRUCTURE's
        packed = np.frombuffer(effective.to_bytes(size // 8 + 1, "little"), dtype=np.uint8)
        return np.unpackbits(packed, count=size + 1, bitorder="little").astype(bool)[self.owners]

    def check(self, chosen: int, extras: Sequence[Extra] = ()) -> np.ndarray | Clash:
        """Find a table in which the chosen elements hold, or say among which the clash lies.

        Returns:
            A solution, whole numbers of shape (columns,), or a `Clash`.
        """
        active = self.active(chosen)
        solution, ray = self.relaxed.run(active, extras)
        if solution is None:
            return Clash(self.supporting(ray, chosen), ray)
        found = self.checked(solution, active, extras)
        if found is None:
            found = self.scaled(solution, active, extras)
        if found is None:
            found = self.searched(active, extras, None)
        return Clash(self.elements.effective(chosen)) if found is None else found

    def least(
        self, vector: Vector, chosen: int, extras: Sequence[Extra] = ()
    ) -> tuple[int, np.ndarray] | None:
        """The least value of a vector's sum under the chosen elements, which must be able to hold.

        Returns:
            The value and a table that attains it; None where there is no least value.
        """
        active = self.active(chosen)
        solution, _ = self.relaxed.run(active, extras, cost=vector)
        if solution is None:
            return None
        found = self.checked(solution, active, extras)
        if found is None:
            found = self.searched(active, extras, vector)
        return None if found is None else (value(vector, found), found)

    def most(
        self, vector: Vector, chosen: int, extras: Sequence[Extra] = ()
    ) -> tuple[int, np.ndarray] | None:
        """The greatest value; see `least`."""
        found = self.least((vector[0], -vector[1]), chosen, extras)
        return None if found is None else (-found[0], found[1])

    def scaled(
        self, solution: np.ndarray, active: np.ndarray, extras: Sequence[Extra]
    ) -> np.ndarray | None:
        """A multiple of the solution that is whole, where nothing bounds the number of patients.

        Shares alone hold for any multiple of a group; a search over groups without bound may not
        end.
        """
        parts = [Fraction(float(each)).limit_denominator(DENOMINATOR) for each in solution]
        factor = math.lcm(*(part.denominator for part in parts))
        if factor == 1 or factor * float(solution.max()) > LARGEST:
            return None
        whole = np.array([int(part * factor) for part in parts], dtype=float)
        return self.checked(whole, active, extras)

    def searched(
        self, active: np.ndarray, extras: Sequence[Extra], cost: Vector | None
    ) -> np.ndarray | None:
        """A whole-number solution (of least cost), where the relaxed one is not whole.

        A short search by branching is tried first: it keeps the warm start.
        """
        try:
            return _Branching(self, active, extras, cost).run()
        except _EndedError:
            solution, _ = self.whole.run(active, extras, cost)
        if solution is None:
            return None
        found = self.checked(solution, active, extras)
        if found is None:
            raise TooLargeError("A solution is not whole within the solver's precision.")
        return found

    def vector(self, tally: Tally) -> Vector:
        """Columns and coefficients of a tally."""
        return self.model.tallies[tally]

    def supporting(self, ray: np.ndarray | None, chosen: int) -> int:
        """The elements whose rows take part in a ray, with those they need."""
        effective = self.elements.effective(chosen)
        if ray is None:
            return effective
        used = np.abs(ray[: len(self.owners)]) > 1e-9
        found = 0
        for owner in np.unique(self.owners[used]):
            if owner != STRUCTURE:
                found |= 1 << int(owner) | self.elements[int(owner)].needs
        return found & effective

    def sums(self, solution: np.ndarray) -> np.ndarray:
        """The value of each row, in whole numbers."""
        weights = (self.data * solution[self.columns]).astype(float)  # exact below 2**53
        return np.bincount(self.place, weights, minlength=len(self.owners))

    def checked(
        self, solution: np.ndarray, active: np.ndarray, extras: Iterable[Extra]
    ) -> np.ndarray | None:
        """The solution in whole numbers, if it is whole and meets every active row exactly."""
        rounded = np.rint(solution)
        if np.abs(solution - rounded).max() > WHOLE or rounded.min() < 0:
            return None
        found = rounded.astype(np.int64)
        sums = self.sums(found)
        if not np.all(((self.low <= sums) & (sums <= self.high)) | ~active):
            return None
        for extra in extras:
            total = value(extra.vector, found)
            low = extra.low is not None and total < extra.low
            if low or (extra.high is not None and total > extra.high):
                return None
        return found

    def holding(self, solution: np.ndarray) -> int:
        """The elements that hold in a table."""
        sums = self.sums(solution)
        broken = set(self.owners[(sums < self.low) | (sums > self.high)].tolist())
        found = 0
        for place, element in enumerate(self.elements.all):
            if place not in broken or all(
                self._holds(statement, solution) for statement in element.statements
            ):
                found |= 1 << place
        return found

    def _holds(self, statement: Any, solution: np.ndarray) -> bool:
        if isinstance(statement, Line):
            total = sum(f * value(self.vector(tally), solution) for f, tally in statement.terms)
            return (statement.low is None or statement.low <= total) and (
                statement.high is None or total <= statement.high
            )
        values = [value(self.vector(tally), solution) for tally in statement.tallies]
        return any(
            all(low <= v <= high for v, (low, high) in zip(values, option, strict=True))
            for option in statement.options
        )


def value(vector: Vector, solution: np.ndarray) -> int:
    """The sum of coefficient times column."""
    return int(vector[1] @ solution[vector[0]])


class _EndedError(Exception):
    """The search by branching was ended."""


class _Branching:
    """Depth-first search for a whole-number solution over bounds of single columns."""

    def __init__(
        self, solver: Solver, active: np.ndarray, extras: Sequence[Extra], cost: Vector | None
    ) -> None:
        self.solver, self.active, self.extras, self.cost = solver, active, extras, cost
        self.best: np.ndarray | None = None
        self.nodes = 0

    def run(self) -> np.ndarray | None:
        """The solution found; None where there is none.

        Raises:
            _EndedError: The search was ended after `NODES` steps.
        """
        engine = self.solver.relaxed
        bounds: list[dict[int, tuple[float, float]]] = [{}]
        while bounds:
            self.nodes += 1
            if self.nodes > NODES:
                raise _EndedError
            box = bounds.pop()
            with engine.boxed(box):
                solution, _ = engine.run(self.active, self.extras, self.cost)
            if solution is None or self.beaten(solution):
                continue
            found = self.solver.checked(solution, self.active, self.extras)
            if found is None:
                bounds.extend(_halves(box, solution))
                continue
            self.best = found
            if self.cost is None:
                break
        return self.best

    def beaten(self, solution: np.ndarray) -> bool:
        """Whether no whole-number solution in this branch can improve on the best."""
        if self.cost is None or self.best is None:
            return False
        columns, costs = self.cost
        return bool(costs @ solution[columns] > value(self.cost, self.best) - 1 + WHOLE)


def _halves(
    box: dict[int, tuple[float, float]], solution: np.ndarray
) -> list[dict[int, tuple[float, float]]]:
    """The box below and above the column that is farthest from whole, nearer half last."""
    column = int(np.argmax(np.abs(solution - np.rint(solution))))
    low, high = box.get(column, (0.0, INF))
    floor = float(np.floor(solution[column]))
    below, above = box | {column: (low, floor)}, box | {column: (floor + 1, high)}
    return [above, below] if solution[column] - floor < 0.5 else [below, above]


class _Engine:
    """One HiGHS instance that holds the model; rows that say nothing have no bounds."""

    def __init__(self, solver: Solver, *, whole: bool) -> None:
        self.solver, self.is_whole = solver, whole
        self.highs: Any = highspy.Highs()
        self.started = False
        self.active = np.zeros(0, dtype=bool)

    def start(self) -> None:
        """Pass the model, all rows without bounds, columns at least 0."""
        solver = self.solver
        for option, setting in OPTIONS.items():
            self.highs.setOptionValue(option, setting)
        if self.is_whole:
            self.highs.setOptionValue("presolve", "choose")
            self.highs.setOptionValue("solver", "choose")
        model = highspy.HighsLp()
        columns, rows = solver.model.columns, len(solver.owners)
        model.num_col_, model.num_row_ = columns, rows
        model.col_cost_ = np.zeros(columns)
        model.col_lower_ = np.zeros(columns)
        model.col_upper_ = np.full(columns, INF)
        model.row_lower_ = np.full(rows, -INF)
        model.row_upper_ = np.full(rows, INF)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.searchsorted(solver.place, np.arange(rows + 1))
        model.a_matrix_.index_ = solver.columns
        model.a_matrix_.value_ = solver.data.astype(float)
        if self.is_whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * columns
        self.highs.passModel(model)
        self.active = np.zeros(rows, dtype=bool)

    def run(
        self, active: np.ndarray, extras: Sequence[Extra], cost: Vector | None = None
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Solve; the solution, or None and (from the simplex) the ray that shows why not."""
        self.solver.calls += LONG if self.is_whole else 1
        if not self.started:
            self.start()
            self.started = True
        self.activate(active)
        rows = len(active)
        for extra in extras:
            columns, coefficients = extra.vector
            low = -INF if extra.low is None else extra.low
            high = INF if extra.high is None else extra.high
            self.highs.addRow(
                low, high, len(columns), columns.astype(np.int32), coefficients.astype(float)
            )
        if cost is not None:
            self.price(cost[0], cost[1].astype(float))
        try:
            return self.answer()
        finally:
            if cost is not None:
                self.price(cost[0], np.zeros(len(cost[0])))
            if extras:
                added = np.arange(rows, rows + len(extras), dtype=np.int32)
                self.highs.deleteRows(len(added), added)

    @contextmanager
    def boxed(self, box: dict[int, tuple[float, float]]) -> Iterator[None]:
        """Bound single columns for the questions asked within."""
        for column, (low, high) in box.items():
            self.highs.changeColBounds(column, low, high)
        try:
            yield
        finally:
            for column in box:
                self.highs.changeColBounds(column, 0.0, INF)

    def activate(self, active: np.ndarray) -> None:
        solver = self.solver
        for row in np.flatnonzero(active != self.active):
            low, high = (solver.low[row], solver.high[row]) if active[row] else (-INF, INF)
            self.highs.changeRowBounds(int(row), low, high)
        self.active = active

    def price(self, columns: np.ndarray, costs: np.ndarray) -> None:
        self.highs.changeColsCost(len(columns), columns.astype(np.int32), costs)

    def answer(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        self.highs.run()
        status = self.highs.getModelStatus()
        known = highspy.HighsModelStatus
        if status == known.kUnknown:  # a warm start can mislead the simplex: begin afresh
            self.highs.clearSolver()
            self.highs.run()
            status = self.highs.getModelStatus()
        if status == known.kOptimal:
            return np.array(self.highs.getSolution().col_value), None
        if status == known.kInfeasible:
            return None, None if self.is_whole else self.ray()
        if status in (known.kUnbounded, known.kUnboundedOrInfeasible):
            return None, None
        reason = self.highs.modelStatusToString(status)
        raise TooLargeError(f"The solver gave up ({reason}); drop claims or attributes.")

    def ray(self) -> np.ndarray | None:
        _, there, ray = self.highs.getDualRay()
        return np.array(ray) if there else None
