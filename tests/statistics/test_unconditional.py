from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.bernstein import exceeds, maximum, supremum
from myotrial.statistics.two_by_two import (
    barnard,
    barnard_matrix,
    boschloo,
    boschloo_matrix,
    fisher,
)

CELL = st.integers(0, 6)


def of(x1, n1, x2, n2):
    return x1, n1 - x1, x2, n2 - x2


# R package Exact 3.3, exact.test with npNumbers = 1000, printed to 7 decimals.
R_EXACT = [
    ("boschloo", "two-sided", of(7, 12, 1, 12), 0.0102787),
    ("pooled", "two-sided", of(7, 12, 1, 12), 0.0102787),
    ("boschloo", "greater", of(7, 15, 2, 15), 0.0275057),
    ("pooled", "two-sided", of(7, 15, 2, 15), 0.0550115),
    ("boschloo", "greater", of(37, 47, 21, 48), 0.0002274),
    ("pooled", "greater", of(37, 47, 21, 48), 0.0002274),
    ("unpooled", "two-sided", of(37, 47, 21, 48), 0.0004335),
    ("boschloo", "two-sided", of(9, 20, 2, 20), 0.0167147),
    ("pooled", "two-sided", of(9, 20, 2, 20), 0.0167147),
    ("boschloo", "two-sided", of(12, 20, 5, 20), 0.0295806),
    ("pooled", "two-sided", of(12, 20, 5, 20), 0.0295806),
    ("boschloo", "greater", of(10, 15, 3, 14), 0.0084038),
    ("unpooled", "greater", of(10, 15, 3, 14), 0.0083098),
    ("unpooled", "two-sided", of(10, 15, 3, 14), 0.0144875),
    ("pooled", "two-sided", of(8, 10, 3, 11), 0.0207500),
    ("boschloo", "greater", of(24, 48, 11, 47), 0.0037937),
    ("boschloo", "two-sided", of(24, 48, 11, 47), 0.0079105),
    ("pooled", "two-sided", of(24, 48, 11, 47), 0.0073532),
]


def p_value(kind, table, alternative="two-sided"):
    if kind == "boschloo":
        return boschloo(*table, alternative=alternative)
    return barnard(*table, pooled=kind == "pooled", alternative=alternative)


@pytest.mark.parametrize(("kind", "alternative", "table", "published"), R_EXACT)
def test_unconditional__agrees_with_another_program(kind, alternative, table, published):
    # R tries 999 chances, so it may miss the maximum from below; never from above.
    ours = p_value(kind, table, alternative)
    assert published - 6e-8 <= ours <= published + 1e-6


def test_barnard__of_the_tea_drinker():
    # Fagerland, Lydersen, Laake 2017, chapter 4: Suissa-Shuster without restriction, 0.28906.
    assert round(barnard(3, 1, 1, 3), 5) == 0.28906


@pytest.mark.parametrize("table", [(7, 0, 3, 5), (6, 0, 3, 5), (7, 0, 3, 4)])
def test_unconditional__marker_by_response_stays_below_five_percent(table):
    assert boschloo(*table) < 0.05
    assert barnard(*table) < 0.05
    assert barnard(*table, pooled=False) < 0.05


@settings(max_examples=40, deadline=None)
@given(CELL, CELL, CELL, CELL)
def test_boschloo__never_exceeds_fisher(a, b, c, d):
    assert 0 < boschloo(a, b, c, d) <= fisher(a, b, c, d) * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(CELL, CELL, CELL, CELL, st.sampled_from(["boschloo", "pooled", "unpooled"]))
def test_unconditional__does_not_depend_on_the_order_of_rows_or_columns(a, b, c, d, kind):
    ours = p_value(kind, (a, b, c, d))
    assert ours == pytest.approx(p_value(kind, (c, d, a, b)), rel=1e-9)
    assert ours == pytest.approx(p_value(kind, (b, a, d, c)), rel=1e-9)
    greater = p_value(kind, (a, b, c, d), "greater")
    assert greater == pytest.approx(p_value(kind, (c, d, a, b), "less"), rel=1e-9)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_boschloo_matrix__holds_the_same_floats(alternative):
    matrix = boschloo_matrix(5, 4, alternative=alternative)
    for x1 in range(6):
        for x2 in range(5):
            assert matrix[x1, x2] == boschloo(*of(x1, 5, x2, 4), alternative=alternative)


