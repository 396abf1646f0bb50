from math import inf
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError
from myotrial.statistics.sequential.boundaries import Boundary, boundary
from myotrial.statistics.sequential.conditional import conditional_power, conditional_rejection
from myotrial.statistics.sequential.inference import (
    repeated_interval,
    repeated_p_value,
    repeated_rate_interval,
    stagewise,
)
from myotrial.statistics.sequential.shapes import (
    FutilityBounds,
    HaybittlePeto,
    OBrienFleming,
    Pocock,
)
from myotrial.statistics.sequential.spending import LanDeMetsOBrienFleming, LanDeMetsPocock

OF, P = LanDeMetsOBrienFleming(), LanDeMetsPocock()
EQUAL3 = (1 / 3, 2 / 3, 1.0)


# Reference values, family A3: two-arm rates, 30 per arm and stage, K = 3, one-sided 0.025: repeated
# p-value; repeated CI of the difference; overall statistic; conditional rejection probability.
# (The conditional power of the same line is tested with the adaptive designs.)
# rpact 4.5.0.9315. Tolerance 2e-4.
A3 = {
    # events per stage 14/12 and 7/5, Lan-DeMets Pocock, at look 2
    "analysis_rates_P_look2": (
        P, 2, (26, 60, 12, 60), (0.00749, 0.03915, 0.41309, 2.74739, 0.46363)),
    # events per stage 14/12/16 and 7/8/9, Lan-DeMets OBF, at look 3
    "analysis_rates_OF_look3": (
        OF, 3, (42, 90, 24, 90), (0.00277, 0.05728, 0.33532, 2.78410, None)),
}  # fmt: skip


def pooled_z(x1, n1, x2, n2):
    both = (x1 + x2) / (n1 + n2)
    return (x1 / n1 - x2 / n2) / (both * (1 - both) * (1 / n1 + 1 / n2)) ** 0.5


@pytest.mark.parametrize(("shape", "look", "counts", "values"), A3.values(), ids=A3)
def test_repeated__inference_of_rates_is_that_of_rpact(shape, look, counts, values):
    p, low, high, statistic, rejection = values
    bounds, z = boundary(shape, EQUAL3), pooled_z(*counts)
    assert z == pytest.approx(statistic, abs=2e-4)
    assert repeated_p_value(shape, EQUAL3, look, z) == pytest.approx(p, abs=2e-4)
    interval = repeated_rate_interval(bounds, look, *counts)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=2e-4)
    if rejection is not None:
        assert conditional_rejection(bounds, look, z) == pytest.approx(rejection, abs=2e-4)


# Family A1: conditional power under the current trend, one-sided 0.025, z1 = 1.5 at information
# fraction 0.5, no interim efficacy. Closed form. Tolerance 1e-6.
def test_conditional_power__under_the_current_trend():
    no_interim = Boundary((0.5, 1.0), (inf, 1.9599639845), (-inf,), 0.025)
    assert conditional_power(no_interim, 1, 1.5) == pytest.approx(0.5902516, abs=1e-6)


def test_conditional__rejection_averages_to_alpha():
    # over the distribution of Z at look 1: what look 1 rejects and what comes later
    bounds = boundary(P, EQUAL3)
    high = bounds.efficacy[0]
    nodes, weights = np.polynomial.legendre.leggauss(40)
    z, weights = (high - 8) / 2 + nodes * (high + 8) / 2, weights * (high + 8) / 2
    later = sum(
        weight * NormalDist().pdf(at) * conditional_rejection(bounds, 1, at)
        for at, weight in zip(z, weights, strict=True)
    )
    assert NormalDist().cdf(-high) + later == pytest.approx(0.025, abs=1e-7)


@given(st.floats(-2, 3), st.floats(0.01, 1), st.floats(0, 4))
@settings(max_examples=30, deadline=None)
def test_conditional_power__rises_with_z_and_drift(z, more, drift):
    bounds = boundary(OF, EQUAL3, futility=FutilityBounds((-0.5, 0.2)))
    now = conditional_power(bounds, 1, z, drift=drift)
    assert now < conditional_power(bounds, 1, z + more, drift=drift)
    assert now < conditional_power(bounds, 1, z, drift=drift + more)


def test_conditional__two_sided_counts_both_arms():
    bounds = boundary(OF, EQUAL3, alpha=0.05, sides=2)
    one = conditional_rejection(bounds, 1, 1.2)
    assert one == pytest.approx(conditional_rejection(bounds, 1, -1.2))


@pytest.mark.parametrize(
    ("look", "z", "said"),
    [(0, 1.0, "looks 1 to 3"), (4, 1.0, "looks 1 to 3"), (3, 1.0, "nothing is left"),
     (1, inf, "must be finite")],
)  # fmt: skip
def test_conditional__refuses_a_look_or_result_that_is_none(look, z, said):
    bounds = boundary(OF, EQUAL3)
    with pytest.raises(MyotrialError, match=said):
        conditional_power(bounds, look, z)
    with pytest.raises(MyotrialError, match=said):
        conditional_rejection(bounds, look, z)


