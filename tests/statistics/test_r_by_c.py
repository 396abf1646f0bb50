import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics import r_by_c
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


def test_freeman_halton__says_what_to_do_when_too_large(monkeypatch):
    monkeypatch.setattr(r_by_c, "MOST", 50)
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
