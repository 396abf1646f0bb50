"""Exact designs re-derived by listing every outcome with fractions; shares no code with them."""

from fractions import Fraction
from itertools import product
from math import comb, sqrt

import pytest

from myotrial.design.counts.stratified import stratified_power
from myotrial.design.exact.crossover import crossover_power
from myotrial.design.exact.sequential import by_z
from myotrial.design.exact.simon import simon
from myotrial.design.exact.stratified import Stratum
from myotrial.design.exact.two_arm import rejection_region

P1, P2 = Fraction(3, 5), Fraction(1, 5)


def binomial(n, x, p):
    return comb(n, x) * p**x * (1 - p) ** (n - x)


def fisher_greater(x1, n1, x2, n2):
    yes = x1 + x2
    ways = sum(comb(n1, x) * comb(n2, yes - x) for x in range(x1, min(n1, yes) + 1))
    return Fraction(ways, comb(n1 + n2, yes))


def pooled(x1, n1, x2, n2):
    """The square of z with its sign, as a fraction."""
    yes, n = x1 + x2, n1 + n2
    if yes in (0, n):
        return Fraction(0)
    difference = Fraction(x1, n1) - Fraction(x2, n2)
    share = Fraction(yes, n)
    square = difference**2 / (share * (1 - share) * (Fraction(1, n1) + Fraction(1, n2)))
    return square if difference >= 0 else -square


def unpooled(x1, n1, x2, n2):
    a, b = Fraction(x1, n1), Fraction(x2, n2)
    variance = a * (1 - a) / n1 + b * (1 - b) / n2
    if a == b:
        return Fraction(0)
    square = (a - b) ** 2 / variance if variance else Fraction(10**30)
    return square if a > b else -square


def greatest(region, n1, n2):
    """Supremum over the common rate: a fine grid, then ever finer ones around its best points."""
    ways = [0] * (n1 + n2 + 1)
    for x1, x2 in region:
        ways[x1 + x2] += comb(n1, x1) * comb(n2, x2)

    def value(t):
        return sum(w * t**k * (1 - t) ** (n1 + n2 - k) for k, w in enumerate(ways) if w)

    points = sorted((k / 300 for k in range(301)), key=value)[-5:]
    best = 0.0
    for point in points:
        step = 1 / 300
        for _ in range(6):
            near = [min(1.0, max(0.0, point + step * k / 10)) for k in range(-10, 11)]
            point, step = max(near, key=value), step / 10
        best = max(best, value(point))
    return best


@pytest.mark.parametrize(("n1", "n2"), [(4, 4), (7, 5), (5, 9), (10, 10)])
@pytest.mark.parametrize("alpha", [0.025, 0.1])
@pytest.mark.parametrize(
    ("test", "order"),
    [
        pytest.param("boschloo", lambda *t: -fisher_greater(*t), id="boschloo"),
        pytest.param("z-pooled", pooled, id="z-pooled"),
        pytest.param("z-unpooled", unpooled, id="z-unpooled"),
        pytest.param("two-sided z-pooled", lambda *t: abs(pooled(*t)), id="two-sided"),
    ],
)
def test_rejection_region__is_the_largest_that_holds_its_level(n1, n2, alpha, test, order):
    extreme = {(x1, x2): order(x1, n1, x2, n2) for x1 in range(n1 + 1) for x2 in range(n2 + 1)}
    largest = set()
    for level in sorted(set(extreme.values()), reverse=True):
        region = {table for table, value in extreme.items() if value >= level}
        if greatest(region, n1, n2) > alpha:
            break
        largest = region
    alternative = "two-sided" if test.startswith("two-sided") else "greater"
    ours = rejection_region(test.split()[-1], n1, n2, alpha=alpha, alternative=alternative)
    assert {(x1, x2) for x1, x2 in extreme if ours.reject[x1, x2]} == largest
    assert ours.size().value == pytest.approx(greatest(largest, n1, n2), rel=1e-8)
    power = sum(binomial(n1, x1, P1) * binomial(n2, x2, P2) for x1, x2 in largest)
    assert ours.power(0.6, 0.2) == pytest.approx(float(power), rel=1e-10)


def walk(looks, p1, p2):
    """Every path of a sequential trial: chances to win and to lose by look, mean patients."""
    live, wins, losses, mean, before = {(0, 0): Fraction(1)}, [], [], Fraction(0), (0, 0)
    for place, (n1, n2, high, low) in enumerate(looks):
        here = {}
        for (x1, x2), chance in live.items():
            m1, m2 = n1 - before[0], n2 - before[1]
            for a, b in product(range(m1 + 1), range(m2 + 1)):
                key = x1 + a, x2 + b
                more = chance * binomial(m1, a, p1) * binomial(m2, b, p2)
                here[key] = here.get(key, 0) + more
        won = lost = Fraction(0)
        live = {}
        for (x1, x2), chance in here.items():
            square = pooled(x1, n1, x2, n2)
            z = sqrt(square) if square >= 0 else -sqrt(-square)
            if z >= high:
                won += chance
            elif z <= low or place == len(looks) - 1:
                lost += chance
            else:
                live[x1, x2] = chance
        wins.append(won)
        losses.append(lost)
        mean += (won + lost) * (n1 + n2)
        before = n1, n2
    return wins, losses, mean


