"""Each candidate against a plain simulation of its decision rule, which shares no code with it."""

import numpy as np
import pytest
from scipy import stats

from myotrial.design.candidates import (
    bayesian,
    looks,
    parallel,
    reestimated,
    single_arm,
    table,
    within,
)
from myotrial.design.planning.defaults import complete, expected
from myotrial.design.planning.reading import parse_plan
from myotrial.statistics.beta_mixture import BetaMixture

TRIALS = 40_000
RATES = [pytest.param(0.3, 0.6, id="effect"), pytest.param(0.4, 0.4, id="none")]
HEAD = "scenarios: [{id: a, label: A, control: 0.3, treatment: 0.6}]\n"


def planned(pilot, candidates):
    return complete(parse_plan(HEAD + f"candidates: {candidates}", pilot), pilot, [("PM", 1.0)])


def near(share, claim, trials=TRIALS):
    return abs(share - claim) <= 4 * (claim * (1 - claim) / trials) ** 0.5 + 1 / trials


def z_of(x1, n1, x2, n2):
    pooled = (x1 + x2) / (n1 + n2)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return np.divide(x1 / n1 - x2 / n2, spread, out=np.zeros(len(x1)), where=spread > 0)


@pytest.mark.parametrize(("control", "treatment"), RATES)
def test_group_sequential__stops_as_its_bounds_say(pilot, control, treatment):
    plan = planned(pilot, "{group_sequential: [{id: g, looks: [0.5, 1], futility: [0.2]}]}")
    made = looks.group_sequential(plan.candidates.group_sequential[0], plan, expected(plan))
    generator = np.random.default_rng(1)
    n1, n2 = made.sizes
    half1, half2 = round(n1 / 2), round(n2 / 2)
    first = generator.binomial(half1, treatment, TRIALS), generator.binomial(half2, control, TRIALS)
    second = (
        first[0] + generator.binomial(n1 - half1, treatment, TRIALS),
        first[1] + generator.binomial(n2 - half2, control, TRIALS),
    )
    early, late = z_of(first[0], half1, first[1], half2), z_of(second[0], n1, second[1], n2)
    look, last = made.analyses
    won, lost = early >= look.efficacy, early <= look.futility
    success = won | (~lost & (late >= last.efficacy))
    done = made.at(control, treatment)
    assert near(success.mean(), done.power)
    assert near(won.mean(), done.efficacy)
    assert near(lost.mean(), done.futility)
    assert sum(done.stops) == pytest.approx(1)
    mean = np.where(won | lost, half1 + half2, n1 + n2).mean()
    assert abs(mean - done.expected_n) < 4 * (n1 + n2) / TRIALS**0.5


@pytest.mark.parametrize(
    "how",
    ["efficacy: pocock", "efficacy: haybittle_peto", "alpha_spent: [0.01, 0.015]", "n: 80"],
)
def test_group_sequential__keeps_alpha_exactly_whatever_the_bounds(pilot, how):
    plan = planned(pilot, f"{{group_sequential: [{{id: g, {how}}}]}}")
    made = looks.group_sequential(plan.candidates.group_sequential[0], plan, expected(plan))
    assert made.size <= plan.alpha


@pytest.mark.parametrize("kind", ["fixed", "group_sequential", "reestimation", "bayesian"])
def test_candidates__reach_the_power_with_the_size_they_seek(pilot, kind):
    plan = planned(pilot, f"{{{kind}: [{{id: x}}]}}")
    aim = expected(plan)
    item = getattr(plan.candidates, kind)[0]
    make = {
        "fixed": lambda: parallel.fixed(item, plan, aim),
        "group_sequential": lambda: looks.group_sequential(item, plan, aim),
        "reestimation": lambda: reestimated.reestimation(item, plan, aim),
        "bayesian": lambda: bayesian.bayesian(item, plan, aim, BetaMixture.single(1, 1)),
    }[kind]
    assert plan.power <= make().at(0.3, 0.6).power < plan.power + 0.03


@pytest.mark.parametrize(("control", "treatment"), RATES)
def test_reestimation__follows_its_rule(pilot, control, treatment):
    plan = planned(pilot, "{reestimation: [{id: r, n: 60, test: chi-square, most: 2}]}")
    made = reestimated.reestimation(plan.candidates.reestimation[0], plan, expected(plan))
    generator = np.random.default_rng(2)
    seen = [generator.binomial(15, rate, TRIALS) for rate in (treatment, control)]
    wins = total = 0
    for responders in range(31):
        here = seen[0] + seen[1] == responders
        count = int(here.sum())
        if not count:
            continue
        pooled = (responders + 0.5) / 31
        low = min(max(pooled - 0.15, 0.01), 0.99 - 0.3)
        high = low + 0.3
        mean = (low + high) / 2
        normal = stats.norm.ppf(0.975) * (2 * mean * (1 - mean)) ** 0.5
        normal += stats.norm.ppf(0.8) * (low * (1 - low) + high * (1 - high)) ** 0.5
        arm = min(max(int(np.ceil(normal**2 / 0.09 - 1e-6)), 30), 60)
        x1 = seen[0][here] + generator.binomial(arm - 15, treatment, count)
        x2 = seen[1][here] + generator.binomial(arm - 15, control, count)
        wins += int((z_of(x1, arm, x2, arm) >= stats.norm.ppf(0.975) - 1e-9).sum())
        total += 2 * arm * count
    done = made.at(control, treatment)
    assert near(wins / TRIALS, done.power)
    assert abs(total / TRIALS - done.expected_n) < 0.5