@pytest.mark.parametrize("pooled", [True, False])
def test_barnard_matrix__holds_the_same_floats(pooled):
    matrix = barnard_matrix(5, 4, pooled=pooled)
    for x1 in range(6):
        for x2 in range(5):
            assert matrix[x1, x2] == barnard(*of(x1, 5, x2, 4), pooled=pooled)


@pytest.mark.parametrize("matrix", [boschloo_matrix, barnard_matrix])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_unconditional__rejects_a_true_null_no_more_often_than_promised(matrix, alpha):
    rejected = matrix(7, 8) <= alpha
    chance = np.linspace(0, 1, 201)
    size = sum(
        binomial(7, x1, chance) * binomial(8, x2, chance) for x1, x2 in np.argwhere(rejected)
    )
    assert np.max(size) <= alpha + 1e-12


def binomial(n, x, chance):
    ways = 1
    for k in range(x):
        ways = ways * (n - k) // (k + 1)
    return ways * chance**x * (1 - chance) ** (n - x)


def test_unconditional__grows_with_less_extreme_tables():
    p_values = boschloo_matrix(8, 8, alternative="greater")
    assert (np.diff(p_values[:, 0]) <= 0).all()
    assert (np.diff(p_values[8]) >= 0).all()


def test_unconditional__without_subjects_in_a_row_is_one():
    assert boschloo(0, 0, 3, 5) == barnard(3, 5, 0, 0) == 1.0
    assert boschloo_matrix(0, 3).tolist() == [[1.0] * 4]


def test_unconditional__of_equal_rows_is_one():
    assert boschloo(0, 5, 0, 5) == barnard(5, 0, 5, 0) == barnard(2, 2, 2, 2) == 1.0


def test_unconditional__says_what_to_use_when_too_large():
    with pytest.raises(TooLargeError, match="Fisher"):
        boschloo(500, 500, 500, 501)
    with pytest.raises(TooLargeError, match="200"):
        barnard_matrix(100, 101)


def test_unconditional__refuses_an_unknown_alternative():
    with pytest.raises(MyotrialError, match="got 'both'"):
        barnard(1, 2, 3, 4, alternative="both")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_maximum__is_attained_and_not_beaten_by_a_fine_grid(coefficients):
    degree = len(coefficients) - 1
    chance = np.linspace(0, 1, 2001)
    values = sum(c * binomial(degree, k, chance) for k, c in enumerate(coefficients))
    found = float(maximum(np.array([coefficients]))[0])
    assert found >= values.max() * (1 - 1e-9) - 1e-14
    assert found <= max(coefficients) * (1 + 1e-12)
    assert found <= values.max() * (1 + 1e-3) + 1e-14


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=40))
def test_supremum__is_the_maximum_with_its_place(numbers):
    coefficients = np.array(numbers, float)
    value, place = supremum(coefficients)
    n = len(numbers) - 1
    there = sum(c * comb(n, k) * place**k * (1 - place) ** (n - k) for k, c in enumerate(numbers))
    assert value == pytest.approx(maximum(coefficients[np.newaxis])[0], rel=1e-9, abs=1e-14)
    assert there == pytest.approx(value, rel=1e-9, abs=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=40), st.floats(0.01, 60))
def test_exceeds__tells_a_place_if_and_only_if_there_is_one(numbers, level):
    coefficients = np.array(numbers, float)
    value, _ = supremum(coefficients)
    place = exceeds(coefficients, level)
    n = len(numbers) - 1
    if place is None:
        assert value <= level * (1 + 1e-9)
    else:
        there = sum(
            c * comb(n, k) * place**k * (1 - place) ** (n - k) for k, c in enumerate(numbers)
        )
        assert there == pytest.approx(min(there, value), rel=1e-9)
        assert there > level * (1 - 1e-12)
