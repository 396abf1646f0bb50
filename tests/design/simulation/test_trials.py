from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import slow_trials
from scipy import stats

from myotrial.design.simulation import trials
from myotrial.design.simulation.arrays import CRITERIA as ROWS
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.presets import add_on_therapy
from myotrial.design.simulation.scenario import Arm, Dropout, Endpoint, Scenario
from myotrial.design.simulation.tallies import SUMS
from myotrial.design.simulation.trials import simulate
from myotrial.errors import MyotrialError
from myotrial.response import tis_2016

SEED = 2**40 + 5
FIRST = 2**33 + 1
NUMBER = 12


def alike(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in SUMS)


@pytest.fixture(scope="module")
def both(small):
    kept = np.zeros((NUMBER, ROWS + 2, 40), np.uint8)
    tallies = trials.run(small, make_model(small), SEED, FIRST, NUMBER, kept)
    slow = [slow_trials.trial(small, FIRST + i, SEED) for i in range(NUMBER)]
    return tallies, kept, slow


def test_simulate__agrees_with_the_slow_way_trial_by_trial(both):
    _, kept, slow = both
    for patterns, (met, _, seen) in zip(kept, slow, strict=True):
        bits = 1 << np.arange(4)
        np.testing.assert_array_equal(patterns[ROWS], bits @ seen)
        np.testing.assert_array_equal(
            patterns[:ROWS], np.einsum("v,vcs->cs", bits, met & seen[:, None])
        )


def test_simulate__adds_up_what_the_slow_way_finds(both):
    tallies, _, slow = both
    counts = np.zeros_like(tallies.counts)
    for met, _, seen in slow:
        doi = met[:, 0] & seen
        ever = doi.any(0)
        last = np.where(
            seen[3], doi[3], np.where(seen[2], doi[2], np.where(seen[1], doi[1], doi[0]))
        )
        carried = [doi[0]]
        for visit in (1, 2, 3):
            carried.append(np.where(seen[visit], doi[visit], carried[-1]))
        np.testing.assert_array_equal(last, carried[3])
        held = np.any([carried[i] & carried[i + 1] for i in range(3)], axis=0)
        for e, found in enumerate((*(met[3] & seen[3]), ever, held)):
            counts[e, found[20:].sum(), found[:20].sum()] += 1
    np.testing.assert_array_equal(tallies.counts, counts)
    points = np.array([np.where(seen[3], score[3], 0) for _, score, seen in slow])
    for arm, part in enumerate((points[:, :20], points[:, 20:])):
        steps = part / tis_2016.STEP
        assert tallies.scores[arm].tolist() == [part.size, steps.sum(), (steps**2).sum()]
        mean, sd = tallies.score(arm)
        assert (mean, sd) == pytest.approx((part.mean(), part.std(ddof=1)))
    everyone = np.array([seen for *_, seen in slow])
    np.testing.assert_array_equal(tallies.seen[0], everyone[:, :, :20].sum((0, 2)))
    np.testing.assert_array_equal(tallies.seen[1], everyone[:, :, 20:].sum((0, 2)))


def test_simulate__tests_decide_as_scipy_does(both):
    tallies, _, slow = both
    better, rejected = np.zeros(2, int), np.zeros(2, int)
    for met, score, seen in slow:
        points = np.where(seen[3], score[3], 0)
        found = stats.ttest_ind(points[20:], points[:20])
        better[int(found.statistic > 0)] += found.pvalue < 0.05
        some, doi = seen.any(0), (met[:, 0] & seen).any(0)  # ever, of those who were seen
        table = [[doi[a].sum(), some[a].sum() - doi[a].sum()] for a in (slice(20), slice(20, 40))]
        if min(np.sum(table, 0)) > 0:
            p = stats.chi2_contingency(table, correction=False).pvalue
            rejected[int(table[1][0] / some[20:].sum() > table[0][0] / some[:20].sum())] += p < 0.05
    assert tallies.better.tolist() == better.tolist()
    assert tallies.rejected[5].tolist() == rejected.tolist()
    assert better.sum() > 0


def test_simulate__does_not_depend_on_threads_or_parts(small, monkeypatch):
    whole = simulate(small, 60, seed=3)
    monkeypatch.setattr(trials, "CHUNK", 7 * 40)
    assert alike(whole, simulate(small, 60, seed=3, threads=3))
    parts = [simulate(small, number, 3, first) for first, number in ((40, 20), (0, 25), (25, 15))]
    merged = parts[0] + parts[1] + parts[2]
    assert alike(whole, merged)
    assert merged.ranges == ((0, 60),)
    assert not alike(whole, simulate(small, 60, seed=4))


