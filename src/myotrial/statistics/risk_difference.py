"""The difference between two independent proportions, with intervals.

Table    a, b / c, d: row 1 yes, row 1 no / row 2 yes, row 2 no.
Value    a/(a+b) - c/(c+d), from -1 to 1; positive where yes is more frequent in row 1.
Empty    a row without subjects leaves the value undefined and the interval -1 to 1.
"""

from functools import lru_cache
from math import comb, floor
from statistics import NormalDist

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.statistics.bernstein import maximum
from myotrial.statistics.counts import checked_level, checked_table
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.score import score_z

__all__ = ["risk_difference", "risk_difference_exact"]

GRID = 50  # differences looked at for each unit of length before the limit is narrowed down
SECTIONS = 8  # parts of a bracket looked at together
DIGITS = 6  # decimals of an exact limit, rounded outwards
LARGEST = 200  # subjects in both rows together


@lru_cache(maxsize=65536)
def risk_difference(a: int, b: int, c: int, d: int, *, level: float = 0.95) -> Estimate:
    """The risk difference with Miettinen and Nurminen's asymptotic score interval.

    The limits are the differences at which the score statistic reaches the normal quantile; they
    are found by narrowing down, so that tables such as 7 of 7 against 3 of 8 need no special case.

    Raises:
        MyotrialError: A count is negative or no whole number, or the level is not in (0, 1).

    Source: Miettinen O, Nurminen M. Stat Med 1985;4:213-26.

    >>> estimate = risk_difference(56, 14, 48, 32)  # Newcombe 1998: 0.0528 to 0.3382
    >>> round(estimate.value, 4), round(estimate.low, 4), round(estimate.high, 4)
    (0.2, 0.0528, 0.3382)
    """
    a, b, c, d = checked_table(a, b, c, d)
    n1, n2 = a + b, c + d
    if not (n1 and n2):
        return Estimate(None, -1.0, 1.0, checked_level(level))
    value = a / n1 - c / n2
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    low = -1.0 if value == -1 else _score_limit(a, n1, c, n2, -1.0, quantile)
    high = 1.0 if value == 1 else _score_limit(a, n1, c, n2, 1.0, quantile)
    return Estimate(value, low, high, level)


def _score_limit(x1: int, n1: int, x2: int, n2: int, outside: float, quantile: float) -> float:
    """Where the score statistic, monotone in the difference, passes the quantile on one side."""
    inside, side = x1 / n1 - x2 / n2, -outside
    for _ in range(10):
        points = np.linspace(outside, inside, 65)
        rejected = side * score_z(x1, n1, x2, n2, points) > quantile
        kept = int(np.argmin(rejected))
        outside, inside = float(points[max(kept - 1, 0)]), float(points[kept])
    return (outside + inside) / 2


@lru_cache(maxsize=4096)
def risk_difference_exact(a: int, b: int, c: int, d: int, *, level: float = 0.95) -> Estimate:
    """The risk difference with Chan and Zhang's exact unconditional interval.

    It holds every difference that neither of two one-sided exact tests, each at half of 1 - level,
    rejects. Tables are ordered by the score statistic at the tested difference; the p-value is the
    greatest probability over all pairs of chances with that difference (found with a guarantee,
    see `bernstein`). The outermost difference not rejected is sought on steps of 0.02, narrowed
    down and rounded outwards to 6 decimals.

    Raises:
        MyotrialError: A count is negative or no whole number, or the level is not in (0, 1).
        TooLargeError: More than 200 subjects.

    Source: Chan ISF, Zhang Z. Biometrics 1999;55:1202-9.

    >>> estimate = risk_difference_exact(9, 1, 3, 7)
    >>> round(estimate.low, 4), round(estimate.high, 4)
    (0.1608, 0.8795)
    """
    a, b, c, d = checked_table(a, b, c, d)
    n1, n2 = a + b, c + d
    alpha = (1 - checked_level(level)) / 2
    if n1 + n2 > LARGEST:
        raise TooLargeError(
            f"The exact interval of a risk difference is limited to {LARGEST} subjects here "
            f"(got {n1 + n2}).\nHint: use the score interval, which differs little at this size."
        )
    if not (n1 and n2):
        return Estimate(None, -1.0, 1.0, level)
    low = _exact_low(a, n1, c, n2, alpha)
    high = -_exact_low(c, n2, a, n1, alpha)
    return Estimate(a / n1 - c / n2, low, high, level)


