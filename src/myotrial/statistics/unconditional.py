"""Unconditional exact tests of a 2x2 table: Boschloo and Barnard.

Table    a, b / c, d: row 1 yes, row 1 no / row 2 yes, row 2 no; only the row totals are fixed.
Null     both rows have one unknown probability of yes; the p-value is the greatest probability,
         over all values of it from 0 to 1, of a table at least as extreme as the observed one.
Extreme  Boschloo: Fisher's p-value (two-sided for a two-sided test), smaller is more extreme.
         Barnard: the z statistic with pooled (Suissa and Shuster) or unpooled variance; its size
         for a two-sided test, its sign counts for a one-sided one.
         SciPy's two-sided `boschloo_exact` is another test: twice the smaller one-sided p-value.
Exact    extremeness is compared through correctly rounded fractions of integers, so ties are ties;
         the maximum is found with a guarantee (see `bernstein`): too small by at most 1e-10 of it.
Empty    a row without subjects gives p = 1.
Source   Boschloo RD. Stat Neerl 1970;24:1-35. Barnard GA. Biometrika 1947;34:123-38.
         Suissa S, Shuster JJ. J R Stat Soc A 1985;148:317-27.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import comb, copysign, inf

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.statistics.bernstein import maximum
from myotrial.statistics.counts import Alternative, checked_alternative, checked_table
from myotrial.statistics.fisher import fisher_matrix

__all__ = ["barnard", "barnard_matrix", "boschloo", "boschloo_matrix"]

LARGEST = 1000  # subjects in both rows together
LARGEST_MATRIX = 200  # the same, where all tables are wanted
CHUNK = 256  # polynomials maximised at once


def boschloo(a: int, b: int, c: int, d: int, *, alternative: Alternative = "two-sided") -> float:
    """The p-value of Boschloo's test, never above Fisher's.

    Raises:
        MyotrialError: A count is negative or no whole number.
        TooLargeError: More than 1000 subjects.

    >>> round(boschloo(7, 0, 3, 4), 4)
    0.0237
    """
    a, b, c, d = checked_table(a, b, c, d)
    checked_alternative(alternative)
    _require_small(a + b + c + d, LARGEST)
    return _p_value("boschloo", alternative, a, b, c, d)


def barnard(
    a: int,
    b: int,
    c: int,
    d: int,
    *,
    pooled: bool = True,
    alternative: Alternative = "two-sided",
) -> float:
    """The p-value of Barnard's test on the z statistic.

    Args:
        a: Row 1, yes.
        b: Row 1, no.
        c: Row 2, yes.
        d: Row 2, no.
        pooled: Variance from both rows together (the score statistic) or from each row.
        alternative: "greater" asks whether yes is more frequent in row 1, "less" the opposite.

    Raises:
        MyotrialError: A count is negative or no whole number.
        TooLargeError: More than 1000 subjects.

    >>> round(barnard(7, 5, 1, 11), 4)
    0.0103
    """
    a, b, c, d = checked_table(a, b, c, d)
    checked_alternative(alternative)
    _require_small(a + b + c + d, LARGEST)
    return _p_value("pooled" if pooled else "unpooled", alternative, a, b, c, d)


def boschloo_matrix(n1: int, n2: int, *, alternative: Alternative = "two-sided") -> np.ndarray:
    """Boschloo's p-value of every table with rows of n1 and n2 subjects.

    Returns:
        Read-only array of shape (n1 + 1, n2 + 1); entry (x1, x2) belongs to the table with x1 yes
        in row 1 and x2 yes in row 2; the same floats that `boschloo` gives one by one.

    Raises:
        TooLargeError: More than 200 subjects.
    """
    checked_alternative(alternative)
    _require_small(n1 + n2, LARGEST_MATRIX)
    return _matrix("boschloo", alternative, n1, n2)


def barnard_matrix(
    n1: int, n2: int, *, pooled: bool = True, alternative: Alternative = "two-sided"
) -> np.ndarray:
    """Barnard's p-value of every table with rows of n1 and n2 subjects; see `boschloo_matrix`."""
    checked_alternative(alternative)
    _require_small(n1 + n2, LARGEST_MATRIX)
    return _matrix("pooled" if pooled else "unpooled", alternative, n1, n2)


def _require_small(n: int, largest: int) -> None:
    if n > largest:
        raise TooLargeError(
            f"An unconditional exact test is limited to {largest} subjects here (got {n}).\n"
            "Hint: use Fisher's test, which differs little at this size."
        )


