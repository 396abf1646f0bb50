"""Pearson's chi-square test of a table; an approximation, poor where expected counts are small.

Table    a, b / c, d: row 1 yes, row 1 no / row 2 yes, row 2 no; or any rows of counts.
Empty    a row or column without subjects gives p = 1.
Source   Pearson K. Philos Mag 1900;50:157-75. Yates F. Suppl J R Stat Soc 1934;1:217-35.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from scipy.special import chdtrc

from myotrial.statistics.counts import checked_table

__all__ = ["Pearson", "chi_square", "chi_square_table"]


@dataclass(frozen=True)
class Pearson:
    """The statistic, its degrees of freedom, its p-value, and the least expected count."""

    statistic: float
    freedom: int
    p_value: float
    least: float


def chi_square(a: int, b: int, c: int, d: int, *, continuity: bool = False) -> float:
    """The two-sided p-value, with one degree of freedom.

    Args:
        a: Row 1, yes.
        b: Row 1, no.
        c: Row 2, yes.
        d: Row 2, no.
        continuity: Whether Yates' correction is applied.

    Raises:
        MyotrialError: A count is negative or no whole number.

    >>> round(chi_square(3, 1, 1, 3), 4), round(chi_square(3, 1, 1, 3, continuity=True), 4)
    (0.1573, 0.4795)
    """
    a, b, c, d = checked_table(a, b, c, d)
    n = a + b + c + d
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if not margins:
        return 1.0
    excess = abs(a * d - b * c)
    if continuity:
        excess = max(0.0, excess - n / 2)
    return erfc(sqrt(n * excess**2 / margins / 2))


def chi_square_table(table: Sequence[Sequence[int]]) -> Pearson:
    """The test of independence in an r x c table; rows and columns without subjects left out.

    Raises:
        MyotrialError: A count is negative or no whole number.

    >>> round(chi_square_table([[3, 1], [1, 3]]).p_value, 4)
    0.1573
    """
    counts = np.array([checked_table(*row) for row in table], float)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return Pearson(0.0, 0, 1.0, 0.0)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return Pearson(statistic, freedom, float(chdtrc(freedom, statistic)), float(expected.min()))