def _exact_low(x1: int, n1: int, x2: int, n2: int, alpha: float) -> float:
    """The lower limit; the upper one is that of the exchanged rows, negated."""
    value = x1 / n1 - x2 / n2
    points = np.append(np.arange(-GRID, GRID * value, 1.0) / GRID, value)
    while True:
        kept = _greater_p_values(x1, n1, x2, n2, points) >= alpha
        first = int(np.argmax(kept))
        if first == 0:
            return -1.0 if points[0] == -1 else _down(points[0])
        if points[first] - points[first - 1] < 10.0**-DIGITS / 10:
            return _down(points[first - 1])
        points = np.linspace(points[first - 1], points[first], SECTIONS + 1)


def _down(limit: float) -> float:
    return max(-1.0, floor(limit * 10**DIGITS) / 10**DIGITS)


def _greater_p_values(x1: int, n1: int, x2: int, n2: int, differences: np.ndarray) -> np.ndarray:
    """For each difference the one-sided p-value of "row 1 exceeds row 2 by more than that"."""
    first, second = np.arange(n1 + 1)[:, np.newaxis], np.arange(n2 + 1)
    scores = score_z(first, n1, second, n2, differences[:, np.newaxis, np.newaxis])
    observed = scores[:, x1, x2][:, np.newaxis, np.newaxis]
    slack = np.where(np.isfinite(observed), 1e-7 * np.maximum(1.0, np.abs(observed)), 0.0)
    region = scores >= observed - slack
    return maximum(_coefficients(region, differences))


def _coefficients(region: np.ndarray, differences: np.ndarray) -> np.ndarray:
    """Bernstein coefficients of P(region) along all pairs of chances with the given difference.

    With p1 - p2 fixed the pairs form a segment, on which one chance starts at 0 and the other ends
    at 1. A binomial probability has the Bernstein coefficients P(Bin(n-j, start) + Bin(j, end) = x)
    on it, and coefficients of a product are hypergeometric means of products of coefficients.
    """
    n1, n2 = region.shape[1] - 1, region.shape[2] - 1
    length = 1 - np.abs(differences)
    upwards = differences[:, np.newaxis, np.newaxis] >= 0
    one, two = _binomials(n1, length), _binomials(n2, length)
    one = np.where(upwards, one[:, ::-1, ::-1], one)
    two = np.where(upwards, two, two[:, ::-1, ::-1])
    products = one @ region.astype(float) @ two.transpose(0, 2, 1)
    coefficients = np.zeros((len(differences), n1 + n2 + 1))
    for j1 in range(n1 + 1):
        for j2 in range(n2 + 1):
            share = comb(n1, j1) * comb(n2, j2) / comb(n1 + n2, j1 + j2)
            coefficients[:, j1 + j2] += share * products[:, j1, j2]
    return coefficients


def _binomials(n: int, chance: np.ndarray) -> np.ndarray:
    """P(Bin(j, chance) = x) for j and x from 0 to n: shape (chances, n + 1, n + 1)."""
    table = np.zeros((len(chance), n + 1, n + 1))
    table[:, 0, 0] = 1.0
    for j in range(1, n + 1):
        table[:, j] = (1 - chance[:, np.newaxis]) * table[:, j - 1]
        table[:, j, 1:] += chance[:, np.newaxis] * table[:, j - 1, :-1]
    return table
