"""Unblinded re-estimation against plain simulations of its rules, which share no code with it."""

import numpy as np
import pytest
from scipy import stats

from myotrial.design.candidates.accrual import months_for
from myotrial.design.candidates.reestimated import reestimation
from myotrial.design.candidates.table import compared
from myotrial.design.candidates.unblinded import unblinded
from myotrial.design.planning.defaults import complete, expected
from myotrial.design.planning.reading import parse_plan
from myotrial.statistics.beta_mixture import BetaMixture

TRIALS = 40_000
RATES = [pytest.param(0.3, 0.6, id="effect"), pytest.param(0.4, 0.4, id="none")]
HEAD = "scenarios: [{id: a, label: A, control: 0.3, treatment: 0.6}]\n"
ALPHA_Z, POWER_Z = stats.norm.ppf(0.975), stats.norm.ppf(0.8)


def made(pilot, words):
    text = f"{HEAD}candidates: {{unblinded: [{{id: u, {words}}}]}}"
    plan = complete(parse_plan(text, pilot), pilot, [("PM", 1.0)])
    return unblinded(plan.candidates.unblinded[0], plan, expected(plan))


def z_of(x1, n1, x2, n2):
    pooled = (x1 + x2) / (n1 + n2)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return np.divide(x1 / n1 - x2 / n2, spread, out=np.zeros(len(x1)), where=spread > 0)


def near(share, claim):
    return abs(share - claim) <= 4 * (claim * (1 - claim) / TRIALS) ** 0.5 + 1 / TRIALS


def last_bound(found):
    return float(found.notes[1].rpartition("= ")[2].rstrip("."))


@pytest.mark.parametrize(("control", "treatment"), RATES)
def test_promising_zone__follows_its_rule(pilot, control, treatment):
    found = made(pilot, "rule: promising_zone, n: 80, most: 2")
    generator = np.random.default_rng(5)
    x1, x2 = generator.binomial(20, treatment, TRIALS), generator.binomial(20, control, TRIALS)
    z = z_of(x1, 20, x2, 20)
    chance = stats.norm.cdf(z * 2 - ALPHA_Z * 2**0.5)  # at half the information, by the trend
    positive = np.maximum(z, 1e-9)
    wanted = (ALPHA_Z - z * 0.5**0.5) / 0.5**0.5 + POWER_Z
    size = np.clip(0.5 + 0.5 * (np.maximum(wanted, 0) / positive) ** 2, 1, 2)
    stretch = np.sqrt((size - 0.5) / 0.5)
    keeps = (stretch * (ALPHA_Z - z * 0.5**0.5) + z * 0.5**0.5) / np.sqrt(size) <= ALPHA_Z
    grows = (chance < 0.8) & keeps & (z > 0) & (size > 1)
    arm = np.where(grows, np.ceil((80 * size - 40) / 2 - 1e-9), 20).astype(int)
    all1, all2 = x1 + generator.binomial(arm, treatment), x2 + generator.binomial(arm, control)
    success = z_of(all1, 20 + arm, all2, 20 + arm) >= last_bound(found) - 5e-4
    done = found.at(control, treatment)
    assert near(success.mean(), done.power)
    assert abs(2 * (20 + arm).mean() - done.expected_n) < 0.5
    assert found.tier == 0


@pytest.mark.parametrize(("control", "treatment"), RATES)
def test_inverse_normal__follows_its_rule(pilot, control, treatment):
    found = made(pilot, "n: 80, most: 2, efficacy: haybittle_peto")
    first, last = (item.efficacy for item in found.analyses)
    generator = np.random.default_rng(6)
    x1, x2 = generator.binomial(20, treatment, TRIALS), generator.binomial(20, control, TRIALS)
    z = z_of(x1, 20, x2, 20)
    won = z >= first
    needed = last * 2**0.5 - z
    p1, p2 = x1 / 20, x2 / 20
    mean = (p1 + p2) / 2
    reach = needed * np.sqrt(4 * mean * (1 - mean))
    reach += POWER_Z * np.sqrt(2 * (p1 * (1 - p1) + p2 * (1 - p2)))
    stage = np.clip((np.maximum(reach, 0) / np.maximum(p1 - p2, 1e-9)) ** 2, 40, 120)
    arm = np.ceil(stage / 2 - 1e-9).astype(int)
    second = z_of(generator.binomial(arm, treatment), arm, generator.binomial(arm, control), arm)
    success = won | (second >= needed - 1e-9)
    done = found.at(control, treatment)
    assert near(success.mean(), done.power)
    assert near(won.mean(), done.efficacy)
    assert abs(np.where(won, 40, 40 + 2 * arm).mean() - done.expected_n) < 0.7


@pytest.mark.parametrize("words", ["rule: promising_zone", "ratio: [2, 1], n: 90"])
def test_unblinded__keeps_alpha_and_names_its_doubt(pilot, words):
    found = made(pilot, words)
    assert found.size <= 0.025
    assert "committee" in found.doubts[0]
    assert not found.barred


def test_unblinded__of_two_arms_reaches_the_power_it_seeks(pilot):
    assert 0.8 <= made(pilot, "rule: inverse_normal").at(0.3, 0.6).power < 0.83


def test_unblinded__of_three_looks_is_simulated_and_says_so(pilot):
    found = made(pilot, "n: 60, looks: [0.4, 0.7, 1]")
    assert found.tier == 1
    assert f"{found.trials} trials" in found.why
    assert found.size + 2 * found.standard_error(found.size) <= 0.025 + 1e-9
    assert sum(found.at(0.3, 0.6).stops) == pytest.approx(1)
    assert found.at(0.3, 0.6) == found.at(0.3, 0.6)


@pytest.mark.parametrize("kind", ["reestimation", "unblinded"])
def test_compared__enrols_as_many_as_the_trial_grows_to(pilot, kind):
    text = f"{HEAD}candidates: {{{kind}: [{{id: u, n: 40, most: 2}}]}}"
    plan = complete(parse_plan(text, pilot), pilot, [("PM", 1.0)])
    make = {"reestimation": reestimation, "unblinded": unblinded}[kind]
    found = make(getattr(plan.candidates, kind)[0], plan, expected(plan))
    flat = BetaMixture.single(1, 1)
    row = compared(found, plan, months=6, control=flat, treatment=flat)
    here = row.in_scenario("a")
    assert here.outcome.expected_n > 41
    assert here.entered >= here.outcome.expected_n - 1e-6
    assert here.months > 6 + months_for(40, plan.accrual) * (1 - here.outcome.efficacy)


def test_unblinded__tells_the_sizes_that_three_looks_can_come_to(pilot):
    found = made(pilot, "n: 80, looks: [0.5, 0.6, 1], most: 1.5")
    # stages of 40, 8 and 32: the later ones may double, so that all together are 1.5 times 80
    told = "Planned with 80 patients; 80 to 120 patients at the last look, fewer if it stops before"
    assert found.notes[0] == f"{told}."
    for control, treatment in ((0.3, 0.6), (0.3, 0.35), (0.4, 0.4)):
        assert found.at(control, treatment).expected_n <= 120


def test_unblinded__tells_the_sizes_that_two_looks_can_come_to(pilot):
    found = made(pilot, "rule: promising_zone, n: 80, most: 2")
    assert found.notes[0] == "Planned with 80 patients; 80 to 160 patients at the last look."
