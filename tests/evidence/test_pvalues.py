"""Which tables give a printed p-value."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from myotrial.errors import MyotrialError, PrintedError
from myotrial.evidence.pvalues import TESTS, allowed, p_value

TABLES = [table for table in itertools.product(range(5), repeat=4) if sum(table) > 0]


def has_margins(a, b, c, d):
    return min(a + b, c + d, a + c, b + d) > 0


@pytest.mark.parametrize(
    ("test", "corrected"), [("chi_square", False), ("chi_square_corrected", True)]
)
def test_p_value__of_chi_square_agrees_with_scipy(test, corrected):
    for a, b, c, d in [*TABLES, (37, 10, 21, 27), (42, 33, 31, 42)]:
        if not has_margins(a, b, c, d):
            assert math.isnan(p_value(test, a, b, c, d))
            continue
        expected = chi2_contingency([[a, b], [c, d]], correction=corrected).pvalue
        assert p_value(test, a, b, c, d) == pytest.approx(expected, rel=1e-9)


def test_p_value__of_chi_square_agrees_with_a_published_value():
    """ProDERM, 37/47 v 21/48 responders: p = 0.0008, doi:10.1186/s13075-023-03232-2.

    Its test was stratified; Pearson's without correction gives 0.0005, with it 0.001.
    """
    assert p_value("chi_square", 37, 10, 21, 27) == pytest.approx(0.00047, abs=5e-6)
    assert p_value("chi_square_corrected", 37, 10, 21, 27) == pytest.approx(0.00102, abs=5e-6)


def test_allowed__keeps_the_order_of_the_tables():
    tables = [(7, 0, 3, 5), (4, 3, 3, 5), (7, 0, 3, 5), (3, 5, 7, 0)]
    assert allowed("chi_square", "<0.05", tables).tolist() == [True, False, True, True]
    assert allowed("chi_square", "0.010", tables).tolist() == [True, False, True, True]
    assert allowed("chi_square", "NS", tables).tolist() == [False, True, False, False]


def test_allowed__of_no_tables_is_empty():
    assert allowed("chi_square", "0.03", np.empty((0, 4), dtype=int)).tolist() == []


def test_allowed__has_a_level_for_not_significant():
    assert allowed("chi_square", "NS", [(7, 0, 3, 5)], alpha=Fraction(1, 100)).tolist() == [True]


def test_allowed__allows_nothing_where_the_test_is_undefined():
    for printed in ("NS", "<0.05", "1.0", ">0.5"):
        assert allowed("chi_square", printed, [(3, 0, 4, 0)]).tolist() == [False]


def test_allowed__refuses_an_unknown_test_and_a_bad_number():
    with pytest.raises(MyotrialError, match="test must be one of fisher"):
        allowed("t_test", "0.03", [(1, 2, 3, 4)])
    with pytest.raises(PrintedError):
        allowed("chi_square", "0,03", [(1, 2, 3, 4)])


def test_tests__are_named():
    assert sorted(TESTS) == ["barnard", "boschloo", "chi_square", "chi_square_corrected", "fisher"]
