"""Multiple imputation: Rubin's rules against SAS, draws against closed forms."""

from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from myotrial.errors import ModelError, MyotrialError
from myotrial.statistics import verdict_imputation
from myotrial.statistics.imputation import draws, impute
from myotrial.statistics.reference_based import Trial, completed
from myotrial.statistics.rubin import pooled

# SAS/STAT User's Guide, The MIANALYZE Procedure, first example: mean oxygen uptake and its standard
# error in five imputations (read there); what is pooled from them is recalled from release 9.2.
OXYGEN = (47.0120, 47.2407, 47.4995, 47.1485, 47.0042)
ERRORS = (0.95984, 0.93540, 1.00766, 0.95439, 0.96528)


def test_pooled__is_that_of_sas():
    found = pooled(OXYGEN, np.square(ERRORS), freedom=30)
    assert found.estimate.value == pytest.approx(47.180993, abs=5e-5)
    assert found.error == pytest.approx(0.990266, abs=1e-5)
    assert found.freedom == pytest.approx(26.298, abs=2e-3)
    assert found.estimate.low == pytest.approx(45.1466, abs=1e-4)
    assert found.estimate.high == pytest.approx(49.2154, abs=1e-4)


def test_pooled__without_limit_of_freedom_is_rubins_first_formula():
    found = pooled([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    between = np.var([1.0, 2.0, 4.0], ddof=1)
    ratio = (1 + 1 / 3) * between / 2.0
    assert found.freedom == pytest.approx(2 * (1 + 1 / ratio) ** 2)
    assert found.error == pytest.approx(sqrt(2.0 + 4 / 3 * between))
    assert found.p_value == pytest.approx(
        2 * stats.t.sf(found.estimate.value / found.error, found.freedom)
    )


def test_pooled__of_equal_copies_is_the_complete_data():
    found = pooled([1.0, 1.0], [4.0, 4.0], freedom=10)
    assert (found.error, found.freedom, found.missing) == (2.0, 10, 0.0)
    assert pooled([1.0, 1.0], [4.0, 4.0]).freedom == inf
    assert pooled([1.0, 1.0], [0.0, 0.0]).p_value is None


@pytest.mark.parametrize(
    ("values", "variances", "freedom"),
    [([1.0], [1.0], inf), ([1.0, 2.0], [1.0], inf), ([1.0, 2.0], [1.0, -1.0], inf),
     ([1.0, np.nan], [1.0, 1.0], inf), ([1.0, 2.0], [1.0, 1.0], 0)],
)  # fmt: skip
def test_pooled__refuses_what_cannot_be_pooled(values, variances, freedom):
    with pytest.raises(MyotrialError):
        pooled(values, variances, freedom=freedom)


def trial(patients=120, visits=3, seed=3):
    """Two arms that drift apart; some leave, some miss a visit."""
    generator = np.random.default_rng(seed)
    treated = np.arange(patients) % 2 == 0
    base = generator.normal(size=patients)
    root = np.linalg.cholesky(0.5 + 0.5 * np.eye(visits))
    values = generator.normal(size=(patients, visits)) @ root.T + 0.5 * base[:, None]
    values += treated[:, None] * np.linspace(0.3, 1.0, visits)
    for patient, last in enumerate(generator.integers(1, 2 * visits, patients)):
        values[patient, last:] = np.nan
    values[generator.random(values.shape) < 0.04] = np.nan
    return Trial(values, treated, base[:, None])


def test_impute__of_one_visit_has_the_means_and_variances_of_the_closed_form():
    """One visit without covariates: means of each arm, and a scaled inverse chi-square variance.

    The mean of such a variance is the sum of squares over its degrees of freedom less 2.
    """
    generator = np.random.default_rng(1)
    values = generator.normal(size=(80, 1)) + (np.arange(80) % 2 == 0)[:, None]
    values[:16] = np.nan
    treated = np.arange(80) % 2 == 0
    one, two = (values[treated == side, 0] for side in (True, False))
    seen = np.isfinite(one)
    found = impute(Trial(values, treated, np.empty((80, 0))), ["MAR", "J2R"], seed=2, copies=500)
    mar, j2r = (found[name].difference().estimate.value for name in ("MAR", "J2R"))
    means = np.nanmean(one), np.nanmean(two)
    assert mar == pytest.approx(means[0] - means[1], abs=0.06)
    share = seen.mean()  # those who left are as the control: only the others differ
    assert j2r == pytest.approx(share * (means[0] - means[1]), abs=0.06)
    squares = sum(np.nansum((arm - np.nanmean(arm)) ** 2) for arm in (one, two))
    drawn = [draw.variance[0, 0] for draw in draws(
        Trial(values, treated, np.empty((80, 0))), seed=4, copies=500)]  # fmt: skip
    n = int(np.isfinite(values).sum())
    assert np.mean(drawn) == pytest.approx(squares / (n - 2 - 2), rel=0.05)  # inverse chi-square
    error = found["MAR"].difference().error
    sigma = squares / (n - 2)
    assert error == pytest.approx(sqrt(sigma * (1 / seen.sum() + 1 / 32)), rel=0.1)


def test_impute__agrees_with_conditional_means():
    """Wolbers et al. 2022: both have the same expectation."""
    data = trial()
    strategies = ["MAR", "J2R", "CIR", "CR"]
    whole = {
        name: np.linalg.lstsq(
            np.column_stack([np.ones(120), data.treated, data.covariates]),
            completed(data, name)[:, -1],
            rcond=None,
        )[0][1]
        for name in strategies
    }
    copies = impute(data, strategies, seed=1, copies=200)
    for name in strategies:
        found = copies[name].difference()
        assert found.estimate.value == pytest.approx(whole[name], abs=0.2 * found.error)
        assert 0 < found.missing < 0.6


def test_impute__gives_the_same_copies_from_the_same_seed_and_keeps_what_was_seen():
    data = trial()
    first, again = (impute(data, ["J2R"], seed=5, copies=3)["J2R"].values for _ in range(2))
    other = impute(data, ["J2R"], seed=6, copies=3)["J2R"].values
    seen = np.isfinite(data.values[:, -1])
    assert (first == again).all()
    assert (first[:, seen] == data.values[seen, -1]).all()
    assert (first[:, ~seen] != other[:, ~seen]).all()


def test_impute__without_gaps_is_analysis_of_covariance():
    data = trial()
    kept = np.isfinite(data.values).all(axis=1)
    whole = Trial(data.values[kept], data.treated[kept], data.covariates[kept])
    found = impute(whole, ["MAR"], seed=1, copies=3)["MAR"].difference()
    design = np.column_stack([np.ones(kept.sum()), whole.treated, whole.covariates])
    solved, rest, *_ = np.linalg.lstsq(design, whole.values[:, -1], rcond=None)
    freedom = len(design) - 3
    error = np.sqrt(rest[0] / freedom * np.linalg.inv(design.T @ design)[1, 1])
    assert found.estimate.value == pytest.approx(solved[1])
    assert (found.error, found.freedom) == (pytest.approx(error), freedom)


def test_completed__tips_where_the_interval_meets_0():
    found = impute(trial(), ["MAR"], seed=1)["MAR"]
    shift = found.tipping()
    assert shift < 0
    assert found.difference(shift).estimate.low == pytest.approx(0, abs=1e-6)
    moved = found.values + shift * found.left
    copies = [np.linalg.lstsq(found.design, values, rcond=None) for values in moved]
    spread = np.linalg.inv(found.design.T @ found.design)[1, 1] / (len(found.design) - 3)
    anew = pooled([copy[0][1] for copy in copies], [copy[1][0] * spread for copy in copies],
                  freedom=len(found.design) - 3)  # fmt: skip
    assert anew.estimate.low == pytest.approx(0, abs=1e-6)


def test_completed__says_that_nothing_tips_where_nobody_left():
    data = trial()
    kept = np.isfinite(data.values[:, -1])
    stayed = Trial(data.values[kept], data.treated[kept], data.covariates[kept])
    found = impute(stayed, ["MAR"], seed=1, copies=5)["MAR"]
    assert found.tipping() is None or found.tipping() == 0.0


def emptied(data, where):
    values = data.values.copy()
    values[where(data)] = np.nan
    return Trial(values, data.treated, data.covariates)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(
            lambda data: Trial(data.values, np.ones(120, bool), data.covariates), id="arm"
        ),
        pytest.param(lambda data: emptied(data, lambda d: (d.treated, 2)), id="visit of an arm"),
        pytest.param(
            lambda data: Trial(0 * data.values, data.treated, data.covariates), id="equal"
        ),
        pytest.param(
            lambda data: Trial(data.values[:6], data.treated[:6], data.covariates[:6]), id="few"
        ),
        pytest.param(
            lambda data: Trial(data.values, data.treated, data.treated[:, None] * 1.0), id="rank"
        ),
        pytest.param(
            lambda data: Trial(data.values[:, [0, 0]], data.treated, data.covariates), id="twins"
        ),
    ],
)
def test_impute__refuses_what_cannot_be_fitted(bad):
    with pytest.raises(ModelError):
        impute(bad(trial()), ["MAR"], seed=1, copies=2)


