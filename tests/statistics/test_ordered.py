"""Ordered categories, win ratio, rank correlations, agreement, procedures, posteriors."""

from itertools import combinations, product
from math import inf, log, sqrt

import numpy as np
import pytest
from dense_mixed_model import second_differences
from scipy import integrate, stats
from scipy.optimize import minimize

from myotrial.errors import ModelError, MyotrialError
from myotrial.statistics import agreement, bayes, correlation, ordinal, procedures, win_ratio
from myotrial.statistics.beta_mixture import BetaMixture
from myotrial.statistics.multiplicity import holm

# Holmes MC, Williams REO. J Hyg 1954;52:165-79: tonsil size of carriers of Streptococcus pyogenes
# and of others; McCullagh 1980 gives the logarithm of the odds ratio as 0.603.
CARRIERS, OTHERS = (19, 29, 24), (497, 560, 269)


def spread(counts):
    return [value for value, count in enumerate(counts) for _ in range(count)]


def test_rank_sum__is_scipys_without_continuity_correction():
    found = ordinal.rank_sum(CARRIERS, OTHERS)
    test = stats.mannwhitneyu(
        spread(CARRIERS), spread(OTHERS), use_continuity=False, method="asymptotic"
    )
    assert found.p_value == pytest.approx(test.pvalue)
    assert found.superiority.value == pytest.approx(test.statistic / (72 * 1326))
    brunner = stats.brunnermunzel(spread(OTHERS), spread(CARRIERS), distribution="normal")
    value = found.superiority.value
    error = (value - 0.5) / brunner.statistic
    half = 1.959964 * abs(error) / (value * (1 - value))
    middle = log(value / (1 - value))
    ends = [1 / (1 + np.exp(-(middle + side * half))) for side in (-1, 1)]
    assert (found.superiority.low, found.superiority.high) == pytest.approx(ends, abs=1e-6)


def test_proportional_odds__agrees_with_mccullagh_and_a_general_search():
    found = ordinal.proportional_odds(CARRIERS, OTHERS)
    assert log(found.value) == pytest.approx(0.603, abs=5e-4)

    def cost(at, tables=(CARRIERS, OTHERS)):
        total = 0.0
        for counts, shift in zip(tables, (at[2], 0.0), strict=True):
            below = [0, *(1 / (1 + np.exp(-(cut - shift))) for cut in at[:2]), 1]
            total -= sum(
                n * log(max(p, 1e-300)) for n, p in zip(counts, np.diff(below), strict=True)
            )
        return total

    best = minimize(
        cost, [-0.5, 1.3, 0.5], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}
    )
    assert log(found.value) == pytest.approx(best.x[2], abs=1e-6)
    below = 1 / (1 + np.exp(-(best.x[:2] - np.array([[best.x[2]], [0.0]]))))
    expected = np.diff(np.hstack([np.zeros((2, 1)), below, np.ones((2, 1))])) * [[72], [1326]]
    curve = second_differences(lambda at: cost(at, expected), best.x, [1e-3] * 3)
    error = sqrt(np.linalg.inv(curve)[2, 2])
    assert log(found.high / found.low) / 2 == pytest.approx(1.959964 * error, rel=1e-4)


@pytest.mark.parametrize(
    ("first", "second"),
    [((0, 0), (2, 3)), ((3, 0), (4, 0)), ((0, 5), (5, 0))],
    ids=["empty", "one category", "apart"],
)
def test_proportional_odds__refuses_what_has_no_end(first, second):
    with pytest.raises(ModelError):
        ordinal.proportional_odds(first, second)
    assert ordinal.rank_sum(first, second).p_value <= 1


def test_win_ratio__decides_each_pair_by_the_first_outcome_that_differs():
    first = [(1, 5.0), (0, 7.0), (1, np.nan)]
    second = [(0, 9.0), (1, 5.0), (0, np.nan)]
    wins = losses = ties = 0
    for one, two in product(first, second):
        gaps = [a - b for a, b in zip(one, two, strict=True) if a - b != 0 and not np.isnan(a - b)]
        wins, losses = wins + (gaps[:1] > [0]), losses + (bool(gaps) and gaps[0] < 0)
        ties += not gaps
    found = win_ratio.compare(first, second)
    assert (sum(found.wins), sum(found.losses), found.ties) == (wins, losses, ties)
    assert found.ratio.value == pytest.approx(wins / losses)
    assert found.benefit.value == pytest.approx((wins - losses) / 9)


