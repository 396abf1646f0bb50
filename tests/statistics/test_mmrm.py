"""MMRM against published fits, exact special cases, and dense matrices."""

import dense_mixed_model as dense
import numpy as np
import pytest
from scipy import stats

from myotrial.errors import ModelError, MyotrialError
from myotrial.statistics import mmrm
from myotrial.statistics.covariance import STRUCTURES, structure
from myotrial.statistics.mmrm_inference import Inference

# Potthoff RF, Roy SN. Biometrika 1964;51:313-26: distance from pituitary to pterygomaxillary
# fissure (mm) at 8, 10, 12 and 14 years, 11 girls and 16 boys.
GIRLS = [
    (21, 20, 21.5, 23), (21, 21.5, 24, 25.5), (20.5, 24, 24.5, 26), (23.5, 24.5, 25, 26.5),
    (21.5, 23, 22.5, 23.5), (20, 21, 21, 22.5), (21.5, 22.5, 23, 25), (23, 23, 23.5, 24),
    (20, 21, 22, 21.5), (16.5, 19, 19, 19.5), (24.5, 25, 28, 28),
]  # fmt: skip
BOYS = [
    (26, 25, 29, 31), (21.5, 22.5, 23, 26.5), (23, 22.5, 24, 27.5), (25.5, 27.5, 26.5, 27),
    (20, 23.5, 22.5, 26), (24.5, 25.5, 27, 28.5), (22, 22, 24.5, 26.5), (24, 21.5, 24.5, 25.5),
    (23, 20.5, 31, 26), (27.5, 28, 31, 31.5), (23, 23, 23.5, 25), (21.5, 23.5, 24, 28),
    (17, 24.5, 26, 29.5), (22.5, 25.5, 25.5, 26), (23, 24.5, 26, 30), (22, 21.5, 23.5, 25),
]  # fmt: skip
GROWTH = np.array(GIRLS + BOYS, float)
GIRL = np.array([1.0] * len(GIRLS) + [0.0] * len(BOYS))
AGE = np.broadcast_to(np.array([8.0, 10.0, 12.0, 14.0]), GROWTH.shape)
DENSE = {
    "unstructured": dense.unstructured,
    "compound symmetry": dense.compound,
    "AR(1)": dense.autoregressive,
}


def lines():
    """A line over age for each sex."""
    girl = np.broadcast_to(GIRL[:, np.newaxis], GROWTH.shape)
    return np.stack([np.ones(GROWTH.shape), AGE, girl, girl * AGE], axis=-1)


def means(arms, visits):
    """A mean for each visit, and a difference of arms at each."""
    same = np.broadcast_to(np.eye(visits), (len(arms), visits, visits))
    return np.concatenate([same, same * arms[:, np.newaxis, np.newaxis]], axis=-1)


@pytest.fixture
def trial():
    """60 made-up patients at 3 visits with a covariate and missing visits."""
    generator = np.random.default_rng(7)
    arms = (np.arange(60) % 2).astype(float)
    root = np.array([[2.0, 0, 0], [1.2, 1.5, 0], [0.8, 0.9, 1.7]])
    values = generator.normal(size=(60, 3)) @ root.T + 5 + arms[:, np.newaxis] * [0.5, 1.0, 1.5]
    values[generator.random((60, 3)) < 0.2] = np.nan
    extra = np.broadcast_to(generator.normal(size=(60, 1, 1)), (60, 3, 1))
    return values, np.concatenate([means(arms, 3), extra], axis=-1)


def test_fit__agrees_with_pinheiro_and_bates_on_the_growth_of_27_children():
    # Pinheiro JC, Bates DM. Mixed-Effects Models in S and S-PLUS, 2000: a random intercept, which
    # is compound symmetry; REML: log-likelihood -216.8786... , intercept 16.3406, age 0.7844,
    # girls 1.0321 (SE 1.5374), girls by age -0.3048 (SE 0.1214).
    found = mmrm.fit(GROWTH, lines(), covariance="compound symmetry")
    assert found.deviance / -2 == pytest.approx(-216.8786, abs=6e-4)
    assert found.coefficients == pytest.approx([16.3406, 0.7844, 1.0321, -0.3048], abs=5e-5)
    errors = np.sqrt(np.diag(found.covariance))
    assert errors == pytest.approx([0.9813, 0.0775, 1.5374, 0.1214], abs=5e-5)


