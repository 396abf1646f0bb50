"""Tests of many trials at once, against those of one trial that analyses use."""

import numpy as np
import pytest
from scipy import stats

from myotrial.design.simulation import mean_tests
from myotrial.statistics import linear

TRIALS, N = 4, 30


@pytest.fixture(scope="module")
def trials():
    """Values (trials, subjects, visits) with some missing, baselines, arms and strata."""
    generator = np.random.default_rng(8)
    before = generator.normal(50, 10, (TRIALS, N))
    treated = np.arange(N) >= 14
    values = 0.3 * before[:, :, np.newaxis] + generator.normal(0, 8, (TRIALS, N, 3))
    values += 5 * treated[np.newaxis, :, np.newaxis]
    values[:, ::7, 2] = np.nan
    values[:, 0] = np.nan  # never seen
    return values, before, treated, np.arange(N) % 3


def test_student__is_scipys_t_test(trials):
    values, before, treated, layers = trials
    found = mean_tests.student(values, before, treated, layers)
    for z, last in zip(found, values[:, :, -1], strict=True):
        arms = [last[side & np.isfinite(last)] for side in (treated, ~treated)]
        p_value = stats.ttest_ind(*arms, alternative="greater").pvalue
        assert z == pytest.approx(stats.norm.isf(p_value), abs=1e-8)


def test_ancova__is_the_linear_model_of_analyses(trials):
    values, before, treated, layers = trials
    found = mean_tests.ancova(values, before, treated, layers)
    for z, last, start in zip(found, values[:, :, -1], before, strict=True):
        here = np.isfinite(last)
        design = np.column_stack(
            [np.ones(N), treated, start, *(layers == layer for layer in (1, 2))]
        )[here].astype(float)
        term = linear.fit(last[here], design, names=list("abcde")).combination(np.eye(5)[1])
        p_value = term.p_value / 2 if term.estimate.value > 0 else 1 - term.p_value / 2
        assert z == pytest.approx(stats.norm.isf(p_value), abs=1e-6)


def test_repeated__of_one_visit_is_the_analysis_of_covariance(trials):
    """With one visit the mixed model is least squares, and its degrees of freedom are exact."""
    values, before, treated, layers = trials
    one = values[:, :, -1:]
    mixed = mean_tests.repeated(one, before, treated, layers)
    assert mixed == pytest.approx(mean_tests.ancova(one, before, treated, layers), abs=1e-4)


def test_repeated__takes_what_was_seen_before_a_visit_was_missed(trials):
    values, _, treated, layers = trials
    z = mean_tests.repeated(values, None, treated, layers)
    assert np.isfinite(z).all()
    assert not np.allclose(z, mean_tests.ancova(values, None, treated, layers))


def test_least_squares__keeps_its_level_without_an_effect():
    generator = np.random.default_rng(3)
    values = generator.normal(size=(20_000, 12, 1))
    treated = np.arange(12) >= 5
    z = mean_tests.student(values, None, treated, np.zeros(12))
    rejected = (z >= stats.norm.isf(0.025)).mean()
    assert abs(rejected - 0.025) < 4 * (0.025 * 0.975 / 20_000) ** 0.5
