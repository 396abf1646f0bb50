from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.two_sample import mann_whitney_exact, permutation_test, shift

# Hollander & Wolfe, table 4.1 (tritiated water permeability), as in R's help(wilcox.test):
# W = 35, one-sided p = 0.1272; the distribution of W is symmetric.
TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]

GROUP = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=6)


def test_mann_whitney_exact__gives_published_values():
    result = mann_whitney_exact(TERM, EARLY)
    assert (result.statistic, round(result.p_value / 2, 4)) == (35, 0.1272)


def test_shift__gives_published_values():
    # Hollander & Wolfe, chapter 4: shift 0.305.
    assert shift(TERM, EARLY).value == pytest.approx(0.305)


def test_permutation_test__gives_a_published_value():
    # Pitman's test of Darwin's reasoning for two groups, by hand: {1,2,3} v {4,5,6}: 2 of 20.
    assert permutation_test([1, 2, 3], [4, 5, 6]) == 0.1
    assert permutation_test([0.1, 0.2], [0.3, 0.3]) == pytest.approx(2 / 6)


@given(GROUP, GROUP)
def test_mann_whitney_exact__does_not_depend_on_the_order_of_groups(first, second):
    result, turned = mann_whitney_exact(first, second), mann_whitney_exact(second, first)
    assert result.p_value == pytest.approx(turned.p_value, rel=1e-9)
    assert result.statistic + turned.statistic == len(first) * len(second)
    assert 0 < result.smallest <= result.p_value * (1 + 1e-9)
    assert result.p_value <= 1


@given(GROUP, GROUP)
def test_permutation_test__does_not_depend_on_the_order_of_groups(first, second):
    p_value = permutation_test(first, second)
    assert 0 < p_value <= 1
    assert p_value == permutation_test(second, first)


@settings(max_examples=50)
@given(GROUP, GROUP)
def test_shift__holds_its_estimate_and_turns_with_the_groups(first, second):
    estimate, turned = shift(first, second), shift(second, first)
    assert estimate.low <= estimate.value <= estimate.high
    assert (turned.value, turned.low) == (-estimate.value, -estimate.high)


def test_two_sample__of_an_empty_group_says_nothing():
    result = mann_whitney_exact([1.0, 2.0], [])
    assert (result.p_value, result.smallest) == (1.0, 1.0)
    assert permutation_test([], [1.0]) == 1.0
    estimate = shift([], [1.0])
    assert (estimate.value, estimate.low, estimate.high) == (None, -inf, inf)


def test_two_sample__of_equal_values_is_one():
    assert mann_whitney_exact([2, 2, 2], [2, 2]).p_value == 1.0
    assert permutation_test([2, 2, 2], [2, 2]) == 1.0


def test_two_sample__refuses_missing_values_and_too_many():
    with pytest.raises(MyotrialError, match="leave missing values out"):
        mann_whitney_exact([1.0, None], [2.0])
    with pytest.raises(TooLargeError, match="mann_whitney_exact"):
        permutation_test(range(15), range(15))
