"""Stratified candidates against the test's own p-values, and against designs without strata."""

import numpy as np
import pytest
from scipy import stats

from myotrial.design.candidates.stratified import stratified
from myotrial.design.planning.defaults import complete, expected
from myotrial.design.planning.reading import parse_plan

HEAD = "scenarios: [{id: a, label: A, control: 0.3, treatment: 0.7}]\n"


def made(pilot, words, strata=(("PM", 0.6), ("DM", 0.4))):
    text = f"{HEAD}candidates: {{stratified: [{{id: s, {words}}}]}}"
    plan = complete(parse_plan(text, pilot), pilot, strata)
    return stratified(plan.candidates.stratified[0], plan, expected(plan))


def power_by_hand(arms, lower, upper):
    """Every table of two strata, each judged by a sum of hypergeometric counts."""
    power = 0.0
    (a, b), (c, d) = arms
    for one in range(a + b + 1):
        for other in range(c + d + 1):
            null = np.convolve(
                stats.hypergeom.pmf(np.arange(a + 1), a + b, one, a),
                stats.hypergeom.pmf(np.arange(c + 1), c + d, other, c),
            )
            truth = np.convolve(
                stats.binom.pmf(np.arange(a + 1), a, upper[0])
                * stats.binom.pmf(one - np.arange(a + 1), b, lower[0]),
                stats.binom.pmf(np.arange(c + 1), c, upper[1])
                * stats.binom.pmf(other - np.arange(c + 1), d, lower[1]),
            )
            tail = np.cumsum(null[::-1])[::-1]
            power += truth[(null > 0) & (tail <= 0.025 * (1 + 1e-9))].sum()
    return power


def test_stratified__of_few_patients_is_counted_by_hand(pilot):
    found = made(pilot, "n: 40")
    assert (found.tier, found.trials) == (0, 0)
    claim = power_by_hand([(12, 12), (8, 8)], (0.3, 0.3), (0.7, 0.7))
    assert found.at(0.3, 0.7).power == pytest.approx(claim, abs=1e-9)


def test_stratified__shifts_the_stated_rates_to_the_scenario(pilot):
    found = made(pilot, "n: 40, control: {PM: 0.4, DM: 0.15, IBM: 0.2}")
    # by hand: 0.6 * 0.4 + 0.4 * 0.15 is 0.3 already, and one odds ratio brings it to 0.7
    low = np.array([0.4, 0.15])
    ratios = np.linspace(1, 40, 400_001)[:, None]
    odds = ratios * low / (1 - low)
    high = odds / (1 + odds)
    at = np.abs(high @ [0.6, 0.4] - 0.7).argmin()
    claim = power_by_hand([(12, 12), (8, 8)], low, high[at])
    assert found.at(0.3, 0.7).power == pytest.approx(claim, abs=1e-5)


def test_stratified__of_many_patients_is_simulated_and_says_so(pilot):
    found = made(pilot, "n: 240", (("PM", 0.5), ("DM", 0.3), ("IBM", 0.2)))
    assert found.tier == 1
    assert f"{found.trials} trials" in found.why
    assert found.size <= 0.025 + 4 * found.standard_error(0.025)
    # the normal approximation of the difference of two rates, as strata of like rates hardly matter
    drift = 0.2 / (2 * 0.4 * 0.6 / 120) ** 0.5  # both arms at the mean rate
    normal = stats.norm.cdf(drift - stats.norm.ppf(0.975))
    assert found.at(0.3, 0.5).power == pytest.approx(normal, abs=0.03)


def test_stratified__reaches_the_power_it_seeks(pilot):
    found = made(pilot, "ratio: [2, 1]", (("PM", 0.5), ("DM", 0.5)))
    assert 0.8 <= found.at(0.3, 0.7).power < 0.86
    assert found.sizes[0] == 2 * found.sizes[1]
    assert "PM" in found.notes[0]
