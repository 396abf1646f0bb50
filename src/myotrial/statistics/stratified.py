"""Several 2x2 tables, one a stratum: Cochran-Mantel-Haenszel's test and common effects.

The exact test stands in `mantel_haenszel`.

Table    a, b / c, d of each stratum: arm 1 yes, arm 1 no / arm 2 yes, arm 2 no.
Empty    a stratum in which an arm or an outcome has no subject says nothing and changes nothing; a
         set of tables that says nothing leaves the effect undefined (None) and gives p = 1.
Source   Cochran WG. Biometrics 1954;10:417-51. Mantel N, Haenszel W. J Natl Cancer Inst
         1959;22:719-48.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import NormalDist

import numpy as np
from scipy.special import chdtrc

from myotrial.statistics.counts import checked_level, checked_table
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.score import restricted

__all__ = [
    "ChiSquare",
    "cochran_mantel_haenszel",
    "common_odds_ratio",
    "common_risk_difference",
    "homogeneity",
    "stratified_risk_difference",
]

Tables = Sequence[Sequence[int]]


@dataclass(frozen=True)
class ChiSquare:
    """A chi-square statistic, its degrees of freedom, and its p-value."""

    statistic: float
    freedom: int
    p_value: float


def cochran_mantel_haenszel(tables: Tables, *, corrected: bool = False) -> ChiSquare:
    """The test that arm and outcome are independent in every stratum.

    Args:
        tables: (a, b, c, d) of each stratum.
        corrected: Take half a subject off the difference (Mantel and Haenszel); plain otherwise.

    Raises:
        MyotrialError: A count is negative or no whole number.

    >>> round(cochran_mantel_haenszel([(9, 1, 3, 7)]).statistic, 4)  # (n - 1)/n of chi-square
    7.125
    """
    excess = spread = 0.0
    for a, b, c, d in _informative(tables):
        n = a + b + c + d
        excess += a - (a + b) * (a + c) / n
        spread += (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))
    if not spread:
        return ChiSquare(0.0, 1, 1.0)
    off = max(abs(excess) - 0.5, 0.0) if corrected else abs(excess)
    return ChiSquare(off**2 / spread, 1, float(chdtrc(1, off**2 / spread)))


def common_odds_ratio(tables: Tables, *, level: float = 0.95) -> Estimate:
    """Mantel and Haenszel's common odds ratio, with Robins, Breslow and Greenland's interval.

    Raises:
        MyotrialError: A count is negative or no whole number, or the level is not in (0, 1).

    Source: Robins J, Breslow N, Greenland S. Biometrics 1986;42:311-23.
    """
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    up = down = pr = mixed = qs = 0.0
    for a, b, c, d in _informative(tables):
        n = a + b + c + d
        r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
        up, down = up + r, down + s
        pr, mixed, qs = pr + p * r, mixed + p * s + q * r, qs + q * s
    if not (up and down):
        return Estimate(inf if up else 0.0 if down else None, 0.0, inf, level)
    error = sqrt(pr / (2 * up**2) + mixed / (2 * up * down) + qs / (2 * down**2))
    middle, half = log(up / down), quantile * error
    return Estimate(up / down, exp(middle - half), exp(middle + half), level)


def common_risk_difference(tables: Tables, *, level: float = 0.95) -> Estimate:
    """Mantel and Haenszel's common risk difference, with Sato's interval.

    Sato's variance holds for few large strata and for many small ones.

    Raises:
        MyotrialError: A count is negative or no whole number, or the level is not in (0, 1).

    Source: Greenland S, Robins JM. Biometrics 1985;41:55-68. Sato T. Biometrics 1989;45:1323-4.
    """
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    weight = total = along = across = 0.0
    for a, b, c, d in _both_arms(tables):
        n1, n2, n = a + b, c + d, a + b + c + d
        weight += n1 * n2 / n
        total += (a * n2 - c * n1) / n
        along += (n1**2 * c - n2**2 * a + n1 * n2 * (n2 - n1) / 2) / n**2
        across += (a * (n2 - c) + c * (n1 - a)) / (2 * n)
    if not weight:
        return Estimate(None, -1.0, 1.0, level)
    value = total / weight
    half = quantile * sqrt(max((value * along + across) / weight**2, 0.0))
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), level)


def stratified_risk_difference(tables: Tables, *, level: float = 0.95) -> Estimate:
    """Miettinen and Nurminen's stratified score interval of a common risk difference.

    Strata are weighted by n1 n2 / n (Mantel and Haenszel's weights), so that the value is
    that of `common_risk_difference`; the variance of each stratum is that at the likeliest chances
    with the tested difference. One stratum gives `risk_difference`.

    Raises:
        MyotrialError: A count is negative or no whole number, or the level is not in (0, 1).

    Source: Miettinen O, Nurminen M. Stat Med 1985;4:213-26.
    """
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    found = _both_arms(tables)
    weights = np.array([(a + b) * (c + d) / (a + b + c + d) for a, b, c, d in found])
    if not weights.sum():
        return Estimate(None, -1.0, 1.0, level)
    differences = np.array([a / (a + b) - c / (c + d) for a, b, c, d in found])
    value = float(weights @ differences / weights.sum())

    def outside(tested: np.ndarray) -> np.ndarray:
        spread = np.zeros_like(tested)
        for weight, (a, b, c, d) in zip(weights.tolist(), found, strict=True):
            n1, n2 = a + b, c + d
            p2 = restricted(a, n1, c, n2, tested)
            p1 = np.clip(p2 + tested, 0.0, 1.0)
            each = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
            spread += weight**2 * each * (n1 + n2) / max(n1 + n2 - 1, 1)
        return weights.sum() * np.abs(value - tested) > quantile * np.sqrt(spread)

    low = -1.0 if value == -1 else _limit(outside, -1.0, value)
    high = 1.0 if value == 1 else _limit(outside, 1.0, value)
    return Estimate(value, low, high, level)


def _limit(outside, far: float, near: float) -> float:
    """Where a difference stops being rejected, between a far one and the estimate."""
    for _ in range(10):
        points = np.linspace(far, near, 65)
        kept = int(np.argmin(outside(points)))
        far, near = float(points[max(kept - 1, 0)]), float(points[kept])
    return (far + near) / 2


def homogeneity(tables: Tables) -> ChiSquare:
    """Breslow and Day's test, with Tarone's correction, that all strata share one odds ratio.

    Raises:
        MyotrialError: A count is negative or no whole number.

    Source: Breslow NE, Day NE. IARC Sci Publ 1980;32. Tarone RE. Biometrika 1985;72:91-5.
    """
    found = _informative(tables)
    ratio = common_odds_ratio(tables).value
    if len(found) < 2 or ratio is None or not 0 < ratio < inf:
        return ChiSquare(0.0, max(len(found) - 1, 0), 1.0)
    statistic = excess = spread = 0.0
    for a, b, c, d in found:
        expected = _expected(ratio, a + b, c + d, a + c)
        cells = (expected, a + b - expected, a + c - expected, d - a + expected)
        variance = 1 / sum(1 / cell for cell in cells)
        statistic += (a - expected) ** 2 / variance
        excess, spread = excess + a - expected, spread + variance
    statistic -= excess**2 / spread
    freedom = len(found) - 1
    return ChiSquare(statistic, freedom, float(chdtrc(freedom, statistic)))


def _expected(ratio: float, n1: int, n2: int, yes: int) -> float:
    """The a that gives a table with these margins the odds ratio."""
    if abs(ratio - 1) < 1e-12:
        return n1 * yes / (n1 + n2)
    square, linear = ratio - 1, n2 - yes + ratio * (n1 + yes)
    root = sqrt(linear**2 - 4 * square * ratio * n1 * yes)
    return 2 * ratio * n1 * yes / (linear + root)


def _both_arms(tables: Tables) -> list[tuple[int, ...]]:
    checked = [checked_table(*table) for table in tables]
    return [(a, b, c, d) for a, b, c, d in checked if a + b and c + d]


def _informative(tables: Tables) -> list[tuple[int, ...]]:
    return [(a, b, c, d) for a, b, c, d in _both_arms(tables) if a + c and b + d]
