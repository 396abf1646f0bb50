"""What the stated claims leave open of each attribute, and of each pair of attributes.

A count is determined if its least and greatest value are equal, bounded if they are closer than the
counts of the single attributes alone would leave them, and free otherwise. Values that no statement
tells apart are counted together. A pair of attributes that no chain of statements links is free.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.evidence.claims import CountBy, Paper
from myotrial.evidence.model import Model, build, separated
from myotrial.evidence.ranges import written
from myotrial.evidence.solver import Solver, Vector
from myotrial.evidence.weights import Weights
from myotrial.expressions import names

__all__ = ["Cell", "Openness", "openness", "status"]

ENTRIES = 60_000  # of all models built for pairs that no clique holds


@dataclass(frozen=True)
class Cell:
    """The range of one count: of a value (or values no statement tells apart), or of a pair.

    Attributes:
        values: By attribute, the values counted.
        least: Least count.
        most: Greatest count; None where nothing bounds it.
        trivial: The range that the single attributes alone leave, or 0 to all patients.
    """

    values: dict[str, tuple[Any, ...]]
    least: int
    most: int | None
    trivial: tuple[int, int | None]

    @property
    def status(self) -> str:
        """Determined, bounded or free."""
        if self.least == self.most:
            return "determined"
        return "free" if (self.least, self.most) == self.trivial else "bounded"

    def record(self) -> dict[str, Any]:
        """The cell as plain data."""
        shown = {name: _shown(values) for name, values in self.values.items()}
        return {"values": shown, "min": self.least, "max": written(self.most)}


@dataclass(frozen=True)
class Openness:
    """All counts of single attributes and of pairs, and what a reader must be warned of."""

    single: tuple[Cell, ...]
    pairs: tuple[Cell, ...]
    unlinked: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def openness(paper: Paper, weights: Weights, chosen: int, calls: int) -> Openness:
    """Find what is determined, bounded and free while the chosen elements hold.

    Args:
        paper: The paper.
        weights: Its tallies.
        chosen: Elements that can all hold.
        calls: Runs of the solver that this may take; pairs beyond are left out with a warning.
    """
    return _Survey(paper, weights, chosen, calls).run()


def status(single: Sequence[Cell], name: str) -> str:
    """How far an attribute's counts are determined."""
    cells = [cell for cell in single if name in cell.values]
    several = any(len(cell.values[name]) > 1 and cell.most != 0 for cell in cells)
    found = {cell.status for cell in cells} | ({"bounded"} if several else set())
    return "determined" if found == {"determined"} else "free" if found == {"free"} else "bounded"


class _Survey:
    def __init__(self, paper: Paper, weights: Weights, chosen: int, calls: int) -> None:
        self.paper, self.weights, self.chosen, self.calls = paper, weights, chosen, calls
        self.singles = [frozenset([name]) for name in paper.attributes]
        self.ranges: dict[str, list[tuple[int, int | None]]] = {}
        self.total: tuple[int, int | None] = (0, None)
        self.warnings: list[str] = []

    def run(self) -> Openness:
        base = build(self.weights)
        inside = [
            frozenset(pair)
            for block in base.blocks
            for pair in combinations(block.clique.attributes, 2)
        ]
        solver = self.solver(self.singles + inside)
        self.total = _Ranges(solver, self.chosen).of((np.array([0]), np.array([1])))
        single = [cell for name in self.paper.attributes for cell in self.one_way(solver, name)]
        part = _parts(base)
        every = list(combinations(self.paper.attributes, 2))
        unlinked = [pair for pair in every if part[pair[0]] != part[pair[1]]]
        linked = [pair for pair in every if part[pair[0]] == part[pair[1]]]
        pairs = self.all_pairs(solver, inside, sorted(linked, key=_distance(base)))
        return Openness(tuple(single), tuple(pairs), tuple(unlinked), tuple(self.warnings))

    def all_pairs(
        self,
        solver: Solver,
        inside: Sequence[frozenset[str]],
        linked: Sequence[tuple[str, str]],
    ) -> list[Cell]:
        """The cells of all pairs, nearest in the tree first; what is left out is said."""
        cells: list[Cell] = []
        left_out: list[tuple[str, str]] = []
        models = ENTRIES // len(solver.data)
        for pair in linked:
            within = frozenset(pair) in inside
            if self.calls <= 0 or not (within or models):
                left_out.append(pair)
                continue
            models -= not within
            cells += self.pair(solver if within else None, pair, left_out)
        if left_out:
            shown = ", ".join(f"{a} by {b}" for a, b in left_out[:3])
            more = " …" if len(left_out) > 3 else ""
            self.warnings.append(
                f"{len(left_out)} of {len(linked)} linked pairs of attributes were not examined "
                f"({shown}{more}): the paper is too large for all of them"
            )
        return cells

    def solver(self, together: Sequence[frozenset[str]]) -> Solver:
        return Solver(build(self.weights, together=together), self.weights.elements)

    def values(self, name: str, place: int) -> tuple[Any, ...]:
        domain = self.paper.attributes[name].domain
        return tuple(domain[int(i)] for i in np.flatnonzero(self.weights.classes[name] == place))

    def one_way(self, solver: Solver, name: str) -> Iterator[Cell]:
        ranges = _Ranges(solver, self.chosen)
        found = ranges.of_all(_vectors(solver.model, (name,)))
        self.ranges[name] = found
        for place, (least, most) in enumerate(found):
            yield Cell({name: self.values(name, place)}, least, most, (0, self.total[1]))
        self.calls -= ranges.calls

    def pair(
        self, solver: Solver | None, pair: tuple[str, str], left_out: list[tuple[str, str]]
    ) -> list[Cell]:
        """The cells of one pair; without a solver whose cliques hold it, one is built."""
        places = list(np.ndindex(*(self.weights.size(name) for name in pair)))
        trivial = [self.trivial(pair, place) for place in places]
        try:
            solver = solver or self.solver([*self.singles, frozenset(pair)])
            ranges = _Ranges(solver, self.chosen)
            found = ranges.of_all(_vectors(solver.model, pair), trivial)
        except TooLargeError:
            left_out.append(pair)
            return []
        self.calls -= ranges.calls
        cells = [
            Cell(
                {name: self.values(name, at) for name, at in zip(pair, place, strict=True)},
                *limits,
                simple,
            )
            for place, limits, simple in zip(places, found, trivial, strict=True)
        ]
        self.pinned(pair, cells)
        return [cell for cell in cells if cell.trivial[0] != cell.trivial[1]]

    def trivial(self, pair: tuple[str, str], place: tuple[int, ...]) -> tuple[int, int | None]:
        """The range that the counts of the single attributes leave (Frechet's bounds)."""
        (low, high), (other_low, other_high) = (
            self.ranges[name][at] for name, at in zip(pair, place, strict=True)
        )
        n = self.total[1]
        ends = [end for end in (high, other_high) if end is not None]
        least = max(0, low + other_low - n) if n is not None else 0
        return least, min(ends, default=None)

    def pinned(self, pair: tuple[str, str], cells: Sequence[Cell]) -> None:
        """Warn where an unpublished table of two attributes has a single solution."""
        open_ = [cell for cell in cells if cell.trivial[0] != cell.trivial[1]]
        if not open_ or any(cell.status != "determined" for cell in cells):
            return
        if not _published(self.paper, set(pair)):
            self.warnings.append(
                f"the table of {pair[0]} by {pair[1]} is not published but has a single solution: "
                "publishing it could identify patients"
            )


