import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.design.adaptive.combination import (
    combined,
    combined_from_p,
    decide,
    p_value_bounds,
    weights,
)
from myotrial.errors import MyotrialError
from myotrial.statistics.sequential.boundaries import boundary
from myotrial.statistics.sequential.shapes import FutilityBounds, OBrienFleming, Pocock
from myotrial.statistics.sequential.spending import LanDeMetsOBrienFleming

# Reference values, family A1: inverse-normal combination of z1 (stage 1) and z2 (stage 2
# increment) with w1^2: combined z. Closed form. Tolerance 1e-6.
A1 = {
    "invnorm_1.1_1.9_w0.5": (1.1, 1.9, 0.5, 2.1213203),
    "invnorm_1.6_1.5_w0.333": (1.6, 1.5, 0.333333, 2.1485053),
    "invnorm_0.7_2.6_w0.6": (0.7, 2.6, 0.6, 2.1866021),
}


@pytest.mark.parametrize(("z1", "z2", "share", "z"), A1.values(), ids=A1)
def test_combined__is_the_closed_form(z1, z2, share, z):
    assert combined([z1, z2], (share, 1)) == pytest.approx(z, abs=1e-6)


def test_combined__of_p_values_is_that_of_their_quantiles():
    assert combined_from_p([0.15865525, 0.02275013], (0.5, 1)) == pytest.approx(
        combined([1.0, 2.0], (0.5, 1)), abs=1e-6
    )


def test_combined__so_far_has_variance_1_again():
    assert combined([2.0], (0.2, 0.6, 1)) == pytest.approx(2.0)
    assert sum(w * w for w in weights((0.2, 0.6, 1))) == pytest.approx(1)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_combined__of_the_planned_sizes_is_the_ordinary_statistic(stages):
    # with stages of 20, 30 and 50 patients the mean of all is the weighted mean of the stages
    sizes = (20, 30, 50)
    mean = sum(n * (z / n**0.5) for n, z in zip(sizes, stages, strict=True)) / 100
    assert combined(stages, (0.2, 0.5, 1)) == pytest.approx(mean * 10, abs=1e-9)


def test_decide__compares_with_the_bounds_of_the_look():
    bounds = boundary(LanDeMetsOBrienFleming(), (0.5, 1), futility=FutilityBounds((0.0,)))
    assert decide(bounds, [3.0]).outcome == "efficacy"
    assert decide(bounds, [-0.1]).outcome == "futility"
    assert decide(bounds, [1.0]).outcome == "continue"
    assert decide(bounds, [1.0, 2.5]).outcome == "efficacy"
    assert decide(bounds, [1.0, 0.5]).outcome == "not rejected"
    assert decide(bounds, [1.0, -2.5]).look == 2


def test_decide__two_sided_stops_for_either_arm():
    bounds = boundary(OBrienFleming, (0.5, 1), alpha=0.05, sides=2)
    assert decide(bounds, [-3.0]).outcome == "efficacy"
    assert decide(bounds, [0.0, -3.0]).outcome == "efficacy"
    assert decide(bounds, [-1.0]).outcome == "continue"


def test_p_value_bounds__of_one_look_is_alpha():
    assert p_value_bounds(boundary(Pocock, (1,))) == pytest.approx((0.025,))


@pytest.mark.parametrize("stages", [[], [1.0, 1.0, 1.0], [float("nan")]])
def test_combined__refuses_stages_that_do_not_fit(stages):
    with pytest.raises(MyotrialError, match="finite statistics of 1 to 2 stages"):
        combined(stages, (0.5, 1))


@pytest.mark.parametrize("p", [0, 1, -0.1])
def test_combined_from_p__refuses_what_is_no_p_value(p):
    with pytest.raises(MyotrialError, match="stage's p-value"):
        combined_from_p([p], (0.5, 1))
