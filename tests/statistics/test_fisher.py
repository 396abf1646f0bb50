from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.errors import MyotrialError
from myotrial.statistics.two_by_two import fisher, fisher_matrix, fisher_mid_p

CELL = st.integers(0, 12)


@pytest.mark.parametrize(
    ("table", "p_value"),
    [
        pytest.param((7, 0, 3, 5), 0.0256, id="7 of 7 against 3 of 8"),
        pytest.param((6, 0, 3, 5), 0.0310, id="6 of 6 against 3 of 8"),
        pytest.param((7, 0, 3, 4), 0.0699, id="7 of 7 against 3 of 7"),
        # R, help(fisher.test): Fisher's tea drinker and Dizygotic/Monozygotic convictions.
        pytest.param((3, 1, 1, 3), 0.4857, id="tea"),
        pytest.param((2, 10, 15, 3), 0.0005367, id="convictions"),
        # Fagerland, Lydersen, Laake 2017, Ritland 2007 data.
        pytest.param((0, 16, 15, 57), 0.06287, id="CHRNA4"),
    ],
)
def test_fisher__gives_published_two_sided_values(table, p_value):
    digits = len(str(p_value).split(".")[1])
    assert round(fisher(*table), digits) == p_value


def test_fisher__agrees_with_scipy_on_large_tables():
    from scipy.stats import fisher_exact

    for table in [(40, 60, 55, 45), (2000, 3000, 2150, 2850)]:
        expected = fisher_exact([table[:2], table[2:]]).pvalue
        assert fisher(*table) == pytest.approx(expected, rel=1e-6)


def test_fisher__gives_published_one_sided_values():
    # R, help(fisher.test): alternative = "less" for convictions, "greater" for tea.
    assert round(fisher(2, 10, 15, 3, alternative="less"), 7) == 0.0004652
    assert round(fisher(3, 1, 1, 3, alternative="greater"), 4) == 0.2429


@pytest.mark.parametrize(
    ("table", "mid_p"),
    [
        # Fagerland, Lydersen, Laake 2017, chapter 4, and the tests of its R package
        # contingencytables. Equally probable tables stand at both ends of the tea drinker's.
        pytest.param((3, 1, 1, 3), 0.25714, id="tea"),
        pytest.param((7, 27, 1, 33), 0.02966, id="Perondi 2004"),
        pytest.param((9, 4, 4, 10), 0.03914, id="Lampasona 2013"),
        pytest.param((0, 16, 15, 57), 0.04466, id="Ritland 2007"),
        pytest.param((745, 3, 127, 2), 0.09193, id="large"),
    ],
)
def test_fisher_mid_p__gives_published_values(table, mid_p):
    assert round(fisher_mid_p(*table), 5) == mid_p


@given(CELL, CELL, CELL, CELL)
def test_fisher_mid_p__counts_every_table_as_probable_as_the_observed_one_half(a, b, c, d):
    first, last = max(0, a - d), min(a + b, a + c)
    chance = {x: comb(a + b, x) * comb(c + d, a + c - x) for x in range(first, last + 1)}
    ties = sum(weight for weight in chance.values() if weight == chance[a])
    half = ties / (2 * sum(chance.values()))
    assert fisher(a, b, c, d) - fisher_mid_p(a, b, c, d) == pytest.approx(half)


@given(CELL, CELL, CELL, CELL)
def test_fisher__does_not_depend_on_the_order_of_rows_or_columns(a, b, c, d):
    p_value = fisher(a, b, c, d)
    assert 0 < p_value <= 1
    assert p_value == fisher(c, d, a, b) == fisher(b, a, d, c) == fisher(a, c, b, d)
    assert fisher_mid_p(a, b, c, d) <= p_value


@given(CELL, CELL, CELL, CELL)
def test_fisher__one_sided_tails_share_only_the_observed_table(a, b, c, d):
    tails = fisher(a, b, c, d, alternative="greater") + fisher(a, b, c, d, alternative="less")
    assert tails >= 1
    assert fisher(a, b, c, d, alternative="less") == fisher(c, d, a, b, alternative="greater")


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_fisher_matrix__holds_what_the_single_test_gives(alternative):
    matrix = fisher_matrix(5, 4, alternative)
    for x1 in range(6):
        for x2 in range(5):
            single = fisher(x1, 5 - x1, x2, 4 - x2, alternative=alternative)
            assert matrix[x1, x2] == single


def test_fisher__without_subjects_in_a_row_is_one():
    assert fisher(0, 0, 3, 5) == fisher(3, 0, 5, 0) == fisher(0, 0, 0, 0) == 1.0


@pytest.mark.parametrize("cells", [(-1, 2, 3, 4), (1.5, 2, 3, 4), ("1", 2, 3, 4)])
def test_fisher__refuses_what_is_no_count(cells):
    with pytest.raises(MyotrialError, match="whole and not negative"):
        fisher(*cells)


def test_fisher__refuses_an_unknown_alternative():
    with pytest.raises(MyotrialError, match="got 'larger'"):
        fisher(1, 2, 3, 4, alternative="larger")
