from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import chi, norm, t

from myotrial.design.fixed import ancova, crossover, means
from myotrial.design.fixed.longitudinal import (
    Repeated,
    autoregressive,
    compound_symmetry,
)
from myotrial.errors import MyotrialError, TooLargeError

# Reference values, family C1: two-arm t-test. rpact 4.5.0.9315 and R's stats::power.t.test
# (strict = FALSE).
SIZE_D8_SD18 = 160.88326  # delta 8, sd 18, one-sided .025, power 0.8: total N (real)
POWERS = {  # n per arm, delta, sd, two-sided .05
    "pw_t_n60_d10": (60, 10, 22, 0.6947564),
    "pw_t_n25_d15": (25, 15, 20, 0.7383646),
}
R_EXAMPLE = 0.8689528  # power.t.test(n = 20, delta = 1, sd = 1) of R's manual; recalled

# Family L1: MMRM sample size by Lu, Luo and Chen, power 0.8, two-sided 0.05, equal arms; delta at
# the last visit. n_a; n_b (real).
L1 = {
    "mmrm_cs4_.6_r100_90_80_70": (
        compound_symmetry(4, 1, 0.6), (1, 0.9, 0.8, 0.7), 0.5, (77.7610, 77.7610)),
    "mmrm_cs4_.25": (
        compound_symmetry(4, 1, 0.25), (1, 0.9, 0.8, 0.7), 0.5, (86.9918, 86.9918)),
    "mmrm_ar4_.5_nodrop": (
        autoregressive(4, 20, 0.5), (1, 1, 1, 1), 10, (62.7910, 62.7910)),
}  # fmt: skip

# Family L2: slope comparison, d = 10 per unit time, t = 0, .25, .5, 1, exchangeable rho = 0.5,
# sigma2 = 100, two-sided .05, power 0.8: n per group; N total. longpower 1.0.27. Tolerance 0.01.
DIGGLE = (14.3522, 28.7045)

# Family L3: ANCOVA, delta 12, sd 20, rho 0.6, two-sided .05, power .8: n per arm. Tolerance 1e-4.
ANCOVA = 27.90713


def test_means__sample_size_is_that_of_rpact():
    ours = means.sample_size(8, 18, power=0.8)
    assert ours.total == pytest.approx(SIZE_D8_SD18, abs=1e-4)


@pytest.mark.parametrize(("n", "delta", "sd", "power"), POWERS.values(), ids=POWERS)
def test_means__power_is_that_of_r(n, delta, sd, power):
    assert means.power(delta, sd, n, n, alpha=0.05, sides=2) == pytest.approx(power, abs=1e-6)
    assert means.power(-delta, sd, n, n, alpha=0.05, sides=2) == pytest.approx(power, abs=1e-6)


def test_means__power_is_that_of_r_s_example():
    assert means.power(1, 1, 20, 20, alpha=0.05, sides=2) == pytest.approx(R_EXAMPLE, abs=1e-6)


@given(st.floats(0.2, 3), st.floats(0.3, 3), st.floats(0.2, 0.95), st.sampled_from([1, 2]))
@settings(deadline=None)
def test_means__power_of_the_sample_size_is_the_power_asked_for(effect, ratio, power, sides):
    size = means.sample_size(effect, 1.0, power=power, ratio=ratio, sides=sides)
    got = means.power(effect, 1.0, size.first, size.second, sides=sides)
    assert got == pytest.approx(power, abs=1e-6) or (size.total == 3 and got > power)


@given(st.floats(0.1, 1), st.integers(3, 100))
def test_means__power_rises_with_patients_and_effect(effect, n):
    power = means.power(effect, 1.0, n, n)
    assert power < means.power(effect, 1.0, n + 1, n + 1) or power > 1 - 1e-9
    assert power < means.power(effect + 0.1, 1.0, n, n) or power > 1 - 1e-9


def test_means__a_margin_shifts_the_effect():
    assert means.sample_size(0, 10, power=0.8, margin=-5) == means.sample_size(5, 10, power=0.8)


def test_means__many_patients_are_normal():
    one, other = means.power(0.01, 1, 500_001, 500_001), means.power(0.01, 1, 499_999, 499_999)
    assert one == pytest.approx(other, abs=1e-4)


def test_means__refuses_what_no_trial_can_show():
    with pytest.raises(MyotrialError, match="does not exceed the margin"):
        means.sample_size(0, 10, power=0.8)
    with pytest.raises(MyotrialError, match="does not exceed the margin"):
        means.sample_size(-5, 10, power=0.8)
    with pytest.raises(TooLargeError, match="check the units"):
        means.sample_size(1e-6, 10, power=0.8)
    with pytest.raises(MyotrialError, match="standard deviation must be"):
        means.sample_size(5, 0, power=0.8)
    with pytest.raises(MyotrialError, match="degree of freedom"):
        means.power(5, 10, 1, 1)
    with pytest.raises(MyotrialError, match="ratio must be"):
        means.sample_size(5, 10, power=0.8, ratio=-1)


def test_crossover__is_the_paired_t_test():
    # rho = 0.5 makes the sd of the differences that of one measurement; the chance that
    # N(delta, 1) exceeds c sqrt(chi2 / df), integrated over the chi distribution by SciPy
    df, delta, critical = 19, 20**0.5 * 0.6, t.ppf(0.975, 19)
    expected = quad(lambda s: chi.pdf(s, df) * norm.sf(critical * s / df**0.5 - delta), 0, 12)[0]
    got = crossover.power(0.6, 1, 0.5, 20, alpha=0.05, sides=2, period=False)
    assert got == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("period", [True, False])