@lru_cache(maxsize=65536)
def _p_value(kind: str, alternative: Alternative, a: int, b: int, c: int, d: int) -> float:
    if not (a + b and c + d):
        return 1.0
    mildness = _mildness(kind, alternative, a + b, c + d)
    region = mildness <= mildness[a, c]
    weights = _coefficients(region)
    return min(1.0, float(maximum(weights[np.newaxis])[0]))


@lru_cache(maxsize=32)
def _matrix(kind: str, alternative: Alternative, n1: int, n2: int) -> np.ndarray:
    p_values = np.ones((n1 + 1, n2 + 1))
    if n1 and n2:
        mildness = _mildness(kind, alternative, n1, n2)
        levels, place = np.unique(mildness, return_inverse=True)
        nested = list(_nested_coefficients(mildness, levels))
        greatest = [
            maximum(np.array(nested[start : start + CHUNK]))
            for start in range(0, len(nested), CHUNK)
        ]
        p_values = np.minimum(1.0, np.concatenate(greatest)[place.reshape(mildness.shape)])
    p_values.setflags(write=False)
    return p_values


def _coefficients(region: np.ndarray) -> np.ndarray:
    """Bernstein coefficients of the probability of a region, a polynomial in the common chance.

    Coefficient k is the probability of the region given k yes in all: with chance t for each of
    the N subjects, P(region) is the sum over k of coefficient[k] * C(N, k) t^k (1 - t)^(N - k).
    """
    n1, n2 = region.shape[0] - 1, region.shape[1] - 1
    ways = [0] * (n1 + n2 + 1)
    for x1, x2 in np.argwhere(region).tolist():
        ways[x1 + x2] += comb(n1, x1) * comb(n2, x2)
    return np.array([way / comb(n1 + n2, k) for k, way in enumerate(ways)])


def _nested_coefficients(mildness: np.ndarray, levels: np.ndarray) -> Iterator[np.ndarray]:
    """The coefficients of each region {mildness <= level}, from the smallest region on."""
    n1, n2 = mildness.shape[0] - 1, mildness.shape[1] - 1
    totals = [comb(n1 + n2, k) for k in range(n1 + n2 + 1)]
    ways, weights = [0] * len(totals), np.zeros(len(totals))
    order = np.argsort(mildness, axis=None, kind="stable")
    tables = np.stack(np.unravel_index(order, mildness.shape), axis=1).tolist()
    done = 0
    for level in levels:
        while done < len(tables) and mildness[tuple(tables[done])] <= level:
            x1, x2 = tables[done]
            ways[x1 + x2] += comb(n1, x1) * comb(n2, x2)
            weights[x1 + x2] = ways[x1 + x2] / totals[x1 + x2]
            done += 1
        yield weights.copy()


@lru_cache(maxsize=64)
def _mildness(kind: str, alternative: Alternative, n1: int, n2: int) -> np.ndarray:
    """For every table a number that is smaller the more extreme the table is."""
    if kind == "boschloo":
        return fisher_matrix(n1, n2, alternative)
    square = _pooled_square if kind == "pooled" else _unpooled_square
    signed = _signed_squares(square, n1, n2)
    match alternative:
        case "greater":
            return -signed
        case "less":
            return signed
        case _:
            return -np.abs(signed)


def _signed_squares(square: Callable[[int, int, int, int], float], n1: int, n2: int) -> np.ndarray:
    """The square of z with the sign of z for every table."""
    return np.array(
        [
            [copysign(square(x1, n1, x2, n2), x1 * n2 - x2 * n1) for x2 in range(n2 + 1)]
            for x1 in range(n1 + 1)
        ]
    )


def _pooled_square(x1: int, n1: int, x2: int, n2: int) -> float:
    """The square of z with the variance of both rows together; 0 where all agree."""
    n, yes = n1 + n2, x1 + x2
    difference = x1 * n2 - x2 * n1
    if not difference:
        return 0.0
    return n * difference**2 / (n1 * n2 * yes * (n - yes))


def _unpooled_square(x1: int, n1: int, x2: int, n2: int) -> float:
    """The square of z with the variance of each row; infinite for all against none."""
    difference = x1 * n2 - x2 * n1
    variance = x1 * (n1 - x1) * n2**3 + x2 * (n2 - x2) * n1**3
    if not difference:
        return 0.0
    return difference**2 * n1 * n2 / variance if variance else inf
