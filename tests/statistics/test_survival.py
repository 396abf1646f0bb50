"""Kaplan-Meier and log-rank against published values and SciPy."""

import numpy as np
import pytest
from scipy import stats

from myotrial.errors import MyotrialError
from myotrial.statistics.survival import kaplan_meier, log_rank

# Freireich EJ et al. Blood 1963;21:699-716: weeks of remission under 6-mercaptopurine and placebo.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
TIMES, EVENTS = TREATED + PLACEBO, RELAPSED + [True] * 21
ARMS = ["6-MP"] * 21 + ["placebo"] * 21


def test_kaplan_meier__agrees_with_the_published_curve():
    # Kleinbaum DG, Klein M. Survival Analysis, 2012, chapter 2; errors by Greenwood's formula.
    curve = kaplan_meier(TREATED, RELAPSED)
    found = {step.time: (step.share, step.error) for step in curve.steps}
    expected = {6: (0.8571, 0.0764), 7: (0.8067, 0.0869), 10: (0.7529, 0.0963),
                13: (0.6902, 0.1068), 16: (0.6275, 0.1141), 22: (0.5378, 0.1282),
                23: (0.4482, 0.1346)}  # fmt: skip
    assert list(found) == list(expected)
    for time, pair in expected.items():
        assert found[time] == pytest.approx(pair, abs=6e-5)
    assert (curve.median().value, kaplan_meier(PLACEBO, [True] * 21).median().value) == (23, 8)


def test_kaplan_meier__intervals_are_scipys():
    data = stats.CensoredData.right_censored(TREATED, [not event for event in RELAPSED])
    expected = stats.ecdf(data).sf.confidence_interval(method="log-log")
    curve = kaplan_meier(TREATED, RELAPSED)
    for step in curve.steps:
        told = curve.at(step.time)
        assert told.low == pytest.approx(expected.low.evaluate(step.time), abs=1e-12)
        assert told.high == pytest.approx(expected.high.evaluate(step.time), abs=1e-12)


def test_log_rank__agrees_with_the_published_test_and_with_scipy():
    found = log_rank(TIMES, EVENTS, ARMS)
    assert found.statistic == pytest.approx(16.79, abs=0.005)
    first = stats.CensoredData.right_censored(TREATED, [not event for event in RELAPSED])
    expected = stats.logrank(first, stats.CensoredData(PLACEBO))
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)


def test_log_rank__adds_up_over_strata():
    layers = [("a", "b")[at % 2] for at in range(42)]
    excess = spread = 0.0
    for layer in "ab":
        rows = [at for at in range(42) if layers[at] == layer]
        for time in sorted({TIMES[at] for at in rows if EVENTS[at]}):
            risk = [at for at in rows if TIMES[at] >= time]
            died = [at for at in risk if TIMES[at] == time and EVENTS[at]]
            treated = sum(ARMS[at] == "6-MP" for at in risk)
            n, d = len(risk), len(died)
            excess += sum(ARMS[at] == "6-MP" for at in died) - d * treated / n
            if n > 1:
                spread += d * treated * (n - treated) * (n - d) / (n**2 * (n - 1))
    found = log_rank(TIMES, EVENTS, ARMS, layers)
    assert found.statistic == pytest.approx(excess**2 / spread)


def test_empty_and_eventless_groups__are_named_not_failures():
    assert kaplan_meier([], []).at(3).value is None
    assert kaplan_meier([4.0, 5.0], [False, False]).at(6).value == 1
    assert kaplan_meier([4.0, 5.0], [False, False]).median().value is None
    assert kaplan_meier([4.0], [True]).at(4).value == 0
    assert log_rank([1, 2], [False, False], ["a", "b"]).p_value == 1
    assert log_rank([1, 2], [True, True], ["a", "a"]).p_value == 1
    assert log_rank([], [], []).p_value == 1


def test_impossible_times__are_refused():
    with pytest.raises(MyotrialError, match="negative"):
        kaplan_meier([-1.0], [True])
    with pytest.raises(MyotrialError, match="match"):
        kaplan_meier([1.0], [])
    with pytest.raises(MyotrialError, match="two groups"):
        log_rank([1, 2, 3], [True] * 3, ["a", "b", "c"])
    assert np.isfinite(log_rank(TIMES, EVENTS, ARMS).statistic)
