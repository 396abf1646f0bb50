"""Truth about small papers by trying every possible group of patients.

Shares no code with myotrial. A world is a multiset of patients, each a dict of attribute values;
a statement (claim or reading) is a Python function of a world. From the statements that each
world meets follow: whether they can all hold, every minimal set that cannot, every minimal set
whose removal mends it, and the range of a statistic over the worlds that remain. A claim that can
be read loosely is two statements: the loose one, and its strictness, which says nothing where the
claim itself is withdrawn.

Worlds have up to `most` patients. That is enough to call a set of statements impossible only if
the set fixes the number of patients, or if whatever meets it can be thinned out to few patients
(`needs`). `Truth.decisive` says whether this holds for every minimal impossible set.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product
from math import comb

Patient = Mapping[str, object]
World = tuple[Patient, ...]


@dataclass(frozen=True)
class Statement:
    """A claim, a reading, or the strictness `of` a claim.

    `needs` is a number of patients to which any larger group that meets the statement can be
    thinned out, whatever else it meets of this kind; None where there is no such number.
    """

    id: str
    holds: Callable[[World], bool]
    reading: bool = False
    of: str = ""
    fixes_n: bool = False
    needs: int | None = None


@dataclass(frozen=True)
class SmallPaper:
    """A paper small enough to try all worlds, and the same paper as the text of a claim file."""

    attributes: Mapping[str, Sequence[object]]
    statements: tuple[Statement, ...]
    statistics: Mapping[str, Callable[[World], Fraction | int | None]]
    text: str
    most: int


@dataclass(frozen=True)
class Truth:
    """What is true of a small paper; sets of statements are frozensets of ids.

    Attributes:
        consistent: All claims can hold.
        conflicts: Every minimal set of claims and readings that cannot.
        repairs: Every minimal set without which all others can.
        admissible: Every largest set of readings and strictness that can hold with all claims.
        ranges: Least and greatest value of each statistic, under the claims alone, read strictly,
            and under each admissible set.
        decisive: More patients than were tried would change nothing.
        worlds: Those that meet all claims, read strictly.
    """

    consistent: bool
    conflicts: frozenset[frozenset[str]]
    repairs: frozenset[frozenset[str]]
    admissible: frozenset[frozenset[str]]
    ranges: Mapping[tuple[str, frozenset[str]], tuple[Fraction, Fraction]]
    decisive: bool
    worlds: tuple[World, ...] = field(repr=False, default=())


def profiles(attributes: Mapping[str, Sequence[object]]) -> list[Patient]:
    """Every combination of attribute values."""
    return [dict(zip(attributes, values, strict=True)) for values in product(*attributes.values())]


def worlds(attributes: Mapping[str, Sequence[object]], most: int) -> Iterator[World]:
    """Every multiset of 0 to `most` patients."""
    kinds = profiles(attributes)
    for n in range(most + 1):
        yield from combinations_with_replacement(kinds, n)


def examine(paper: SmallPaper) -> Truth:
    """Find out everything about a small paper by trying all worlds."""
    met: dict[int, list[World]] = {}
    for world in worlds(paper.attributes, paper.most):
        bits = sum(1 << i for i, s in enumerate(paper.statements) if s.holds(world))
        met.setdefault(bits, []).append(world)
    everything = (1 << len(paper.statements)) - 1
    claims = _bits(paper, lambda s: not s.reading and not s.of)
    stated = _bits(paper, lambda s: not s.reading)
    silent = [_silent(paper, bits) for bits in range(everything + 1)]
    possible = [
        bits for bits in range(everything + 1) if any(bits & ~silent[bits] & ~m == 0 for m in met)
    ]
    impossible = set(range(everything + 1)) - set(possible)
    smallest = [b for b in impossible if not any(s in impossible for s in _one_less(b))]
    largest = [b for b in possible if not any(s in possible for s in _one_more(b, everything))]
    admissible = [b & ~claims for b in possible if b & claims == claims]
    admissible = [b for b in admissible if not any(b != o and b & ~o == 0 for o in admissible)]

    def names(bits: int) -> frozenset[str]:
        return frozenset(s.id for i, s in enumerate(paper.statements) if bits >> i & 1)

    ranges = {}
    for bits in {*admissible, *({stated & ~claims} if stated in possible else ())}:
        within = [w for m, found in met.items() if (claims | bits) & ~m == 0 for w in found]
        for name, statistic in paper.statistics.items():
            values = [v for v in map(statistic, within) if v is not None]
            if values:
                ranges[name, names(bits)] = (min(values), max(values))
    return Truth(
        consistent=stated in possible,
        conflicts=frozenset(map(names, smallest)),
        repairs=frozenset(names(everything & ~bits) for bits in largest if bits != everything),
        admissible=frozenset(map(names, admissible)),
        ranges=ranges,
        decisive=all(_decisive(paper, bits) for bits in smallest),
        worlds=tuple(w for m, found in met.items() if stated & ~m == 0 for w in found),
    )


def _bits(paper: SmallPaper, chosen: Callable[[Statement], bool]) -> int:
    return sum(1 << i for i, s in enumerate(paper.statements) if chosen(s))


def _silent(paper: SmallPaper, bits: int) -> int:
    """The strictness of claims that are not among the bits."""
    there = {s.id for i, s in enumerate(paper.statements) if bits >> i & 1}
    return _bits(paper, lambda s: bool(s.of) and s.of not in there)


def _one_less(bits: int) -> Iterator[int]:
    return (bits & ~(1 << i) for i in range(bits.bit_length()) if bits >> i & 1)


def _one_more(bits: int, everything: int) -> Iterator[int]:
    return (bits | 1 << i for i in range(everything.bit_length()) if not bits >> i & 1)


def _decisive(paper: SmallPaper, bits: int) -> bool:
    chosen = [s for i, s in enumerate(paper.statements) if bits >> i & 1]
    if any(statement.fixes_n for statement in chosen):
        return True
    needs = [statement.needs for statement in chosen]
    return None not in needs and sum(n for n in needs if n is not None) <= paper.most


def fisher(a: int, b: int, c: int, d: int) -> Fraction:
    """Two-sided Fisher exact p-value: all tables with the same margins and no larger probability.

    >>> round(float(fisher(7, 0, 3, 5)), 4), round(float(fisher(6, 0, 3, 5)), 4)
    (0.0256, 0.031)
    """
    rows, column = (a + b, c + d), a + c
    ways = {
        x: comb(rows[0], x) * comb(rows[1], column - x)
        for x in range(max(0, column - rows[1]), min(rows[0], column) + 1)
    }
    return Fraction(sum(w for w in ways.values() if w <= ways[a]), sum(ways.values()))


def subsets(names: Sequence[str]) -> Iterator[frozenset[str]]:
    """Every subset of some names."""
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))
