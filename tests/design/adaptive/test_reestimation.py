import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myotrial.design.adaptive.reestimation import (
    blinded_means,
    blinded_rates,
    blinded_sd,
    next_stage_power,
    next_stage_size,
    within,
)
from myotrial.design.adaptive.simulation import Reestimation, simulate_rates
from myotrial.design.fixed import means, rates
from myotrial.design.fixed.size import SampleSize
from myotrial.design.sequential.sizes import of_rates
from myotrial.errors import MyotrialError
from myotrial.statistics.sequential.boundaries import boundary
from myotrial.statistics.sequential.shapes import FutilityBounds
from myotrial.statistics.sequential.spending import LanDeMetsOBrienFleming, LanDeMetsPocock

EQUAL3 = (1 / 3, 2 / 3, 1.0)
OF = boundary(LanDeMetsOBrienFleming(), EQUAL3)

# Reference values, family A3: conditional power at look 2 of Lan-DeMets Pocock K = 3, 26 of 60
# against 12 of 60, 60 patients in the last stage, at the observed rates. rpact. Tolerance 2e-4.
CONDITIONAL_POWER = 0.97210

# Family A4: inverse-normal LD-OBF K = 3 (planned 100/200/300 in total), stages 2-3 re-estimated to
# conditional power 0.80 at observed rates, stage sizes in [100, 200], pi1 = 0.507, pi2 = 0.3345:
# overall reject; E[N]. rpact getSimulationRates, 1e6 iterations. Tolerance 0.0015; 0.4.
SSR = (0.95874, 310.89191)
SSR_TRIALS = 400_000


def test_next_stage_power__is_that_of_rpact():
    bounds = boundary(LanDeMetsPocock(), EQUAL3)
    z = (26 / 60 - 12 / 60) / (38 / 120 * 82 / 120 * 2 / 60) ** 0.5
    ours = next_stage_power(bounds, 2, z, 26 / 60, 12 / 60, 30, 30)
    assert ours == pytest.approx(CONDITIONAL_POWER, abs=2e-4)


def test_simulate_rates__with_reestimated_stages_is_as_in_rpact():
    ours = simulate_rates(
        OF, 0.507, 0.3345, (100, 100, 100), reestimation=Reestimation(0.8, 100, 200),
        trials=SSR_TRIALS, seed=20,
    )  # fmt: skip
    assert ours.power == pytest.approx(SSR[0], abs=0.0015)
    assert ours.expected == pytest.approx(SSR[1], abs=0.4)
    # the allowance is some Monte Carlo error, not room for another method: rpact's own at 1e6
    # trials and ours together, times 4
    power_error = (ours.power_error**2 + SSR[0] * (1 - SSR[0]) / 1e6) ** 0.5
    assert abs(ours.power - SSR[0]) < 4 * power_error
    assert ours.expected_error < 0.2


def test_simulate_rates__without_reestimation_is_near_the_normal_approximation():
    # another route: the normal approximation's integration; counts of 50 differ from it a little
    ours = simulate_rates(OF, 0.507, 0.3345, (100, 100, 100), trials=200_000, seed=3)
    normal = of_rates(OF, 0.507, 0.3345, 150, 150)
    assert ours.power == pytest.approx(normal.power, abs=0.01)
    assert ours.expected == pytest.approx(300 * normal.expected, abs=2)


def test_simulate_rates__keeps_the_error_under_the_null():
    ours = simulate_rates(
        OF, 0.35, 0.35, (100, 100, 100), reestimation=Reestimation(0.8, 100, 200),
        trials=200_000, seed=5,
    )  # fmt: skip
    # 0.0005 above alpha is what the pooled z of 50 patients an arm is off by
    assert ours.power < 0.025 + 0.0005 + 4 * ours.power_error


def test_simulate_rates__is_the_same_for_the_same_seed_and_stops_for_futility():
    bounds = boundary(LanDeMetsOBrienFleming(), EQUAL3, futility=FutilityBounds((0.0, 0.5)))
    one = simulate_rates(bounds, 0.4, 0.4, (40, 40, 40), trials=60_000, seed=7)
    assert one == simulate_rates(bounds, 0.4, 0.4, (40, 40, 40), trials=60_000, seed=7)
    assert one != simulate_rates(bounds, 0.4, 0.4, (40, 40, 40), trials=60_000, seed=8)
    assert sum(one.futility) > 0.5


def test_simulate_rates__rounds_each_arm_of_an_unequal_ratio_up():
    ours = simulate_rates(boundary(LanDeMetsPocock(), (1,)), 0.5, 0.3, (91,), ratio=2, trials=100)
    assert ours.expected == 61 + 31
    certain = simulate_rates(boundary(LanDeMetsPocock(), (1,)), 1.0, 1.0, (90,), trials=100)
    assert certain.power == 0


