import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom

from myotrial.design.fixed import events
from myotrial.design.fixed.enrolment import accrual_time, inflated_for_dropout, run_in
from myotrial.design.fixed.events import Observation, hazard
from myotrial.errors import MyotrialError, TooLargeError

# Reference values, family X2: randomised withdrawal (time to flare), log-rank, one-sided .025, 1:1;
# control flare probability .5 at 12 months, accrual 6, follow-up 12: events; N. rpact 4.5.0.9315.
# Tolerance 0.01.
X2 = {
    "rw_hr0.5_pw0.9": (0.5, 0.9, (87.4793, 188.4897)),
    "rw_hr0.35_pw0.8": (0.35, 0.8, (28.4863, 67.9395)),
}

# Family X3: run-in responder probability 0.5, 60 randomised needed: smallest N enrolled with
# P(Binomial(N, p) >= n) >= 0.85. Base R pbinom. Exact.
RUN_IN = 131


@pytest.mark.parametrize(("ratio", "power", "values"), X2.values(), ids=X2)
def test_sample_size__of_a_randomised_withdrawal_is_that_of_rpact(ratio, power, values):
    watched = Observation(accrual=6, follow_up=12)
    needed = events.events_needed(ratio, power=power)
    size = events.sample_size(ratio, hazard(0.5, 12), watched, power=power)
    assert (needed, size.total) == pytest.approx(values, abs=0.01)
    assert events.power(ratio, needed) == pytest.approx(power)


def test_events_expected__of_the_sample_size_are_those_needed():
    watched = Observation(accrual=6, follow_up=12, loss=0.01)
    size = events.sample_size(0.5, 0.05, watched, power=0.9, ratio=2)
    found = events.events_expected(0.5, 0.05, watched, size.first, size.second)
    assert found == pytest.approx(events.events_needed(0.5, power=0.9, ratio=2))


def test_sample_size__for_time_to_response_takes_a_ratio_above_1():
    faster = events.events_needed(2.0, power=0.9)
    assert faster == pytest.approx(events.events_needed(0.5, power=0.9))


@given(st.floats(0.01, 1), st.floats(0.1, 24), st.floats(0, 24), st.floats(0, 0.2))
def test_chance__is_the_mean_over_the_times_of_entry(rate, accrual, follow_up, loss):
    def watched(time):
        return quad(lambda t: rate * 2.718281828459045 ** (-(rate + loss) * t), 0, time)[0]

    expected = quad(lambda entry: watched(follow_up + entry), 0, accrual)[0] / accrual
    got = Observation(accrual, follow_up, loss).chance(rate)
    assert got == pytest.approx(expected, rel=1e-6)


def test_chance__with_everybody_at_once_needs_no_accrual():
    assert Observation(0, 12).chance(hazard(0.5, 12)) == pytest.approx(0.5)
    nearly = Observation(1e-9, 12).chance(hazard(0.5, 12))
    assert nearly == pytest.approx(0.5, abs=1e-6)


@given(st.floats(0.2, 0.9), st.floats(1, 500), st.floats(0.3, 3))
def test_power__rises_with_events_and_effect(ratio, number, allocation):
    power = events.power(ratio, number, ratio=allocation)
    assert power <= events.power(ratio, number + 1, ratio=allocation)
    assert power <= events.power(0.9 * ratio, number, ratio=allocation)


@pytest.mark.parametrize("ratio", [1, 0, -1, float("nan")])
def test_events_needed__refuses_a_hazard_ratio_without_effect(ratio):
    with pytest.raises(MyotrialError, match="hazard ratio"):
        events.events_needed(ratio, power=0.8)


def test_observation__refuses_time_that_is_none():
    with pytest.raises(MyotrialError, match="time of accrual"):
        Observation(-1, 12)
    with pytest.raises(MyotrialError, match="together"):
        Observation(0, 0)
    with pytest.raises(MyotrialError, match="chance of the event"):
        hazard(1.0, 12)
    with pytest.raises(MyotrialError, match="ratio must be"):
        events.events_needed(0.5, power=0.8, ratio=0)


def test_run_in__is_that_of_r():
    assert run_in(60, 0.5) == RUN_IN


@given(st.integers(1, 100), st.floats(0.05, 1), st.floats(0.05, 0.99))
def test_run_in__is_the_smallest_that_suffices(randomised, chance, certainty):
    n = run_in(randomised, chance, certainty=certainty)
    assert binom.sf(randomised - 1, n, chance) >= certainty - 1e-9
    assert n == randomised or binom.sf(randomised - 1, n - 1, chance) < certainty + 1e-9


@pytest.mark.parametrize(
    ("randomised", "chance", "certainty"),
    [(0, 0.5, 0.85), (1.5, 0.5, 0.85), (60, 0, 0.85), (60, 1.2, 0.85), (60, 0.5, 1)],
)
def test_run_in__refuses_what_is_out_of_range(randomised, chance, certainty):
    with pytest.raises(MyotrialError, match="must"):
        run_in(randomised, chance, certainty=certainty)


def test_run_in__refuses_a_run_in_that_selects_nobody():
    with pytest.raises(TooLargeError, match="so few respond"):
        run_in(60, 1e-7)


@pytest.mark.parametrize(
    ("patients", "ramp", "time"),
    [(90, 0, 18.0), (90, 6, 21.0), (15, 6, 6.0), (3.75, 6, 3.0), (0, 6, 0.0)],
)
def test_accrual_time__rises_over_the_ramp_and_then_goes_on(patients, ramp, time):
    assert accrual_time(patients, 5.0, ramp=ramp) == pytest.approx(time)


def test_accrual__refuses_what_is_out_of_range():
    with pytest.raises(MyotrialError, match="accrual rate"):
        accrual_time(10, 0)
    with pytest.raises(MyotrialError, match="must not be negative"):
        accrual_time(-1, 5)
    with pytest.raises(MyotrialError, match="dropout must be a share"):
        inflated_for_dropout(84, 1.0)


def test_inflated_for_dropout__keeps_enough():
    assert inflated_for_dropout(80, 0.2) == 100
    assert inflated_for_dropout(84, 0.0) == 84
