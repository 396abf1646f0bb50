"""What can be kept or withdrawn when statements clash, as a numbered list.

A claim that can be read loosely makes two elements: what remains of it when read loosely, and its
strictness, which says the rest and only counts while the former is kept. Sets of elements are
whole numbers used as bit sets: element i is the bit 1 << i.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from myotrial.evidence.claims import Claim, Paper, Reading
from myotrial.evidence.plausible import stating
from myotrial.evidence.statements import Statement, of_form

__all__ = ["Element", "Elements", "bits"]


@dataclass(frozen=True)
class Element:
    """One thing that can be kept or withdrawn.

    Attributes:
        kind: "claim", "strictness" or "reading".
        item: The claim or reading.
        statements: What it says.
        needs: Bit set of the elements without which it says nothing.
    """

    kind: str
    item: Claim | Reading
    statements: tuple[Statement, ...]
    needs: int = 0


@dataclass(frozen=True)
class Elements:
    """All elements of a paper: claims with their strictness in the file's order, then readings."""

    all: tuple[Element, ...]

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, place: int) -> Element:
        return self.all[place]

    @cached_property
    def place(self) -> dict[tuple[str, str], int]:
        """The place of each element by kind and id."""
        return {(each.kind, each.item.id): i for i, each in enumerate(self.all)}

    def of_kind(self, kind: str) -> int:
        """All elements of a kind."""
        return sum(1 << i for i, each in enumerate(self.all) if each.kind == kind)

    @cached_property
    def everything(self) -> int:
        """All elements."""
        return (1 << len(self.all)) - 1

    @cached_property
    def stated(self) -> int:
        """What the paper states: all claims, read strictly, and no readings."""
        return self.of_kind("claim") | self.of_kind("strictness")

    def ids(self, chosen: int, kind: str) -> list[str]:
        """Ids of the chosen elements of a kind, in order."""
        return [self.all[i].item.id for i in bits(chosen) if self.all[i].kind == kind]

    def effective(self, chosen: int) -> int:
        """The chosen elements without those whose needs are not met."""
        silent = sum(bit for bit, needs in self._needy if needs & ~chosen)
        return chosen & ~silent

    @cached_property
    def _needy(self) -> list[tuple[int, int]]:
        return [(1 << i, each.needs) for i, each in enumerate(self.all) if each.needs]

    @classmethod
    def of(cls, paper: Paper) -> "Elements":
        """The elements of a paper.

        Raises:
            TooLargeError: A claim leaves too many possibilities; says which.
        """
        built: list[Element] = []
        wanted: list[list[str | None]] = []
        for claim in paper.claims:
            base = claim.form if claim.loosely is None else claim.loosely
            statements, sizes = of_form(paper, base, claim.id)
            built.append(Element("claim", claim, tuple(statements)))
            wanted.append(sizes)
            if claim.loosely is not None:
                statements, sizes = of_form(paper, claim.form, claim.id)
                needs = 1 << (len(built) - 1)
                built.append(Element("strictness", claim, tuple(statements), needs))
                wanted.append(sizes)
        for reading in paper.readings:
            statements, sizes = of_form(paper, reading.form, reading.id)
            built.append(Element("reading", reading, tuple(statements)))
            wanted.append(sizes)
        return cls(tuple(_with_sizes(paper, built, wanted)))


def bits(chosen: int) -> Iterator[int]:
    """The places of the bits that are set, ascending.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while chosen:
        low = chosen & -chosen
        yield low.bit_length() - 1
        chosen ^= low


def _with_sizes(
    paper: Paper, built: list[Element], wanted: list[list[str | None]]
) -> Iterator[Element]:
    """Let each element need the claims whose stated numbers its statements rest on."""
    places = {id(each.item): place for place, each in enumerate(built)}
    known = {text: places[id(claim)] for text, claim in stating(paper).items()}
    for element, sizes in zip(built, wanted, strict=True):
        needs = element.needs
        for size in sizes:
            needs |= 1 << known[size] | built[known[size]].needs
        yield Element(element.kind, element.item, element.statements, needs)