def test_stagewise__of_one_look_is_the_ordinary_interval():
    found = stagewise(boundary(OF, (1,)), 1, 2.0, standard_error=3.0)
    assert found.p_value == pytest.approx(0.0227501, abs=1e-6)
    assert found.estimate.value == pytest.approx(6.0, abs=1e-6)
    assert found.estimate.low == pytest.approx(6.0 - 3 * 1.959964, abs=1e-5)
    assert found.estimate.high == pytest.approx(6.0 + 3 * 1.959964, abs=1e-5)


@pytest.mark.parametrize("shape", [OF, P, OBrienFleming, Pocock], ids=repr)
def test_stagewise__p_value_is_alpha_at_the_last_bound(shape):
    bounds = boundary(shape, EQUAL3)
    last = stagewise(bounds, 3, bounds.efficacy[2], standard_error=1.0)
    assert last.p_value == pytest.approx(0.025, abs=1e-8)
    assert last.estimate.low == pytest.approx(0.0, abs=1e-6)


def test_stagewise__p_value_at_the_first_look_is_the_tail():
    bounds = boundary(P, EQUAL3)
    assert stagewise(bounds, 1, 3.0, standard_error=1.0).p_value == pytest.approx(
        0.0013499, abs=1e-7
    )


def test_stagewise__pulls_an_early_estimate_towards_nothing_but_not_at_look_1():
    bounds = boundary(OF, EQUAL3)
    late = stagewise(bounds, 2, 2.6, standard_error=1.0)
    assert late.estimate.value < 2.6
    assert stagewise(bounds, 1, 4.0, standard_error=1.0).estimate.value == pytest.approx(4.0)


def test_stagewise__two_sided_is_twice_the_smaller_tail_and_mirrors():
    bounds = boundary(OF, EQUAL3, alpha=0.05, sides=2)
    up = stagewise(bounds, 3, 2.2, standard_error=1.0)
    down = stagewise(bounds, 3, -2.2, standard_error=1.0)
    assert up.p_value == pytest.approx(down.p_value)
    assert up.estimate.low == pytest.approx(-down.estimate.high, abs=1e-6)
    assert up.estimate.level == pytest.approx(0.95)


def test_stagewise__after_a_stop_for_futility_has_a_result():
    bounds = boundary(OF, EQUAL3, futility=FutilityBounds((0.0, 0.5), binding=True))
    assert stagewise(bounds, 1, -0.4, standard_error=1.0).p_value == pytest.approx(0.6554, abs=1e-4)


def test_stagewise__refuses_a_trial_that_goes_on():
    with pytest.raises(MyotrialError, match="goes on after look 2"):
        stagewise(boundary(OF, EQUAL3), 2, 2.0, standard_error=1.0)
    with pytest.raises(MyotrialError, match="standard error must be finite and above 0"):
        stagewise(boundary(OF, EQUAL3), 2, 2.6, standard_error=0.0)


def test_repeated_interval__is_the_effect_and_the_bound_in_standard_errors():
    bounds = Boundary((0.5, 1.0), (3.0, 2.0), (-inf,), 0.025)
    interval = repeated_interval(bounds, 1, 10.0, standard_error=2.0)
    assert (interval.low, interval.high, interval.level) == (4.0, 16.0, 0.95)


def test_repeated_rate_interval__of_extreme_counts_stays_inside_the_scale():
    bounds = boundary(P, EQUAL3)
    everyone = repeated_rate_interval(bounds, 1, 10, 10, 0, 10)
    assert everyone.high == 1.0
    assert 0 < everyone.low < 1
    assert repeated_rate_interval(bounds, 1, 0, 10, 0, 10).value == 0.0
    assert repeated_rate_interval(bounds, 1, 0, 0, 3, 10).value is None


def test_repeated_rate_interval__without_a_bound_says_nothing():
    bounds = Boundary((0.5, 1.0), (inf, 1.96), (-inf,), 0.025)
    interval = repeated_rate_interval(bounds, 1, 8, 10, 1, 10)
    assert (interval.low, interval.high) == (-1.0, 1.0)


@pytest.mark.parametrize("shape", [OF, P, OBrienFleming, Pocock], ids=repr)
@pytest.mark.parametrize("sides", [1, 2])
def test_repeated_p_value__is_alpha_on_the_bound(shape, sides):
    bounds = boundary(shape, EQUAL3, alpha=0.03, sides=sides)
    for look in (1, 2, 3):
        z = bounds.efficacy[look - 1]
        assert repeated_p_value(shape, EQUAL3, look, z, sides=sides) == pytest.approx(
            0.03, abs=1e-6
        )


def test_repeated_p_value__has_ends():
    assert repeated_p_value(P, EQUAL3, 2, 30.0) == 1e-10
    assert repeated_p_value(P, EQUAL3, 2, -1.0) == 0.5


def test_repeated_p_value__does_not_exist_for_haybittle_and_peto():
    with pytest.raises(MyotrialError, match="stagewise"):
        repeated_p_value(HaybittlePeto(), EQUAL3, 2, 2.0)
