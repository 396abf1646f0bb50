"""Rank correlations with intervals and p-values.

Value    from -1 to 1; positive where both rise together. Ties share mean ranks.
P-value  exact over all orders for up to 9 pairs, else from Student's t distribution (Spearman) or
         the normal one with ties in the variance (Kendall).
Missing  a pair needs both values; leave others out first.
Empty    fewer than 3 pairs, or one variable that does not vary, leave the value undefined (None).
Source   Spearman C. Am J Psychol 1904;15:72-101. Kendall MG. Rank Correlation Methods, 4th ed.,
         1970. Intervals: Bonett DG, Wright TA. Psychometrika 2000;65:23-8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import atanh, erfc, sqrt, tanh
from statistics import NormalDist

import numpy as np
from scipy.special import stdtr

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.ranks import doubled, finite

__all__ = ["Correlation", "kendall", "spearman"]

EXACT = 9  # pairs up to which all orders are gone through


@dataclass(frozen=True)
class Correlation:
    """A rank correlation: its value with an interval, its two-sided p-value, and pairs used."""

    estimate: Estimate
    p_value: float | None
    n: int
    exact: bool


def spearman(
    first: Sequence[float], second: Sequence[float], *, level: float = 0.95
) -> Correlation:
    """Spearman's rank correlation.

    Raises:
        MyotrialError: A value is missing or not finite, or lengths differ.
        TooLargeError: More than 200 pairs.

    >>> spearman([1, 2, 3, 4], [1, 3, 2, 4]).estimate.value
    0.8
    """
    one, two = (np.array(doubled(values), float) for values in _checked(first, second))
    n = len(one)
    one, two = one - one.mean(), two - two.mean()
    size = sqrt(float(one @ one) * float(two @ two))
    if n < 3 or not size:
        return Correlation(Estimate(None, -1.0, 1.0, level), None, n, exact=False)
    value = round(float(one @ two) / size, 15)
    spread = (1 + value**2 / 2) / max(n - 3, 1)
    if n <= EXACT:
        p_value = _over_orders(two, lambda order: abs(float(one @ order)), abs(float(one @ two)))
    elif abs(value) == 1:
        p_value = 0.0
    else:
        p_value = 2 * float(stdtr(n - 2, -abs(value) * sqrt((n - 2) / (1 - value**2))))
    return Correlation(_around(value, spread, level), p_value, n, exact=n <= EXACT)


def kendall(first: Sequence[float], second: Sequence[float], *, level: float = 0.95) -> Correlation:
    """Kendall's tau-b.

    Raises:
        MyotrialError: A value is missing or not finite, or lengths differ.
        TooLargeError: More than 200 pairs.

    >>> round(kendall([1, 2, 3, 4], [1, 3, 2, 4]).estimate.value, 4)
    0.6667
    """
    one, two = (np.array(values) for values in _checked(first, second))
    n = len(one)
    signs = [np.sign(np.subtract.outer(values, values)) for values in (one, two)]
    score = float((signs[0] * signs[1]).sum()) / 2
    sizes = [float((sign**2).sum()) / 2 for sign in signs]
    if n < 3 or not all(sizes):
        return Correlation(Estimate(None, -1.0, 1.0, level), None, n, exact=False)
    value = score / sqrt(sizes[0] * sizes[1])
    if n <= EXACT:

        def scored(order: np.ndarray) -> float:
            return abs(float((signs[0] * np.sign(np.subtract.outer(order, order))).sum())) / 2

        p_value = _over_orders(two, scored, abs(score))
    else:
        p_value = erfc(abs(score) / sqrt(2 * _tied_variance(one, two)))
    spread = 0.437 / max(n - 4, 1)
    return Correlation(_around(value, spread, level), p_value, n, exact=n <= EXACT)


def _checked(first: Sequence[float], second: Sequence[float]) -> tuple[list[float], list[float]]:
    if len(first) != len(second):
        raise MyotrialError(f"{len(first)} and {len(second)} values make no pairs")
    return finite(first, what="Values"), finite(second, what="Values")


def _over_orders(values: np.ndarray, scored, observed: float) -> float:
    """Share of all orders of the values that score at least as high as the observed one."""
    orders = list(permutations(values.tolist()))
    extreme = sum(scored(np.array(order)) >= observed - 1e-9 for order in orders)
    return extreme / len(orders)


def _tied_variance(one: np.ndarray, two: np.ndarray) -> float:
    """Variance of Kendall's score with ties in both variables."""
    n = len(one)
    ties = [np.unique(values, return_counts=True)[1].astype(float) for values in (one, two)]
    whole = n * (n - 1) * (2 * n + 5)
    v0, vt, vu = (whole, *(float((t * (t - 1) * (2 * t + 5)).sum()) for t in ties))
    pairs = [float((t * (t - 1)).sum()) for t in ties]
    triples = [float((t * (t - 1) * (t - 2)).sum()) for t in ties]
    return (
        (v0 - vt - vu) / 18
        + pairs[0] * pairs[1] / (2 * n * (n - 1))
        + triples[0] * triples[1] / (9 * n * (n - 1) * (n - 2))
    )


def _around(value: float, spread: float, level: float) -> Estimate:
    """The interval on Fisher's scale."""
    if abs(value) >= 1 - 1e-12:
        return Estimate(value, -1.0, 1.0, level)
    half = NormalDist().inv_cdf((1 + checked_level(level)) / 2) * sqrt(spread)
    return Estimate(value, tanh(atanh(value) - half), tanh(atanh(value) + half), level)
