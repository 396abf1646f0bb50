"""Boundaries against other programs and published tables, and what they are by their definition."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from myotrial.design.sequential.characteristics import inflation
from myotrial.errors import MyotrialError
from myotrial.statistics.sequential.boundaries import Boundary, boundary
from myotrial.statistics.sequential.shapes import (
    BetaSpending,
    FutilityBounds,
    HaybittlePeto,
    OBrienFleming,
    Pocock,
    WangTsiatis,
)
from myotrial.statistics.sequential.spending import (
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    SpentAt,
    UserSpending,
)

OF, P = LanDeMetsOBrienFleming(), LanDeMetsPocock()
U2, U3, U4 = (0.4, 1), (0.3, 0.7, 1), (0.2, 0.5, 0.8, 1)


def equal(looks):
    return tuple(k / looks for k in range(1, looks + 1))


# Reference values, family GS1: classical boundaries, equal information, upper z, one-sided alpha.
# rpact 4.5.0.9315; gsDesign 3.11.0.9003 agrees to 4e-7. Tolerance 2e-5.
GS1 = {
    "P_k2_a0.025": (Pocock, 2, 0.025, (2.178272, 2.178272)),
    "OF_k3_a0.025": (OBrienFleming, 3, 0.025, (3.471091, 2.454432, 2.004036)),
    "P_k3_a0.025": (Pocock, 3, 0.025, (2.289478, 2.289478, 2.289478)),
    "OF_k4_a0.025": (OBrienFleming, 4, 0.025, (4.048591, 2.862786, 2.337455, 2.024296)),
    "P_k5_a0.025": (Pocock, 5, 0.025, (2.413180,) * 5),
    "P_k3_a0.05": (Pocock, 3, 0.05, (1.992192,) * 3),
    "WT0.1_k4": (WangTsiatis(0.1), 4, 0.025, (3.569209, 2.704955, 2.299977, 2.049972)),
}

# Family GS2: spending boundaries, one-sided 0.025, upper z. rpact 4.5.0.9315; gsDesign agrees to
# 9.4e-7. Tolerance 2e-5.
GS2 = {
    "asOF_eq2": (OF, equal(2), (2.962588, 1.968596)),
    "asP_eq2": (P, equal(2), (2.156999, 2.200977)),
    "asKD3_eq2": (KimDeMets(3), equal(2), (2.734369, 1.982529)),
    "asHSD-4_eq2": (HwangShihDeCani(-4), equal(2), (2.749966, 1.981131)),
    "asOF_eq3": (OF, equal(3), (3.710303, 2.511427, 1.993047)),
    "asP_eq3": (P, equal(3), (2.279428, 2.294911, 2.295940)),
    "asKD2_eq3": (KimDeMets(2), equal(3), (2.772921, 2.347272, 2.061914)),
    "asKD3_eq3": (KimDeMets(3), equal(3), (3.113017, 2.461934, 2.008705)),
    "asHSD-4_eq3": (HwangShihDeCani(-4), equal(3), (3.010739, 2.546531, 1.999226)),
    "asKD3_u3": (KimDeMets(3), U3, (3.205133, 2.400192, 2.014305)),
    "asHSD-2_u3": (HwangShihDeCani(-2), U3, (2.724812, 2.334635, 2.069720)),
    "asP_eq4": (P, equal(4), (2.368328, 2.367524, 2.358168, 2.350036)),
    "asKD2_eq4": (KimDeMets(2), equal(4), (2.955167, 2.559350, 2.300855, 2.091967)),
    "asOF_u2": (OF, U2, (3.356869, 1.962268)),
    "asKD3_u2": (KimDeMets(3), U2, (2.947843, 1.972838)),
    "asHSD-4_u2": (HwangShihDeCani(-4), U2, (2.903713, 1.975293)),
    "asP_u4": (P, U4, (2.437977, 2.332825, 2.324233, 2.368653)),
    "HP3_k3": (HaybittlePeto(3), equal(3), (3.000000, 3.000000, 1.975098)),
}
GS2_TWO_SIDED = {
    "2sided_OF": (OBrienFleming, equal(3), (3.471091, 2.454432, 2.004036)),
    "2sided_P": (Pocock, equal(3), (2.289478, 2.289478, 2.289478)),
    "2sided_asOF": (OF, equal(3), (3.710303, 2.511427, 1.993047)),
}

# Family GS4: efficacy z | futility z | inflation; alpha 0.025, beta 0.2. rpact 4.5.0.9315; gsDesign
# agrees to 5e-7 (non-binding) and 2.3e-5 (binding). Tolerance 5e-5.
GS4 = {
    "asOF_bsOF_u3_nonbind": (
        (OF, OF, U3, False), (3.928573, 2.438742, 2.000009), (-0.451298, 1.294488), 1.110752),
    "asP_bsP_u3_nonbind": (
        (P, P, U3, False), (2.311835, 2.258346, 2.306183), (0.422976, 1.585824), 1.387002),
    "asP_bsP_eq2_nonbind": (
        (P, P, equal(2), False), (2.156999, 2.200977), (1.083268,), 1.276699),
    "asOF_bsP_u3_nonbind": (
        (OF, P, U3, False), (3.928573, 2.438742, 2.000009), (0.331273, 1.428594), 1.249810),
    "asOF_bsP_eq2_nonbind": (
        (OF, P, equal(2), False), (2.962588, 1.968596), (0.984538,), 1.166559),
    "asOF_bsOF_eq3_bind": (
        (OF, OF, equal(3), True), (3.710303, 2.511108, 1.930916), (-0.270006, 1.122485), 1.060774),
    "asOF_bsOF_u3_bind": (
        (OF, OF, U3, True), (3.928573, 2.438196, 1.930939), (-0.486304, 1.241014), 1.063187),
    "asP_bsP_u3_bind": (
        (P, P, U3, True), (2.311835, 2.238097, 2.164660), (0.365285, 1.494790), 1.299860),
    "asOF_bsP_eq3_bind": (
        (OF, P, equal(3), True), (3.710303, 2.506403, 1.863721), (0.395617, 1.218546), 1.147775),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "looks", "alpha", "bounds"), GS1.values(), ids=GS1)
def test_boundary__has_the_classical_bounds_of_rpact(shape, looks, alpha, bounds):
    ours = boundary(shape, equal(looks), alpha=alpha)
    assert ours.efficacy == pytest.approx(bounds, abs=2e-5)


@pytest.mark.parametrize(("shape", "information", "bounds"), GS2.values(), ids=GS2)
def test_boundary__spends_alpha_as_rpact_does(shape, information, bounds):
    assert boundary(shape, information).efficacy == pytest.approx(bounds, abs=2e-5)


@pytest.mark.parametrize(
    ("shape", "information", "bounds"), GS2_TWO_SIDED.values(), ids=GS2_TWO_SIDED
)
def test_boundary__two_sided_is_that_of_rpact(shape, information, bounds):
    ours = boundary(shape, information, alpha=0.05, sides=2)
    assert ours.efficacy == pytest.approx(bounds, abs=2e-5)


@pytest.mark.parametrize(("design", "efficacy", "futility", "factor"), GS4.values(), ids=GS4)
def test_boundary__spends_beta_as_rpact_does(design, efficacy, futility, factor):
    alphas, betas, information, binding = design
    ours = boundary(alphas, information, futility=BetaSpending(betas, 0.8, binding))
    assert ours.efficacy == pytest.approx(efficacy, abs=5e-5)
    assert ours.futility == pytest.approx(futility, abs=5e-5)
    assert inflation(ours, 0.8).maximum == pytest.approx(factor, abs=5e-5)


# Jennison and Turnbull, Group Sequential Methods, 2000, tables 2.1 (Pocock) and 2.3 (O'Brien and
# Fleming): two-sided tests, constants of the last bound, 3 decimals. Recalled, not read again.
@pytest.mark.parametrize(
    ("shape", "alpha", "constants"),
    [
        pytest.param(Pocock, 0.01, (2.576, 2.772, 2.873, 2.939, 2.986), id="Pocock 0.01"),
        pytest.param(Pocock, 0.05, (1.960, 2.178, 2.289, 2.361, 2.413), id="Pocock 0.05"),
        pytest.param(Pocock, 0.10, (1.645, 1.875, 1.992, 2.067, 2.122), id="Pocock 0.10"),
        pytest.param(OBrienFleming, 0.01, (2.576, 2.580, 2.595, 2.609, 2.621), id="OBF 0.01"),
        pytest.param(OBrienFleming, 0.05, (1.960, 1.977, 2.004, 2.024, 2.040), id="OBF 0.05"),
        pytest.param(OBrienFleming, 0.10, (1.645, 1.678, 1.710, 1.733, 1.751), id="OBF 0.10"),
    ],
)
def test_boundary__has_the_constants_of_the_textbook(shape, alpha, constants):
    ours = [boundary(shape, equal(k), alpha=alpha, sides=2).efficacy[-1] for k in range(1, 6)]
    assert ours == pytest.approx(constants, abs=6e-4)


@pytest.mark.parametrize("shape", [OBrienFleming, Pocock, OF, P, KimDeMets(2), HaybittlePeto()])
@pytest.mark.parametrize("sides", [1, 2])
def test_boundary__of_one_look_is_the_fixed_test(shape, sides):
    ours = boundary(shape, (1,), alpha=0.025 * sides, sides=sides)
    assert ours.efficacy == pytest.approx((1.959964,), abs=1e-6)
    assert ours.futility == ()


def test_boundary__at_the_bonferroni_end_and_beyond_pocock():
    steep = boundary(WangTsiatis(0.9), equal(3))
    assert steep.efficacy[0] < steep.efficacy[1] < steep.efficacy[2]


def test_boundary__a_user_function_and_given_amounts_are_spent_alike():
    user = UserSpending(lambda t, error: error * t * t)
    given_amounts = SpentAt((0.5, 1.0), (0.00625, 0.025))
    known = boundary(KimDeMets(2), equal(2)).efficacy
    assert boundary(user, equal(2)).efficacy == pytest.approx(known, abs=1e-9)
    assert boundary(given_amounts, equal(2)).efficacy == pytest.approx(known, abs=1e-9)


def test_boundary__with_nothing_spent_at_a_look_has_no_bound_there():
    ours = boundary(SpentAt((0.5, 1.0), (0.0, 0.025)), equal(2))
    assert ours.efficacy == pytest.approx((inf, 1.959964), abs=1e-6)


def test_boundary__given_futility_bounds_lower_efficacy_bounds_only_if_they_bind():
    free = boundary(OF, equal(3))
    loose = boundary(OF, equal(3), futility=FutilityBounds((0.0, 0.5)))
    tied = boundary(OF, equal(3), futility=FutilityBounds((0.0, 0.5), binding=True))
    assert loose.efficacy == free.efficacy
    assert loose.futility == tied.futility == (0.0, 0.5)
    assert tied.efficacy[0] == free.efficacy[0]
    assert tied.efficacy[2] < free.efficacy[2]


@given(
    st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4, unique=True),
    st.sampled_from([OF, P, KimDeMets(1.5), HwangShihDeCani(1), OBrienFleming, Pocock]),
    st.floats(0.001, 0.2),
)
@settings(max_examples=40, deadline=None)
def test_boundary__of_several_looks_is_never_below_that_of_one(inner, shape, alpha):
    information = (*sorted(inner), 1.0)
    assume(min(b - a for a, b in pairwise(information)) > 0.01)
    ours = boundary(shape, information, alpha=alpha)
    single = boundary(shape, (1.0,), alpha=alpha).efficacy[0]
    assert all(z >= single - 1e-9 for z in ours.efficacy)


@pytest.mark.parametrize(
    ("information", "said"),
    [
        pytest.param((), "increase from look to look", id="no look"),
        pytest.param((0.5, 0.5, 1), "increase from look to look", id="twice the same"),
        pytest.param((0.7, 0.3, 1), "increase from look to look", id="falling"),
        pytest.param((0.3, 0.7), "end at 1", id="not ending at 1"),
        pytest.param((0.0, 1), "above 0", id="from nothing"),
        pytest.param((0.5, 1.0, 1.5), "end at 1", id="beyond 1"),
        pytest.param((float("nan"), 1.0), "increase", id="not a number"),
    ],
)
def test_boundary__refuses_fractions_that_do_not_rise_to_1(information, said):
    with pytest.raises(MyotrialError, match=said):
        boundary(OF, information)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 2.5, float("nan")])
def test_boundary__refuses_an_alpha_outside_0_to_1(alpha):
    with pytest.raises(MyotrialError, match="alpha must lie strictly between 0 and 1"):
        boundary(OF, (0.5, 1), alpha=alpha)


@pytest.mark.parametrize(
    ("spending", "said"),
    [
        pytest.param(SpentAt((0.5, 1), (0.02, 0.03)), "only 0.025 to spend", id="too much"),
        pytest.param(SpentAt((0.5, 1), (0.03, 0.025)), "only 0.025 to spend", id="all at once"),
        pytest.param(SpentAt((0.5, 1), (0.02, 0.01)), "less than the 0.02", id="taken back"),
        pytest.param(SpentAt((0.5, 1), (0.01, 0.02)), "has spent 0.02 of 0.025", id="left over"),
        pytest.param(UserSpending(lambda t, a: 2 * a * t), "only 0.025", id="a function, twice"),
        pytest.param(UserSpending(lambda t, a: -a * t), "only 0.025", id="a function below 0"),
        pytest.param(UserSpending(lambda *_: float("nan")), "only 0.025", id="no number"),
    ],
)
def test_boundary__refuses_alpha_spent_twice_or_not_at_all(spending, said):
    with pytest.raises(MyotrialError, match=said):
        boundary(spending, (0.5, 1))


def test_spent_at__refuses_amounts_that_do_not_belong_to_looks():
    with pytest.raises(MyotrialError, match="2 amounts of error are given for 3"):
        SpentAt((0.3, 0.6, 1), (0.01, 0.025))


def test_boundary__refuses_futility_above_efficacy():
    with pytest.raises(MyotrialError, match=r"look 2 the futility bound 2\.6 is not below"):
        boundary(OF, equal(3), futility=FutilityBounds((0.0, 2.6)))
    with pytest.raises(MyotrialError, match="look 1 the futility bound"):
        boundary(OF, equal(3), futility=FutilityBounds((4.0, 0.0), binding=True))


@pytest.mark.parametrize("power", [0, 1, 1.2, 0.01])
def test_boundary__refuses_a_power_that_is_none(power):
    with pytest.raises(MyotrialError, match="power must"):
        boundary(OF, equal(2), futility=BetaSpending(OF, power))


def test_boundary__refuses_what_is_not_offered():
    with pytest.raises(MyotrialError, match="1 or 2 sides"):
        boundary(OF, equal(2), sides=3)
    with pytest.raises(MyotrialError, match="one-sided tests only"):
        boundary(OF, equal(2), sides=2, futility=FutilityBounds((0.0,)))
    with pytest.raises(MyotrialError, match="2 looks need 1 futility bounds"):
        boundary(OF, equal(2), futility=FutilityBounds((0.0, 0.0)))
    with pytest.raises(MyotrialError, match=r"must be below 0\.5"):
        boundary(Pocock, equal(2), alpha=0.6)


@pytest.mark.parametrize("shape", [OBrienFleming, HaybittlePeto()], ids=repr)
def test_boundary__refuses_binding_futility_that_leaves_no_room(shape):
    with pytest.raises(MyotrialError, match="look 1 the futility bound"):
        boundary(shape, equal(2), futility=FutilityBounds((3.2,), binding=True))


@pytest.mark.parametrize("shape", [OBrienFleming, Pocock, WangTsiatis(0.3), HaybittlePeto()])
def test_boundary__binding_futility_lowers_the_last_bound_and_the_size(shape):
    free = boundary(shape, equal(3), futility=BetaSpending(OF, 0.8))
    tied = boundary(shape, equal(3), futility=BetaSpending(OF, 0.8, binding=True))
    assert tied.efficacy[-1] < free.efficacy[-1]
    assert inflation(tied, 0.8).maximum < inflation(free, 0.8).maximum


def test_boundary__refuses_beta_spending_whose_bounds_cross():
    # the early bounds alone use up an alpha of 5e-5, and no futility bound saves it
    early = BetaSpending(KimDeMets(0.3), 0.5, binding=True)
    with pytest.raises(MyotrialError, match="would cross the efficacy bounds"):
        boundary(HaybittlePeto(2.4), (0.7, 0.9, 1), alpha=5e-5, futility=early)


def test_boundary__refuses_haybittle_peto_bounds_that_use_up_alpha():
    with pytest.raises(MyotrialError, match="use more than the alpha"):
        boundary(HaybittlePeto(1.5), equal(3))
    with pytest.raises(MyotrialError, match="use more than the alpha"):
        boundary(HaybittlePeto(1.5), equal(3), futility=BetaSpending(OF, 0.8, binding=True))


@pytest.mark.parametrize("shape", [lambda: KimDeMets(0), lambda: HwangShihDeCani(inf)])
def test_shapes__refuse_parameters_without_meaning(shape):
    with pytest.raises(MyotrialError, match="must be finite"):
        shape()


def test_boundary__made_by_hand_is_checked():
    with pytest.raises(MyotrialError, match="2 looks need 2 efficacy and 1 futility"):
        Boundary((0.5, 1), (2.0,), (), 0.025)
    with pytest.raises(MyotrialError, match="not below the efficacy bound"):
        Boundary((0.5, 1), (2.0, 2.0), (2.5,), 0.025)


def test_boundary__two_looks_too_close_are_told():
    with pytest.raises(MyotrialError, match="too close"):
        boundary(OF, (0.5, 0.500000001, 1))
