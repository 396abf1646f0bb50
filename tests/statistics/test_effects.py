"""Risk difference, odds ratio and chi-square of a 2x2 table."""

from math import comb, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.two_by_two import (
    chi_square,
    fisher,
    odds_ratio,
    risk_difference,
    risk_difference_exact,
    sample_odds_ratio,
)

CELL = st.integers(0, 9)

# Newcombe RG. Stat Med 1998;17:873-90, table II, method 6 (Miettinen and Nurminen).
NEWCOMBE = [
    pytest.param((56, 14, 48, 32), (0.0528, 0.3382), id="a: 56/70 - 48/80"),
    pytest.param((9, 1, 3, 7), (0.1700, 0.8406), id="b: 9/10 - 3/10"),
    pytest.param((6, 1, 2, 5), (0.0342, 0.8534), id="c: 6/7 - 2/7"),
    pytest.param((5, 51, 0, 29), (-0.0326, 0.1933), id="d: 5/56 - 0/29"),
    pytest.param((0, 10, 0, 20), (-0.1658, 0.2844), id="e: 0/10 - 0/20"),
    pytest.param((0, 10, 0, 10), (-0.2879, 0.2879), id="f: 0/10 - 0/10"),
    pytest.param((10, 0, 0, 20), (0.7156, 1.0), id="g: 10/10 - 0/20"),
    pytest.param((10, 0, 0, 10), (0.6636, 1.0), id="h: 10/10 - 0/10"),
]


@pytest.mark.parametrize(("table", "limits"), NEWCOMBE)
def test_risk_difference__gives_the_published_score_intervals(table, limits):
    estimate = risk_difference(*table)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == limits


def test_risk_difference__gives_the_interval_of_a_textbook_and_of_another_program():
    # Fagerland, Lydersen, Laake 2017, chapter 4 (Ritland 2007).
    ritland = risk_difference(0, 16, 15, 57)
    assert (round(ritland.low, 4), round(ritland.high, 4)) == (-0.3164, -0.0056)
    # SAS PROC FREQ, RISKDIFF(CL=MN), as printed in WUSS 2016 paper 127 for an HIV trial.
    hiv = risk_difference(84, 17, 89, 16)
    assert (round(hiv.low, 4), round(hiv.high, 4)) == (-0.1191, 0.0860)


@settings(max_examples=60, deadline=None)
@given(CELL, CELL, CELL, CELL)
def test_risk_difference__is_symmetric_and_holds_its_estimate(a, b, c, d):
    ours, exchanged = risk_difference(a, b, c, d), risk_difference(c, d, a, b)
    if ours.value is None:
        assert (ours.low, ours.high) == (-1, 1)
        return
    assert -1 <= ours.low <= ours.value <= ours.high <= 1
    assert exchanged.low == pytest.approx(-ours.high, abs=1e-9)
    mirrored = risk_difference(b, a, d, c)
    assert mirrored.low == pytest.approx(-ours.high, abs=1e-9)


def test_risk_difference__widens_with_the_level():
    narrow, wide = risk_difference(7, 0, 3, 5, level=0.9), risk_difference(7, 0, 3, 5, level=0.99)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


@settings(max_examples=15, deadline=None)
@given(CELL, CELL, CELL, CELL)
def test_risk_difference_exact__is_symmetric_and_holds_its_estimate(a, b, c, d):
    ours, exchanged = risk_difference_exact(a, b, c, d), risk_difference_exact(c, d, a, b)
    if ours.value is None:
        assert (ours.low, ours.high) == (-1, 1)
        return
    assert -1 <= ours.low <= ours.value <= ours.high <= 1
    assert (exchanged.low, exchanged.high) == (-ours.high, -ours.low)


@pytest.mark.parametrize(("n1", "n2"), [(4, 5), (3, 7)])
def test_risk_difference_exact__covers_at_least_as_often_as_promised(n1, n2):
    intervals = {
        (x1, x2): risk_difference_exact(x1, n1 - x1, x2, n2 - x2, level=0.9)
        for x1 in range(n1 + 1)
        for x2 in range(n2 + 1)
    }
    chances = [k / 40 for k in range(41)]
    for p1 in chances:
        for p2 in chances:
            coverage = sum(
                comb(n1, x1)
                * p1**x1
                * (1 - p1) ** (n1 - x1)
                * comb(n2, x2)
                * p2**x2
                * (1 - p2) ** (n2 - x2)
                for (x1, x2), interval in intervals.items()
                if interval.low - 1e-12 <= p1 - p2 <= interval.high + 1e-12
            )
            assert coverage >= 0.9 - 1e-9, (p1, p2)


