"""Agreement of readers, against published values and plain re-derivations."""

import itertools
from math import isnan

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.statistics import agreement

# Shrout and Fleiss 1979, table 2; their results in table 4 and the text.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def test_icc__reproduces_the_published_example():
    assert agreement.icc_agreement(SHROUT_FLEISS).value == pytest.approx(0.29, abs=0.005)
    assert agreement.icc_consistency(SHROUT_FLEISS).value == pytest.approx(0.71, abs=0.006)


def test_icc__intervals_are_those_other_programs_give_for_the_published_example():
    agree = agreement.icc_agreement(SHROUT_FLEISS)
    assert (agree.low, agree.high) == pytest.approx((0.019, 0.761), abs=0.001)
    consistent = agreement.icc_consistency(SHROUT_FLEISS)
    assert (consistent.low, consistent.high) == pytest.approx((0.342, 0.946), abs=0.001)


def test_icc_agreement__falls_with_a_constant_difference_and_consistency_does_not():
    plain = [[1.0, 1.2], [2.0, 2.1], [3.0, 2.8], [4.0, 4.1]]
    shifted = [[one, two + 3] for one, two in plain]
    assert agreement.icc_agreement(shifted).value < agreement.icc_agreement(plain).value - 0.3
    assert agreement.icc_consistency(shifted).value == pytest.approx(
        agreement.icc_consistency(plain).value
    )


def test_icc__of_readers_that_agree_fully_is_one():
    same = [[1, 1], [2, 2], [4, 4]]
    assert agreement.icc_agreement(same).value == 1
    assert agreement.icc_consistency(same).value == 1


def test_icc__of_readings_that_are_all_alike_is_undefined():
    assert agreement.icc_agreement([[2, 2], [2, 2]]).value is None
    assert agreement.icc_consistency([[2, 2], [2, 2]]).value is None


@pytest.mark.parametrize(
    "ratings",
    [[[1, 2]], [[1], [2]], [[1, float("nan")], [1, 2]]],
    ids=["one subject", "one reader", "missing"],
)
def test_icc__refuses_what_it_cannot_use(ratings):
    for function in (agreement.icc_agreement, agreement.icc_consistency):
        with pytest.raises(MyotrialError, match="agreement needs"):
            function(ratings)


@pytest.mark.parametrize(("weights", "power"), [("none", 0), ("linear", 1), ("quadratic", 2)])
def test_weighted_kappa__equals_its_definition_counted_out(weights, power):
    generator = np.random.default_rng(4)
    one, two = (generator.integers(0, 4, 30).tolist() for _ in range(2))

    def cost(a, b):
        return abs(a - b) ** power if a != b else 0

    seen = sum(cost(a, b) for a, b in zip(one, two, strict=True)) / 30
    chance = sum(cost(a, b) for a, b in itertools.product(one, two)) / 900
    assert agreement.weighted_kappa(one, two, 4, weights=weights) == pytest.approx(
        1 - seen / chance
    )


def test_weighted_kappa__is_one_for_full_agreement_and_undefined_in_one_category():
    assert agreement.weighted_kappa([0, 1, 2], [0, 1, 2], 3) == 1
    assert isnan(agreement.weighted_kappa([1, 1], [1, 1], 3))


@pytest.mark.parametrize(("one", "two"), [([0], [0, 1]), ([3], [0]), ([-1], [0]), ([], [])])
def test_weighted_kappa__refuses_what_it_cannot_use(one, two):
    with pytest.raises(MyotrialError):
        agreement.weighted_kappa(one, two, 3)


def test_bland_altman__equals_its_definition():
    one, two = [10.0, 12.0, 14.0, 9.0], [9.0, 12.5, 12.0, 9.5]
    limits = agreement.bland_altman(one, two)
    differences = [1.0, -0.5, 2.0, -0.5]
    mean = sum(differences) / 4
    spread = (sum((d - mean) ** 2 for d in differences) / 3) ** 0.5
    assert limits.pairs == 4
    assert limits.bias.value == pytest.approx(mean)
    assert (limits.low, limits.high) == pytest.approx((mean - 1.96 * spread, mean + 1.96 * spread))
    assert limits.bias.high - mean == pytest.approx(3.182446 * spread / 2)  # t, 3 degrees, 97.5 %


@pytest.mark.parametrize(("one", "two"), [([1.0], [1.0]), ([1.0, 2.0], [1.0, float("nan")])])
def test_bland_altman__refuses_what_it_cannot_use(one, two):
    with pytest.raises(MyotrialError, match="limits of agreement"):
        agreement.bland_altman(one, two)
