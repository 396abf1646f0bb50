"""Which tables give a printed p-value."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from brute_force_worlds import fisher
from scipy.stats import chi2_contingency

from myotrial.errors import MyotrialError, PrintedError
from myotrial.evidence.pvalues import MANY, TESTS, allowed, p_value

TABLES = [table for table in itertools.product(range(5), repeat=4) if sum(table) > 0]


@pytest.mark.parametrize(
    ("test", "corrected"), [("chi_square", False), ("chi_square_corrected", True)]
)
def test_p_value__of_chi_square_agrees_with_scipy(test, corrected):
    for a, b, c, d in [*TABLES, (37, 10, 21, 27), (42, 33, 31, 42)]:
        if 0 in (a + b, c + d, a + c, b + d):
            assert p_value(test, a, b, c, d) == 1
            continue
        expected = chi2_contingency([[a, b], [c, d]], correction=corrected).pvalue
        assert p_value(test, a, b, c, d) == pytest.approx(expected, rel=1e-9)


def test_p_value__of_fisher_agrees_with_counting_all_tables():
    for table in [*TABLES, (7, 0, 3, 5), (6, 0, 3, 5), (7, 0, 3, 4)]:
        assert p_value("fisher", *table) == pytest.approx(float(fisher(*table)), rel=1e-12)


@pytest.mark.parametrize("test", ["boschloo", "barnard"])
def test_p_value__of_the_unconditional_tests_stays_below_five_percent_in_the_seed(test):
    """IL-1Ra by response, 7/7 v 3/8, 6/6 v 3/8 or 7/7 v 3/7, as the design of the seed states."""
    for table in [(7, 0, 3, 5), (6, 0, 3, 5), (7, 0, 3, 4)]:
        assert p_value(test, *table) < 0.05


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


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("printed", ["0.40", "<0.05", "NS", ">0.99", "0.030"])
def test_allowed__of_many_tables_at_once_is_the_same_as_one_by_one(test, printed):
    tables = [(a, 7 - a, c, 8 - c) for a in range(8) for c in range(9)]
    assert len(tables) > MANY
    single = [bool(allowed(test, printed, [table])[0]) for table in tables]
    assert allowed(test, printed, tables).tolist() == single


def test_allowed__counts_a_p_value_on_the_end_as_the_end():
    """3 of 3 against 0 of 3 has the Fisher p-value 2/20 = 0.1 exactly."""
    table = [(3, 0, 0, 3)]
    assert allowed("fisher", "<0.1", table).tolist() == [False]
    assert allowed("fisher", "<=0.1", table).tolist() == [True]
    assert allowed("fisher", "NS", table, alpha=Fraction(1, 10)).tolist() == [True]


def test_allowed__takes_p_as_1_where_a_row_or_column_is_empty():
    assert allowed("chi_square", "NS", [(3, 0, 4, 0)]).tolist() == [True]
    assert allowed("chi_square", "<0.05", [(3, 0, 4, 0)]).tolist() == [False]


def test_allowed__refuses_an_unknown_test_and_a_bad_number():
    with pytest.raises(MyotrialError, match="test must be one of fisher"):
        allowed("t_test", "0.03", [(1, 2, 3, 4)])
    with pytest.raises(PrintedError):
        allowed("chi_square", "0,03", [(1, 2, 3, 4)])