def test_bayesian__goes_where_the_posterior_says(pilot):
    plan = planned(pilot, "{bayesian: [{id: b, n: 20, certainty: 0.9}]}")
    item = plan.candidates.bayesian[0]
    made = bayesian.bayesian(item, plan, expected(plan), BetaMixture.single(1, 1))
    rates = (np.arange(4000) + 0.5) / 4000
    goes = np.zeros((11, 11), dtype=bool)
    for x1 in range(11):
        for x2 in range(11):
            above = 1 - stats.beta.cdf(rates, x1 + 0.5, 10.5 - x1)
            weight = stats.beta.pdf(rates, x2 + 0.5, 10.5 - x2)
            goes[x1, x2] = (above * weight).sum() / weight.sum() > 0.9
    chances = [stats.binom.pmf(np.arange(11), 10, rate) for rate in (0.6, 0.3)]
    assert made.at(0.3, 0.6).power == pytest.approx(chances[0] @ goes @ chances[1], abs=1e-9)


@pytest.mark.parametrize(("control", "treatment"), RATES)
def test_crossover__finds_for_the_treatment_as_often_as_simulated(pilot, control, treatment):
    plan = planned(pilot, "{crossover: [{id: c, n: 50, correlation: 0.3, lost: 0.2}]}")
    made = within.crossover(plan.candidates.crossover[0], plan, expected(plan))
    both = control * treatment
    both += 0.3 * (control * (1 - control) * treatment * (1 - treatment)) ** 0.5
    shares = [treatment - both, control - both, 1 - treatment - control + 2 * both]
    drawn = np.random.default_rng(3).multinomial(40, shares, TRIALS)
    pairs = drawn[:, 0] + drawn[:, 1]
    p_value = stats.binom.sf(drawn[:, 0] - 1, pairs, 0.5)
    assert near((p_value <= 0.025).mean(), made.at(control, treatment).power)
    assert made.barred


def test_randomised_withdrawal__counts_every_number_of_responders(pilot):
    plan = planned(
        pilot,
        "{randomised_withdrawal: [{id: w, n: 60, open_rate: 0.5, kept: 0.9, kept_placebo: 0.4, "
        "test: chi-square}]}",
    )
    item = plan.candidates.randomised_withdrawal[0]
    made = within.randomised_withdrawal(item, plan, expected(plan), 0.2)
    generator = np.random.default_rng(4)
    arm = generator.binomial(60, 0.5, TRIALS) // 2
    x1, x2 = generator.binomial(arm, 0.9), generator.binomial(arm, 0.4)
    success = (z_of(x1, arm, x2, arm) >= stats.norm.ppf(0.975) - 1e-9) & (arm >= 2)
    assert near(success.mean(), made.at(0.3, 0.6).power)


def test_randomised_withdrawal__enrols_all_who_start_and_counts_those_randomised(pilot):
    plan = planned(
        pilot,
        "{randomised_withdrawal: [{id: w, n: 60, open_rate: 0.5, kept: 0.9, kept_placebo: 0.4}]}",
    )
    item = plan.candidates.randomised_withdrawal[0]
    made = within.randomised_withdrawal(item, plan, expected(plan), 0.2)
    flat = BetaMixture.single(1, 1)
    row = table.compared(made, plan, months=6, control=flat, treatment=flat)
    for scenario in plan.scenarios:
        here = row.in_scenario(scenario.id)
        assert (here.outcome.expected_n, here.entered) == (30, 60)


def test_two_stage__tells_what_a_higher_placebo_rate_would_do(pilot):
    plan = planned(pilot, "{two_stage: [{id: s, p0: 0.2, p1: 0.4}]}")
    made = single_arm.two_stage(plan.candidates.two_stage[0], plan, expected(plan), 0.3)
    assert made.barred
    assert "30\u202f%" in made.doubts[0]
    assert made.size <= 0.025
    assert made.at(0.2, 0.4).power >= 0.8


def test_switch__compares_what_is_there_at_the_visit(pilot):
    plan = planned(pilot, "{placebo_switch: [{id: s, visit: M3, reached: 0.5, n: 60}]}")
    made = parallel.switch(plan.candidates.placebo_switch[0], plan, expected(plan), pilot)
    same = planned(pilot, "{fixed: [{id: f, n: 60}]}")
    fixed = parallel.fixed(same.candidates.fixed[0], same, expected(same))
    assert made.at(0.3, 0.6).power == pytest.approx(fixed.at(0.3, 0.45).power)
    assert made.months == 3
