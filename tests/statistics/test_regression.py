"""Analysis of covariance and Firth's logistic regression."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize

from myotrial.errors import ModelError
from myotrial.statistics import linear, logistic

# Snedecor GW, Cochran WG. Statistical Methods, 6th ed., 1967, p. 422: leprosy bacilli before and
# after drugs A, D and a placebo F; results as SAS's documentation of PROC GLM prints them.
BEFORE = [11, 8, 5, 14, 19, 6, 10, 6, 11, 3, 6, 6, 7, 8, 18, 8, 19, 8, 5, 15,
          16, 13, 11, 9, 21, 16, 12, 12, 7, 12]  # fmt: skip
AFTER = [6, 0, 2, 8, 11, 4, 13, 1, 8, 0, 0, 2, 3, 1, 18, 4, 14, 9, 1, 9,
         13, 10, 18, 5, 23, 12, 5, 16, 1, 20]  # fmt: skip
DRUG = np.repeat([0, 1, 2], 10)


def leprosy():
    return np.column_stack([*(drug == DRUG for drug in range(3)), BEFORE]).astype(float)


def test_fit__agrees_with_sas_on_the_leprosy_trial():
    found = linear.fit(np.array(AFTER), leprosy())
    assert (found.freedom, found.variance) == pytest.approx((26, 16.046254), abs=5e-7)
    slope = found.combination([0, 0, 0, 1])
    assert (slope.estimate.value, slope.error) == pytest.approx((0.98718381, 0.16449757), abs=5e-9)
    means = [found.combination([*row, np.mean(BEFORE)]).estimate.value for row in np.eye(3)]
    assert means == pytest.approx([6.7149635, 6.8239348, 10.1611017], abs=5e-8)
    gap = found.combination([1, 0, -1, 0])
    assert (gap.estimate.value, gap.p_value) == pytest.approx((-3.44613828, 0.0793), abs=5e-5)


@pytest.mark.parametrize(
    ("values", "design", "says"),
    [
        pytest.param([1, 2, 4, 5], [[1, 1]] * 4, "full rank", id="redundant"),
        pytest.param([2, 2, 2, 2], [[1, 0], [1, 1]] * 2, "vary", id="all equal"),
        pytest.param([1, 2], [[1, 0], [1, 1]], "cannot determine", id="too few"),
        pytest.param([1, 2, 3], [[1], [np.nan], [1]], "missing", id="no covariate"),
    ],
)
def test_fit__refuses_by_name(values, design, says):
    with pytest.raises(ModelError, match=says):
        linear.fit(np.array(values), np.array(design, float))


def test_fit__names_the_column_that_is_redundant():
    with pytest.raises(ModelError, match="IBM"):
        linear.fit(np.arange(4), np.array([[1, 0, 0]] * 4), names=["mean", "DM", "IBM"])


def table(a, b, c, d):
    yes = np.array([1] * a + [0] * b + [1] * c + [0] * d)
    return yes, np.column_stack([np.ones(len(yes)), [1.0] * (a + b) + [0.0] * (c + d)])


@pytest.mark.parametrize("cells", [(9, 1, 3, 7), (7, 0, 3, 5), (5, 0, 0, 6), (8, 0, 7, 0)], ids=str)
def test_firth__of_a_2x2_table_adds_half_a_subject_to_each_cell(cells):
    # Firth 1993, section 4: with a saturated model the penalty is half a subject a cell.
    a, b, c, d = (cell + 0.5 for cell in cells)
    found = logistic.fit(*table(*cells))
    assert found.coefficients[1] == pytest.approx(np.log(a * d / (b * c)), abs=1e-8)
    assert found.coefficients[0] == pytest.approx(np.log(c / d), abs=1e-8)


def penalised(coefficients, yes, design):
    chances = 1 / (1 + np.exp(-design @ coefficients))
    information = design.T @ np.diag(chances * (1 - chances)) @ design
    likelihood = np.where(yes == 1, np.log(chances), np.log1p(-chances)).sum()
    return likelihood + np.log(np.linalg.det(information)) / 2


@pytest.mark.parametrize("separated", [False, True])
def test_firth__agrees_with_a_general_search_and_its_profile(separated):
    generator = np.random.default_rng(3)
    arm = np.arange(30) % 2
    extra = generator.normal(size=30)
    yes = (arm if separated else generator.random(30) < 0.3 + 0.4 * arm).astype(float)
    design = np.column_stack([np.ones(30), arm, extra])

    def best(held=None):
        free = [0, 2] if held is not None else [0, 1, 2]

        def cost(part):
            whole = np.zeros(3)
            whole[free] = part
            whole[1] = held if held is not None else whole[1]
            return -penalised(whole, yes, design)

        start = [0.0, 0.0, 0.0] if held is None else [-held / 2, 0.0]
        return -minimize(cost, start, method="Nelder-Mead",
                         options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000}).fun  # fmt: skip

    found = logistic.fit(yes, design)
    assert found.likelihood == pytest.approx(best(), abs=1e-8)
    told, p_value = found.coefficient(1)
    line = found.likelihood - 1.920729410
    assert best(told.low) == pytest.approx(line, abs=1e-6)
    assert best(told.high) == pytest.approx(line, abs=1e-6)
    from scipy.stats import chi2

    assert p_value == pytest.approx(chi2.sf(2 * (best() - best(0.0)), 1), rel=1e-5)
    assert brentq(lambda at: best(at) - line, told.low - 0.5, told.low + 0.5) == pytest.approx(
        told.low, abs=1e-4
    )


def test_firth__refuses_a_design_without_full_rank():
    yes, design = table(3, 2, 1, 4)
    with pytest.raises(ModelError, match="full rank"):
        logistic.fit(yes, np.column_stack([design, design[:, 0] - design[:, 1]]))
