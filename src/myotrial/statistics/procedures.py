"""Testing several hypotheses in a given order or by a graph, holding the family-wise error.

Fixed sequence  hypotheses are tested in order, each at the full level, until one is not rejected.
Graph           each hypothesis starts with a share of the level; when one is rejected its share is
                passed on along the arrows that leave it.
Adjusted        a p-value to compare with the level of the whole family.
Missing         None (no test was possible) is never rejected, and passes nothing on.
Source          Maurer W, Hothorn LA, Lehmacher W. In: Vollmar J. Biometrie in der
                chemisch-pharmazeutischen Industrie 6, 1995. Bretz F, Maurer W, Brannath W, Posch
                M. Stat Med 2009;28:586-604.
"""

from collections.abc import Sequence

import numpy as np

from myotrial.errors import MyotrialError

__all__ = ["fixed_sequence", "graph"]


def fixed_sequence(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p-values of hypotheses tested in the order given.

    Raises:
        MyotrialError: A p-value lies outside 0 to 1.

    >>> fixed_sequence([0.01, 0.04, 0.02])
    [0.01, 0.04, 0.04]
    """
    _require_p_values(p_values)
    found: list[float | None] = []
    floor = 0.0
    for p_value in p_values:
        floor = max(floor, 1.0 if p_value is None else p_value)
        found.append(None if p_value is None else floor)
    return found


def graph(
    p_values: Sequence[float | None],
    shares: Sequence[float],
    arrows: Sequence[Sequence[float]],
) -> list[float | None]:
    """Adjusted p-values by a graph.

    Args:
        p_values: One a hypothesis.
        shares: Share of the level that each starts with, at most 1 together.
        arrows: arrows[i][j] is the part of hypothesis i's share that goes to j when i is rejected;
            the parts of one hypothesis are at most 1 together, none goes to itself.

    Raises:
        MyotrialError: A p-value, a share or an arrow is impossible.

    >>> graph([0.01, 0.04], [0.5, 0.5], [[0, 1], [1, 0]])  # Holm's procedure
    [0.02, 0.04]
    """
    _require_p_values(p_values)
    n = len(p_values)
    left, passed = np.array(shares, float), np.array(arrows, float).reshape(-1, n)
    _require_graph(left, passed, n)
    found: list[float | None] = [None if p is None else 1.0 for p in p_values]
    open_ = [at for at, p in enumerate(p_values) if p is not None]
    floor = 0.0
    while open_:
        sizes = {at: (p_values[at] or 0.0) / float(left[at]) for at in open_ if left[at] > 0}
        if not sizes:
            break
        best = min(sizes, key=sizes.__getitem__)
        floor = max(floor, sizes[best])
        found[best] = min(1.0, floor)
        open_.remove(best)
        left, passed = _without(best, left, passed)
    return found


def _without(gone: int, left: np.ndarray, passed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The graph once a hypothesis is rejected."""
    shares = left + left[gone] * passed[gone]
    shares[gone] = 0.0
    return shares, _rewired(passed, gone)


def _rewired(passed: np.ndarray, gone: int) -> np.ndarray:
    arrows = np.zeros_like(passed)
    others = [at for at in range(len(passed)) if at != gone]
    for i in others:
        room = 1 - passed[i, gone] * passed[gone, i]
        for j in others:
            if i != j and room > 1e-12:
                arrows[i, j] = (passed[i, j] + passed[i, gone] * passed[gone, j]) / room
    return arrows


def _require_p_values(p_values: Sequence[float | None]) -> None:
    if not all(p is None or 0 <= p <= 1 for p in p_values):
        raise MyotrialError("A p-value must lie between 0 and 1")


def _require_graph(shares: np.ndarray, arrows: np.ndarray, n: int) -> None:
    near = 1e-9
    right = shares.shape == (n,) and arrows.shape == (n, n)
    if not right or shares.min(initial=0) < 0 or shares.sum() > 1 + near:
        raise MyotrialError("The shares of the level must not be negative, nor above 1 together")
    if (
        arrows.min(initial=0) < 0
        or (arrows.sum(axis=1) > 1 + near).any()
        or arrows.diagonal().any()
    ):
        raise MyotrialError(
            "The parts passed on by a hypothesis must not be negative, nor above 1 together, and "
            "none may go to itself"
        )
