"""2x2 tests and intervals re-derived with fractions and plain loops; shares no code with them."""

from fractions import Fraction
from math import comb, log, sqrt

import pytest

from myotrial.statistics.two_by_two import (
    barnard,
    boschloo,
    fisher,
    odds_ratio,
    risk_difference,
    risk_difference_exact,
)

SIZES = [(3, 4), (5, 5), (6, 3)]


def fisher_fraction(x1, n1, x2, n2):
    yes = x1 + x2

    def chance(x):
        return Fraction(comb(n1, x) * comb(n2, yes - x), comb(n1 + n2, yes))

    possible = range(max(0, yes - n2), min(n1, yes) + 1)
    return sum(chance(x) for x in possible if chance(x) <= chance(x1))


def pooled_square(x1, n1, x2, n2):
    yes, n = x1 + x2, n1 + n2
    if yes in (0, n):
        return Fraction(0)
    share = Fraction(yes, n)
    variance = share * (1 - share) * (Fraction(1, n1) + Fraction(1, n2))
    return (Fraction(x1, n1) - Fraction(x2, n2)) ** 2 / variance


def greatest_chance(region, n1, n2):
    """Newton-free: a grid of fractions as floats, then ever finer grids around its best point."""

    def value(chance):
        return sum(
            comb(n1, x1) * comb(n2, x2) * chance ** (x1 + x2) * (1 - chance) ** (n1 + n2 - x1 - x2)
            for x1, x2 in region
        )

    best, step = max((value(k / 400), k / 400) for k in range(401))[1], 1 / 400
    for _ in range(6):
        near = [min(1, max(0, best + step * k / 10)) for k in range(-10, 11)]
        best, step = max((value(point), point) for point in near)[1], step / 10
    return value(best)


@pytest.mark.parametrize(("n1", "n2"), SIZES)
def test_fisher__equals_the_sum_of_fractions(n1, n2):
    for x1 in range(n1 + 1):
        for x2 in range(n2 + 1):
            expected = float(fisher_fraction(x1, n1, x2, n2))
            assert fisher(x1, n1 - x1, x2, n2 - x2) == expected


@pytest.mark.parametrize(("n1", "n2"), SIZES)
@pytest.mark.parametrize(
    ("test", "order"),
    [
        pytest.param(boschloo, lambda *t: -fisher_fraction(*t), id="boschloo"),
        pytest.param(barnard, pooled_square, id="barnard"),
    ],
)
def test_unconditional__equals_a_search_over_fraction_ordered_regions(n1, n2, test, order):
    tables = [(x1, x2) for x1 in range(n1 + 1) for x2 in range(n2 + 1)]
    extreme = {(x1, x2): order(x1, n1, x2, n2) for x1, x2 in tables}
    for x1, x2 in tables[:: max(1, len(tables) // 8)]:
        region = [table for table in tables if extreme[table] >= extreme[x1, x2]]
        expected = min(1.0, greatest_chance(region, n1, n2))
        assert test(x1, n1 - x1, x2, n2 - x2) == pytest.approx(expected, rel=1e-8)


def likeliest(x1, n1, x2, n2, difference):
    """The chance in row 2 that maximises the likelihood, by golden section on its logarithm."""

    def loglik(p2):
        p1 = p2 + difference
        parts = [(x1, p1), (n1 - x1, 1 - p1), (x2, p2), (n2 - x2, 1 - p2)]
        if any(count and chance <= 0 for count, chance in parts):
            return float("-inf")
        return sum(count * log(chance) for count, chance in parts if count)

    low, high = max(0.0, -difference), min(1.0, 1 - difference)
    ratio = (sqrt(5) - 1) / 2
    for _ in range(80):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loglik(left) < loglik(right):
            low = left
        else:
            high = right
    return (low + high) / 2


def score(x1, n1, x2, n2, difference):
    p2 = likeliest(x1, n1, x2, n2, difference)
    p1 = min(1.0, max(0.0, p2 + difference))
    n = n1 + n2
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)
    return (x1 / n1 - x2 / n2 - difference) / sqrt(variance)


@pytest.mark.parametrize(
    "table",
    [(7, 0, 3, 5), (6, 0, 3, 5), (7, 0, 3, 4), (2, 5, 0, 8), (0, 5, 0, 9), (4, 3, 5, 3)],
)
def test_risk_difference__score_at_each_limit_is_the_normal_quantile(table):
    a, b, c, d = table
    estimate = risk_difference(*table)
    for limit, quantile in ((estimate.low, 1.959963985), (estimate.high, -1.959963985)):
        if -1 < limit < 1:
            assert score(a, a + b, c, c + d, limit) == pytest.approx(quantile, abs=1e-5)


@pytest.mark.parametrize("table", [(3, 0, 1, 3), (2, 2, 1, 4), (0, 4, 2, 3)])
def test_risk_difference_exact__limits_are_where_a_one_sided_test_stops_rejecting(table):
    a, b, c, d = table
    n1, n2 = a + b, c + d
    estimate = risk_difference_exact(*table)

    def greater(x1, m1, x2, m2, difference):
        """One-sided p-value: the greatest chance of a score at least as large."""
        observed = score(x1, m1, x2, m2, difference)
        region = [
            (y1, y2)
            for y1 in range(m1 + 1)
            for y2 in range(m2 + 1)
            if score(y1, m1, y2, m2, difference) >= observed - 1e-6
        ]
        low, high = max(0.0, -difference), min(1.0, 1 - difference)
        points = [low + (high - low) * k / 1000 for k in range(1001)]
        return max(
            sum(
                comb(m1, y1)
                * (p + difference) ** y1
                * (1 - p - difference) ** (m1 - y1)
                * comb(m2, y2)
                * p**y2
                * (1 - p) ** (m2 - y2)
                for y1, y2 in region
            )
            for p in points
        )

    if estimate.low > -1:
        assert greater(a, n1, c, n2, estimate.low - 1e-4) < 0.025
        assert greater(a, n1, c, n2, estimate.low + 1e-4) >= 0.025 - 1e-4
    if estimate.high < 1:
        assert greater(c, n2, a, n1, -estimate.high - 1e-4) < 0.025
        assert greater(c, n2, a, n1, -estimate.high + 1e-4) >= 0.025 - 1e-4


@pytest.mark.parametrize("table", [(7, 1, 3, 5), (7, 0, 3, 5), (2, 5, 4, 4), (0, 6, 2, 5)])
def test_odds_ratio__limits_leave_two_and_a_half_percent_in_each_tail(table):
    a, b, c, d = table
    yes, n1, n2 = a + c, a + b, c + d
    possible = range(max(0, yes - n2), min(n1, yes) + 1)

    def tail(odds, counts):
        weights = {x: comb(n1, x) * comb(n2, yes - x) * odds**x for x in possible}
        return sum(weights[x] for x in possible if x in counts) / sum(weights.values())

    estimate = odds_ratio(*table)
    if a > possible[0]:
        assert tail(estimate.low, range(a, n1 + 1)) == pytest.approx(0.025, abs=1e-10)
    if a < possible[-1]:
        assert tail(estimate.high, range(a + 1)) == pytest.approx(0.025, abs=1e-10)
