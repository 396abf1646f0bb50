"""The log-rank test of counted patterns, against that of single subjects; and the patterns."""

import numpy as np
import pytest

from myotrial.design.simulation.bank import make_bank
from myotrial.design.simulation.presets import add_on_therapy
from myotrial.design.simulation.scenario import Dropout, Endpoint
from myotrial.design.simulation.times import log_rank, patterns
from myotrial.statistics.survival import log_rank as of_subjects
from myotrial.statistics.survival import peto


@pytest.fixture(scope="module")
def bank():
    scenario = add_on_therapy(
        20, endpoints=(Endpoint("DOI", "ever"),), dropout=Dropout(random=0.1, missing=0.1)
    )
    return make_bank(scenario, 20_000, seed=4)


def subjects(counts):
    """Times and events of one arm's subjects from its counts: visits are 1, 2 ..."""
    visits = len(counts) // 2
    times = [*range(1, visits + 1), *range(visits + 1)]
    events = [True] * visits + [False] * (visits + 1)
    return [(times[at], events[at]) for at, number in enumerate(counts) for _ in range(number)]


def test_log_rank__is_that_of_single_subjects(bank):
    ((control, active),) = patterns(bank).draw([(30, 25)], trials=12, seed=1)
    for z, one, other in zip(log_rank(control, active), control, active, strict=True):
        people = [(*item, True) for item in subjects(other)]
        people += [(*item, False) for item in subjects(one)]
        times, events, first = zip(*people, strict=True)
        ratio, error = peto(times, events, first)
        assert z == pytest.approx(ratio / error, abs=1e-10)
        assert z**2 == pytest.approx(of_subjects(times, events, first).statistic, abs=1e-9)


def test_patterns__are_those_of_the_bank(bank):
    found, visits = patterns(bank), bank.scenario.visits
    ever = [part[:visits].sum() for part in (found.control, found.active)]
    assert ever == pytest.approx(bank.rates(Endpoint("DOI", "ever")), abs=1e-12)
    assert found.control.sum() == pytest.approx(1)
    never = (bank.patterns[0][-1] == 0).mean()  # seen at no visit
    assert found.control[visits] == pytest.approx(never)


def test_draw__adds_up_from_look_to_look(bank):
    looks = patterns(bank).draw([(10, 5), (30, 25)], trials=50, seed=1)
    for early, late in zip(*looks, strict=True):
        assert (late >= early).all()
    assert [arm.sum(1).tolist() for arm in looks[1]] == [[25] * 50, [30] * 50]
    again = patterns(bank).draw([(10, 5), (30, 25)], trials=50, seed=1)
    assert np.array_equal(looks[1][0], again[1][0])


def test_log_rank__is_positive_where_the_active_arm_responds_sooner():
    soon, late = np.array([[8, 0, 0, 0, 2]]), np.array([[2, 0, 0, 0, 8]])
    assert log_rank(late, soon)[0] > 0 > log_rank(soon, late)[0]