def test_win_ratio__of_one_outcome_is_the_mann_whitney_statistic_and_its_variance():
    generator = np.random.default_rng(5)
    one, two = generator.normal(0.4, 1, 25), generator.normal(0, 1, 30)
    found = win_ratio.compare(one[:, None], two[:, None])
    statistic = stats.mannwhitneyu(one, two).statistic
    assert found.wins == (int(statistic),)
    brunner = stats.brunnermunzel(two, one, distribution="normal")  # same variance of placements
    assert found.p_value == pytest.approx(brunner.pvalue, rel=1e-9)
    share = statistic / 750
    error = (share - 0.5) / brunner.statistic
    half = 1.959964 * abs(error) / (share * (1 - share))  # delta method on the logit
    assert log(found.ratio.high / found.ratio.low) / 2 == pytest.approx(half, rel=1e-5)


def test_win_ratio__margins_make_ties_and_empty_arms_are_named():
    assert win_ratio.compare([[3.0]], [[2.0]], margins=[1.0]).ties == 1
    empty = win_ratio.compare([], [[2.0]])
    assert (empty.ratio.value, empty.p_value) == (None, None)
    all_won = win_ratio.compare([[3.0], [4.0]], [[1.0], [2.0]])
    assert (all_won.ratio.value, all_won.ratio.high) == (inf, inf)
    with pytest.raises(MyotrialError):
        win_ratio.compare([[1.0]], [[1.0, 2.0]])


@pytest.mark.parametrize("n", [6, 25])
@pytest.mark.parametrize("tied", [False, True])
def test_rank_correlations__are_scipys(n, tied):
    generator = np.random.default_rng(n)
    one = generator.normal(size=n)
    two = one + generator.normal(size=n)
    if tied:
        one, two = np.round(one), np.round(two)
    found, told = correlation.spearman(one, two), stats.spearmanr(one, two)
    assert found.estimate.value == pytest.approx(told.statistic)
    tau, expected = correlation.kendall(one, two), stats.kendalltau(one, two, method="asymptotic")
    assert tau.estimate.value == pytest.approx(expected.statistic)
    if n > correlation.EXACT:
        assert found.p_value == pytest.approx(told.pvalue)
        assert tau.p_value == pytest.approx(expected.pvalue)
    elif not tied:
        exact = stats.kendalltau(one, two, method="exact")
        assert tau.p_value == pytest.approx(exact.pvalue)
        test = stats.permutation_test(
            (one,), lambda x: stats.spearmanr(x, two).statistic, permutation_type="pairings",
            n_resamples=np.inf,
        )  # fmt: skip
        assert found.p_value == pytest.approx(test.pvalue)


def test_rank_correlations__of_what_does_not_vary_are_undefined():
    for function in (correlation.spearman, correlation.kendall):
        assert function([1, 1, 1, 1], [1, 2, 3, 4]).estimate.value is None
        assert function([1, 2], [1, 2]).estimate.value is None
        assert function([1, 2, 3, 4], [1, 2, 3, 4]).estimate.value == 1
        with pytest.raises(MyotrialError):
            function([1, 2], [1])


# Shrout and Fleiss 1979, table 2: four judges rate six targets; table 4 gives ICC(2,1) = .29 and
# ICC(3,1) = .71.
JUDGED = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]


def test_icc__agrees_with_shrout_and_fleiss():
    assert agreement.icc(JUDGED).value == pytest.approx(0.29, abs=5e-3)
    found = agreement.icc(JUDGED, kind="consistency")
    assert found.value == pytest.approx(0.71, abs=5e-3)
    # Their formula for the interval of ICC(3,1), with SciPy's F distribution.
    values = np.array(JUDGED, float)
    between = 4 * values.mean(axis=1).var(ddof=1)
    total = ((values - values.mean()) ** 2).sum()
    readers = 6 * values.mean(axis=0).var(ddof=1)
    error = (total - 5 * between - 3 * readers) / 15
    f = between / error
    low, high = f / stats.f.ppf(0.975, 5, 15), f * stats.f.ppf(0.975, 15, 5)
    expected = ((low - 1) / (low + 3), (high - 1) / (high + 3))
    assert (found.low, found.high) == pytest.approx(expected)
    wide = agreement.icc(JUDGED)
    assert (wide.low, wide.high) == pytest.approx((0.02, 0.76), abs=5e-3)  # McGraw and Wong 1996


