"""All minimal conflicting sets and all minimal repairs of a paper's statements.

A conflict is a set of elements that cannot all hold although any of them withdrawn leaves a set
that can. A repair is a set of elements whose withdrawal lets all others hold, none of it needless.
Each finding of one kind rules out candidates of the other (`hitting`) until both lists are whole.
The work is capped by the number of runs of the solver, never by the clock, so that the
same paper gives the same findings on any machine.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.evidence import farkas
from myotrial.evidence.elements import bits
from myotrial.evidence.hitting import Unexplored
from myotrial.evidence.solver import Clash, Solver

__all__ = ["Explorer", "Map"]

SMALL = 8  # elements below which taking them away one by one is cheaper than a proof


@dataclass(frozen=True)
class Map:
    """What was found.

    Attributes:
        conflicts: Minimal conflicting sets, as bit sets.
        repairs: Minimal sets to withdraw, as bit sets.
        complete: Nothing was left out.
    """

    conflicts: tuple[int, ...]
    repairs: tuple[int, ...]
    complete: bool


class Explorer:
    """Asks a solver about sets of elements and remembers the tables and clashes it has seen."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.tables: dict[int, np.ndarray] = {}  # elements that hold in it -> table
        self.clashes: dict[int, Clash] = {}  # elements that suffice for it -> clash

    def table(self, chosen: int) -> np.ndarray | Clash:
        """A table in which the chosen elements hold, or the clash among them."""
        chosen = self.solver.elements.effective(chosen)
        for holding, table in self.tables.items():
            if not chosen & ~holding:
                return table
        for support, clash in self.clashes.items():
            if not support & ~chosen:
                return clash
        found = self.solver.check(chosen)
        if not isinstance(found, Clash):
            self.tables.setdefault(self.solver.holding(found) | chosen, found)
        elif found.ray is not None:
            self.clashes[found.support] = found
        return found

    def possible(self, chosen: int) -> bool:
        """Whether the chosen elements can all hold."""
        return not isinstance(self.table(chosen), Clash)

    def map(self, free: int, fixed: int, calls: int) -> Map:
        """All minimal conflicts and repairs among `free` elements while `fixed` ones are kept.

        Args:
            free: Elements that may be withdrawn.
            fixed: Elements that are kept throughout, and can all hold.
            calls: Runs of the solver that this may take.
        """
        sets = Unexplored()
        end = self.solver.calls + calls
        complete = False
        with suppress(TooLargeError):  # a question the solver gave up on ends the search
            while self.solver.calls < end and not complete:
                withdrawn = sets.next()
                if withdrawn is None:
                    complete = True
                    continue
                kept = free & ~withdrawn
                found = self.table(kept | fixed)
                if isinstance(found, Clash):
                    sets.conflict(self.shrink(found, free, fixed))
                else:
                    sets.repair(free & ~self.grow(kept, free, fixed))
        return Map(tuple(sets.conflicts), tuple(sets.repairs), complete)

    def shrink(self, clash: Clash, free: int, fixed: int) -> int:
        """A minimal conflict within a clash; the elements of it that are not fixed."""
        core = self.narrowed(clash, clash.support & free, fixed)
        for place in sorted(bits(core), reverse=True):
            if not core >> place & 1:
                continue
            found = self.table((core & ~(1 << place)) | fixed)
            if isinstance(found, Clash):
                core = self.narrowed(found, core & ~(1 << place) & found.support, fixed)
        return core

    def narrowed(self, clash: Clash, core: int, fixed: int) -> int:
        """The core without what a proof by splitting does not use."""
        if clash.ray is not None or core.bit_count() <= SMALL:
            return core
        proof = farkas.prove(self.solver, core | fixed)
        if proof is None:
            return core
        return core & farkas.used(self.solver.model, self.solver.elements, proof)

    def grow(self, kept: int, free: int, fixed: int) -> int:
        """A maximal set of free elements that can hold together, from one that can."""
        kept = self.with_holding(kept, free, fixed)
        for place in bits(free):
            if not kept >> place & 1 and self.possible(kept | 1 << place | fixed):
                kept = self.with_holding(kept | 1 << place, free, fixed)
        return kept

    def with_holding(self, kept: int, free: int, fixed: int) -> int:
        """The set with all else that holds in a known table in which the set holds.

        A kept element that says nothing because it lacks what it needs stays silent.
        """
        elements = self.solver.elements
        speaking = elements.effective(kept | fixed)
        best = kept
        for holding in self.tables:
            if speaking & ~holding:
                continue
            blocked = 0
            for silent in bits(kept & ~holding):
                blocked |= elements[silent].needs & ~kept
            best = max(best, kept | (holding & free & ~blocked), key=int.bit_count)
        return best


def ranked(sets: Iterable[int], readings: int, strictness: int) -> list[int]:
    """Conflicts or repairs in order: those that rest on the fewest claims or readings first."""
    return sorted(
        sets,
        key=lambda each: (
            (each & readings).bit_count(),
            (each & strictness).bit_count(),
            each.bit_count(),
            list(bits(each)),
        ),
    )
