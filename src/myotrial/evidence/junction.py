"""Which attributes must be looked at together: a tree of cliques (junction tree).

Attributes that occur in one condition are joined by an edge; the graph is made chordal by
eliminating, again and again, the attribute whose neighbours lack the fewest edges (min-fill); its
maximal cliques form a tree in which the cliques that hold any one attribute are connected.
Source  Lauritzen SL, Spiegelhalter DJ. J R Stat Soc B 1988;50:157-224.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

__all__ = ["Clique", "tree"]


@dataclass(frozen=True)
class Clique:
    """One clique of the tree.

    Attributes:
        attributes: Its attributes, in the order of the paper.
        parent: Place of the clique it hangs on; None for the root of a connected part.
        separator: The attributes shared with the parent.
    """

    attributes: tuple[str, ...]
    parent: int | None = None
    separator: tuple[str, ...] = ()


def tree(attributes: Collection[str], together: Iterable[frozenset[str]]) -> list[Clique]:
    """Cliques such that each given set of attributes lies within one, parents before children.

    Args:
        attributes: All attributes, in order.
        together: Sets of attributes that one clique must hold.
    """
    order = {name: place for place, name in enumerate(attributes)}
    neighbours: dict[str, set[str]] = {name: set() for name in order}
    for group in together:
        for a, b in combinations(group, 2):
            neighbours[a].add(b)
            neighbours[b].add(a)
    sets = _maximal(_eliminate(neighbours, order))
    ordered = [tuple(sorted(names, key=order.__getitem__)) for names in sets]
    return _connect(sorted(ordered, key=lambda names: [order[name] for name in names]))


def _eliminate(neighbours: dict[str, set[str]], order: dict[str, int]) -> list[frozenset[str]]:
    graph = {name: set(near) for name, near in neighbours.items()}
    found = []
    while graph:
        name = min(graph, key=lambda n: (_missing(graph, n), len(graph[n]), order[n]))
        found.append(frozenset(graph[name] | {name}))
        for a, b in combinations(graph[name], 2):
            graph[a].add(b)
            graph[b].add(a)
        for near in graph.pop(name):
            graph[near].discard(name)
    return found


def _missing(graph: dict[str, set[str]], name: str) -> int:
    """Edges that eliminating an attribute would add."""
    return sum(b not in graph[a] for a, b in combinations(graph[name], 2))


def _maximal(sets: list[frozenset[str]]) -> list[frozenset[str]]:
    kept: list[frozenset[str]] = []
    for names in sorted(sets, key=len, reverse=True):
        if not any(names <= other for other in kept):
            kept.append(names)
    return kept


def _connect(cliques: list[tuple[str, ...]]) -> list[Clique]:
    """A spanning forest of greatest shared attributes (Prim), which is a junction tree."""
    holding: dict[str, list[int]] = {}
    for place, names in enumerate(cliques):
        for name in names:
            holding.setdefault(name, []).append(place)
    # How many attributes each shares with which placed clique; none so far.
    near: dict[int, tuple[int, int]] = dict.fromkeys(range(len(cliques)), (0, -1))
    placed: list[Clique] = []
    while near:
        place = max(near, key=lambda each: (near[each][0], -each))
        _, parent = near.pop(place)
        names = cliques[place]
        if parent < 0:
            placed.append(Clique(names))
        else:
            inside = set(placed[parent].attributes)
            placed.append(Clique(names, parent, tuple(n for n in names if n in inside)))
        met = Counter(other for name in names for other in holding[name] if other in near)
        for other, shared in met.items():
            if shared > near[other][0]:
                near[other] = (shared, len(placed) - 1)
    return placed
