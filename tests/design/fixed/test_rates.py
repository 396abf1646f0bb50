from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from myotrial.design.fixed import rates, stratified
from myotrial.design.fixed.size import SampleSize, split
from myotrial.design.fixed.stratified import Stratum
from myotrial.design.fixed.switch import placebo_switch
from myotrial.errors import MyotrialError

# Reference values, family B1: total N (real valued) of a two-arm test, one-sided 0.025, pooled
# variance under H0, unpooled under H1: pi1, pi2, power, n1/n2. rpact getSampleSizeRates, equal to
# gsDesign nBinomial to 5 decimals. Tolerance 1e-3.
B1 = {
    "norm_0.6_0.3_pw0.8_r1": (0.6, 0.3, 0.8, 1, 83.94051),
    "norm_0.6_0.3_pw0.8_r2": (0.6, 0.3, 0.8, 2, 94.49514),
    "norm_0.787_0.438_pw0.9_r1": (0.787, 0.438, 0.9, 1, 77.65950),
    "norm_0.467_0.2_pw0.8_r1": (0.467, 0.2, 0.8, 1, 95.49830),
    "norm_0.467_0.2_pw0.8_r2": (0.467, 0.2, 0.8, 2, 109.46444),
    "norm_0.467_0.2_pw0.9_r2": (0.467, 0.2, 0.9, 2, 143.63102),
    "norm_0.5_0.25_pw0.9_r1": (0.5, 0.25, 0.9, 1, 153.41386),
    "norm_0.7_0.45_pw0.8_r1": (0.7, 0.45, 0.8, 1, 120.37136),
    "norm_0.7_0.45_pw0.8_r2": (0.7, 0.45, 0.8, 2, 133.35190),
    "norm_0.7_0.45_pw0.9_r2": (0.7, 0.45, 0.9, 2, 178.42055),
    "norm_0.4_0.2_pw0.8_r1": (0.4, 0.2, 0.8, 1, 162.44848),
    "norm_0.4_0.2_pw0.8_r2": (0.4, 0.2, 0.8, 2, 186.50308),
    "norm_0.8_0.6_pw0.8_r1": (0.8, 0.6, 0.8, 1, 162.44848),
    "norm_0.8_0.6_pw0.9_r1": (0.8, 0.6, 0.9, 1, 216.47108),
    "norm_0.8_0.6_pw0.9_r2": (0.8, 0.6, 0.9, 2, 239.36239),
    "norm_0.35_0.15_pw0.9_r1": (0.35, 0.15, 0.9, 1, 192.82560),
}
# The same family: Farrington-Manning non-inferiority, pi1, pi2, margin, power 0.8. Tolerance 1e-2.
B1_MARGIN = {"FM_0.55_0.6_-0.2": (0.55, 0.6, -0.2, 331.58223)}

RATE = st.floats(0.02, 0.98)


@pytest.mark.parametrize(("p1", "p2", "power", "ratio", "total"), B1.values(), ids=B1)
def test_sample_size__is_that_of_rpact(p1, p2, power, ratio, total):
    ours = rates.sample_size(p1, p2, power=power, ratio=ratio)
    assert ours.total == pytest.approx(total, abs=1e-3)
    assert ours.first == pytest.approx(ratio * ours.second)


@pytest.mark.parametrize(("p1", "p2", "margin", "total"), B1_MARGIN.values(), ids=B1_MARGIN)
def test_sample_size__with_a_margin_is_that_of_rpact(p1, p2, margin, total):
    assert rates.sample_size(p1, p2, power=0.8, margin=margin).total == pytest.approx(
        total, abs=1e-2
    )


def test_sample_size__unpooled_is_its_formula():
    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
    n = z**2 * (0.6 * 0.4 + 0.3 * 0.7) / 0.3**2
    assert rates.sample_size(0.6, 0.3, power=0.8, pooled=False).first == pytest.approx(n)


@given(RATE, RATE, st.floats(0.3, 3), st.floats(0.3, 0.99), st.sampled_from([1, 2]))
def test_power__of_the_sample_size_is_the_power_asked_for(p1, p2, ratio, power, sides):
    assume(abs(p1 - p2) >= 0.01)
    p1, p2 = max(p1, p2), min(p1, p2)
    size = rates.sample_size(p1, p2, power=power, ratio=ratio, sides=sides)
    got = rates.power(p1, p2, size.first, size.second, sides=sides)
    assert got == pytest.approx(power, abs=1e-9)


@given(RATE, st.floats(0.01, 0.5), st.integers(5, 300), st.integers(1, 50))
def test_power__rises_with_patients_and_effect(p2, effect, n, more):
    assume(p2 + 2 * effect <= 1)
    power = rates.power(p2 + effect, p2, n, n)
    assert power < rates.power(p2 + effect, p2, n + more, n + more) or power > 1 - 1e-12
    unpooled = rates.power(p2 + effect, p2, n, n, pooled=False)
    assert unpooled <= rates.power(p2 + 2 * effect, p2, n, n, pooled=False) or p2 + effect > 0.5


@pytest.mark.parametrize("rate", [-0.1, 1.1, 45, float("nan")])
def test_sample_size__refuses_a_rate_outside_0_to_1(rate):
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        rates.sample_size(rate, 0.3, power=0.8)
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        rates.power(0.6, rate, 20, 20)
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        Stratum(0.5, rate, 0.3)


def test_sample_size__shows_the_way_from_percent():
    with pytest.raises(MyotrialError, match=r"Hint: write 45 % as 0\.45"):
        rates.sample_size(45, 0.3, power=0.8)


