from math import inf, nan

import numpy as np
import pytest

from myotrial.design.exact.sequential import Look, SequentialDesign, by_tests, by_z
from myotrial.design.exact.two_arm import rejection_region
from myotrial.errors import MyotrialError, TooLargeError

# An exact recursion of its own outside this package: patients an arm at the looks, boundaries of
# the pooled z; rates; power, probability to stop by look, mean number of patients of both arms.
LOOKS = [
    ([50, 100, 150], [3.710303, 2.511427, 1.993047], 0.507, 0.3345,
     0.855013, (0.021231, 0.468368, 0.365415), 248.9171),
    ([30, 60], [2.79651, 1.977431], 0.507, 0.3345, 0.494675, (0.078685, 0.415990), 115.2789),
    ([30, 60], [2.79651, 1.977431], 0.6, 0.3, 0.925195, (0.347101, 0.578094), 99.1739),
    ([25, 50], [2.962588, 1.968596], 0.507, 0.3345, 0.432506, (0.036182, 0.396324), 98.1909),
]  # fmt: skip
# The same recursion: greatest type I error over the common rates 0.005, 0.010, … 0.995.
TYPE_ONE = [
    ([50, 100, 150], [3.710303, 2.511427, 1.993047], 0.025856),
    ([20, 40, 60], [2.289478] * 3, 0.025158),
]
GRID = np.arange(1, 200) / 200


@pytest.mark.parametrize(("n", "bounds", "p1", "p2", "power", "stops", "expected"), LOOKS)
def test_by_z__agrees_with_another_recursion(n, bounds, p1, p2, power, stops, expected):
    found = by_z(n, n, bounds).characteristics(p1, p2)
    assert found.power == pytest.approx(power, abs=2e-6)
    assert found.efficacy == pytest.approx(stops, abs=2e-6)
    assert found.expected_n == pytest.approx(expected, abs=1e-4)
    assert sum(found.efficacy) + sum(found.futility) == pytest.approx(1.0)


@pytest.mark.parametrize(("n", "bounds", "published"), TYPE_ONE)
def test_by_z__type_one_error_agrees_with_another_recursion(n, bounds, published):
    design = by_z(n, n, bounds)
    on_grid = design.type_one_errors(GRID).max()
    size = design.size()
    assert on_grid == pytest.approx(published, abs=2e-6)
    assert on_grid <= size.value < on_grid + 1e-5
    again = design.characteristics(size.rate, size.rate).power
    assert again == pytest.approx(size.value, rel=1e-9)


def test_by_z__unequal_arms_and_futility_give_the_same_by_both_routes():
    design = by_z([10, 24, 30], [7, 11, 20], [2.8, 2.4, 2.0], [0.0, 0.6], binding=True)
    curve = design.type_one_errors([0.1, 0.4, 0.8])
    direct = [design.characteristics(rate, rate).power for rate in (0.1, 0.4, 0.8)]
    assert curve == pytest.approx(direct, rel=1e-9)


def test_by_z__futility_that_is_not_binding_leaves_the_type_one_error():
    bounds = [2.8, 2.0]
    free = by_z([20, 40], [20, 40], bounds)
    loose = by_z([20, 40], [20, 40], bounds, [0.5])
    binding = by_z([20, 40], [20, 40], bounds, [0.5], binding=True)
    assert loose.size().value == pytest.approx(free.size().value, rel=1e-12)
    assert binding.size().value < free.size().value
    assert loose.characteristics(0.5, 0.2) == binding.characteristics(0.5, 0.2)
    assert loose.characteristics(0.5, 0.2).power < free.characteristics(0.5, 0.2).power


def test_by_tests__of_one_look_is_the_fixed_design():
    region = rejection_region("boschloo", 30, 25)
    design = by_tests([30], [25], "boschloo", [0.025])
    assert design.characteristics(0.6, 0.3).power == pytest.approx(region.power(0.6, 0.3))
    assert design.size().value == pytest.approx(region.size().value)


def test_by_tests__levels_split_between_looks_hold_the_whole_level():
    design = by_tests([20, 40], [20, 40], "boschloo", [0.005, 0.02])
    assert design.size().value <= 0.025


def test_by_z__never_stops_where_the_bound_is_infinite():
    design = by_z([10, 20], [10, 20], [inf, 1.96])
    assert design.characteristics(0.9, 0.1).efficacy[0] == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(([50, 50], [50, 60], [3, 2]), "arm 1 .* must rise", id="equal looks"),
        pytest.param(([50, 60], [60, 50], [3, 2]), "arm 2 .* must rise", id="falling looks"),
        pytest.param(([0, 60], [20, 50], [3, 2]), "whole number of at least 1", id="no patients"),
        pytest.param(([50, 60], [50, 60], [3]), "Every look needs", id="a bound short"),
        pytest.param(([50, 60], [50, 60], [3, 2], [0, 0]), "Every look needs", id="one too many"),
        pytest.param(([50, 60], [50, 60], [nan, 2]), "A boundary is missing", id="missing"),
        pytest.param(([50, 60], [50, 60], [2, 2], [2.5]), "both for efficacy and", id="crossing"),
    ],
)
def test_by_z__refuses_what_is_no_design(arguments, message):
    with pytest.raises(MyotrialError, match=message):
        by_z(*arguments)


def test_by_z__refuses_what_does_not_fit_into_memory():
    with pytest.raises(TooLargeError, match=r"would need \d+\.\d GiB of memory"):
        by_z([50_000], [50_000], [1.96])


def test_by_tests__refuses_a_level_outside_0_to_1():
    with pytest.raises(MyotrialError, match="level of a look must lie"):
        by_tests([20, 40], [20, 40], "fisher", [0.0, 0.02])
    with pytest.raises(MyotrialError, match="Every look needs"):
        by_tests([20, 40], [20, 40], "fisher", [0.02])


def test_characteristics__refuses_a_rate_outside_0_to_1():
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        by_z([10], [10], [2.0]).characteristics(0.5, 1.5)


def test_sequential_design__refuses_outcomes_of_another_shape():
    few = np.zeros((3, 3), dtype=bool)
    with pytest.raises(MyotrialError, match="must have the shape"):
        SequentialDesign((Look(5, 5, few, few),))
