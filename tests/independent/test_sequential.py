"""Group-sequential and adaptive designs by other routes than the package's own integration.

Boundaries: the multivariate normal distribution of the statistics of all looks, as SciPy integrates
it, and trials drawn as Brownian motion. Adaptive designs: trials drawn as normal sums whose later
stages depend on the earlier ones. Strata: trials drawn as counts.
"""

import re
from itertools import pairwise
from math import inf, sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from myotrial.design.adaptive.combination import decide
from myotrial.design.adaptive.promising import PromisingZone
from myotrial.design.fixed import stratified
from myotrial.design.sequential.characteristics import characteristics, drift_for, type_one_error
from myotrial.statistics.sequential.boundaries import boundary
from myotrial.statistics.sequential.inference import stagewise
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

SHAPES = [
    OBrienFleming,
    Pocock,
    WangTsiatis(0.25),
    WangTsiatis(0.8),
    HaybittlePeto(3),
    LanDeMetsOBrienFleming(),
    LanDeMetsPocock(),
    KimDeMets(2),
    HwangShihDeCani(-4),
    HwangShihDeCani(2),
    UserSpending(lambda t, error: error * t**1.5),
    SpentAt((0.3, 0.7, 1.0), (0.001, 0.005, 0.025)),
]
TRIALS = 400_000


def statistics(information, drift, trials, seed):
    """Z at each look of drawn trials: Brownian motion with drift over its time's root."""
    times = np.array(information)
    steps = np.diff(times, prepend=0.0)
    noise = np.random.default_rng(seed).standard_normal((trials, len(times)))
    return np.cumsum(noise * np.sqrt(steps) + drift * steps, axis=1) / np.sqrt(times)


def never_crosses(lower, upper, information):
    """The chance that Z stays between the bounds at all looks, by SciPy's multivariate normal."""
    times = np.array(information)
    correlation = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    return multivariate_normal(cov=correlation, abseps=1e-7, releps=1e-7, maxpts=300_000).cdf(
        np.minimum(upper, 40.0), lower_limit=np.array(lower), rng=np.random.default_rng(1)
    )


def named(shape):
    """A test's name, the same in every run: a function shows no address."""
    return re.sub(r"<function .*>", "a function", repr(shape))


@pytest.mark.parametrize("shape", SHAPES, ids=named)
@pytest.mark.parametrize("information", [(0.5, 1), (0.3, 0.7, 1)], ids=["two", "three"])
def test_boundary__has_the_size_alpha_one_sided(shape, information):
    if isinstance(shape, SpentAt) and len(information) == 2:
        shape = SpentAt((0.5, 1), (0.004, 0.025))
    bounds = boundary(shape, information)
    size = 1 - never_crosses([-inf] * len(information), bounds.efficacy, information)
    assert size == pytest.approx(0.025, abs=3e-6)


@pytest.mark.parametrize("shape", SHAPES[:10], ids=named)
def test_boundary__has_the_size_alpha_two_sided(shape):
    information = (0.3, 0.7, 1)
    bounds = boundary(shape, information, alpha=0.05, sides=2)
    upper = np.array(bounds.efficacy)
    size = 1 - never_crosses(np.maximum(-upper, -40.0), upper, information)
    assert size == pytest.approx(0.05, abs=3e-6)


@pytest.mark.parametrize("shape", SHAPES[:11], ids=named)
def test_boundary__of_six_uneven_looks_has_the_size_alpha_in_drawn_trials(shape):
    information = (0.1, 0.15, 0.4, 0.6, 0.62, 1)
    bounds = boundary(shape, information, alpha=0.05)
    z = statistics(information, 0.0, TRIALS, 4)
    size = float((z >= np.array(bounds.efficacy)).any(axis=1).mean())
    assert abs(size - 0.05) < 4 * sqrt(0.05 * 0.95 / TRIALS)
    assert type_one_error(bounds) == pytest.approx(0.05, abs=1e-8)


FUTILITY = [
    FutilityBounds((0.0, 0.5), binding=True),
    FutilityBounds((0.0, 0.5)),
    BetaSpending(LanDeMetsOBrienFleming(), 0.8, binding=True),
    BetaSpending(LanDeMetsPocock(), 0.9),
]


@pytest.mark.parametrize("futility", FUTILITY, ids=repr)
@pytest.mark.parametrize("shape", [LanDeMetsPocock(), OBrienFleming, HaybittlePeto(2.8)], ids=repr)
def test_boundary__with_futility_has_size_and_power_in_drawn_trials(shape, futility):
    information = (0.3, 0.7, 1)
    bounds = boundary(shape, information, futility=futility)
    drift = drift_for(bounds, 0.8)
    null, truth = statistics(information, 0.0, TRIALS, 5), statistics(information, drift, TRIALS, 6)
    assert type_one_error(bounds) == pytest.approx(0.025, abs=1e-7)
    size = outcome(null, bounds, obey=futility.binding)[0].sum() / TRIALS
    assert abs(size - 0.025) < 4 * sqrt(0.025 * 0.975 / TRIALS)
    up, down, expected = outcome(truth, bounds, obey=True)
    ours = characteristics(bounds, drift)
    error = 4 * 0.5 / sqrt(TRIALS)
    assert up / TRIALS == pytest.approx(ours.efficacy, abs=error)
    assert down[:-1] / TRIALS == pytest.approx(ours.futility, abs=error)
    assert expected == pytest.approx(ours.expected, abs=error)