def test_tallies__count_no_trial_twice_and_mix_nothing(small):
    one = simulate(small, 5, seed=3)
    with pytest.raises(MyotrialError, match="trial 4 is in both"):
        one + simulate(small, 2, seed=3, first=4)
    with pytest.raises(MyotrialError, match="one scenario and one seed"):
        one + simulate(small, 5, seed=4, first=5)
    with pytest.raises(MyotrialError, match=r"expected a region of \(21, 21\)"):
        one.share(0, np.zeros((20, 21)))


@pytest.mark.parametrize(("number", "seed"), [(0, 1), (-1, 1), (5, -1), (5, 2**64)])
def test_simulate__refuses_numbers_out_of_range(small, number, seed):
    with pytest.raises(MyotrialError, match="expected"):
        simulate(small, number, seed)


# --- a scenario whose rates are known -------------------------------------------------------------

BASE = 5.0
EYE = tuple(tuple(float(i == j) for j in range(6)) for i in range(6))


@pytest.fixture(scope="module")
def known():
    """Everyone starts at 5; each measure's change is normal by itself."""
    start = add_on_therapy(30, dropout=Dropout()).measures[:6]
    items = tuple(
        replace(
            item,
            mean=BASE,
            sd=0.0,
            own=1.0,
            noise=0.0,
            low=0.0,
            high=100.0,
            step=0.0,
            log=False,
            extent=10.0,
        )
        for item in start
    )
    endpoints = (Endpoint("DOI"), Endpoint("TIS40"))
    arms = Arm(30, ((0.4,) * 6,)), Arm(30, ((1.0,) * 6,))
    return Scenario(items, EYE, EYE, *arms, endpoints)


def rates(shift):
    """The rates of both endpoints for changes that are normal around `shift` with SD 1."""
    better = stats.norm.sf(0.2 * BASE - shift)
    worse = stats.norm.cdf(-0.25 * BASE - shift)
    states = (better, worse, 1 - better - worse)
    doi = sum(
        np.prod([states[state] for state in row])
        for row in product(range(3), repeat=6)
        if row.count(0) >= 3 and row.count(1) <= 2 and row[2] != 1
    )
    spread = {0.0: 1.0}
    for edges, points in zip(tis_2016.EDGES, tis_2016.POINTS, strict=True):
        limits = stats.norm.cdf([-np.inf, *(edge / 10 - shift for edge in edges), np.inf])
        grown: dict[float, float] = {}
        for (total, chance), (value, part) in product(
            spread.items(), zip(points, np.diff(limits), strict=True)
        ):
            grown[total + value] = grown.get(total + value, 0.0) + chance * part
        spread = grown
    return doi, sum(chance for total, chance in spread.items() if total >= 40)


def test_simulate__reaches_the_exact_rates_and_power(known):
    number = 4000
    tallies = simulate(known, number, seed=9)
    region = np.array(
        [
            [stats.fisher_exact([[x1, 30 - x1], [x0, 30 - x0]]).pvalue <= 0.05 for x0 in range(31)]
            for x1 in range(31)
        ]
    )
    for e, (control, active) in enumerate(zip(rates(0.4), rates(1.0), strict=True)):
        for found, rate in zip(tallies.rates(e), (control, active), strict=True):
            assert abs(found - rate) < 4 * (rate * (1 - rate) / (30 * number)) ** 0.5
        chances = [stats.binom.pmf(np.arange(31), 30, rate) for rate in (control, active)]
        power = (np.outer(chances[1], chances[0]) * region).sum()
        error = (power * (1 - power) / number) ** 0.5
        assert 0.05 < power < 0.99
        assert abs(tallies.share(e, region) - power) < 4 * error


@pytest.mark.parametrize(
    ("dropout", "left"),
    [
        pytest.param(Dropout(random=0.2), 0.8, id="at random"),
        pytest.param(Dropout(inefficacy=0.5), None, id="inefficacy"),
        pytest.param(Dropout(missing=0.3), 0.7, id="missing"),
    ],
)
def test_simulate__loses_whom_dropout_says(known, dropout, left):
    number = 1000
    tallies = simulate(replace(known, dropout=dropout), number, seed=10)
    expected = (left, left) if left else [1 - 0.5 * (1 - rates(x)[0]) for x in (0.4, 1.0)]
    for seen, chance in zip(tallies.seen[:, 0], expected, strict=True):
        error = (chance * (1 - chance) / (30 * number)) ** 0.5
        assert abs(seen / (30 * number) - chance) < 4 * error


def test_simulate__those_seen_worse_leave_more(known):
    twice = replace(known, control=Arm(30, ((0.4,) * 6,) * 2), active=Arm(30, ((0.4,) * 6,) * 2))
    number = 1000
    tallies = simulate(replace(twice, dropout=Dropout(worse=0.5)), number, seed=11)
    chance = 1 - 0.5 * stats.norm.cdf(-0.4)  # half of those whose global was worse at the first
    for seen in tallies.seen:
        assert seen[0] == 30 * number
        error = (chance * (1 - chance) / (30 * number)) ** 0.5
        assert abs(seen[1] / (30 * number) - chance) < 4 * error
