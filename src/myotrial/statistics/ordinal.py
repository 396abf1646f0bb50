"""Ordered categories in two groups: Mann-Whitney with ties, and proportional odds.

Superiority  the chance that a patient of group 1 is in a higher category than one of group 2, ties
             counted half; 0.5 means no difference. Interval on the logit scale.
Odds         the proportional odds model: one odds ratio for being above any cut, estimated
             by maximum likelihood; undefined where one group lies wholly above.
Source       Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60. McCullagh P. J R Stat Soc B
             1980;42:109-42. Brunner E, Munzel U. Biom J 2000;42:17-25.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, inf, log, sqrt
from statistics import NormalDist

import numpy as np

from myotrial.errors import ModelError
from myotrial.statistics.counts import checked_level, checked_table
from myotrial.statistics.estimate import Estimate

__all__ = ["Ordered", "proportional_odds", "rank_sum"]

STEPS = 100


@dataclass(frozen=True)
class Ordered:
    """A comparison of ordered categories.

    Attributes:
        superiority: The chance to be higher, ties counted half, with its interval.
        p_value: Two-sided, asymptotic, with the variance corrected for ties; 1 if nothing varies.
    """

    superiority: Estimate
    p_value: float


def rank_sum(first: Sequence[int], second: Sequence[int], *, level: float = 0.95) -> Ordered:
    """Compare counts of ordered categories by the Mann-Whitney test, without continuity correction.

    Args:
        first: Patients of group 1 in each category, lowest first.
        second: The same for group 2.
        level: Coverage of the interval.

    Raises:
        MyotrialError: A count is negative or no whole number.

    >>> rank_sum([0, 2], [2, 0]).superiority.value
    1.0
    """
    one, two = (np.array(checked_table(*counts), float) for counts in (first, second))
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    n1, n2 = one.sum(), two.sum()
    if not (n1 and n2):
        return Ordered(Estimate(None, 0.0, 1.0, level), 1.0)
    below1 = np.cumsum(one) - one / 2
    below2 = np.cumsum(two) - two / 2
    value = float(one @ below2 / (n1 * n2))
    totals, n = one + two, n1 + n2
    ties = float((totals**3 - totals).sum())
    null = (n + 1 - ties / (n * (n - 1))) / (12 * n1 * n2)
    p_value = erfc(abs(value - 0.5) / sqrt(2 * null)) if null > 0 else 1.0
    return Ordered(_around(value, one, two, below1, below2, quantile, level), p_value)


def _around(
    value: float,
    one: np.ndarray,
    two: np.ndarray,
    below1: np.ndarray,
    below2: np.ndarray,
    quantile: float,
    level: float,
) -> Estimate:
    """The interval on the logit scale from the placements of each group in the other."""
    n1, n2 = one.sum(), two.sum()
    if value in (0.0, 1.0) or min(n1, n2) < 2:
        return Estimate(value, 0.0, 1.0, level)
    placed1, placed2 = below2 / n2, 1 - below1 / n1
    spread = sum(
        float(counts @ (placed - value) ** 2) / (size - 1) / size
        for counts, placed, size in ((one, placed1, n1), (two, placed2, n2))
    )
    half = quantile * sqrt(spread) / (value * (1 - value))
    middle = log(value / (1 - value))
    low, high = (1 / (1 + exp(-(middle + side * half))) for side in (-1, 1))
    return Estimate(value, low, high, level)


def proportional_odds(
    first: Sequence[int], second: Sequence[int], *, level: float = 0.95
) -> Estimate:
    """The proportional odds ratio of group 1 against group 2, with Wald's interval.

    Args:
        first: Patients of group 1 in each category, lowest first.
        second: The same for group 2.
        level: Coverage of the interval.

    Returns:
        Above 1 where group 1 is in higher categories.

    Raises:
        ModelError: A group is empty, all are in one category, or the groups do not overlap.
        MyotrialError: A count is negative or no whole number.
    """
    table = np.array([checked_table(*first), checked_table(*second)], float)
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        raise ModelError("Proportional odds need two groups and at least two categories.")
    superiority = rank_sum(*(counts.astype(int).tolist() for counts in table)).superiority.value
    if superiority in (0.0, 1.0):
        raise ModelError("One group lies wholly above the other: the odds ratio has no end.")
    value, error = _fitted(table)
    ends = (exp(value - quantile * error), exp(value + quantile * error))
    return Estimate(exp(value), *ends, level)


def _fitted(table: np.ndarray) -> tuple[float, float]:
    """Logarithm of the odds ratio and its standard error, by Fisher scoring."""
    cuts = table.shape[1] - 1
    shares = np.cumsum(table.sum(axis=0))[:-1] / table.sum()
    at = np.append(np.log(shares / (1 - shares)), 0.0)
    height = _likelihood(table, at)
    for _ in range(STEPS):
        score, information = _scoring(table, at, cuts)
        step = np.linalg.solve(information, score)
        while _likelihood(table, at + step) < height - 1e-12 * abs(height):
            step = step / 2
            if np.abs(step).max() < 1e-14:
                break
        at, height = at + step, _likelihood(table, at + step)
        if np.abs(step).max() < 1e-10:
            inverse = np.linalg.inv(_scoring(table, at, cuts)[1])
            return float(at[-1]), sqrt(inverse[-1, -1])
    raise ModelError("The proportional odds could not be estimated.")


def _chances(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chances of each category in both groups, and the cumulative ones with both ends."""
    shifts = np.array([[at[-1]], [0.0]])
    below = 1 / (1 + np.exp(-(at[:-1] - shifts)))
    ends = np.ones((2, 1))
    whole = np.hstack([0 * ends, below, ends])
    return np.diff(whole), whole


def _likelihood(table: np.ndarray, at: np.ndarray) -> float:
    chances = _chances(at)[0]
    if chances.min() <= 0:
        return -inf
    return float((table * np.log(chances)).sum())


def _scoring(table: np.ndarray, at: np.ndarray, cuts: int) -> tuple[np.ndarray, np.ndarray]:
    chances, whole = _chances(at)
    dense = whole * (1 - whole)
    slopes = np.zeros((2, cuts + 1, cuts + 1))  # of each category's chance, by each parameter
    for cut in range(cuts):
        slopes[:, cut, cut] += dense[:, cut + 1]
        slopes[:, cut + 1, cut] -= dense[:, cut + 1]
    slopes[0, :, -1] = -np.diff(dense[0])
    score = np.einsum("gc,gcp->p", table / chances, slopes)
    expected = table.sum(axis=1)[:, np.newaxis] / chances
    return score, np.einsum("gc,gcp,gcq->pq", expected, slopes, slopes)
