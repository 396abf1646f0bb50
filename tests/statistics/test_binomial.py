from itertools import pairwise
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.errors import MyotrialError
from myotrial.statistics.binomial import (
    binomial_test,
    clopper_pearson,
    mid_p,
    probability,
    wilson,
)

INTERVALS = [clopper_pearson, wilson, mid_p]

# Newcombe RG. Stat Med 1998;17:857-72, table I: 81/263, 15/148, 0/20, 1/29.
NEWCOMBE = {
    wilson: [(0.2553, 0.3662), (0.0624, 0.1605), (0.0000, 0.1611), (0.0061, 0.1718)],
    clopper_pearson: [(0.2527, 0.3676), (0.0578, 0.1617), (0.0000, 0.1684), (0.0009, 0.1776)],
    mid_p: [(0.2544, 0.3658), (0.0601, 0.1581), (0.0000, 0.1391), (0.0017, 0.1585)],
}
CASES = [(81, 263), (15, 148), (0, 20), (1, 29)]


# R 4.2.2: 95 % intervals of responders among the patients of a pilot.
PILOT = [
    (7, 15, (0.212667, 0.734139), (0.248095, 0.698830)),
    (4, 7, (0.184052, 0.901012), (0.250458, 0.841780)),
    (9, 15, (0.322870, 0.836636), (0.357468, 0.801755)),
]


@pytest.mark.parametrize(("x", "n", "exact", "score"), PILOT)
def test_intervals__of_pilot_proportions_agree_with_another_program(x, n, exact, score):
    ours = clopper_pearson(x, n)
    assert (ours.low, ours.high) == pytest.approx(exact, abs=1e-5)
    ours = wilson(x, n)
    assert (ours.low, ours.high) == pytest.approx(score, abs=1e-5)


@pytest.mark.parametrize(
    ("method", "case", "limits"),
    [
        (method, case, limits)
        for method, rows in NEWCOMBE.items()
        for case, limits in zip(CASES, rows, strict=True)
    ],
)
def test_intervals__give_the_published_limits(method, case, limits):
    estimate = method(*case)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == limits


@pytest.mark.parametrize(
    ("x", "low", "high"), [(7, 0.213, 0.734), (2, 0.017, 0.405), (4, 0.078, 0.551)]
)
def test_clopper_pearson__of_the_fifteen_patients(x, low, high):
    estimate = clopper_pearson(x, 15)
    assert (round(estimate.low, 3), round(estimate.high, 3)) == (low, high)


@pytest.mark.parametrize("method", INTERVALS)
@given(st.integers(0, 25), st.integers(0, 25))
def test_intervals__hold_the_share_and_mirror(method, x, failures):
    n = x + failures
    estimate, mirrored = method(x, n), method(failures, n)
    if n == 0:
        assert (estimate.value, estimate.low, estimate.high) == (None, 0, 1)
        return
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert mirrored.high == pytest.approx(1 - estimate.low, abs=1e-12)


@pytest.mark.parametrize("method", INTERVALS)
def test_intervals__move_up_with_the_count(method):
    limits = [method(x, 12) for x in range(13)]
    for lower, upper in pairwise(limits):
        assert lower.low <= upper.low
        assert lower.high <= upper.high


@pytest.mark.parametrize("n", [1, 5, 15])
def test_clopper_pearson__covers_at_least_as_often_as_promised(n):
    intervals = [clopper_pearson(x, n) for x in range(n + 1)]
    for step in range(201):
        chance = step / 200
        coverage = sum(
            comb(n, x) * chance**x * (1 - chance) ** (n - x)
            for x, interval in enumerate(intervals)
            if interval.low <= chance <= interval.high
        )
        assert coverage >= 0.95 - 1e-12


@pytest.mark.parametrize("n", [60, 61, 5000, 200_000])
def test_clopper_pearson__agrees_with_scipy_at_any_size(n):
    from scipy.stats import beta

    x = n // 3
    estimate = clopper_pearson(x, n)
    assert estimate.low == pytest.approx(beta.ppf(0.025, x, n - x + 1), rel=1e-9)
    assert estimate.high == pytest.approx(beta.ppf(0.975, x + 1, n - x), rel=1e-9)


def test_binomial_test__gives_the_value_of_another_program():
    # R, help(binom.test): Conover's 682 of 925 against 0.75, p-value = 0.3825.
    assert round(binomial_test(682, 925, 0.75), 4) == 0.3825


def test_binomial_test__in_whole_numbers_at_one_half():
    assert binomial_test(1, 6) == 2 * (1 + 6) / 64
    assert binomial_test(3, 6) == 1.0
    assert binomial_test(0, 0) == 1.0


def test_binomial_test__at_the_ends():
    assert binomial_test(0, 5, 0.0) == binomial_test(5, 5, 1.0) == 1.0
    assert binomial_test(1, 5, 0.0) == 0.0


@pytest.mark.parametrize("n", [10, 200])
def test_probability__adds_up_to_one(n):
    assert sum(probability(x, n, 0.3) for x in range(n + 1)) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("method", [*INTERVALS, binomial_test])
def test_binomial__refuses_a_count_above_its_total(method):
    with pytest.raises(MyotrialError, match="got 8 of 7"):
        method(8, 7)


def test_binomial_test__refuses_a_chance_above_one():
    with pytest.raises(MyotrialError, match="got 30"):
        binomial_test(1, 2, 30)