class _Ranges:
    """Least and greatest values, with every table seen narrowing what is still to be asked."""

    def __init__(self, solver: Solver, chosen: int) -> None:
        self.solver, self.chosen = solver, chosen
        self.before = solver.calls

    @property
    def calls(self) -> int:
        return self.solver.calls - self.before

    def of(self, vector: Vector) -> tuple[int, int | None]:
        return self.of_all([vector])[0]

    def of_all(
        self, vectors: Sequence[Vector], outer: Sequence[tuple[int, int | None]] = ()
    ) -> list[tuple[int, int | None]]:
        """The range of each vector; `outer` are ranges they are known to lie in."""
        seen: list[np.ndarray] = []
        found = []
        for place, vector in enumerate(vectors):
            low, high = outer[place] if outer else (0, None)
            values = [int(vector[1] @ table[vector[0]]) for table in seen]
            least: int | None = low if low in values else None
            most: int | None = high if high is not None and high in values else None
            if least is None:
                answer = self.solver.least(vector, self.chosen)
                least = 0 if answer is None else answer[0]
                seen += [answer[1]] if answer else []
            if most is None:
                answer = self.solver.most(vector, self.chosen)
                most = None if answer is None else answer[0]
                seen += [answer[1]] if answer else []
            found.append((least, most))
        return found


def _vectors(model: Model, pair: tuple[str, ...]) -> list[Vector]:
    """The columns of each combination of value classes of the named attributes."""
    block = next(each for each in model.blocks if set(pair) <= set(each.clique.attributes))
    return [(columns, np.ones(len(columns), dtype=np.int64)) for columns in separated(block, pair)]


def _distance(model: Model) -> Callable[[tuple[str, str]], int]:
    """How many steps of the tree of cliques lie between two attributes of one part."""
    chains: list[list[int]] = []  # from the root to each clique
    for place, block in enumerate(model.blocks):
        parent = block.clique.parent
        chains.append([*(chains[parent] if parent is not None else []), place])
    homes: dict[str, int] = {}
    for place, block in enumerate(model.blocks):
        for name in block.clique.attributes:
            homes.setdefault(name, place)

    def steps(pair: tuple[str, str]) -> int:
        one, other = (set(chains[homes[name]]) for name in pair)
        return len(one ^ other)

    return steps


def _parts(model: Model) -> dict[str, int]:
    """Which part of the tree of cliques each attribute belongs to."""
    parts: dict[int, int] = {}
    found = {}
    for place, block in enumerate(model.blocks):
        parent = block.clique.parent
        parts[place] = place if parent is None else parts[parent]
        found |= dict.fromkeys(block.clique.attributes, parts[place])
    return found


def _published(paper: Paper, pair: set[str]) -> bool:
    """Whether a claim counts patients by exactly these attributes, or ties the two together."""
    for claim in paper.claims:
        said = [getattr(claim.form, key, None) for key in ("count", "always", "share", "among")]
        counted = {name for each in said if each is not None for name in names(each)}
        if isinstance(claim.form, CountBy):
            counted |= {claim.form.by}
        if counted == pair:
            return True
    return False


def _shown(values: tuple[Any, ...]) -> str:
    """A class of values in words; whole numbers in a row as their ends.

    >>> _shown((0, 1, 19, 20, 21)), _shown(("PM", "DM"))
    ('0 or 1 or 19 to 21', 'PM or DM')
    """
    runs: list[list[Any]] = []
    for value in values:
        follows = runs and isinstance(value, int) and runs[-1][-1] == value - 1
        if follows:
            runs[-1].append(value)
        else:
            runs.append([value])
    told = [
        f"{run[0]} to {run[-1]}" if len(run) > 2 else " or ".join(map(str, run)) for run in runs
    ]
    return " or ".join(told)
