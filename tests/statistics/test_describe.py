from fractions import Fraction
from math import nan

import pytest

from myotrial.statistics.describe import quantile, summarise


def test_summarise__leaves_missing_values_out_and_counts_them():
    summary = summarise([4.0, None, 1.0, nan, 3.0, 2.0])
    assert (summary.n, summary.missing) == (4, 2)
    assert (summary.mean, summary.median) == (2.5, 2.5)
    assert summary.sd == pytest.approx((5 / 3) ** 0.5)
    assert (summary.smallest, summary.largest) == (1, 4)


def test_summarise__quartiles_average_at_jumps():
    # SAS Base Procedures Guide, PCTLDEF=5: n p whole takes the mean of two values, else the next.
    summary = summarise([1, 2, 3, 4, 5, 6, 7, 8])
    assert (summary.lower_quartile, summary.upper_quartile) == (2.5, 6.5)
    summary = summarise([1, 2, 3, 4, 5, 6, 7])
    assert (summary.lower_quartile, summary.median, summary.upper_quartile) == (2, 4, 6)


def test_summarise__of_nothing_or_one_value():
    empty = summarise([None])
    assert (empty.n, empty.missing, empty.mean, empty.median) == (0, 1, None, None)
    one = summarise([3])
    assert (one.mean, one.sd, one.median, one.lower_quartile) == (3, None, 3, 3)


def test_quantile__at_the_ends():
    assert quantile([1.0, 2.0], Fraction(0)) == 1
    assert quantile([1.0, 2.0], Fraction(1)) == 2
