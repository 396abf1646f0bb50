"""Stratified 2x2 tables against published values and re-derivations in exact fractions."""

from fractions import Fraction
from itertools import product
from math import comb, sqrt

import pytest
from scipy import stats

from myotrial.errors import MyotrialError
from myotrial.statistics import stratified as mh
from myotrial.statistics.fisher import fisher
from myotrial.statistics.mantel_haenszel import cmh_exact
from myotrial.statistics.risk_difference import risk_difference
from myotrial.statistics.score import score_z

# Admissions at Berkeley in 1973, six departments (Bickel PJ et al. Science 1975;187:398-403);
# results as R's documentation of mantelhaen.test prints them.
BERKELEY = [
    (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391), (138, 279, 131, 244),
    (53, 138, 94, 299), (22, 351, 24, 317),
]  # fmt: skip
# Penicillin in rabbits (Mantel N. J Am Stat Assoc 1963;58:690-700), results from the same place.
RABBITS = [(0, 6, 0, 5), (3, 3, 0, 6), (6, 0, 2, 4), (5, 1, 6, 0), (2, 0, 5, 0)]
SMALL = [(3, 2, 1, 4), (2, 4, 2, 3), (4, 0, 1, 1)]


def test_cochran_mantel_haenszel__agrees_with_r():
    found = mh.cochran_mantel_haenszel(BERKELEY, corrected=True)
    assert (found.statistic, found.p_value) == pytest.approx((1.4269, 0.2323), abs=5e-5)
    found = mh.cochran_mantel_haenszel(RABBITS, corrected=True)
    assert (found.statistic, found.p_value) == pytest.approx((3.9286, 0.04747), abs=5e-5)


def test_common_odds_ratio__agrees_with_r():
    found = mh.common_odds_ratio(BERKELEY)
    expected = (0.9046968, 0.7719074, 1.0603298)
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=5e-8)
    found = mh.common_odds_ratio(RABBITS)
    assert (found.value, found.low, found.high) == pytest.approx((7, 1.026713, 47.725133), abs=5e-6)


def test_cmh_exact__agrees_with_r_and_of_one_stratum_with_fisher():
    assert cmh_exact(RABBITS) == pytest.approx(0.03994, abs=5e-6)
    for table in SMALL:
        assert cmh_exact([table]) == pytest.approx(fisher(*table), rel=1e-12)


def test_cmh_exact__agrees_with_all_tables_counted():
    def ways(x, a, b, c, d):
        return comb(a + b, x) * comb(c + d, a + c - x)

    spans = [range(max(0, a - d), min(a + b, a + c) + 1) for a, b, c, d in SMALL]
    chances: dict[int, Fraction] = {}
    for xs in product(*spans):
        weight = Fraction(1)
        for x, table in zip(xs, SMALL, strict=True):
            weight *= ways(x, *table)
        chances[sum(xs)] = chances.get(sum(xs), Fraction(0)) + weight
    observed = chances[sum(table[0] for table in SMALL)]
    p_value = sum(w for w in chances.values() if w <= observed) / sum(chances.values())
    assert cmh_exact(SMALL) == pytest.approx(float(p_value), rel=1e-12)


def test_common_risk_difference__agrees_with_satos_formula_in_fractions():
    value = Fraction(0)
    weight = p_part = q_part = Fraction(0)
    for a, b, c, d in BERKELEY:
        m, n, t = a + b, c + d, a + b + c + d
        weight += Fraction(m * n, t)
        value += Fraction(a * n - c * m, t)
        p_part += (Fraction(m, t) ** 2 * c - Fraction(n, t) ** 2 * a
                   + Fraction(m * n, t**2) * Fraction(n - m, 2))  # fmt: skip
        q_part += Fraction(a * (n - c) + c * (m - a), 2 * t)
    value /= weight
    half = 1.959963984540054 * sqrt(float((value * p_part + q_part) / weight**2))
    found = mh.common_risk_difference(BERKELEY)
    assert found.value == pytest.approx(float(value))
    assert (found.low, found.high) == pytest.approx((float(value) - half, float(value) + half))


def test_stratified_risk_difference__of_one_stratum_is_miettinen_and_nurminens():
    for table in [(56, 14, 48, 32), (9, 1, 3, 7), (7, 0, 3, 5), (0, 5, 0, 6)]:
        found, alone = mh.stratified_risk_difference([table]), risk_difference(*table)
        assert (found.low, found.high) == pytest.approx((alone.low, alone.high), abs=1e-9)


def test_stratified_risk_difference__ends_where_the_score_reaches_the_quantile():
    found = mh.stratified_risk_difference(SMALL)
    for end in (found.low, found.high):
        excess = spread = 0.0
        for a, b, c, d in SMALL:
            n1, n2 = a + b, c + d
            weight, gap = n1 * n2 / (n1 + n2), a / n1 - c / n2 - end
            excess += weight * gap
            spread += (weight * gap / float(score_z(a, n1, c, n2, end))) ** 2
        assert abs(excess) / sqrt(spread) == pytest.approx(1.959964, abs=1e-5)


def test_homogeneity__finds_one_odds_ratio_where_there_is_one():
    # Breslow-Day with Tarone's correction for Berkeley: 18.83 on 5 degrees of freedom, re-derived
    # below from the quadratic equation of each stratum solved by bisection.
    ratio = mh.common_odds_ratio(BERKELEY).value
    statistic = excess = spread = 0.0
    for a, b, c, d in BERKELEY:
        low, high = max(0.0, a - d), float(min(a + b, a + c))
        for _ in range(100):
            x = (low + high) / 2
            if x * (d - a + x) < ratio * (a + b - x) * (a + c - x):
                low = x
            else:
                high = x
        variance = 1 / (1 / x + 1 / (a + b - x) + 1 / (a + c - x) + 1 / (d - a + x))
        statistic += (a - x) ** 2 / variance
        excess, spread = excess + a - x, spread + variance
    statistic -= excess**2 / spread
    found = mh.homogeneity(BERKELEY)
    assert found.statistic == pytest.approx(statistic, rel=1e-9)
    assert found.p_value == pytest.approx(stats.chi2.sf(statistic, 5))
    assert mh.homogeneity([(4, 4, 2, 2), (6, 3, 4, 2)]).p_value == pytest.approx(1.0)


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param([], id="no stratum"),
        pytest.param([(3, 2, 0, 0)], id="a stratum with one arm"),
        pytest.param([(3, 0, 4, 0), (0, 2, 0, 3)], id="all outcomes equal in each stratum"),
    ],
)
def test_strata_that_say_nothing__leave_the_effect_undefined(tables):
    assert mh.common_odds_ratio(tables).value is None
    assert mh.cochran_mantel_haenszel(tables).p_value == 1
    assert not tables or cmh_exact(tables) == 1
    assert mh.homogeneity(tables).p_value == 1


def test_a_stratum_with_one_arm__changes_nothing():
    more = [*SMALL, (5, 1, 0, 0)]
    for function in (
        mh.cochran_mantel_haenszel, mh.common_odds_ratio, mh.common_risk_difference,
        mh.stratified_risk_difference, cmh_exact, mh.homogeneity,
    ):  # fmt: skip
        assert function(more) == function(SMALL)
    with pytest.raises(MyotrialError):
        mh.homogeneity([(1, -1, 2, 3)])
