"""Which attributes must be looked at together: a tree of cliques (junction tree).

Attributes that occur in one condition are joined by an edge; the graph is made chordal by
eliminating, again and again, the attribute whose neighbours lack the fewest edges (min-fill); its
maximal cliques form a tree in which the cliques that hold any one attribute are connected.
Source  Lauritzen SL, Spiegelhalter DJ. J R Stat Soc B 1988;50:157-224.
"""

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
    waiting = dict(enumerate(cliques))
    placed: list[Clique] = []
    while waiting:
        best = None
        for place, names in waiting.items():
            for parent, clique in enumerate(placed):
                shared = tuple(name for name in names if name in clique.attributes)
                if shared and (best is None or len(shared) > len(best[2])):
                    best = (place, parent, shared)
        if best is None:
            place = next(iter(waiting))
            placed.append(Clique(waiting.pop(place)))
        else:
            placed.append(Clique(waiting.pop(best[0]), best[1], best[2]))
    return placed
