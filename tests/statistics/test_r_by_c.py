import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics import r_by_c
from myotrial.statistics.chi_square import chi_square, chi_square_table
from myotrial.statistics.r_by_c import freeman_halton
from myotrial.statistics.two_by_two import fisher

CELL = st.integers(0, 5)


# Mehta CR, Patel NR. SPSS Exact Tests: oral lesions by site and region, n = 27, chi-square 22.099.
LESIONS = [(0, 1, 0), (8, 1, 8), (0, 1, 0), (0, 1, 0), (0, 1, 0), (0, 1, 0), (0, 1, 0), (1, 0, 1),
           (1, 0, 1)]  # fmt: skip


def test_freeman_halton__gives_a_published_value():
    rows, columns = [sum(row) for row in LESIONS], [sum(c) for c in zip(*LESIONS, strict=True)]
    chi_square = 27 * (
        sum(
            cell**2 / (row * column)
            for row, cells in zip(rows, LESIONS, strict=True)
            for column, cell in zip(columns, cells, strict=True)
        )
        - 1
    )
    assert round(chi_square, 3) == 22.099  # the table is the published one
    assert round(freeman_halton(LESIONS), 4) == 0.0101


@pytest.mark.parametrize("bound", ["MOST", "STEPS"])
def test_freeman_halton__says_what_to_do_when_too_large(monkeypatch, bound):
    monkeypatch.setattr(r_by_c, bound, 50)
    with pytest.raises(TooLargeError, match="merge"):
        freeman_halton([[3, 3, 3], [3, 3, 3], [3, 3, 3]])


@given(CELL, CELL, CELL, CELL)
def test_freeman_halton__of_two_by_two_is_fisher(a, b, c, d):
    assert freeman_halton([[a, b], [c, d]]) == fisher(a, b, c, d)


@settings(max_examples=40)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4))
def test_freeman_halton__does_not_depend_on_order_or_on_which_side_is_called_rows(rows):
    p_value = freeman_halton(rows)
    assert 0 < p_value <= 1
    assert p_value == freeman_halton(rows[::-1]) == freeman_halton(list(zip(*rows, strict=True)))
    assert p_value == freeman_halton([*rows, (0, 0)])


def test_freeman_halton__of_an_empty_table_is_one():
    assert freeman_halton([[0, 0], [0, 0]]) == 1.0


@pytest.mark.parametrize("table", [[], [[1, 2], [3]]])
def test_freeman_halton__refuses_ragged_tables(table):
    with pytest.raises(MyotrialError, match="one length"):
        freeman_halton(table)


def test_chi_square_table__gives_a_published_value():
    """Snedecor GW, Cochran WG, as in Agresti A, Categorical Data Analysis, 2002, table 3.2."""
    found = chi_square_table([[762, 327, 468], [484, 239, 477]])  # gender by party, GSS 1991
    assert (round(found.statistic, 1), found.freedom) == (30.1, 2)
    assert found.p_value == pytest.approx(3e-7, rel=0.1)
    assert found.least == pytest.approx(1200 * 566 / 2757)


def test_chi_square_table__is_that_of_two_by_two_and_of_scipy():
    assert chi_square_table([[3, 1], [1, 3]]).p_value == pytest.approx(chi_square(3, 1, 1, 3))
    table = [[12, 5, 0], [7, 9, 0], [4, 4, 0]]
    expected = stats.chi2_contingency([row[:2] for row in table], correction=False)
    assert chi_square_table(table).p_value == pytest.approx(expected.pvalue)
    assert chi_square_table([[3, 1], [0, 0]]).p_value == 1.0
