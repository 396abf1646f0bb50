from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.design.fixed import rates
from myotrial.design.sequential.characteristics import (
    characteristics,
    drift_for,
    fixed_drift,
    inflation,
    type_one_error,
)
from myotrial.design.sequential.sizes import of_means, of_rates, sequential_size
from myotrial.errors import MyotrialError
from myotrial.statistics.sequential.boundaries import Boundary, boundary
from myotrial.statistics.sequential.shapes import (
    BetaSpending,
    FutilityBounds,
    OBrienFleming,
    Pocock,
)
from myotrial.statistics.sequential.spending import LanDeMetsOBrienFleming, LanDeMetsPocock

OF, P = LanDeMetsOBrienFleming(), LanDeMetsPocock()


def equal(looks):
    return tuple(k / looks for k in range(1, looks + 1))


# Reference values, family GS3: inflation factor; ASN / n_fixed under H1; halfway (H01); H0.
# One-sided 0.025, no futility, power 1 - b. rpact 4.5.0.9315. Tolerance 5e-5.
GS3 = {
    "OF_k2_b0.1": (OBrienFleming, 2, 0.9, (1.007126, 0.851094, 0.982028, 1.005826)),
    "OF_k3_b0.1": (OBrienFleming, 3, 0.9, (1.016101, 0.798709, 0.969483, 1.013588)),
    "P_k3_b0.1": (Pocock, 3, 0.9, (1.150638, 0.721033, 1.026863, 1.139134)),
    "P_k3_b0.2": (Pocock, 3, 0.8, (1.166386, 0.818577, 1.068030, 1.154724)),
    "asOF_k2_b0.2": (OF, 2, 0.8, (1.003725, 0.921386, 0.991477, 1.002960)),
    "asOF_k3_b0.2": (OF, 3, 0.8, (1.012795, 0.865569, 0.982766, 1.010718)),
    "asP_k2_b0.2": (P, 2, 0.8, (1.122550, 0.854915, 1.047323, 1.113849)),
    "asP_k3_b0.2": (P, 3, 0.8, (1.170419, 0.819415, 1.070946, 1.158557)),
}

# Families B2 and B3: which design a name means.
DESIGNS = {
    "OF_k2": (OBrienFleming, (0.5, 1)),
    "asP_k3": (P, (0.5, 0.75, 1)),
    "asOF_k3": (OF, (1 / 3, 2 / 3, 1)),
}

# Family B2: max N; E[N] under H0; H01; H1, two-arm rates, one-sided 0.025, power 0.8.
# rpact 4.5.0.9315. Tolerance 1e-2.
B2 = {
    "OF_k2_0.6_0.3": ("OF_k2", 0.6, 0.3, (84.5941, 84.4848, 83.0815, 75.7284)),
    "OF_k2_0.787_0.438": ("OF_k2", 0.787, 0.438, (59.2210, 59.1445, 58.1621, 53.0145)),
    "asP_k3_0.787_0.438": ("asP_k3", 0.787, 0.438, (68.7436, 68.1214, 62.8329, 48.7689)),
    "asOF_k3_0.5_0.25": ("asOF_k3", 0.5, 0.25, (116.8227, 116.5832, 113.3589, 99.8407)),
    "asP_k3_0.5_0.25": ("asP_k3", 0.5, 0.25, (134.9370, 133.7157, 123.3349, 95.7286)),
}

# Family B3: overall power; cumulative early stop; E[N], max N = 100 in total, normal approximation.
# rpact getPowerRates. Tolerance 1e-4.
B3 = {
    "pw_gs_asP_k3_0.787_0.438_N100": ("asP_k3", 0.787, 0.438, (0.931721, 0.840398, 62.083732)),
    "pw_gs_asOF_k3_0.5_0.25_N100": ("asOF_k3", 0.5, 0.25, (0.734573, 0.350326, 87.867210)),
    "pw_gs_asP_k3_0.5_0.25_N100": ("asP_k3", 0.5, 0.25, (0.666836, 0.530875, 77.326378)),
}
# The same family with non-binding futility, Lan-DeMets OBF, K = 3, N = 240, pi2 = .33, pi1 = .5,
# .4, .33: overall reject x3; futility stop x3; E[N] x3 (printed to 3 decimals).
B3_FUTILITY = {
    "pw_fut_0_0.5": (
        (0.0, 0.5),
        (0.740395, 0.189674, 0.023660),
        (0.085053, 0.410222, 0.739060),
        (197.192, 181.998, 140.384),
    ),
    "pw_fut_-0.5_0.8": (
        (-0.5, 0.8),
        (0.748166, 0.192303, 0.023984),
        (0.088925, 0.463722, 0.794011),
        (200.072, 188.339, 151.304),
    ),
}


@pytest.mark.parametrize(("shape", "looks", "power", "values"), GS3.values(), ids=GS3)
def test_inflation__is_that_of_rpact(shape, looks, power, values):
    ours = inflation(boundary(shape, equal(looks)), power)
    found = (ours.maximum, ours.alternative, ours.halfway, ours.null)
    assert found == pytest.approx(values, abs=5e-5)


@pytest.mark.parametrize(("design", "p1", "p2", "values"), B2.values(), ids=B2)
def test_sequential_size__of_rates_is_that_of_rpact(design, p1, p2, values):
    bounds = boundary(*DESIGNS[design])
    ours = sequential_size(rates.sample_size(p1, p2, power=0.8), bounds, 0.8)
    found = (ours.maximum.total, ours.null, ours.halfway, ours.alternative)
    assert found == pytest.approx(values, abs=1e-2)
    assert ours.at_looks[-1] == pytest.approx(ours.maximum.total)