def outcome(z, bounds, obey):
    """Trials stopped for efficacy and for futility by look, and mean information."""
    going = np.ones(len(z), dtype=bool)
    up, down, used = np.zeros(z.shape[1]), np.zeros(z.shape[1]), 0.0
    lower = [*bounds.futility, -inf] if obey else [-inf] * z.shape[1]
    before = 0.0
    for k, t in enumerate(bounds.information):
        used += going.mean() * (t - before)
        rejects, stops = going & (z[:, k] >= bounds.efficacy[k]), going & (z[:, k] <= lower[k])
        up[k], down[k] = rejects.sum(), stops.sum()
        going &= ~(rejects | stops)
        before = t
    return up, down, used


def test_beta_spending__spends_beta_as_asked_in_drawn_trials():
    information, spending = (0.3, 0.7, 1), LanDeMetsPocock()
    bounds = boundary(LanDeMetsOBrienFleming(), information, futility=BetaSpending(spending, 0.8))
    z = statistics(information, drift_for(bounds, 0.8), TRIALS, 8)
    _, down, _ = outcome(z, bounds, obey=True)
    spent = np.cumsum(down)[:2] / TRIALS
    # 0.2 log(1 + (e - 1) t) at t = 0.3 and 0.7
    assert spent == pytest.approx([0.08315, 0.15781], abs=4 * 0.4 / sqrt(TRIALS))


def test_stagewise__interval_covers_as_stated_in_drawn_trials():
    information, drift, trials = (0.4, 1.0), 2.0, 500
    bounds = boundary(LanDeMetsPocock(), information)
    covered = below = 0
    for z in statistics(information, drift, trials, 9):
        look = 1 if z[0] >= bounds.efficacy[0] else 2
        # standard error in units in which the effect is the drift at full information
        error = 1 / sqrt(information[look - 1])
        found = stagewise(bounds, look, float(z[look - 1]), standard_error=error).estimate
        covered += found.low <= drift <= found.high
        below += found.value < drift
    assert abs(covered / trials - 0.95) < 4 * sqrt(0.05 * 0.95 / trials)
    assert abs(below / trials - 0.5) < 4 * 0.5 / sqrt(trials)


def test_combination__keeps_alpha_where_the_ordinary_statistic_does_not():
    # the second stage is small after a good result and large after a poor one
    bounds, trials = boundary(HaybittlePeto(6), (0.5, 1)), 40_000
    generator = np.random.default_rng(10)
    first = generator.standard_normal(trials)  # of 50 patients
    size = np.where(first > 1.2, 5, 400)
    second = generator.standard_normal(trials)
    plain = (first * sqrt(50) + second * np.sqrt(size)) / np.sqrt(50 + size)
    error = 4 * sqrt(0.025 * 0.975 / trials)
    assert float((plain >= 1.959964).mean()) > 0.025 + error
    verdicts = [decide(bounds, pair).outcome for pair in zip(first, second, strict=True)]
    assert abs(verdicts.count("efficacy") / trials - 0.025) < error


@pytest.mark.parametrize(
    ("fraction", "cap", "power"), [(0.5, 1.5, 0.9), (0.5, 3, 0.8), (0.3, 2, 0.9), (0.75, 2, 0.95)]
)
def test_promising_zone__keeps_alpha_with_the_ordinary_test(fraction, cap, power):
    # given z at the interim look, the ordinary final z of n patients exceeds the critical value c
    # if the later stage's z exceeds (c sqrt(n) - z sqrt(t)) / sqrt(n - t); integrated over z
    rule = PromisingZone(fraction, cap, power)

    def rejects(z):
        n = rule.decide(z).size
        limit = (1.959964 * sqrt(n) - z * sqrt(fraction)) / sqrt(n - fraction)
        return norm.pdf(z) * norm.sf(limit)

    edges = np.linspace(-8, 8, 81)
    size = sum(quad(rejects, a, b)[0] for a, b in pairwise(edges))
    assert 0.015 < size <= 0.025 + 1e-7


def test_promising_zone__below_its_floor_would_break_alpha():
    rule = PromisingZone(0.5, 1.5, 0.9)
    z = next(z for z in np.linspace(0, 3, 3001) if rule.conditional_power(z) > rule.floor - 0.05)
    assert rule.valid_critical(float(z)) > rule.critical


def test_stratified__has_the_power_of_drawn_trials():
    strata = [stratified.Stratum(0.5, 0.7, 0.5), stratified.Stratum(0.5, 0.35, 0.15)]
    n1, n2, trials = 150, 75, 40_000
    generator = np.random.default_rng(12)
    excess = variance = 0.0
    for stratum in strata:
        a, b = round(n1 * stratum.share), round(n2 * stratum.share)
        x, y = generator.binomial(a, stratum.p1, trials), generator.binomial(b, stratum.p2, trials)
        total, all_ = x + y, a + b
        excess = excess + x - total * a / all_
        variance = variance + total * (all_ - total) * a * b / (all_**2 * (all_ - 1))
    drawn = float((excess / np.sqrt(variance) >= 1.959964).mean())
    assert stratified.power(strata, 150, 75) == pytest.approx(drawn, abs=0.015)
