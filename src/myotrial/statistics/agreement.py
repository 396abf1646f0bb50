"""How far two or more readers of the same subjects agree.

Kappa    agreement of two readers on categories beyond chance: 1 is full, 0 is chance.
ICC      the share of the variance of ratings that lies between subjects; readers are a random
         sample (agreement, ICC(2,1)) or the only ones of interest (consistency, ICC(3,1)).
Limits   the interval in which 95 % of the differences of two methods lie.
Missing  a subject must have all ratings; leave others out first.
Source   Cohen J. Psychol Bull 1968;70:213-20. Fleiss JL, Cohen J, Everitt BS. Psychol Bull
         1969;72:323-7. Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-8. McGraw KO, Wong SP.
         Psychol Methods 1996;1:30-46. Bland JM, Altman DG. Lancet 1986;1:307-10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from scipy.special import fdtri, stdtrit

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level, checked_table
from myotrial.statistics.estimate import Estimate

__all__ = ["Limits", "icc", "kappa", "limits_of_agreement"]


@dataclass(frozen=True)
class Limits:
    """Differences of two methods: mean, SD, and both limits, each with its interval."""

    mean: Estimate
    sd: float
    lower: Estimate
    upper: Estimate


def kappa(
    table: Sequence[Sequence[int]],
    *,
    weights: Literal["none", "linear", "quadratic"] = "none",
    level: float = 0.95,
) -> Estimate:
    """Cohen's kappa, plain or weighted, with its large-sample interval.

    Args:
        table: Subjects by the category of reader 1 (rows) and of reader 2 (columns).
        weights: Credit for categories apart: none, or falling with their distance or its square.
        level: Coverage of the interval.

    Returns:
        None where both readers use one and the same category only.

    Raises:
        MyotrialError: The table is not square, or a count is negative or no whole number.

    >>> round(kappa([[20, 5], [10, 15]]).value, 4)
    0.4
    """
    counts = np.array([checked_table(*row) for row in table], float)
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise MyotrialError("Agreement needs a square table")
    n, k = counts.sum(), len(counts)
    if not n:
        return Estimate(None, -1.0, 1.0, level)
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    credit = {"none": np.eye(k), "linear": 1 - apart, "quadratic": 1 - apart**2}[weights]
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    seen = float((credit * shares).sum())
    chance = float(rows @ credit @ columns)
    if chance >= 1 - 1e-15:
        return Estimate(None, -1.0, 1.0, level)
    value = (seen - chance) / (1 - chance)
    mean = (credit @ columns)[:, np.newaxis] + (credit.T @ rows)[np.newaxis, :]
    inner = float((shares * (credit - mean * (1 - value)) ** 2).sum())
    spread = inner - (value - chance * (1 - value)) ** 2
    half = quantile * sqrt(max(spread, 0.0) / n) / (1 - chance)
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), level)


def icc(
    ratings: Sequence[Sequence[float]],
    *,
    kind: Literal["agreement", "consistency"] = "agreement",
    level: float = 0.95,
) -> Estimate:
    """The intraclass correlation of single ratings.

    Args:
        ratings: One row a subject, one column a reader.
        kind: "agreement" counts differences between readers as disagreement (ICC(2,1)),
            "consistency" does not (ICC(3,1)).
        level: Coverage of the interval.

    Returns:
        None where nothing varies, or with fewer than two subjects or readers.

    Raises:
        MyotrialError: A rating is missing.
    """
    values = np.array(ratings, float)
    alpha = (1 - checked_level(level)) / 2
    if values.ndim != 2 or not np.isfinite(values).all():
        raise MyotrialError("Every subject needs a rating of every reader")
    n, k = values.shape
    if n < 2 or k < 2 or np.ptp(values) == 0:
        return Estimate(None, -1.0, 1.0, level)
    between, readers, error = _mean_squares(values)
    f, below = between / error if error else np.inf, (n - 1) * (k - 1)
    if kind == "consistency":
        ends = [f / fdtri(n - 1, below, 1 - alpha), f * fdtri(below, n - 1, 1 - alpha)]
        low, high = ((end - 1) / (end + k - 1) if np.isfinite(end) else 1.0 for end in ends)
        value = (between - error) / (between + (k - 1) * error)
        return Estimate(float(value), float(low), float(high), level)
    value = (between - error) / (between + (k - 1) * error + k * (readers - error) / n)
    if not error:
        return Estimate(float(value), -1.0, 1.0, level)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    freedom = (a * readers + b * error) ** 2 / (
        (a * readers) ** 2 / (k - 1) + (b * error) ** 2 / below
    )
    up, down = fdtri(n - 1, freedom, 1 - alpha), fdtri(freedom, n - 1, 1 - alpha)
    rest = k * readers + (k * n - k - n) * error
    low = n * (between - up * error) / (up * rest + n * between)
    high = n * (down * between - error) / (rest + n * down * between)
    return Estimate(float(value), float(low), float(high), level)


def _mean_squares(values: np.ndarray) -> tuple[float, float, float]:
    """Between subjects, between readers, and what is left."""
    n, k = values.shape
    centre = values.mean()
    rows, columns = values.mean(axis=1), values.mean(axis=0)
    left = values - rows[:, np.newaxis] - columns + centre
    return (
        float(k * ((rows - centre) ** 2).sum() / (n - 1)),
        float(n * ((columns - centre) ** 2).sum() / (k - 1)),
        float((left**2).sum() / ((n - 1) * (k - 1))),
    )


def limits_of_agreement(
    first: Sequence[float], second: Sequence[float], *, level: float = 0.95
) -> Limits:
    """Bland and Altman's limits of agreement: mean difference plus and minus 1.96 SD.

    Args:
        first: One value a subject by method 1.
        second: The same by method 2; differences are first minus second.
        level: Coverage of the intervals of the mean and of both limits.

    Raises:
        MyotrialError: Fewer than two subjects, lengths differ, or a value is missing.
    """
    if len(first) != len(second) or len(first) < 2:
        raise MyotrialError("Agreement of two methods needs both values of at least 2 subjects")
    gaps = np.asarray(first, float) - np.asarray(second, float)
    if not np.isfinite(gaps).all():
        raise MyotrialError("Every subject needs a value of both methods")
    n, mean, sd = len(gaps), float(gaps.mean()), float(gaps.std(ddof=1))
    quantile, wide = (
        float(stdtrit(n - 1, (1 + checked_level(level)) / 2)),
        NormalDist().inv_cdf(0.975),
    )
    near, far = quantile * sd / sqrt(n), quantile * sd * sqrt(1 / n + wide**2 / (2 * (n - 1)))

    def around(value: float, half: float) -> Estimate:
        return Estimate(value, value - half, value + half, level)

    return Limits(
        around(mean, near), sd, around(mean - wide * sd, far), around(mean + wide * sd, far)
    )