@pytest.mark.parametrize(
    "looks",
    [
        pytest.param([(4, 4, 2.5, -0.1), (8, 8, 2.1, 0.3), (12, 12, 1.9, -9.0)], id="equal arms"),
        pytest.param([(6, 3, 2.2, 0.2), (9, 7, 1.8, -9.0)], id="unequal arms"),
    ],
)
def test_by_z__equals_the_sum_over_all_paths(looks):
    design = by_z(
        [n1 for n1, *_ in looks],
        [n2 for _, n2, *_ in looks],
        [high for *_, high, _ in looks],
        [low for *_, low in looks[:-1]],
        binding=True,
    )
    for p1, p2 in ((P1, P2), (Fraction(1, 3), Fraction(1, 3))):
        wins, losses, mean = walk(looks, p1, p2)
        ours = design.characteristics(float(p1), float(p2))
        assert ours.efficacy == pytest.approx([float(w) for w in wins], rel=1e-10, abs=1e-15)
        assert ours.futility == pytest.approx([float(w) for w in losses], rel=1e-10, abs=1e-15)
        assert ours.expected_n == pytest.approx(float(mean), rel=1e-12)
    null = float(sum(walk(looks, Fraction(1, 3), Fraction(1, 3))[0]))
    assert design.type_one_errors([1 / 3])[0] == pytest.approx(null, rel=1e-10)


@pytest.mark.parametrize(("n1", "n2"), [(8, 8), (18, 18), (50, 50), (36, 12)])
def test_by_z__a_z_on_the_boundary_has_reached_it(n1, n2):
    design = by_z([n1], [n2], [2.0])
    every = {(x1, x2): pooled(x1, n1, x2, n2) for x1, x2 in product(range(n1 + 1), range(n2 + 1))}
    assert 4 in every.values()
    for (x1, x2), square in every.items():
        assert design.looks[0].efficacy[x1, x2] == (square >= 4)


def two_stage(r1, n1, r, n, p):
    chances = [binomial(n1, x, p) for x in range(n1 + 1)]
    stops = sum(chances[: r1 + 1])
    wins = sum(
        chances[x] * binomial(n - n1, y, p)
        for x in range(r1 + 1, n1 + 1)
        for y in range(n - n1 + 1)
        if x + y > r
    )
    return wins, n1 + (n - n1) * (1 - stops)


def test_simon__is_the_best_of_all_two_stage_designs():
    p0, p1, alpha, power = 0.2, 0.6, 0.1, 0.8
    every = []
    for n in range(2, 21):
        for n1 in range(1, n):
            for r1 in range(n1):
                for r in range(r1, n):
                    size, expected = two_stage(r1, n1, r, n, p0)
                    if size <= alpha and two_stage(r1, n1, r, n, p1)[0] >= power:
                        every.append((expected, n, r1, n1, r))
    found = simon(p0, p1, alpha=alpha, power=power, max_n=20)
    expected, n, r1, n1, _ = min(every)
    assert (found.optimal.n, found.optimal.n1, found.optimal.r1) == (n, n1, r1)
    assert found.optimal.expected_n == pytest.approx(expected, rel=1e-12)
    fewest = min(n for _, n, *_ in every)
    assert found.minimax.n == fewest
    least = min(expected for expected, n, *_ in every if n == fewest)
    assert found.minimax.expected_n == pytest.approx(least, rel=1e-12)


def test_crossover_power__equals_the_sum_over_all_trinomial_outcomes():
    n, first, second = 14, Fraction(1, 2), Fraction(1, 10)
    power = Fraction(0)
    for b in range(n + 1):
        for c in range(n - b + 1):
            tail = sum(comb(b + c, k) for k in range(min(b, c) + 1))
            if b + c and min(Fraction(1), Fraction(2 * tail, 2 ** (b + c))) <= Fraction(1, 20):
                ways = comb(n, b) * comb(n - b, c)
                power += ways * first**b * second**c * (1 - first - second) ** (n - b - c)
    assert crossover_power(n, 0.5, 0.1) == pytest.approx(float(power), rel=1e-10)


def test_stratified_power__equals_the_sum_over_all_pairs_of_tables():
    sizes = [(6, 5, Fraction(4, 5), Fraction(1, 5)), (4, 4, Fraction(3, 5), Fraction(2, 5))]
    power = Fraction(0)
    tables = [list(product(range(n1 + 1), range(n2 + 1))) for n1, n2, *_ in sizes]
    for pair in product(*tables):
        weights = {0: 1}
        for (x1, x2), (n1, n2, *_) in zip(pair, sizes, strict=True):
            grown = {}
            for total, weight in weights.items():
                for x in range(n1 + 1):
                    if 0 <= x1 + x2 - x <= n2:
                        ways = comb(n1, x) * comb(n2, x1 + x2 - x)
                        grown[total + x] = grown.get(total + x, 0) + weight * ways
            weights = grown
        observed = sum(x1 for x1, _ in pair)
        tail = sum(weight for total, weight in weights.items() if total >= observed)
        if Fraction(tail, sum(weights.values())) <= Fraction(1, 20):
            chance = Fraction(1)
            for (x1, x2), (n1, n2, p1, p2) in zip(pair, sizes, strict=True):
                chance *= binomial(n1, x1, p1) * binomial(n2, x2, p2)
            power += chance
    strata = [Stratum(n1, n2, float(p1), float(p2)) for n1, n2, p1, p2 in sizes]
    ours = stratified_power(strata, alpha=0.05)
    assert ours.power == pytest.approx(float(power), rel=1e-10)