@given(st.floats(0.5, 2.4), st.floats(0.3, 0.6), st.floats(0.05, 0.3), st.floats(0.5, 0.9))
def test_next_stage_size__has_the_wanted_conditional_power(z, p2, effect, power):
    n = next_stage_size(OF, 1, z, p2 + effect, p2, power=power, least=1e-6, most=1e9)
    got = next_stage_power(OF, 1, z, p2 + effect, p2, n / 2, n / 2)
    assert got == pytest.approx(power, abs=1e-6)


def test_next_stage_size__stays_within_its_limits():
    ours = {"power": 0.8, "least": 100, "most": 200}
    assert next_stage_size(OF, 1, 1.0, 0.3, 0.4, **ours) == 200
    assert next_stage_size(OF, 1, 3.6, 0.9, 0.1, **ours) == 100


def test_blinded_rates__keeps_the_planned_difference():
    ours = blinded_rates(0.4, 0.3, power=0.8, ratio=2)
    assert ours.total == pytest.approx(rates.sample_size(0.5, 0.2, power=0.8, ratio=2).total)


def test_blinded_sd__takes_out_what_the_effect_adds():
    # two arms of 50, sd 10 within (divisor n - 1 in each), means 8 apart: by hand
    inner = 98 * 10**2
    overall = ((inner + 100 / 4 * 8**2) / 99) ** 0.5
    assert blinded_sd(overall, 100, 8) == pytest.approx(10)
    ours = blinded_means(overall, 100, 8, power=0.8)
    assert ours.total == pytest.approx(means.sample_size(8, 10, power=0.8).total)
    plain = blinded_means(10, 100, 8, power=0.8, adjusted=False)
    assert plain.total == pytest.approx(ours.total)


def test_blinded_sd__of_drawn_arms_of_unequal_size():
    generator = np.random.default_rng(11)
    arms = generator.normal(5, 2, 40_000), generator.normal(0, 2, 20_000)
    overall = float(np.concatenate(arms).std(ddof=1))
    assert blinded_sd(overall, 60_000, 5, ratio=2) == pytest.approx(2, abs=0.05)


def test_within__keeps_a_size_between_least_and_most():
    least, most = SampleSize(40, 40), SampleSize(80, 80)
    assert within(SampleSize(60, 60), least, most) == SampleSize(60, 60)
    assert within(SampleSize(20, 20), least, most) == least
    assert within(SampleSize(90, 90), least, most) == most
    with pytest.raises(MyotrialError, match="least size"):
        within(SampleSize(60, 60), most, least)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: blinded_rates(0.05, 0.3, power=0.8), "leaves no room"),
        (lambda: blinded_rates(1.2, 0.3, power=0.8), "must be a rate"),
        (lambda: blinded_sd(3, 100, 8), "leaves nothing within arms"),
        (lambda: blinded_sd(3, 2, 1), "at least 3 values"),
        (lambda: next_stage_size(OF, 1, 1.0, 0.5, 0.3, power=0.8, least=9, most=5), "least size"),
        (lambda: next_stage_size(OF, 1, 1.0, 1.5, 0.3, power=0.8, least=1, most=5), "rate from"),
        (lambda: next_stage_size(OF, 3, 1.0, 0.5, 0.3, power=0.8, least=1, most=5), "no stage"),
        (lambda: next_stage_size(OF, 4, 1.0, 0.5, 0.3, power=0.8, least=1, most=5), "looks 1 to 3"),
        (lambda: Reestimation(0.8, 200, 100), "least size"),
        (lambda: Reestimation(1.8, 100, 200), "power must"),
        (lambda: simulate_rates(OF, 0.5, 0.3, (100, 100)), "patients of 3 stages"),
        (lambda: simulate_rates(OF, 0.5, 0.3, (100, 0, 100)), "each above 0"),
        (lambda: simulate_rates(OF, 0.5, 1.3, (100, 100, 100)), "must be a rate"),
        (lambda: simulate_rates(OF, 0.5, 0.3, (100,) * 3, ratio=0), "ratio must be"),
        (lambda: simulate_rates(OF, 0.5, 0.3, (100,) * 3, trials=0), "At least one trial"),
        (lambda: simulate_rates(OF, 0.5, 0.3, (100,) * 3, seed=-1), "seed must be"),
    ],
)
def test_reestimation__refuses_what_is_out_of_range(call, said):
    with pytest.raises(MyotrialError, match=said):
        call()


def test_simulate_rates__refuses_two_sides():
    bounds = boundary(LanDeMetsOBrienFleming(), EQUAL3, alpha=0.05, sides=2)
    with pytest.raises(MyotrialError, match="one-sided tests only"):
        simulate_rates(bounds, 0.5, 0.3, (100, 100, 100))