def test_verdicts__are_drawn_from_their_arm_and_the_verdict_before():
    verdicts = np.array([[1, 1]] * 9 + [[1, 0]] + [[0, 0]] * 10 + [[1, np.nan]] * 10
                        + [[0, np.nan]] * 10, float)  # fmt: skip
    found = verdict_imputation.impute(verdicts, np.zeros(40), seed=1, copies=2000)
    assert (found[:, :20] == verdicts[:20]).all()
    after = found[:, 20:, 1].reshape(2000, 2, 10)
    # the posterior means of beta(1/2 + yes, 1/2 + no)
    assert after[:, 0].mean() == pytest.approx(9.5 / 11, abs=0.01)
    assert after[:, 1].mean() == pytest.approx(0.5 / 11, abs=0.01)
    spread = after[:, 0].mean(axis=1).var()  # beta-binomial
    chance = stats.betabinom(10, 9.5, 1.5)
    assert spread == pytest.approx(chance.var() / 100, rel=0.1)


def test_verdicts__jump_to_the_reference_after_the_last_one_known():
    treated = np.arange(62) < 32
    verdicts = np.array([[1, 1, 1]] * 30 + [[1, np.nan, np.nan], [1, np.nan, 1]]
                        + [[1, 0, 0]] * 30, float)  # fmt: skip
    own, jumped = (
        verdict_imputation.impute(verdicts, treated, seed=1, copies=400, jump=jump)
        for jump in (False, True)
    )
    assert own[:, 30, 1].mean() == pytest.approx(31 / 32, abs=0.03)  # 30.5 of 31
    assert jumped[:, 30, 1].mean() == pytest.approx(0.5 / 31, abs=0.03)
    assert jumped[:, 31, 1].mean() > 0.9  # missed in between: as in the own arm
    again = verdict_imputation.impute(verdicts, treated, seed=1, copies=400, jump=True)
    assert (again == jumped).all()


def test_verdicts__refuse_what_is_none():
    with pytest.raises(MyotrialError, match="verdicts must be 1"):
        verdict_imputation.impute(np.array([[2.0]]), np.zeros(1), seed=1, copies=2)
    with pytest.raises(MyotrialError, match="copies"):
        verdict_imputation.impute(np.array([[1.0]]), np.zeros(1), seed=1, copies=1)
