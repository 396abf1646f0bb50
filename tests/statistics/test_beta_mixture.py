from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError
from myotrial.statistics.beta_mixture import BetaMixture, exceedances
from myotrial.statistics.effective_sample_size import ess_elir, ess_moment, ess_morita

MAP3 = BetaMixture((0.53, 0.38, 0.09), (2.5, 14.6, 0.9), (19.1, 50.8, 2.8))
MAP2 = BetaMixture((0.7, 0.3), (4, 2), (16, 3))
PILOT = BetaMixture.single(7.5, 8.5)  # Jeffreys' prior after 7 of 15
UNIFORM = BetaMixture.single(1, 1)
NAMED = {
    "map3": MAP3,
    "map3 robust 20": MAP3.robust(0.2),
    "map2": MAP2,
    "map2 robust 50": MAP2.robust(0.5),
    "pilot": PILOT,
}
# R package RBesT 1.8.2. Posteriors: prior, responders, patients; weights of the components; mean,
# sd, 2.5 %, 50 % and 97.5 % quantile; P(rate < 0.3).
POSTERIOR = [
    ("map3", 9, 20, (0.156703, 0.586363, 0.256934),
     (0.312686, 0.091858, 0.183106, 0.292649, 0.549795), 0.541065),
    ("map3 robust 20", 3, 20, (0.492404, 0.384587, 0.051135, 0.071874),
     (0.165843, 0.063263, 0.055631, 0.164805, 0.292298), 0.980570),
    ("map2", 3, 20, (0.856127, 0.143873),
     (0.178597, 0.063064, 0.074835, 0.172125, 0.319419), 0.958954),
    ("map2", 9, 20, (0.439437, 0.560563),
     (0.389465, 0.104506, 0.209651, 0.380968, 0.608665), 0.209412),
    ("pilot", 9, 20, (1.0,), (0.458333, 0.081914, 0.300986, 0.457553, 0.620069), 0.024232),
]  # fmt: skip
# RBesT 1.8.2: mean, sd, 2.5 %, 50 % and 97.5 % quantile.
SUMMARY = [
    ("map2", (0.260000, 0.160416, 0.061768, 0.218902, 0.700488)),
    ("map2 robust 50", (0.380000, 0.262552, 0.041946, 0.296160, 0.950153)),
]
# RBesT 1.8.2: of 20 new patients, P(5 respond), P(at most 3), P(at most 8).
PREDICTIVE = [
    ("map2", (0.1112607, 0.3824167, 0.8335922)),
    ("map2 robust 50", (0.0794399, 0.2864464, 0.6310818)),
    ("pilot", (0.0548123, 0.0311527, 0.4025834)),
]
# RBesT 1.8.2: effective sample size by ELIR (undefined below 1), by moments, and Morita's.
ESS = [
    ("map3", (None, 12.9347, 44.6223)),
    ("map2 robust 50", (3.7281, 2.4178, 8.9396)),
    ("pilot", (16.0, 16.0, 15.99)),
]
# R's stats::integrate: P(rate 1 > rate 2) of Beta(a1, b1) and Beta(a2, b2).
GREATER = [((13, 9), (6, 16), 0.98610866), ((38, 11), (22, 28), 0.99976557)]
PARAMETER = st.floats(0.3, 60)


def summary(mixture):
    return mixture.mean, mixture.sd, *(mixture.quantile(share) for share in (0.025, 0.5, 0.975))


@pytest.mark.parametrize(("prior", "x", "n", "weights", "moments", "below"), POSTERIOR)
def test_posterior__agrees_with_another_program(prior, x, n, weights, moments, below):
    after = NAMED[prior].posterior(x, n)
    assert after.weights == pytest.approx(weights, abs=1e-6)
    assert summary(after) == pytest.approx(moments, abs=5e-5)
    assert float(after.cdf(0.3)) == pytest.approx(below, abs=1e-6)
    assert after.above(0.3) == pytest.approx(1 - below, abs=1e-6)


@pytest.mark.parametrize(("prior", "published"), SUMMARY)
def test_moments_and_quantiles__agree_with_another_program(prior, published):
    assert summary(NAMED[prior]) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(("prior", "published"), PREDICTIVE)
def test_predictive__agrees_with_another_program(prior, published):
    chances = NAMED[prior].predictive(20)
    found = chances[5], chances[:4].sum(), chances[:9].sum()
    assert found == pytest.approx(published, abs=1e-7)
    assert chances.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("prior", "published"), ESS)
