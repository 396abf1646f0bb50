"""Which 2x2 tables give a p-value as it is printed.

A table is (a, b, c, d): row 1 yes, row 1 no, row 2 yes, row 2 no. All p-values are two-sided.

Rounding   as in `myotrial.evidence.rounding`; "NS" stands for `alpha` or more.
Ends       p-values are floats: within `CLOSE` of an end of the printed interval they count as the
           end itself, which "0.05" includes and "<0.05" does not.
Empty      a table with an empty row or column has the p-value 1.
"""

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.evidence.rounding import ALPHA, Printed, interval

__all__ = ["CLOSE", "TESTS", "allowed", "p_value"]

TESTS = ("fisher", "boschloo", "barnard", "chi_square", "chi_square_corrected")
CLOSE = 1e-9  # difference of p-values below which they are the same
MANY = 30  # tables with the same rows from which on all their p-values are computed together
LARGEST = 200  # subjects up to which they can be


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
    places: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, (a, b, c, d) in enumerate(counts.tolist()):
        places[a + b, c + d].append(place)
    truth = np.zeros(len(counts), dtype=bool)
    for rows, found in places.items():
        values = _p_values(test, rows, counts[found])
        known = {value: _prints(value, reported) for value in set(values)}
        truth[found] = [known[value] for value in values]
    return truth


def p_value(test: str, a: int, b: int, c: int, d: int) -> float:
    """Two-sided p-value of a table.

    Raises:
        MyotrialError: The test is unknown.

    >>> round(p_value("fisher", 7, 0, 3, 5), 4)
    0.0256
    """
    return float(_test(test)(a, b, c, d))


def _p_values(test: str, rows: tuple[int, int], tables: np.ndarray) -> list[float]:
    """The p-values of tables whose rows have these sizes."""
    matrix = getattr(_statistics(), f"{test}_matrix", None)
    if matrix is not None and len(tables) >= MANY and sum(rows) <= LARGEST:
        return matrix(*rows)[tables[:, 0], tables[:, 2]].tolist()
    return [p_value(test, *table) for table in tables.tolist()]


def _prints(value: float, printed: Printed) -> bool:
    """Whether a p-value lies in the printed interval, ends as this module's text says."""
    exact = Fraction(value)
    for end in (printed.low, printed.high):
        if end is not None and abs(exact - end) <= CLOSE:
            return end in printed
    return exact in printed


def _test(name: str) -> Callable[..., float]:
    if name not in TESTS:
        raise MyotrialError(f"test must be one of {', '.join(TESTS)} (got {name!r})")
    if name == "chi_square_corrected":
        return partial(_statistics().chi_square, continuity=True)
    return getattr(_statistics(), name)


def _statistics() -> ModuleType:
    from myotrial.statistics import two_by_two  # loads SciPy

    return two_by_two