def test_risk_difference_exact__of_none_against_all_ends_at_one():
    # SAS PROC FREQ, EXACT RISKDIFF, as printed in WUSS 2016 paper 127: 0.6915 to 1.
    estimate = risk_difference_exact(10, 0, 0, 20)
    assert (round(estimate.low, 4), estimate.high) == (0.6915, 1.0)


def test_risk_difference_exact__says_what_to_use_when_too_large():
    with pytest.raises(TooLargeError, match="score interval"):
        risk_difference_exact(50, 50, 50, 51)


def test_odds_ratio__agrees_with_another_program():
    # R, help(fisher.test); R finds its numbers to about 1e-4.
    convictions = odds_ratio(2, 10, 15, 3)
    assert convictions.value == pytest.approx(0.04693661, rel=1e-5)
    assert convictions.low == pytest.approx(0.003325764, abs=1.3e-4)
    assert convictions.high == pytest.approx(0.363182271, abs=1.3e-4)
    tea = odds_ratio(3, 1, 1, 3, level=0.9)
    assert tea.value == pytest.approx(6.408309, rel=1e-5)
    assert tea.low == pytest.approx(0.3135693, abs=1.3e-4)  # one-sided 95 %


@pytest.mark.parametrize("table", [(7, 2, 3, 5), (1, 9, 8, 3), (12, 30, 41, 7), (7, 0, 3, 5)])
def test_odds_ratio__agrees_with_scipy(table):
    from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

    theirs = scipy_odds_ratio([table[:2], table[2:]])
    limits = theirs.confidence_interval(0.95)
    ours = odds_ratio(*table)
    assert (ours.value, ours.low, ours.high) == pytest.approx(
        (theirs.statistic, limits.low, limits.high), rel=1e-6
    )


def test_odds_ratio__of_all_against_some_is_infinite_with_a_finite_lower_limit():
    estimate = odds_ratio(7, 0, 3, 5)
    assert estimate.value == estimate.high == inf
    assert 1 < estimate.low < inf
    turned = odds_ratio(0, 7, 5, 3)
    assert turned.value == turned.low == 0
    assert turned.high == pytest.approx(1 / estimate.low)


def test_odds_ratio__of_one_possible_table_is_undefined():
    for table in [(0, 0, 3, 5), (4, 0, 3, 0), (0, 4, 0, 3)]:
        estimate = odds_ratio(*table)
        assert (estimate.value, estimate.low, estimate.high) == (None, 0, inf)
        assert sample_odds_ratio(*table) is None


@settings(max_examples=60, deadline=None)
@given(CELL, CELL, CELL, CELL)
def test_odds_ratio__holds_its_estimate_and_inverts_with_the_rows(a, b, c, d):
    estimate = odds_ratio(a, b, c, d)
    if estimate.value is None:
        return
    assert estimate.low <= estimate.value <= estimate.high
    turned = odds_ratio(c, d, a, b)
    if 0 < estimate.value < inf:
        assert turned.value == pytest.approx(1 / estimate.value, rel=1e-9)
        assert turned.low == pytest.approx(1 / estimate.high, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(CELL, CELL, CELL, CELL)
def test_odds_ratio__excludes_one_exactly_where_a_tail_is_below_two_and_a_half_percent(a, b, c, d):
    estimate = odds_ratio(a, b, c, d)
    tails = [fisher(a, b, c, d, alternative=side) for side in ("greater", "less")]
    if all(abs(tail - 0.025) > 1e-9 for tail in tails):
        assert (not estimate.low <= 1 <= estimate.high) == (min(tails) < 0.025)


def test_sample_odds_ratio__can_be_zero_or_infinite():
    assert sample_odds_ratio(7, 0, 3, 5) == inf
    assert sample_odds_ratio(0, 7, 3, 5) == 0


def test_chi_square__gives_published_values():
    # Fagerland, Lydersen, Laake 2017, chapter 4: tea drinker, T = 2.000 and 0.500; Ritland 2007
    # with correction 0.1016.
    assert round(chi_square(3, 1, 1, 3), 5) == 0.15730
    assert round(chi_square(3, 1, 1, 3, continuity=True), 5) == 0.47950
    assert round(chi_square(0, 16, 15, 57, continuity=True), 4) == 0.1016


def test_chi_square__of_an_empty_margin_is_one():
    assert chi_square(0, 0, 3, 5) == chi_square(0, 5, 0, 3) == 1.0


@pytest.mark.parametrize("function", [risk_difference, risk_difference_exact, odds_ratio])
def test_intervals__refuse_a_level_outside_zero_to_one(function):
    with pytest.raises(MyotrialError, match="got 95"):
        function(1, 2, 3, 4, level=95)
