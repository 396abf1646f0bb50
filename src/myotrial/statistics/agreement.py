"""Agreement of readers: intraclass correlations, weighted kappa, limits of agreement.

Ratings  one row for each subject, one column for each reader; every reader reads every subject.
Scale    ICC and kappa: 1 is perfect agreement, 0 what chance gives; both can be negative.
Missing  a subject that a reader has not read cannot be used; leave it out, and say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate

__all__ = ["Limits", "bland_altman", "icc_agreement", "icc_consistency", "weighted_kappa"]

Table = npt.NDArray[np.float64]


def icc_agreement(ratings: Sequence[Sequence[float]] | Table, *, level: float = 0.95) -> Estimate:
    """ICC(2,1): absolute agreement of single readings by readers drawn from many.

    Args:
        ratings: (subjects, readers), no value missing.
        level: Of the interval.

    Returns:
        The ICC and its interval; the value is None where all readings are alike.

    Raises:
        MyotrialError: Fewer than two subjects or readers, or a value is missing.

    Source: Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-8; interval as there (Satterthwaite).

    >>> readings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]]
    >>> round(icc_agreement([*readings, [6, 2, 4, 7]]).value, 2)
    0.29
    """
    n, k, rows, columns, rest = _mean_squares(ratings)
    alpha = (1 - checked_level(level)) / 2
    below = rows + (k - 1) * rest + k * (columns - rest) / n
    if below == 0:
        return Estimate(None, level=level)
    value = (rows - rest) / below
    if rest == 0 or value >= 1:
        return Estimate(value, level=level, low=value if rest == columns == 0 else -1.0, high=1.0)
    ratio = columns / rest
    above = (k - 1) * (n - 1) * (k * value * ratio + n * (1 + (k - 1) * value) - k * value) ** 2
    freedom = above / (
        (n - 1) * k**2 * value**2 * ratio**2 + (n * (1 + (k - 1) * value) - k * value) ** 2
    )
    upper = float(stats.f.isf(alpha, n - 1, freedom))
    lower = float(stats.f.isf(alpha, freedom, n - 1))
    spread = k * columns + (k * n - k - n) * rest
    low = n * (rows - upper * rest) / (upper * spread + n * rows)
    high = n * (lower * rows - rest) / (spread + n * lower * rows)
    return Estimate(value, low, high, level)


def icc_consistency(ratings: Sequence[Sequence[float]] | Table, *, level: float = 0.95) -> Estimate:
    """ICC(3,1): consistency of single readings by these very readers, whatever their levels.

    Args:
        ratings: (subjects, readers), no value missing.
        level: Of the interval.

    Returns:
        The ICC and its interval; the value is None where all readings are alike.

    Raises:
        MyotrialError: Fewer than two subjects or readers, or a value is missing.

    Source: Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-8.

    >>> readings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]]
    >>> round(icc_consistency([*readings, [6, 2, 4, 7]]).value, 2)
    0.71
    """
    n, k, rows, _, rest = _mean_squares(ratings)
    alpha = (1 - checked_level(level)) / 2
    if rows + (k - 1) * rest == 0:
        return Estimate(None, level=level)
    if rest == 0:
        return Estimate(1.0, 1.0, 1.0, level)
    ratio, freedom = rows / rest, (n - 1) * (k - 1)
    low = ratio / float(stats.f.isf(alpha, n - 1, freedom))
    high = ratio * float(stats.f.isf(alpha, freedom, n - 1))
    value = (rows - rest) / (rows + (k - 1) * rest)
    return Estimate(value, (low - 1) / (low + k - 1), (high - 1) / (high + k - 1), level)


def _mean_squares(ratings: Any) -> tuple[int, int, float, float, float]:
    """Subjects, readers, and mean squares between subjects, between readers, and of the rest."""
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        raise MyotrialError(
            f"agreement needs at least two subjects read by two readers (got {table.shape})."
        )
    if not np.isfinite(table).all():
        raise MyotrialError("agreement needs every subject read by every reader; leave out others.")
    n, k = table.shape
    grand = table.mean()
    rows = k * float(((table.mean(axis=1) - grand) ** 2).sum())
    columns = n * float(((table.mean(axis=0) - grand) ** 2).sum())
    residual = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + grand
    rest = float((residual**2).sum())
    return n, k, rows / (n - 1), columns / (k - 1), rest / ((n - 1) * (k - 1))


def weighted_kappa(
    first: Sequence[int],
    second: Sequence[int],
    categories: int,
    *,
    weights: Literal["linear", "quadratic", "none"] = "quadratic",
) -> float:
    """Cohen's weighted kappa of two readings in ordered categories.

    Args:
        first: Category of each subject at one reading, 0 to categories - 1.
        second: The same at the other reading.
        categories: How many there are.
        weights: How a disagreement grows with its distance; "none": all count alike.

    Returns:
        Kappa; NaN where both readers used one and the same category only.

    Raises:
        MyotrialError: The readings differ in number, or a category is out of range.

    Source: Cohen J. Psychol Bull 1968;70:213-20.

    >>> round(weighted_kappa([0, 1, 2, 2], [0, 1, 2, 1], 3, weights="linear"), 3)
    0.714
    """
    one, two = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    if one.shape != two.shape or one.ndim != 1 or not one.size:
        raise MyotrialError("kappa needs two readings of the same subjects, at least one.")
    if min(one.min(), two.min()) < 0 or max(one.max(), two.max()) >= categories:
        raise MyotrialError(f"a category is a whole number from 0 to {categories - 1}.")
    seen = np.zeros((categories, categories))
    np.add.at(seen, (one, two), 1)
    seen /= one.size
    by_chance = np.outer(seen.sum(axis=1), seen.sum(axis=0))
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))).astype(float)
    power = {"linear": 1, "quadratic": 2, "none": 0}[weights]
    cost = np.where(apart > 0, apart**power, 0.0)
    expected = float((cost * by_chance).sum())
    return 1 - float((cost * seen).sum()) / expected if expected else nan


@dataclass(frozen=True)
class Limits:
    """Bland and Altman's comparison of two methods.

    Attributes:
        bias: Mean of first minus second, with its interval.
        low, high: Limits of agreement, bias ± 1.96 SD of the differences.
        pairs: How many pairs.
    """

    bias: Estimate
    low: float
    high: float
    pairs: int


def bland_altman(first: Sequence[float], second: Sequence[float], *, level: float = 0.95) -> Limits:
    """Bias and limits of agreement of paired readings.

    Raises:
        MyotrialError: Fewer than two pairs, or a value is missing.

    Source: Bland JM, Altman DG. Lancet 1986;327:307-10.

    >>> limits = bland_altman([10.0, 12.0, 14.0], [9.0, 12.0, 12.0])
    >>> limits.bias.value, round(limits.low, 2), round(limits.high, 2)
    (1.0, -0.96, 2.96)
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != two.shape or one.ndim != 1 or one.size < 2:
        raise MyotrialError("limits of agreement need two readings of at least two subjects.")
    difference = one - two
    if not np.isfinite(difference).all():
        raise MyotrialError("limits of agreement need both readings of every subject.")
    n, mean, spread = difference.size, float(difference.mean()), float(difference.std(ddof=1))
    reach = float(stats.t.isf((1 - checked_level(level)) / 2, n - 1)) * spread / sqrt(n)
    bias = Estimate(mean, mean - reach, mean + reach, level)
    return Limits(bias, mean - 1.96 * spread, mean + 1.96 * spread, n)
