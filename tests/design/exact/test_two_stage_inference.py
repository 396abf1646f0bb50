import pytest

from myotrial.design.exact.single_arm import MultiStage
from myotrial.design.exact.two_stage_inference import after_two_stages
from myotrial.errors import MyotrialError

# R package clinfun 1.1.5, twostage.inference at the 5 % level. That program looks for its limits on
# a grid of 0.0001: its lower limit is the first point above the true one, its upper the last below.
CLINFUN = [
    ({"x": 7, "r1": 1, "n1": 10, "n": 29, "p0": 0.1}, 0.282153, 0.017696, 0.124300, 0.412600),
    ({"x": 4, "r1": 0, "n1": 9, "n": 17, "p0": 0.05}, 0.242424, 0.008566, 0.085400, 0.400600),
]


@pytest.mark.parametrize(("trial", "estimate", "p_value", "low", "high"), CLINFUN)
def test_after_two_stages__agrees_with_another_program(trial, estimate, p_value, low, high):
    result = after_two_stages(**trial)
    assert result.estimate == pytest.approx(estimate, abs=1e-5)
    assert result.p_value == pytest.approx(p_value, abs=1e-5)
    assert low - 1e-4 < result.low <= low
    assert high <= result.high < high + 1e-4


def outcomes(r1, n1, n):
    """Responders that a trial can end with: up to r1 it stopped."""
    return [*range(r1 + 1), *range(r1 + 1, n + 1)]


def chance(x, r1, n1, n, rate):
    """The probability to end with x responders."""
    if x <= r1:
        return MultiStage((n1,), (x - 1,)).characteristics(rate).success - (
            MultiStage((n1,), (x,)).characteristics(rate).success
        )
    at_least = MultiStage((n1, n), (r1, x - 1)).characteristics(rate).success
    more = MultiStage((n1, n), (r1, x)).characteristics(rate).success if x < n else 0.0
    return at_least - more


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.7])
def test_after_two_stages__is_unbiased_and_covers(rate):
    r1, n1, n = 1, 6, 14
    mean = covered = 0.0
    for x in outcomes(r1, n1, n):
        result = after_two_stages(x, r1=r1, n1=n1, n=n, p0=0.1)
        weight = chance(x, r1, n1, n, rate)
        mean += weight * result.estimate
        covered += weight * (result.low <= rate <= result.guaranteed_high)
        assert result.low <= result.high <= result.guaranteed_high
    assert mean == pytest.approx(rate, rel=1e-9)
    assert covered >= 0.9


def test_after_two_stages__of_nothing_and_of_everything():
    nothing = after_two_stages(0, r1=1, n1=10, n=29, p0=0.1)
    assert (nothing.estimate, nothing.low) == (0.0, 0.0)
    assert nothing.p_value == pytest.approx(1.0)
    everything = after_two_stages(29, r1=1, n1=10, n=29, p0=0.1)
    assert (everything.estimate, everything.guaranteed_high) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("trial", "message"),
    [
        pytest.param({"x": 30, "r1": 1, "n1": 10, "n": 29}, "must not exceed", id="x above n"),
        pytest.param({"x": 3, "r1": 10, "n1": 10, "n": 29}, "r1 must lie", id="r1"),
        pytest.param({"x": 3, "r1": 1, "n1": 10, "n": 10}, "must rise", id="no second stage"),
        pytest.param({"x": 3, "r1": 1, "n1": 10, "n": 29, "p0": 1.5}, "p0 must be a rate", id="p0"),
        pytest.param({"x": 3, "r1": 1, "n1": 10, "n": 29, "alpha": 0}, "alpha must", id="alpha"),
    ],
)
def test_after_two_stages__refuses_what_cannot_be(trial, message):
    with pytest.raises(MyotrialError, match=message):
        after_two_stages(**{"p0": 0.1, **trial})
