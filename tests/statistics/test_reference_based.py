"""Conditional means by strategy, against the definitions written out patient by patient."""

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.statistics import linear, mmrm
from myotrial.statistics.reference_based import Trial, completed, differences


@pytest.fixture
def trial():
    generator = np.random.default_rng(9)
    n = 40
    treated = np.arange(n) % 2 == 0
    base = generator.normal(size=(n, 1))
    shared = generator.normal(size=(n, 1))
    values = shared + 0.7 * generator.normal(size=(n, 3)) + treated[:, None] * [1.0, 1.5, 2.0]
    for patient in range(n):
        if generator.random() < 0.35:
            values[patient, generator.integers(1, 3) :] = np.nan
    values[5, 1] = np.nan
    return Trial(values, treated, base)


def means(trial):
    """Own and control means at each visit, and the covariance, from the mixed model."""
    visits = np.broadcast_to(np.eye(3), (40, 3, 3))
    sides = trial.treated[:, None, None].astype(float)
    design = np.concatenate(
        [visits, visits * sides, visits * trial.covariates[:, :, None]], axis=-1
    )
    model = mmrm.fit(trial.values, design)
    b = model.coefficients
    own = b[:3] + np.outer(trial.treated, b[3:6]) + trial.covariates * b[6:9]
    return own, b[:3] + trial.covariates * b[6:9], model.variance


@pytest.mark.parametrize("strategy", ["MAR", "J2R", "CIR", "CR"])
def test_completed__follows_the_definition_of_each_strategy(strategy, trial):
    own, control, variance = means(trial)
    found = completed(trial, strategy)
    for patient in range(40):
        seen = [t for t in range(3) if not np.isnan(trial.values[patient, t])]
        missing = [t for t in range(3) if t not in seen]
        mean = own[patient].copy()
        if trial.treated[patient]:
            for t in range(3):
                if strategy == "CR" or (t > seen[-1] and strategy == "J2R"):
                    mean[t] = control[patient, t]
                elif t > seen[-1] and strategy == "CIR":
                    gained = own[patient, seen[-1]] - control[patient, seen[-1]]
                    mean[t] = control[patient, t] + gained
        assert found[patient, seen] == pytest.approx(trial.values[patient, seen])
        for t in missing:
            weights = np.linalg.inv(variance[np.ix_(seen, seen)]) @ variance[seen, t]
            expected = mean[t] + weights @ (trial.values[patient, seen] - mean[seen])
            assert found[patient, t] == pytest.approx(expected, rel=1e-7)


def test_completed__shifts_only_treated_patients_after_they_left(trial):
    plain, moved = (completed(trial, "MAR", shift=shift) for shift in (0.0, -2.0))
    for patient in range(40):
        seen = np.flatnonzero(~np.isnan(trial.values[patient]))
        after = (np.arange(3) > seen[-1]) & trial.treated[patient]
        assert moved[patient] - plain[patient] == pytest.approx(np.where(after, -2.0, 0.0))


def test_differences__is_drawn_to_nothing_the_more_of_the_control_is_copied(trial):
    found = differences(trial, ["MAR", "CIR", "J2R"])
    assert found["MAR"].value > found["CIR"].value > found["J2R"].value > 0
    assert differences(trial, ["J2R"])["J2R"].value == pytest.approx(found["J2R"].value)


def test_differences__of_complete_data_is_ancova_with_a_jackknife_error(trial):
    whole = Trial(completed(trial, "MAR"), trial.treated, trial.covariates)
    found, p_value = differences(whole, ["J2R"])["J2R"].at()
    design = np.column_stack([np.ones(40), whole.treated, whole.covariates])
    term = linear.fit(whole.values[:, -1], design).combination([0, 1, 0])
    assert found.value == pytest.approx(term.estimate.value)
    left = [
        np.linalg.lstsq(np.delete(design, at, 0), np.delete(whole.values[:, -1], at), rcond=None)[
            0
        ][1]
        for at in range(40)
    ]
    error = np.sqrt(39 / 40 * np.sum((np.array(left) - np.mean(left)) ** 2))
    assert found.high - found.value == pytest.approx(1.959964 * error, rel=1e-5)
    assert p_value < 0.05


def test_differences__refuses_an_unknown_strategy(trial):
    with pytest.raises(MyotrialError, match="J2R"):
        differences(trial, ["LOCF"])  # pyright: ignore


def test_differences__tips_where_its_interval_comes_to_hold_zero(trial):
    found = differences(trial, ["MAR"])["MAR"]
    shift = found.tipping()
    assert shift < 0
    assert found.at(shift)[0].low == pytest.approx(0, abs=1e-6)
    assert found.at(shift)[1] == pytest.approx(0.05, abs=1e-6)
    moved = completed(trial, "MAR", shift=shift)[:, -1]
    design = np.column_stack([np.ones(40), trial.treated, trial.covariates])
    solved = np.linalg.lstsq(design, moved, rcond=None)[0]
    assert found.at(shift)[0].value == pytest.approx(solved[1])
    whole = Trial(completed(trial, "MAR"), trial.treated, trial.covariates)
    assert differences(whole, ["MAR"])["MAR"].tipping() is None