def test_kappa__agrees_with_cohens_formulas():
    # Cohen J. Educ Psychol Meas 1960;20:37-46, table 1: 3 categories of 200 subjects, kappa .492.
    table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    found = agreement.kappa(table)
    assert found.value == pytest.approx(0.492, abs=5e-4)
    shares = np.array(table) / 200
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    po, pe = np.trace(shares), float(rows @ columns)
    inner = sum(
        shares[i, j] * ((i == j) * (1 - pe) - (rows[j] + columns[i]) * (1 - po)) ** 2
        for i, j in product(range(3), repeat=2)
    )
    error = sqrt((inner - (po * pe - 2 * pe + po) ** 2) / 200) / (1 - pe) ** 2
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * error, rel=1e-5)
    values = np.arange(3)
    one = np.repeat(values, np.sum(table, axis=1))
    two = np.concatenate([np.repeat(values, row) for row in table])
    gap = ((one - two) ** 2).mean()
    chance = np.subtract.outer(one, two) ** 2
    weighted = agreement.kappa(table, weights="quadratic")
    assert weighted.value == pytest.approx(1 - gap / chance.mean())
    assert agreement.kappa([[5, 0], [0, 0]]).value is None


def test_limits_of_agreement__are_the_mean_and_1_96_sd():
    one, two = [494, 395, 516, 434, 476], [512, 430, 520, 428, 500]
    found = agreement.limits_of_agreement(one, two)
    gaps = np.subtract(one, two)
    assert found.mean.value == pytest.approx(gaps.mean())
    assert found.upper.value == pytest.approx(gaps.mean() + 1.959964 * gaps.std(ddof=1))
    ends = stats.t.interval(0.95, 4, gaps.mean(), gaps.std(ddof=1) / sqrt(5))
    assert (found.mean.low, found.mean.high) == pytest.approx(ends)


def test_graph__of_equal_shares_is_holms_procedure():
    p_values = [0.01, 0.04, 0.03, 0.2]
    arrows = (np.ones((4, 4)) - np.eye(4)) / 3
    assert procedures.graph(p_values, [0.25] * 4, arrows) == pytest.approx(holm(p_values))


def test_graph__agrees_with_the_closed_test_of_weighted_bonferroni():
    # Bretz et al. 2009, figure 3: two doses, primary and secondary endpoint each.
    shares = [0.5, 0.5, 0.0, 0.0]
    arrows = [[0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 1, 0, 0], [1, 0, 0, 0]]
    generator = np.random.default_rng(2)
    for _ in range(50):
        p_values = generator.random(4) ** 2
        found = procedures.graph(p_values.tolist(), shares, arrows)
        expected = np.zeros(4)
        for size in range(1, 5):
            for inside in combinations(range(4), size):
                weights, rest = np.array(shares), np.array(arrows, float)
                for gone in set(range(4)) - set(inside):
                    new = np.zeros((4, 4))
                    for i, j in product(range(4), repeat=2):
                        room = 1 - rest[i, gone] * rest[gone, i]
                        if i != j and gone not in (i, j) and room > 0:
                            new[i, j] = (rest[i, j] + rest[i, gone] * rest[gone, j]) / room
                    weights = weights + weights[gone] * rest[gone]
                    weights[gone], rest = 0, new
                terms = [p_values[at] / weights[at] for at in inside if weights[at] > 0]
                whole = min([1.0, *terms])
                for at in inside:
                    expected[at] = max(expected[at], whole)
        assert found == pytest.approx(expected.tolist())


def test_procedures__keep_what_could_not_be_tested():
    assert procedures.fixed_sequence([0.01, None, 0.02]) == [0.01, None, 1.0]
    assert procedures.graph([0.01, None], [0.5, 0.5], [[0, 1], [1, 0]]) == [0.02, None]
    for shares, arrows in (([0.6, 0.6], [[0, 1], [1, 0]]), ([0.5, 0.5], [[1, 0], [1, 0]])):
        with pytest.raises(MyotrialError):
            procedures.graph([0.1, 0.2], shares, arrows)
    with pytest.raises(MyotrialError):
        procedures.fixed_sequence([1.2])


def test_difference__of_two_posteriors_agrees_with_a_general_integral():
    uniform = BetaMixture.single(1, 1)
    gap = bayes.difference(uniform.posterior(7, 15), uniform.posterior(3, 12))
    assert gap.value == pytest.approx(8 / 17 - 4 / 14)
    for end, share in ((gap.low, 0.975), (gap.high, 0.025)):
        beyond = integrate.quad(
            lambda p, end=end: stats.beta.pdf(p, 4, 10) * stats.beta.sf(p + end, 8, 9), 0, 1
        )[0]
        assert beyond == pytest.approx(share, abs=1e-6)
