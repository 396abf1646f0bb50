"""Bayesian designs re-derived with fractions and plain sums; shares no code with them."""

from fractions import Fraction
from math import comb, exp, log, pi, sqrt

import pytest

from myotrial.design.bayes.go import OneArmRule, TwoArmRule
from myotrial.design.bayes.map_prior import PastStudy, map_prior
from myotrial.design.bayes.predictive_probability import predictive_design
from myotrial.statistics.beta_mixture import BetaMixture

LIMIT = Fraction(9, 10)


def factorial_beta(a, b):
    """The beta function of whole numbers."""
    return Fraction(1, comb(a + b - 2, a - 1) * (a + b - 1))


def above(a, b, rate):
    """P(Beta(a, b) > rate) for whole a and b: at most a - 1 successes in a + b - 1 trials."""
    n = a + b - 1
    return sum(comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(a))


def greater(a1, b1, a2, b2):
    """P(Beta(a1, b1) > Beta(a2, b2)) for whole parameters.

    The second is below t if at least a2 of a2 + b2 - 1 trials succeed at t; t is the first.
    """
    n = a2 + b2 - 1
    ways = (comb(n, j) * factorial_beta(a1 + j, b1 + n - j) for j in range(a2, n + 1))
    return sum(ways) / factorial_beta(a1, b1)


def predictive(a, b, n, y):
    return comb(n, y) * factorial_beta(a + y, b + n - y) / factorial_beta(a, b)


def test_predictive__equals_fractions():
    chances = BetaMixture.single(3, 5).predictive(9)
    assert chances.tolist() == pytest.approx([float(predictive(3, 5, 9, y)) for y in range(10)])


def test_one_arm_rule__equals_fractions():
    n, target = 12, Fraction(3, 10)
    go = [x for x in range(n + 1) if above(1 + x, 2 + n - x, target) > LIMIT]
    rule = OneArmRule(n, BetaMixture.single(1, 2), 0.3, 0.9)
    rate = Fraction(1, 2)
    chance = sum(comb(n, x) * rate**n for x in go)
    assert rule.boundary == min(go)
    assert rule.chances(0.5).go == pytest.approx(float(chance), rel=1e-10)


def test_two_arm_rule__equals_fractions():
    n1, n2 = 8, 6
    rule = TwoArmRule(n1, n2, BetaMixture.single(1, 1), BetaMixture.single(2, 3), 0.9)
    go = Fraction(0)
    for x1 in range(n1 + 1):
        for x2 in range(n2 + 1):
            exact = greater(1 + x1, 1 + n1 - x1, 2 + x2, 3 + n2 - x2)
            assert rule.posterior_probabilities[x1, x2] == pytest.approx(float(exact), abs=1e-9)
            if exact > LIMIT:
                go += Fraction(comb(n1, x1) * 3**x1, 4**n1) * Fraction(comb(n2, x2), 2**n2)
    assert rule.chances(0.75, 0.5).go == pytest.approx(float(go), rel=1e-10)


def test_predictive_design__equals_a_walk_over_all_sequences():
    n, p0, futility, start = 10, Fraction(1, 5), Fraction(1, 10), 4
    wins = [above(1 + x, 4 + n - x, p0) > LIMIT for x in range(n + 1)]
    rate = Fraction(3, 10)
    live, mean = {0: Fraction(1)}, Fraction(0)
    for seen in range(1, n + 1):
        grown = {}
        for x, chance in live.items():
            grown[x] = grown.get(x, 0) + chance * (1 - rate)
            grown[x + 1] = grown.get(x + 1, 0) + chance * rate
        live = {}
        for x, chance in grown.items():
            ahead = sum(
                predictive(1 + x, 4 + seen - x, n - seen, y)
                for y in range(n - seen + 1)
                if wins[x + y]
            )
            if seen < n and seen >= start and ahead < futility:
                mean += seen * chance
            else:
                live[x] = chance
    mean += n * sum(live.values())
    success = sum(chance for x, chance in live.items() if wins[x])
    design = predictive_design(
        BetaMixture.single(1, 4), 0.2, range(start, n + 1), success_above=0.9, futility_below=0.1
    )
    ours = design.characteristics(0.3)
    assert ours.success == pytest.approx(float(success), rel=1e-10)
    assert ours.expected_n == pytest.approx(float(mean), rel=1e-10)


def test_map_prior__equals_plain_sums_over_all_three_levels():
    studies, steps = [(6, 20), (9, 20)], 60

    def normal(x, mean, sd):
        return exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * sqrt(2 * pi))

    def likelihood(x, n, mu, tau):
        total = 0.0
        for k in range(-steps, steps + 1):
            z = k / steps * 6
            rate = 1 / (1 + exp(-(mu + tau * z)))
            total += exp(x * log(rate) + (n - x) * log(1 - rate) - 0.5 * z * z)
        return total

    weights, mean_tau, mean_rate = 0.0, 0.0, 0.0
    for i in range(1, 41):
        tau = (i - 0.5) * 0.1
        for j in range(-30, 31):
            mu = j / 5
            weight = normal(mu, 0, 2) * normal(tau, 0, 1)
            for x, n in studies:
                weight *= likelihood(x, n, mu, tau)
            rate = sum(
                normal(k / 5, 0, 1) / 5 / (1 + exp(-(mu + tau * k / 5))) for k in range(-30, 31)
            )
            weights, mean_tau = weights + weight, mean_tau + weight * tau
            mean_rate += weight * rate
    prior = map_prior([PastStudy(x, n) for x, n in studies])
    assert prior.tau_mean == pytest.approx(mean_tau / weights, abs=2e-3)
    assert prior.mean == pytest.approx(mean_rate / weights, abs=1e-3)
