"""Which 2x2 tables give a p-value as it is printed.

A table is (a, b, c, d): row 1 yes, row 1 no, row 2 yes, row 2 no. All p-values are two-sided.

Rounding   as in `myotrial.evidence.rounding`; "NS" stands for `alpha` or more.
Ends       p-values are floats: within `CLOSE` of an end of the printed interval they count as the
           end itself, which "0.05" includes and "<0.05" does not.
Undefined  where a test has no p-value (chi-square with an empty row or column) no printed
           p-value is allowed.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.evidence.rounding import ALPHA, Printed, interval

__all__ = ["CLOSE", "TESTS", "allowed", "p_value"]

CLOSE = 1e-9  # difference of p-values below which they are the same


def allowed(test: str, printed: str, tables: Any, *, alpha: Fraction = ALPHA) -> np.ndarray:
    """Say which tables give the printed p-value.

    Args:
        test: One of `TESTS`.
        printed: A p-value as printed: "0.026", "<0.05", "p = 0.03", "NS".
        tables: Counts a, b, c, d of each table, shape (tables, 4), integers of 0 or more.
        alpha: Level of significance that "NS" refers to.

    Returns:
        Truth per table, shape (tables,).

    Raises:
        PrintedError: The string is not a printed number.
        MyotrialError: The test is unknown.

    >>> allowed("chi_square", "<0.05", [[7, 0, 3, 5], [4, 3, 3, 5]])
    array([ True, False])
    """
    reported = interval(printed, alpha=alpha)
    counts = np.asarray(tables, dtype=int).reshape(-1, 4)
    different, place = np.unique(counts, axis=0, return_inverse=True)
    verdicts = [_prints(p_value(test, *map(int, table)), reported) for table in different]
    return np.array(verdicts, dtype=bool)[place.reshape(-1)]


@lru_cache(maxsize=100_000)
def p_value(test: str, a: int, b: int, c: int, d: int) -> float:
    """Two-sided p-value of a table; NaN where the test has none.

    Raises:
        MyotrialError: The test is unknown.

    >>> round(p_value("chi_square", 7, 0, 3, 5), 4)
    0.0104
    """
    if test not in TESTS:
        raise MyotrialError(f"test must be one of {', '.join(TESTS)} (got {test!r})")
    return TESTS[test](a, b, c, d)


def _prints(value: float, printed: Printed) -> bool:
    """Whether a p-value lies in the printed interval, ends as this module's text says."""
    if math.isnan(value):
        return False
    exact = Fraction(value)
    for end in (printed.low, printed.high):
        if end is not None and abs(exact - end) <= CLOSE:
            return end in printed
    return exact in printed


def _two_by_two(name: str) -> Callable[[int, int, int, int], float]:
    def test(a: int, b: int, c: int, d: int) -> float:
        from myotrial.statistics import two_by_two  # loads SciPy

        return float(getattr(two_by_two, name)(a, b, c, d))

    return test


def _chi_square(a: int, b: int, c: int, d: int, *, correction: Fraction = Fraction(0)) -> float:
    """Pearson's chi-square test with one degree of freedom; see Yates F. 1934 for the correction.

    The correction lowers each |observed - expected| by one half, to no less than zero.
    """
    n = a + b + c + d
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return math.nan
    distance = max(Fraction(abs(a * d - b * c)) - n * correction, Fraction(0))
    return math.erfc(math.sqrt(n * distance**2 / margins / 2))


def _corrected(a: int, b: int, c: int, d: int) -> float:
    return _chi_square(a, b, c, d, correction=Fraction(1, 2))


TESTS: dict[str, Callable[[int, int, int, int], float]] = {
    "fisher": _two_by_two("fisher"),
    "boschloo": _two_by_two("boschloo"),
    "barnard": _two_by_two("barnard"),
    "chi_square": _chi_square,
    "chi_square_corrected": _corrected,
}
