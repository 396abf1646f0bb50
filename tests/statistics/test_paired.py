from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.paired import (
    hodges_lehmann,
    mcnemar_exact,
    mcnemar_mid_p,
    sign_test,
    wilcoxon_exact,
)

# Hollander & Wolfe, table 3.1 (depression scale factor before and after tranquilizer), as in R's
# help(wilcox.test): V = 40, one-sided p = 0.01953, pseudomedian 0.46.
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
FALL = [b - a for b, a in zip(BEFORE, AFTER, strict=True)]
# Darwin's maize: cross- minus self-fertilised, eighths of an inch; SciPy's documentation.
MAIZE = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]

DIFFERENCES = st.lists(st.integers(-6, 6).map(float), max_size=10)


def test_wilcoxon_exact__gives_published_values():
    rise = wilcoxon_exact(FALL, alternative="greater")
    assert (rise.statistic, round(rise.p_value, 5)) == (40, 0.01953)
    assert wilcoxon_exact(MAIZE).p_value == 0.041259765625


def test_hodges_lehmann__gives_published_values():
    # Hollander & Wolfe, chapter 3: shift 0.46, interval 0.010 to 0.786 with coverage 0.961.
    estimate = hodges_lehmann(FALL)
    assert estimate.value == pytest.approx(0.46)
    assert (round(estimate.low, 3), round(estimate.high, 3)) == (0.010, 0.786)
    assert round(estimate.coverage, 3) == 0.961


def test_wilcoxon_exact__leaves_zeros_out_or_ranks_them_first():
    without = wilcoxon_exact([0, 0, 1, 2, -3])
    ranked = wilcoxon_exact([0, 0, 1, 2, -3], zeros="pratt")
    assert (without.statistic, without.n, without.zeros) == (1 + 2, 3, 2)
    assert (ranked.statistic, ranked.n, ranked.zeros) == (3 + 4, 3, 2)
    # Pratt: ranks 3, 4, 5; sums 0 3 4 5 7 8 9 12; centre 6, observed 7: all but 0 3 9 12 … 5 and 7
    # are nearest, so every sum is at least as far.
    assert ranked.p_value == 1.0
    # Wilcoxon: ranks 1, 2, 3; sum 3 is the centre.
    assert without.p_value == 1.0


def test_wilcoxon_exact__of_five_rises_cannot_be_significant():
    result = wilcoxon_exact([1, 2, 3, 4, 5])
    assert result.p_value == result.smallest == 2 / 32


def test_wilcoxon_exact__of_nothing_or_zeros_is_one():
    assert wilcoxon_exact([]).p_value == 1.0
    result = wilcoxon_exact([0.0, 0.0])
    assert (result.p_value, result.n, result.zeros) == (1.0, 0, 2)


@given(DIFFERENCES, st.sampled_from(["wilcoxon", "pratt"]))
def test_wilcoxon_exact__does_not_depend_on_direction_or_order(differences, zeros):
    result = wilcoxon_exact(differences, zeros=zeros)
    turned = wilcoxon_exact([-d for d in reversed(differences)], zeros=zeros)
    assert 0 < result.smallest <= result.p_value <= 1
    assert turned.p_value == pytest.approx(result.p_value, rel=1e-12)


@settings(max_examples=50)
@given(st.lists(st.integers(-9, 9).map(float), min_size=1, max_size=10))
def test_hodges_lehmann__holds_its_estimate_and_turns_with_the_sign(differences):
    estimate = hodges_lehmann(differences)
    turned = hodges_lehmann([-d for d in differences])
    assert estimate.low <= estimate.value <= estimate.high
    assert (turned.value, turned.low) == (-estimate.value, -estimate.high)
    assert estimate.coverage >= 0.95


def test_hodges_lehmann__of_too_few_pairs_is_unbounded():
    five = hodges_lehmann([1, 2, 3, 4, 5])
    assert (five.value, five.low, five.high) == (3, -inf, inf)
    assert hodges_lehmann([1, 2, 3, 4, 5, 6]).low == 1
    assert hodges_lehmann([]).value is None


def test_hodges_lehmann__excludes_zero_exactly_where_wilcoxon_rejects():
    for shift in [0.25, 1.25, 2.25, 3.25]:  # no ties, no zeros among the differences
        differences = [d + shift for d in (-3.1, -1.7, -0.4, 0.2, 1.3, 2.6, 3.9)]
        estimate = hodges_lehmann(differences)
        rejected = wilcoxon_exact(differences).p_value <= 0.05
        assert (not estimate.low <= 0 <= estimate.high) == rejected


def test_mcnemar__gives_published_values():
    # Fagerland, Lydersen, Laake 2017, chapter 8 (Cavo 2012: 6 and 16 discordant pairs).
    assert round(mcnemar_exact(6, 16), 6) == 0.052479
    assert round(mcnemar_mid_p(6, 16), 6) == 0.034690


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemar__does_not_depend_on_direction(b, c):
    assert mcnemar_exact(b, c) == mcnemar_exact(c, b)
    assert 0 < mcnemar_mid_p(b, c) == mcnemar_mid_p(c, b) <= mcnemar_exact(b, c) <= 1


def test_sign_test__counts_rises_and_falls():
    assert sign_test([1, 2, 3, 0, -1]) == 2 * (1 + 4) / 16
    assert sign_test([]) == sign_test([0, 0]) == 1.0
    # Darwin's maize: 13 of 15 rose.
    assert sign_test(MAIZE) == 2 * (1 + 15 + 105) / 2**15


@pytest.mark.parametrize("function", [wilcoxon_exact, hodges_lehmann, sign_test])
@pytest.mark.parametrize("value", [None, float("nan"), inf])
def test_paired__refuses_missing_values(function, value):
    with pytest.raises(MyotrialError, match="leave missing values out"):
        function([1.0, value])


def test_wilcoxon_exact__refuses_unknown_options_and_too_much():
    with pytest.raises(MyotrialError, match="got 'drop'"):
        wilcoxon_exact([1], zeros="drop")
    with pytest.raises(MyotrialError, match="got 'up'"):
        wilcoxon_exact([1], alternative="up")
    with pytest.raises(TooLargeError, match="got 201"):
        wilcoxon_exact(range(201))