def test_effective_sample_size__agrees_with_another_program(prior, published):
    elir, moment, morita = published
    mixture = NAMED[prior]
    assert ess_elir(mixture) == (None if elir is None else pytest.approx(elir, abs=1e-4))
    assert ess_moment(mixture) == pytest.approx(moment, abs=1e-4)
    assert ess_morita(mixture) == pytest.approx(morita, abs=0.02)


@pytest.mark.parametrize(("first", "second", "published"), GREATER)
def test_exceeds__agrees_with_another_program(first, second, published):
    ours = BetaMixture.single(*first).exceeds(BetaMixture.single(*second))
    assert ours == pytest.approx(published, abs=2e-8)


@settings(deadline=None)
@given(PARAMETER, PARAMETER, PARAMETER, PARAMETER, st.floats(-0.9, 0.9))
def test_exceeds__both_ways_together_are_certain(a1, b1, a2, b2, margin):
    first, second = BetaMixture.single(a1, b1), BetaMixture.single(a2, b2)
    both = first.exceeds(second, margin) + second.exceeds(first, -margin)
    assert both == pytest.approx(1.0, abs=1e-6)


def test_exceeds__of_narrow_and_of_spiked_distributions():
    narrow = BetaMixture.single(3000, 9000)
    spiked = BetaMixture.single(0.1, 0.1)
    assert narrow.exceeds(narrow) == pytest.approx(0.5, abs=1e-9)
    assert spiked.exceeds(spiked) == pytest.approx(0.5, abs=1e-6)
    assert UNIFORM.exceeds(UNIFORM, 0.25) == pytest.approx(0.75**2 / 2, abs=1e-9)


def test_exceedances__hold_every_pair():
    found = exceedances([UNIFORM, MAP2], [MAP3, PILOT], 0.1)
    assert found.shape == (2, 2)
    assert found[1, 0] == pytest.approx(MAP2.exceeds(MAP3, 0.1), abs=1e-9)


def test_elir__grows_by_the_patients_that_were_seen():
    # Predictive consistency: Neuenschwander et al. 2020.
    prior = MAP2.robust(0.5)
    chances = prior.predictive(10)
    mean = sum(p * (ess_elir(prior.posterior(x, 10)) or 0.0) for x, p in enumerate(chances))
    assert mean - 10 == pytest.approx(ess_elir(prior), abs=1e-6)


@pytest.mark.parametrize("mixture", NAMED.values(), ids=NAMED.keys())
def test_density__is_the_slope_of_the_cdf(mixture):
    rates = np.array([0.05, 0.3, 0.8])
    slope = (mixture.cdf(rates + 1e-6) - mixture.cdf(rates - 1e-6)) / 2e-6
    assert mixture.density(rates) == pytest.approx(slope, rel=1e-6)
    assert (float(mixture.cdf(0)), float(mixture.cdf(1))) == pytest.approx((0.0, 1.0))


def test_posterior__lets_go_of_a_component_that_predicted_hopelessly():
    mixture = BetaMixture((0.5, 0.5), (1, 1e6), (1, 1e6))
    after = mixture.posterior(0, 10_000)
    assert sum(after.weights) == pytest.approx(1.0)
    assert after.mean < 0.001


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        pytest.param(((1.0,), (0,), (1,)), "a of a beta mixture must be positive", id="a 0"),
        pytest.param(((1.0,), (1,), (-1,)), "b of a beta mixture must be positive", id="b < 0"),
        pytest.param(((1.0,), (nan,), (1,)), "a of a beta mixture must be positive", id="nan"),
        pytest.param(((0.5, 0.4), (1, 2), (1, 2)), "must sum to 1", id="weights"),
        pytest.param(((1.5, -0.5), (1, 2), (1, 2)), "weights of a beta mixture", id="negative"),
        pytest.param(((1.0,), (1, 2), (1, 2)), "Each component needs", id="lengths"),
        pytest.param(((), (), ()), "Each component needs", id="none"),
    ],
)
def test_beta_mixture__refuses_what_is_no_distribution(parts, message):
    with pytest.raises(MyotrialError, match=message):
        BetaMixture(*parts)


def test_beta_mixture__refuses_impossible_questions():
    with pytest.raises(MyotrialError, match="must not exceed"):
        MAP2.posterior(5, 4)
    with pytest.raises(MyotrialError, match="share from 0 to 1"):
        MAP2.quantile(1.2)
    with pytest.raises(MyotrialError, match="vague part"):
        MAP2.robust(1.0)
    with pytest.raises(MyotrialError, match="margin"):
        MAP2.exceeds(MAP3, 1.0)
