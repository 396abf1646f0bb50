import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.design.adaptive.promising import PromisingZone
from myotrial.errors import MyotrialError
from myotrial.statistics.sequential.boundaries import Boundary
from myotrial.statistics.sequential.conditional import conditional_power

# Reference values, family A2: least conditional power of the promising zone: interim fraction t,
# cap R = max / planned, wanted conditional power, one-sided 0.025. Own grid on the criterion of
# Mehta and Pocock 2011; agrees to rounding with the entries of their table 1 as recalled.
# Tolerance 2e-3.
A2 = {
    "t0.5_R1.5_pw0.8": (0.5, 1.5, 0.8, 0.4067),
    "t0.5_R1.5_pw0.9": (0.5, 1.5, 0.9, 0.4067),
    "t0.5_R2_pw0.9": (0.5, 2, 0.9, 0.3576),
    "t0.5_R3_pw0.9": (0.5, 3, 0.9, 0.3046),
}


@pytest.mark.parametrize(("t", "cap", "power", "least"), A2.values(), ids=A2)
def test_floor__is_that_of_mehta_and_pocock(t, cap, power, least):
    assert PromisingZone(t, cap, power).floor == pytest.approx(least, abs=2e-3)


@given(st.floats(0.1, 0.9), st.floats(-1, 4))
def test_conditional_power__is_that_of_the_sequential_design(t, z):
    rule = PromisingZone(t, 2.0, 0.9)
    infinite = float("inf")
    plain = Boundary((t, 1.0), (infinite, rule.critical), (-infinite,), 0.025)
    assert rule.conditional_power(z) == pytest.approx(conditional_power(plain, 1, z), abs=1e-9)


@given(st.floats(0.2, 0.8), st.floats(1.2, 4), st.floats(0.7, 0.95), st.floats(-2, 4))
@settings(deadline=None)
def test_decide__grows_only_in_the_promising_zone_and_to_the_cap_at_most(t, cap, power, z):
    rule = PromisingZone(t, cap, power)
    ours = rule.decide(z)
    if ours.zone == "promising":
        assert rule.floor - 1e-6 <= ours.conditional_power < power
        assert 1 <= ours.size <= cap
        assert rule.valid_critical(z) <= rule.critical + 1e-9
    else:
        assert ours.size == 1


def test_size__has_the_wanted_conditional_power_below_the_cap():
    # t = 0.5, z = 1.9, critical value u: the stage after the interim look needs
    # (u sqrt(2) - z + z(0.9)) ** 2 / z ** 2 of the first stage's patients
    rule = PromisingZone(0.5, 5.0, 0.9)
    second = 0.5 * ((1.959964 * 2**0.5 - 1.9 + 1.281552) / 1.9) ** 2
    assert rule.size(1.9) == pytest.approx(0.5 + second, abs=1e-5)


def test_zone__may_be_empty_of_surprises_at_its_ends():
    rule = PromisingZone(0.5, 1.5, 0.9)
    assert rule.decide(3.0).zone == "favourable"
    assert rule.decide(-1.0).zone == "unfavourable"
    assert rule.decide(1.6).zone == "promising"


@pytest.mark.parametrize(
    ("fraction", "cap", "power", "said"),
    [
        (0, 1.5, 0.9, "information fraction"),
        (1, 1.5, 0.9, "information fraction"),
        (0.5, 1, 0.9, "cap must be finite and above 1"),
        (0.5, float("inf"), 0.9, "cap must be finite and above 1"),
        (0.5, 1.5, 1, "power must"),
        (0.5, 1.5, 0.01, "power must"),
    ],
)
def test_promising_zone__refuses_what_is_out_of_range(fraction, cap, power, said):
    with pytest.raises(MyotrialError, match=said):
        PromisingZone(fraction, cap, power)


def test_decide__refuses_a_result_that_is_none():
    with pytest.raises(MyotrialError, match="must be finite"):
        PromisingZone(0.5, 1.5, 0.9).decide(float("nan"))