@pytest.mark.parametrize(("design", "p1", "p2", "values"), B3.values(), ids=B3)
def test_of_rates__has_the_power_of_rpact(design, p1, p2, values):
    ours = of_rates(boundary(*DESIGNS[design]), p1, p2, 50, 50)
    assert (ours.power, ours.early) == pytest.approx(values[:2], abs=1e-4)
    assert 100 * ours.expected == pytest.approx(values[2], abs=1e-4)


@pytest.mark.parametrize(("bounds", "power", "stopped", "n"), B3_FUTILITY.values(), ids=B3_FUTILITY)
def test_of_rates__with_futility_bounds_has_the_power_of_rpact(bounds, power, stopped, n):
    design = boundary(OF, equal(3), futility=FutilityBounds(bounds))
    ours = [of_rates(design, p1, 0.33, 120, 120) for p1 in (0.5, 0.4, 0.33)]
    assert [item.power for item in ours] == pytest.approx(power, abs=1e-4)
    assert [sum(item.futility) for item in ours] == pytest.approx(stopped, abs=1e-4)
    assert [240 * item.expected for item in ours] == pytest.approx(n, abs=6e-4)


def test_sequential_size__of_one_look_is_the_fixed_design():
    fixed = rates.sample_size(0.6, 0.3, power=0.8, ratio=2)
    ours = sequential_size(fixed, boundary(OF, (1,)), 0.8)
    assert ours.maximum.total == pytest.approx(fixed.total, rel=1e-8)
    assert ours.maximum.first == pytest.approx(2 * ours.maximum.second)
    assert ours.null == ours.alternative == pytest.approx(fixed.total, rel=1e-8)


def test_of_means__of_one_look_is_the_normal_test():
    # 2 x 85.8552 patients give 0.9 for an effect of half a standard deviation: z 1.959964, 1.281552
    n = 2 * (1.959964 + 1.281552) ** 2 / 0.5**2
    assert of_means(boundary(OF, (1,)), 5.0, 10.0, n, n).power == pytest.approx(0.9, abs=1e-6)


@given(st.floats(-1, 5), st.floats(0.01, 1))
@settings(max_examples=25, deadline=None)
def test_characteristics__power_rises_with_the_drift_and_probabilities_add_up(drift, more):
    design = boundary(OF, (0.3, 0.7, 1), futility=BetaSpending(P, 0.8))
    one, two = characteristics(design, drift), characteristics(design, drift + more)
    assert one.power < two.power
    assert one.early + one.efficacy[-1] <= 1
    assert design.information[0] <= one.expected <= 1


@given(st.integers(20, 200), st.integers(1, 50))
@settings(max_examples=25, deadline=None)
def test_of_rates__power_rises_with_patients(n, more):
    design = boundary(P, (0.5, 1))
    fewer, others = of_rates(design, 0.5, 0.3, n, n), of_rates(design, 0.5, 0.3, n + more, n + more)
    assert fewer.power < others.power


def test_characteristics__two_sided_counts_both_arms():
    design = boundary(Pocock, equal(3), alpha=0.05, sides=2)
    assert characteristics(design, 0.0).power == pytest.approx(0.05, abs=1e-8)
    assert characteristics(design, -3.0).power == pytest.approx(characteristics(design, 3.0).power)


def test_type_one_error__is_kept_when_futility_bounds_are_overruled():
    loose = boundary(OF, equal(3), futility=BetaSpending(P, 0.8))
    tied = boundary(OF, equal(3), futility=BetaSpending(P, 0.8, binding=True))
    assert type_one_error(loose) == pytest.approx(0.025, abs=1e-9)
    assert characteristics(loose, 0.0).power < 0.0249
    assert type_one_error(tied) == pytest.approx(0.025, abs=1e-9)


def test_drift_for__reaches_the_power_of_beta_spending():
    design = boundary(OF, equal(3), futility=BetaSpending(P, 0.8))
    assert characteristics(design, drift_for(design, 0.8)).power == pytest.approx(0.8, abs=1e-9)


def test_drift_for__far_away_is_reached_whatever_the_start():
    harsh = Boundary((0.01, 1), (inf, 1.96), (1.0,), 0.025)
    assert characteristics(harsh, drift_for(harsh, 0.9)).power == pytest.approx(0.9)


def test_drift_for__refuses_a_power_beyond_reach():
    hopeless = Boundary((0.001, 1), (inf, 1.96), (3.0,), 0.025)
    with pytest.raises(MyotrialError, match=r"a power of 0\.9"):
        drift_for(hopeless, 0.9)


@pytest.mark.parametrize(("alpha", "power"), [(0, 0.9), (0.025, 1), (0.025, 0.02), (1.5, 0.9)])
def test_fixed_drift__refuses_errors_that_are_none(alpha, power):
    with pytest.raises(MyotrialError, match="must"):
        fixed_drift(alpha, power)


@pytest.mark.parametrize(("sd", "n"), [(0, 10), (-1, 10), (10, 0)])
def test_of_means__refuses_what_is_not_above_0(sd, n):
    with pytest.raises(MyotrialError, match="must be finite and above 0"):
        of_means(boundary(OF, (1,)), 5.0, sd, n, 10)