@pytest.mark.parametrize("ratio", [0, -1, float("inf"), float("nan")])
def test_sample_size__refuses_a_ratio_that_is_not_above_0(ratio):
    with pytest.raises(MyotrialError, match="ratio must be finite and above 0"):
        rates.sample_size(0.6, 0.3, power=0.8, ratio=ratio)


@pytest.mark.parametrize(
    ("p1", "p2", "margin", "said"),
    [
        pytest.param(0.6, 0.3, 1.2, "between -1 and 1", id="beyond the scale"),
        pytest.param(0.6, 0.3, -1.0, "between -1 and 1", id="at its end"),
        pytest.param(0.6, 0.3, 0.3, "does not exceed the margin", id="not exceeded"),
        pytest.param(0.3, 0.6, 0.0, "does not exceed the margin", id="the wrong way round"),
        pytest.param(0.3, 0.3, 0.0, "does not exceed the margin", id="no effect"),
    ],
)
def test_sample_size__refuses_an_impossible_margin(p1, p2, margin, said):
    with pytest.raises(MyotrialError, match=said):
        rates.sample_size(p1, p2, power=0.8, margin=margin)


@pytest.mark.parametrize(
    ("alpha", "power"), [(0, 0.8), (1, 0.8), (0.025, 0), (0.025, 1), (2.5, 80)]
)
def test_sample_size__refuses_errors_outside_0_to_1(alpha, power):
    with pytest.raises(MyotrialError, match="must lie strictly between 0 and 1"):
        rates.sample_size(0.6, 0.3, alpha=alpha, power=power)


def test_power__of_certain_rates_is_not_told_by_the_approximation():
    with pytest.raises(MyotrialError, match="every trial ends alike"):
        rates.power(1.0, 0.0, 20, 20)
    with pytest.raises(MyotrialError, match="every trial ends alike"):
        stratified.power([Stratum(1, 1.0, 0.0)], 20, 20)


def test_sample_size__whole_rounds_each_arm_up():
    assert SampleSize(41.97, 42.0).whole == (42, 42)
    assert split(90.0000001, 2).whole == (60, 30)


@given(RATE, RATE, st.floats(0.3, 3), st.floats(0.1, 0.9))
def test_stratified__with_equal_strata_is_the_design_without(p1, p2, ratio, share):
    assume(p1 - p2 >= 0.01)
    strata = [Stratum(share, p1, p2), Stratum(1 - share, p1, p2)]
    ours = stratified.sample_size(strata, power=0.8, ratio=ratio)
    assert ours.total == pytest.approx(rates.sample_size(p1, p2, power=0.8, ratio=ratio).total)
    got = stratified.power(strata, ours.first, ours.second)
    assert got == pytest.approx(0.8, abs=1e-9)


def test_stratified__strata_that_differ_save_patients():
    strata = [Stratum(0.5, 0.9, 0.7), Stratum(0.5, 0.3, 0.1)]
    with_strata = stratified.sample_size(strata, power=0.8).total
    assert with_strata < rates.sample_size(0.6, 0.4, power=0.8).total


@pytest.mark.parametrize("shares", [(0.5, 0.4), (1.0, 1.0)])
def test_stratified__refuses_shares_that_do_not_add_up(shares):
    with pytest.raises(MyotrialError, match="must add up to 1"):
        stratified.sample_size([Stratum(share, 0.6, 0.3) for share in shares], power=0.8)
    with pytest.raises(MyotrialError, match="must add up to 1"):
        stratified.sample_size([], power=0.8)


def test_placebo_switch__in_the_randomised_shrinks_both_rates():
    trial = placebo_switch(0.6, 0.4, switch=24, power=0.8, retention=0.9, retention_second=0.8)
    assert trial.rates == pytest.approx((0.54, 0.32))
    fixed = rates.sample_size(0.54, 0.32, power=0.8)
    assert trial.randomised.total == trial.compared == pytest.approx(fixed.total)
    assert trial.placebo_time == 24 * trial.randomised.whole[1]
    assert trial.treated == pytest.approx(trial.randomised.first + 0.8 * trial.randomised.second)


@given(st.floats(0.3, 1), st.floats(0.3, 1), st.floats(0.5, 2))
def test_placebo_switch__in_the_observed_has_the_power_asked_for(first, second, ratio):
    trial = placebo_switch(
        0.6, 0.3, switch=24, power=0.8, retention=first, retention_second=second,
        sample="observed", ratio=ratio,
    )  # fmt: skip
    n1, n2 = trial.randomised.first * first, trial.randomised.second * second
    assert rates.power(0.6, 0.3, n1, n2) == pytest.approx(0.8, abs=1e-9)
    assert trial.randomised.first == pytest.approx(ratio * trial.randomised.second)
    assert trial.compared == pytest.approx(n1 + n2)


def test_placebo_switch__without_dropout_is_the_same_in_both_samples():
    one = placebo_switch(0.6, 0.3, switch=24, power=0.8)
    two = placebo_switch(0.6, 0.3, switch=24, power=0.8, sample="observed")
    assert one.randomised.total == pytest.approx(two.randomised.total)


def test_placebo_switch__refuses_what_it_does_not_know():
    with pytest.raises(MyotrialError, match="sample must be one of"):
        placebo_switch(0.6, 0.3, switch=24, power=0.8, sample="all")
    with pytest.raises(MyotrialError, match="Retention must be a share"):
        placebo_switch(0.6, 0.3, switch=24, power=0.8, retention=0)
    with pytest.raises(MyotrialError, match="does not exceed the margin"):
        placebo_switch(0.6, 0.55, switch=24, power=0.8, retention=0.5, retention_second=1.0)
