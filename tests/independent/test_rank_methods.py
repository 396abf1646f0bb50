"""Rank, permutation and r x c tests re-derived by listing every possibility, in fractions."""

from fractions import Fraction
from itertools import combinations, product
from math import comb, factorial, prod

import pytest

from myotrial.statistics.paired import hodges_lehmann, wilcoxon_exact
from myotrial.statistics.r_by_c import freeman_halton
from myotrial.statistics.two_sample import mann_whitney_exact, permutation_test, shift


def mean_rank(value, values):
    below = sum(other < value for other in values)
    same = sum(other == value for other in values)
    return below + Fraction(same + 1, 2)


@pytest.mark.parametrize(
    "differences",
    [[1, 2, 2, -3, 0, 5], [0, 0, 1, 1, 1, -1, 4], [2, -2, 2, -2], [3, 1, 4, 1, -5, 9, 2, 6]],
)
@pytest.mark.parametrize("zeros", ["wilcoxon", "pratt"])
def test_wilcoxon_exact__equals_listing_every_sign(differences, zeros):
    kept = [d for d in differences if d or zeros == "pratt"]
    sizes = [abs(d) for d in kept]
    ranks = [mean_rank(abs(d), sizes) for d in kept if d]
    plus = sum(mean_rank(abs(d), sizes) for d in kept if d > 0)
    centre = Fraction(sum(ranks), 2)
    sums = [
        sum(rank for rank, sign in zip(ranks, signs, strict=True) if sign)
        for signs in product([0, 1], repeat=len(ranks))
    ]
    expected = Fraction(sum(abs(s - centre) >= abs(plus - centre) for s in sums), len(sums))
    result = wilcoxon_exact(differences, zeros=zeros)
    assert result.statistic == plus
    assert result.p_value == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(
    ("first", "second"),
    [([1, 5, 3], [2, 2, 4, 6]), ([1, 1, 1], [1, 2, 2]), ([0, 7], [3, 4, 9, 9, 1])],
)
def test_two_sample__equals_listing_every_split(first, second):
    values = first + second
    ranks = [mean_rank(value, values) for value in values]
    for scores, ours in [
        (ranks, mann_whitney_exact(first, second).p_value),
        ([Fraction(v) for v in values], permutation_test(first, second)),
    ]:
        centre = Fraction(len(first) * sum(scores), len(values))
        far = abs(sum(scores[: len(first)]) - centre)
        splits = [sum(part) for part in combinations(scores, len(first))]
        expected = Fraction(sum(abs(s - centre) >= far for s in splits), len(splits))
        assert ours == pytest.approx(float(expected), rel=1e-12)


def test_hodges_lehmann__interval_counts_the_means_that_a_test_would_reject():
    differences = [1.3, -0.4, 2.2, 3.7, 0.9, -1.1, 4.8, 2.9]
    n = len(differences)
    sums = [
        sum(rank for rank, sign in zip(range(1, n + 1), signs, strict=True) if sign)
        for signs in product([0, 1], repeat=n)
    ]
    outside = max(
        k for k in range(1, n) if Fraction(sum(s < k for s in sums), 2**n) <= Fraction(1, 40)
    )
    means = sorted((differences[i] + differences[j]) / 2 for i in range(n) for j in range(i, n))
    estimate = hodges_lehmann(differences)
    assert (estimate.low, estimate.high) == (means[outside - 1], means[-outside])


def test_shift__interval_counts_the_differences_that_a_test_would_reject():
    first, second = [1.3, 5.1, 3.3, 4.6, 2.0], [0.2, 1.9, -1.4, 0.7]
    chosen, n = len(first), len(first) + len(second)
    u_values = [
        sum(part) - chosen * (chosen + 1) // 2 for part in combinations(range(1, n + 1), chosen)
    ]
    outside = max(
        k
        for k in range(1, 12)
        if Fraction(sum(u < k for u in u_values), comb(n, chosen)) <= Fraction(1, 40)
    )
    differences = sorted(x - y for x in first for y in second)
    estimate = shift(first, second)
    assert (estimate.low, estimate.high) == (differences[outside - 1], differences[-outside])


@pytest.mark.parametrize(
    "table",
    [[(3, 1, 0), (1, 2, 3), (0, 1, 4)], [(2, 2), (1, 3), (4, 0)], [(1, 0, 2, 1), (0, 3, 0, 1)]],
)
def test_freeman_halton__equals_listing_every_table(table):
    rows, columns = [sum(row) for row in table], [sum(c) for c in zip(*table, strict=True)]
    n = sum(rows)

    def chance(cells):
        margins = prod(map(factorial, rows)) * prod(map(factorial, columns))
        return Fraction(margins, factorial(n) * prod(factorial(c) for row in cells for c in row))

    def rows_with(total, limits):
        return [r for r in product(*(range(limit + 1) for limit in limits)) if sum(r) == total]

    tables = [
        cells
        for cells in product(*(rows_with(total, columns) for total in rows))
        if [sum(c) for c in zip(*cells, strict=True)] == columns
    ]
    assert sum(map(chance, tables)) == 1
    expected = sum(chance(cells) for cells in tables if chance(cells) <= chance(table))
    assert freeman_halton(table) == float(expected)