def test_crossover__sample_size_has_the_power_asked_for(period):
    n = crossover.sample_size(5, 10, 0.6, power=0.9, period=period)
    assert crossover.power(5, 10, 0.6, n, period=period) == pytest.approx(0.9, abs=1e-6)


def test_crossover__a_period_effect_costs_a_little_and_correlation_saves():
    n = crossover.sample_size(5, 10, 0.6, power=0.9, period=False)
    assert n < crossover.sample_size(5, 10, 0.6, power=0.9) < n + 1
    assert crossover.sample_size(5, 10, 0.8, power=0.9) < n


@pytest.mark.parametrize("design", [crossover, ancova])
@pytest.mark.parametrize("correlation", [-1, 1, 1.5, float("nan")])
def test_correlation__outside_its_scale_is_refused(design, correlation):
    with pytest.raises(MyotrialError, match="correlation must lie strictly between -1 and 1"):
        design.sample_size(5, 10, correlation, power=0.8)


def test_ancova__is_the_closed_form():
    ours = ancova.sample_size(12, 20, 0.6, power=0.8, alpha=0.05, sides=2)
    assert ours.first == ours.second == pytest.approx(ANCOVA, abs=1e-4)
    assert ancova.power(12, 20, 0.6, ours.first, ours.second, alpha=0.05, sides=2) == pytest.approx(
        0.8
    )


def test_ancova__with_an_unequal_ratio_has_the_power_asked_for():
    ours = ancova.sample_size(12, 20, 0.6, power=0.8, ratio=2)
    assert ours.first == pytest.approx(2 * ours.second)
    assert ancova.power(12, 20, 0.6, ours.first, ours.second) == pytest.approx(0.8)


@pytest.mark.parametrize(("covariance", "retention", "effect", "arms"), L1.values(), ids=L1)
def test_mmrm__sample_size_is_that_of_lu_luo_and_chen(covariance, retention, effect, arms):
    measured = Repeated(covariance, retention=retention)
    ours = measured.sample_size(effect, power=0.8)
    assert (ours.first, ours.second) == pytest.approx(arms, abs=1e-3)
    assert measured.power(effect, ours.first, ours.second) == pytest.approx(0.8)


def test_mmrm__with_one_visit_or_no_correlation_uses_those_who_stay():
    z = 1.959964 + 0.841621
    alone = Repeated([[1.0]], retention=[0.7]).sample_size(0.5, power=0.8).first
    assert alone == pytest.approx(2 * z**2 / 0.25 / 0.7, rel=1e-5)
    apart = Repeated(np.eye(3), retention=[1, 0.9, 0.7]).sample_size(0.5, power=0.8).first
    assert apart == pytest.approx(alone)


def test_mmrm__arms_may_differ_in_dropout_and_size():
    matrix = compound_symmetry(3, 1, 0.5)
    measured = Repeated(matrix, retention=(1, 0.9, 0.8), retention_second=(1, 0.7, 0.5))
    size = measured.sample_size(0.5, power=0.9, ratio=2)
    assert size.first == pytest.approx(2 * size.second)
    assert measured.power(0.5, size.first, size.second) == pytest.approx(0.9)


def test_slopes__sample_size_is_diggles():
    measured = Repeated(compound_symmetry(4, 10, 0.5), times=(0, 0.25, 0.5, 1))
    ours = measured.sample_size(10, power=0.8)
    assert (ours.first, ours.total) == pytest.approx(DIGGLE, abs=0.01)
    assert measured.power(10, ours.first, ours.second) == pytest.approx(0.8)


def test_slopes__dropout_costs_patients():
    full = Repeated(compound_symmetry(4, 10, 0.5), times=(0, 0.25, 0.5, 1))
    fewer = replace(full, retention=(1, 0.9, 0.8, 0.7))
    sizes = [item.sample_size(10, power=0.8).total for item in (full, fewer)]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        pytest.param([[1, 2], [2, 1]], "positive definite", id="indefinite"),
        pytest.param([[1, 1], [1, 1]], "positive definite", id="singular"),
        pytest.param([[1, 0.5], [0.2, 1]], "symmetric", id="not symmetric"),
        pytest.param([[1, 0.5]], "square", id="not square"),
        pytest.param([[float("nan")]], "finite", id="not a number"),
    ],
)
def test_mmrm__refuses_a_covariance_that_is_none(matrix, said):
    with pytest.raises(MyotrialError, match=said):
        Repeated(matrix).sample_size(0.5, power=0.8)


def test_covariances__refuse_correlations_that_cannot_be():
    with pytest.raises(MyotrialError, match="positive definite"):
        compound_symmetry(4, 1, -0.5)
    with pytest.raises(MyotrialError, match="positive definite"):
        autoregressive(3, 1, 1.0)
    with pytest.raises(MyotrialError, match="standard deviation"):
        autoregressive(3, 0, 0.5)


@pytest.mark.parametrize("retention", [(1, 0.9), (1, 0.8, 0.9), (1.1, 1, 1), (1, 0.5, 0)])
def test_mmrm__refuses_retention_that_rises_or_is_no_share(retention):
    with pytest.raises(MyotrialError, match="Retention needs a share"):
        Repeated(compound_symmetry(3, 1, 0.5), retention=retention).sample_size(0.5, power=0.8)


def test_slopes__refuse_times_that_do_not_fit():
    with pytest.raises(MyotrialError, match="must rise"):
        Repeated(np.eye(3), times=(0, 1, 1)).sample_size(1, power=0.8)
    with pytest.raises(MyotrialError, match="3 visits need a covariance of 3 rows"):
        Repeated(np.eye(2), times=(0, 1, 2)).sample_size(1, power=0.8)
