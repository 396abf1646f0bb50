"""Probabilities of a sequence of correlated normal statistics, look by look.

Scores   The score of look k is S_k = Z_k sqrt(t_k), with Z_k the standardised statistic and t_k
         the information fraction. Its steps are independent and normal with mean drift (t_k - t_j)
         and variance t_k - t_j; `drift` is the mean of Z at the last look.
Method   The density of the score among trials that go on is carried from look to look by
         numerical integration: Gauss-Legendre nodes in panels, 8 standard deviations around the
         mean and inside the bounds. The panels are narrow against both neighbouring steps.
Error    Below 1e-9 in probability (halving the panels changes nothing above that; tested).
Source   Armitage P, McPherson CK, Rowe BC. J R Stat Soc A 1969;132:235-44. Jennison C, Turnbull
         BW. Group Sequential Methods, 2000, chapter 19.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, inf, pi, sqrt

import numpy as np
from scipy.special import ndtr

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.roots import root

__all__ = ["START", "Going", "above", "advance", "below", "lower_bound", "upper_bound"]

REACH = 8.0  # standard deviations around the mean beyond which no probability is counted
NODES = 16  # Gauss-Legendre nodes of a panel
DENSITY = 2.0  # nodes for the width of the narrowest feature, in its standard deviations
LARGEST = 6000  # nodes of one look
FARTHEST = 40.0  # no bound is looked for beyond


@dataclass(frozen=True)
class Going:
    """The trials that go on after a look.

    Attributes:
        information: Information fraction of the look, 0 before the first.
        scores: Nodes of the score, shape (nodes,).
        weights: Probability that each node stands for; their sum is the chance of going on.
    """

    information: float
    scores: np.ndarray
    weights: np.ndarray


START = Going(0.0, np.zeros(1), np.ones(1))


def above(going: Going, information: float, bound: float, drift: float = 0.0) -> float:
    """The chance to go on until now and to have Z of at least `bound` at the next look."""
    return float(going.weights @ ndtr(-_distances(going, information, bound, drift)))


def below(going: Going, information: float, bound: float, drift: float = 0.0) -> float:
    """The chance to go on until now and to have Z of at most `bound` at the next look."""
    return float(going.weights @ ndtr(_distances(going, information, bound, drift)))


def _distances(going: Going, information: float, bound: float, drift: float) -> np.ndarray:
    """How far each node is from the bound, in standard deviations of the step."""
    step = information - going.information
    return (bound * sqrt(information) - going.scores - drift * step) / sqrt(step)


def advance(
    going: Going, information: float, then: float, low: float, high: float, drift: float = 0.0
) -> Going:
    """The trials that go on with Z between `low` and `high` at the next look.

    Args:
        going: The trials that went on until now.
        information: Information fraction of the next look.
        then: That of the look after it, which sets how fine the nodes must be.
        low: Lower bound on Z, may be -inf.
        high: Upper bound on Z, may be inf.
        drift: Mean of Z at the last look.
    """
    root = sqrt(information)
    centre, reach = drift * information, REACH * root
    start, stop = max(low * root, centre - reach), min(high * root, centre + reach)
    if start >= stop:
        return Going(information, np.zeros(0), np.zeros(0))
    step = information - going.information
    scores, lengths = _nodes(start, stop, 1 / step + 1 / (then - information))
    apart = scores - going.scores[:, np.newaxis] - drift * step
    densities = going.weights @ np.exp(apart * apart * (-0.5 / step))
    return Going(information, scores, densities * lengths / sqrt(2 * pi * step))


def _nodes(start: float, stop: float, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of a rule between two scores, fine enough for a normal of 1 / sharpness."""
    panels = ceil(1 + DENSITY * (stop - start) * sqrt(sharpness) / NODES)
    if panels * NODES > LARGEST:
        raise TooLargeError(
            "Two looks are too close to each other to be integrated over.\n"
            "Hint: leave one of them out, or move them apart by 0.0001 of the information or more."
        )
    nodes, weights = _rule()
    half = (stop - start) / (2 * panels)
    middles = start + half * (2 * np.arange(panels) + 1)
    return (middles[:, np.newaxis] + half * nodes).ravel(), np.tile(half * weights, panels)


@lru_cache(maxsize=1)
def _rule() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(NODES)


def upper_bound(going: Going, information: float, chance: float, drift: float = 0.0) -> float:
    """The bound that Z passes with the given chance at the next look, among those that go on.

    Returns:
        The bound; inf where there is nothing to spend, -inf where fewer go on.
    """
    if chance < 1e-300:
        return inf
    if chance >= going.weights.sum():
        return -inf
    return _root(lambda bound: above(going, information, bound, drift) - chance)


def lower_bound(going: Going, information: float, chance: float, drift: float = 0.0) -> float:
    """The bound that Z stays below with the given chance at the next look.

    Returns:
        The bound; -inf where there is nothing to spend, inf where fewer go on.
    """
    if chance < 1e-300:
        return -inf
    if chance >= going.weights.sum():
        return inf
    return _root(lambda bound: below(going, information, bound, drift) - chance)


def _root(function: Callable[[float], float]) -> float:
    if function(-FARTHEST) * function(FARTHEST) > 0:
        raise MyotrialError(
            f"A bound lies beyond {FARTHEST:g} standard deviations.\n"
            "Hint: the first look spends next to nothing; leave it out or spend more there."
        )
    return root(function, -FARTHEST, FARTHEST, xtol=1e-12)
