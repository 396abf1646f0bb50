"""A paper made ready to be asked about, and the sets of readings that its claims allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from myotrial.errors import MyotrialError
from myotrial.evidence import ranges
from myotrial.evidence.claims import Paper
from myotrial.evidence.conflicts import Explorer, Map
from myotrial.evidence.elements import Elements, bits
from myotrial.evidence.model import build
from myotrial.evidence.solver import Solver
from myotrial.evidence.weights import Weights

__all__ = ["Admissible", "Question"]

WORK, ENTRIES = 9_000_000, 1000  # runs of the solver: WORK / (entries of the model + ENTRIES)
FEWEST = 200  # runs, whatever the size


@dataclass(frozen=True)
class Admissible:
    """The maximal sets of readings, and of claims read strictly, that the claims allow.

    Attributes:
        map: The minimal conflicts among readings and strictness while all claims are kept.
        sets: All claims with each maximal set, as bit sets; the strictest reading of claims first,
            then the most readings.
    """

    map: Map
    sets: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """A paper with its elements, tallies, and an explorer that remembers."""

    paper: Paper
    elements: Elements
    weights: Weights
    explorer: Explorer

    @classmethod
    def of(cls, paper: Paper) -> "Question":
        """Prepare a paper.

        Raises:
            TooLargeError: It is too large; says what to drop.
        """
        elements = Elements.of(paper)
        asked = [found for each in paper.statistics for found in ranges.asked(each)]
        weights = Weights(paper, elements, asked)
        return cls(paper, elements, weights, Explorer(Solver(build(weights), elements)))

    @property
    def solver(self) -> Solver:
        """The solver."""
        return self.explorer.solver

    @property
    def calls(self) -> int:
        """Runs of the solver that one answer may take, by the size of the model."""
        return max(FEWEST, WORK // (len(self.solver.data) + ENTRIES))

    @cached_property
    def admissible(self) -> Admissible | None:
        """The admissible sets; None where the claims cannot all hold, even read loosely."""
        elements = self.elements
        claims, strictness = elements.of_kind("claim"), elements.of_kind("strictness")
        if not self.explorer.possible(claims):
            return None
        free = elements.of_kind("reading") | strictness
        found = self.explorer.map(free, claims, self.calls)
        ordered = sorted(
            found.repairs,
            key=lambda each: ((each & strictness).bit_count(), each.bit_count(), [*bits(each)]),
        )
        return Admissible(found, tuple(claims | (free & ~each) for each in ordered))

    def chosen(self, readings: Sequence[str] | None) -> int:
        """All claims, as strictly as the readings allow, and the readings.

        Args:
            readings: Ids of readings; None for the first admissible set.

        Raises:
            MyotrialError: A reading is unknown, or the statements cannot all hold.
        """
        elements = self.elements
        if readings is None:
            if self.admissible is None:
                raise MyotrialError("The stated claims cannot all hold.")
            return self.admissible.sets[0]
        fixed = elements.of_kind("claim")
        for name in readings:
            if ("reading", name) not in elements.place:
                known = ", ".join(elements.ids(elements.everything, "reading"))
                raise MyotrialError(f"No reading is called {name!r}.\nHint: known here: {known}")
            fixed |= 1 << elements.place["reading", name]
        if not self.explorer.possible(fixed):
            raise MyotrialError("The stated claims and these readings cannot all hold.")
        return fixed | self.explorer.grow(0, elements.of_kind("strictness"), fixed)
