from dataclasses import replace

import numpy as np
import pytest
import slow_trials

from myotrial.design.simulation.scenario import Dropout
from myotrial.design.simulation.trajectories import trajectories
from myotrial.design.simulation.trials import simulate
from myotrial.errors import MyotrialError

SEED, TRIAL = 2**40 + 5, 2**33 + 4


@pytest.fixture(scope="module")
def found(small):
    return trajectories(small, SEED, TRIAL)


def test_trajectories__are_those_of_the_slow_way(small, found):
    met, _, seen = slow_trials.trial(small, TRIAL, SEED)
    np.testing.assert_array_equal(found.seen.T, seen)
    before, *visits = found.values.transpose(1, 2, 0)
    for after, expected in zip(visits, met, strict=True):
        verdicts, _ = slow_trials.criteria(before, after, small.measures)
        np.testing.assert_array_equal(verdicts, expected)


def test_trajectories__are_what_the_tallies_count(small, found):
    tallies = simulate(small, 1, SEED, TRIAL)
    assert found.controls == small.control.size
    arms = found.seen[: found.controls], found.seen[found.controls :]
    assert [arm.sum(0).tolist() for arm in arms] == tallies.seen.tolist()


def test_trajectories__show_what_scales_can(small, found):
    for item, values in zip(small.measures, found.values.transpose(2, 0, 1), strict=True):
        assert values.min() >= np.float32(item.low)
        assert values.max() <= np.float32(item.high)
        if item.step:
            steps = values / item.step
            np.testing.assert_allclose(steps, np.round(steps), atol=1e-3)


def test_trajectories__who_left_does_not_come_again(found):
    assert found.left.any()
    assert not (found.left & found.seen).any()
    assert not (found.left[:, :-1] & ~found.left[:, 1:]).any()
    assert (~found.left & ~found.seen).any()  # a visit that was missed


def test_trajectories__refuse_a_trial_out_of_range(small):
    with pytest.raises(MyotrialError, match="from number 0 on"):
        trajectories(small, SEED, -1)


def test_trajectories__of_strata_and_of_each_visits_chances_are_those_of_the_slow_way(small):
    active = replace(
        small.active, strata=((3, small.control.course), (8, tuple((0.5,) * 7 for _ in range(4))))
    )
    dropout = Dropout(random=(0.0, 0.3, 0.1, 0.0), worse=0.2, missing=(0.0, 0.1, 0.4, 0.0))
    scenario = replace(small, active=active, dropout=dropout)
    found = trajectories(scenario, SEED, TRIAL)
    met, _, seen = slow_trials.trial(scenario, TRIAL, SEED)
    np.testing.assert_array_equal(found.seen.T, seen)
    before, *visits = found.values.transpose(1, 2, 0)
    for after, expected in zip(visits, met, strict=True):
        verdicts, _ = slow_trials.criteria(before, after, small.measures)
        np.testing.assert_array_equal(verdicts, expected)