@pytest.mark.parametrize("covariance", STRUCTURES)
def test_fit__finds_the_summit_of_the_dense_likelihood(covariance, trial):
    values, design = trial
    found = mmrm.fit(values, design, covariance=covariance)
    made = DENSE[covariance]
    here = dense.deviance(values, design, found.parameters, made)
    assert found.deviance == pytest.approx(here, abs=1e-8)
    for at in range(len(found.parameters)):
        for side in (-1, 1):
            moved = found.parameters.copy()
            moved[at] += side * 0.02
            assert dense.deviance(values, design, moved, made) > here
    a, b, *_ = dense.parts(values, design, found.parameters, made)
    assert found.coefficients == pytest.approx(np.linalg.solve(a, b), rel=1e-8)
    assert found.covariance == pytest.approx(np.linalg.inv(a), rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("covariance", STRUCTURES)
def test_inference__agrees_with_dense_matrices_and_numerical_derivatives(covariance, trial):
    values, design = trial
    found = mmrm.fit(values, design, covariance=covariance)
    weights = np.zeros(design.shape[2])
    weights[5] = 1.0
    told = Inference(found, "satterthwaite").combination(found, weights)
    value, error, freedom = dense.satterthwaite(
        values, design, found.parameters, DENSE[covariance], weights
    )
    assert (told.estimate.value, told.error) == pytest.approx((value, error), rel=1e-6)
    assert told.freedom == pytest.approx(freedom, rel=1e-3)
    adjusted = dense.kenward_roger(values, design, found.parameters, DENSE[covariance])
    kenward = Inference(found)
    assert kenward.covariance == pytest.approx(adjusted, rel=1e-3, abs=1e-6)
    assert kenward.combination(found, weights).freedom == pytest.approx(told.freedom)


@pytest.mark.parametrize("method", ["kenward-roger", "satterthwaite"])
def test_inference__of_complete_visits_is_students_test_at_each(method):
    found = mmrm.fit(GROWTH, means(GIRL, 4))
    inference = Inference(found, method)
    for visit in range(4):
        told = inference.combination(found, np.eye(8)[4 + visit])
        test = stats.ttest_ind(GROWTH[GIRL == 1, visit], GROWTH[GIRL == 0, visit])
        ends = test.confidence_interval()
        assert told.freedom == pytest.approx(25)
        assert told.p_value == pytest.approx(test.pvalue)
        assert (told.estimate.low, told.estimate.high) == pytest.approx((ends.low, ends.high))


def test_inference__of_complete_compound_symmetry_is_the_analysis_of_variance():
    found = mmrm.fit(GROWTH, means(GIRL, 4), covariance="compound symmetry")
    centred = GROWTH.copy()
    for sex in (0, 1):
        centred[sex == GIRL] -= GROWTH[sex == GIRL].mean(axis=0)
    left = centred - centred.mean(axis=1, keepdims=True)
    error = (left**2).sum() / (25 * 3)
    rise = np.zeros(8)
    rise[4], rise[7] = -1, 1  # girls against boys, growth from 8 to 14 years
    told = Inference(found).combination(found, rise)
    assert told.error == pytest.approx(np.sqrt(2 * error * (1 / 11 + 1 / 16)))
    assert told.freedom == pytest.approx(75)


def test_inference__tests_one_combination_as_the_square_of_t(trial):
    values, design = trial
    found = mmrm.fit(values, design)
    for method in ("kenward-roger", "satterthwaite"):
        inference = Inference(found, method)
        one = inference.combination(found, np.eye(7)[5])
        test = inference.test(found, np.eye(7)[5])
        assert test.below == pytest.approx(one.freedom)
        assert test.p_value == pytest.approx(one.p_value)


def test_inference__tests_several_combinations_of_complete_data_as_hotelling_would():
    # With complete data the F of all differences is Hotelling's T-squared, scaled to F.
    found = mmrm.fit(GROWTH, means(GIRL, 4))
    test = Inference(found).test(found, np.eye(8)[4:])
    girls, boys = GROWTH[GIRL == 1], GROWTH[GIRL == 0]
    gap = girls.mean(axis=0) - boys.mean(axis=0)
    pooled = (10 * np.cov(girls.T) + 15 * np.cov(boys.T)) / 25
    square = gap @ np.linalg.solve(pooled * (1 / 11 + 1 / 16), gap)
    assert test.statistic == pytest.approx(square * (25 - 4 + 1) / (25 * 4), rel=1e-6)
    assert test.below == pytest.approx(22, rel=1e-6)


def test_fit__does_not_mind_shifts_scales_and_the_order_of_patients(trial):
    values, design = trial
    found = mmrm.fit(values, design)
    turned = mmrm.fit(values[::-1] * 1000 + 5, design[::-1])
    assert turned.coefficients[3:] == pytest.approx(found.coefficients[3:] * 1000, rel=1e-7)
    assert turned.variance == pytest.approx(found.variance * 1e6, rel=1e-6)


def test_fit__leaves_out_patients_without_values(trial):
    values, design = trial
    more = np.vstack([values, np.full((3, 3), np.nan)])
    wider = np.concatenate([design, np.full((3, 3, 7), np.nan)])
    assert mmrm.fit(more, wider).deviance == pytest.approx(mmrm.fit(values, design).deviance)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(
            lambda y, x: (y, np.concatenate([x, x[..., :1]], -1)), "full rank", id="twice"
        ),
        pytest.param(lambda y, x: (np.full_like(y, np.nan), x), "No subject", id="nothing"),
        pytest.param(lambda y, x: (np.where([1, 1, 0], y, np.nan), x), "no value", id="no visit"),
        pytest.param(lambda y, x: (np.where(np.isnan(y), y, 4.0), x), "vary", id="all equal"),
        pytest.param(lambda y, x: (y[:3], x[:3]), "together", id="few"),
        pytest.param(lambda y, x: (y, np.where(x == x[0, 0, -1], np.nan, x)), "missing", id="nan"),
        pytest.param(
            lambda y, x: (np.where(np.arange(60)[:, None] % 3 == np.arange(3), y, np.nan), x),
            "together",
            id="never together",
        ),
    ],
)
def test_fit__refuses_by_name_what_cannot_be_fitted(spoil, says, trial):
    with pytest.raises(ModelError, match=says):
        mmrm.fit(*spoil(*trial))


def test_structure__names_those_there_are():
    with pytest.raises(MyotrialError, match="unstructured"):
        structure("toeplitz", 3)
    with pytest.raises(MyotrialError, match="kenward-roger"):
        Inference(mmrm.fit(GROWTH, means(GIRL, 4)), "residual")  # pyright: ignore


@pytest.mark.parametrize("name", STRUCTURES)
def test_structure__derivatives_are_those_of_its_matrix(name):
    kind = structure(name, 4)
    free = kind.start(np.cov(GROWTH.T)) + 0.1
    at = kind.parameters(free)
    steps = 1e-6 * np.eye(len(at))
    for number, step in enumerate(steps):
        slope = (kind.matrix(at + step) - kind.matrix(at - step)) / 2e-6
        assert kind.first(at)[number] == pytest.approx(slope, abs=1e-6)
        moved = (kind.parameters(free + step) - kind.parameters(free - step)) / 2e-6
        assert kind.slope(free)[:, number] == pytest.approx(moved, abs=1e-5)
        second = kind.second(at)
        bent = (kind.first(at + step) - kind.first(at - step)) / 2e-6
        expected = np.zeros_like(bent) if second is None else second[number]
        assert expected == pytest.approx(bent, abs=1e-5)
