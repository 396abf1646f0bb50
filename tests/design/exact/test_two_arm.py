import numpy as np
import pytest

from myotrial.design.exact.binomials import conditional
from myotrial.design.exact.orderings import fisher_table, outcomes
from myotrial.design.exact.two_arm import rejection_region
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.two_by_two import (
    barnard_matrix,
    boschloo,
    boschloo_matrix,
    fisher_matrix,
)

# R package Exact 3.3, power.exact.test, printed to 7 decimals: greater at 0.025, two-sided at 0.05
# with the "square" ordering. Test, alternative, n1, n2, p1, p2, power.
R_EXACT = [
    ("boschloo", "greater", 15, 15, 0.47, 0.15, 0.4460111),
    ("z-pooled", "greater", 15, 15, 0.47, 0.15, 0.4460111),
    ("chi-square", "greater", 15, 15, 0.47, 0.15, 0.5039893),
    ("boschloo", "greater", 12, 12, 0.6, 0.2, 0.4988418),
    ("z-pooled", "greater", 12, 12, 0.6, 0.2, 0.4988418),
    ("fisher", "greater", 20, 20, 0.6, 0.2, 0.6502245),
    ("boschloo", "greater", 20, 20, 0.6, 0.2, 0.7278580),
    ("z-pooled", "greater", 20, 20, 0.6, 0.2, 0.7278611),
    ("chi-square", "greater", 20, 20, 0.6, 0.2, 0.7534924),
    ("fisher", "greater", 25, 25, 0.6, 0.25, 0.6543593),
    ("boschloo", "greater", 25, 25, 0.6, 0.25, 0.6946112),
    ("chi-square", "greater", 25, 25, 0.6, 0.25, 0.7577196),
    ("fisher", "greater", 30, 30, 0.6, 0.3, 0.5608116),
    ("boschloo", "greater", 47, 48, 0.787, 0.438, 0.9461763),
    ("z-pooled", "greater", 47, 48, 0.787, 0.438, 0.9461763),
    ("chi-square", "greater", 47, 48, 0.787, 0.438, 0.9523146),
    ("z-pooled", "greater", 42, 42, 0.6, 0.3, 0.7775237),
    ("chi-square", "greater", 42, 42, 0.6, 0.3, 0.8275545),
    ("chi-square", "greater", 50, 50, 0.6, 0.3, 0.8763248),
    ("fisher", "greater", 20, 10, 0.6, 0.2, 0.4100825),
    ("fisher", "two-sided", 20, 10, 0.6, 0.2, 0.4446985),
    ("boschloo", "greater", 20, 10, 0.6, 0.2, 0.5506216),
    ("boschloo", "two-sided", 20, 10, 0.6, 0.2, 0.5198455),
    ("z-unpooled", "greater", 20, 10, 0.6, 0.2, 0.4775908),
    ("fisher", "two-sided", 30, 15, 0.7, 0.3, 0.6726656),
    ("z-pooled", "two-sided", 30, 15, 0.7, 0.3, 0.7239975),
    ("z-unpooled", "greater", 30, 15, 0.7, 0.3, 0.5133974),
    ("chi-square", "greater", 30, 15, 0.7, 0.3, 0.7340201),
    ("fisher", "greater", 36, 36, 0.5, 0.2, 0.6963056),
    ("boschloo", "greater", 36, 36, 0.5, 0.2, 0.7719181),
]
# An algorithm of its own outside this package: greatest type I error over the common rate, and
# power at 0.5 against 0.33, one-sided 0.025, n patients an arm.
SIZES = [
    ("z-pooled", 42, 0.0240944, 0.3343553),
    ("z-pooled", 50, 0.0243981, 0.4025224),
    ("fisher", 50, 0.0176010, 0.3429308),
    ("boschloo", 100, 0.0247959, 0.6863923),
    ("z-pooled", 100, 0.0248117, 0.6864286),
    ("fisher", 100, 0.0200186, 0.6436161),
]
TESTS = ["fisher", "boschloo", "z-pooled", "z-unpooled", "chi-square"]


@pytest.mark.parametrize(("test", "alternative", "n1", "n2", "p1", "p2", "published"), R_EXACT)
def test_power__agrees_with_another_program(test, alternative, n1, n2, p1, p2, published):
    alpha = 0.05 if alternative == "two-sided" else 0.025
    region = rejection_region(test, n1, n2, alpha=alpha, alternative=alternative)
    tolerance = 1e-6 if test in ("fisher", "chi-square") else 1e-5
    assert region.power(p1, p2) == pytest.approx(published, abs=tolerance)


@pytest.mark.parametrize(("test", "n", "size", "power"), SIZES)
def test_size__agrees_with_another_algorithm(test, n, size, power):
    region = rejection_region(test, n, n)
    assert region.size().value == pytest.approx(size, abs=1e-6)
    assert region.power(0.5, 0.33) == pytest.approx(power, abs=1e-6)


@pytest.mark.parametrize("alternative", ["greater", "less", "two-sided"])
@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (3, 3), (6, 6), (12, 7), (9, 20), (25, 25)])
def test_rejection_region__holds_the_outcomes_whose_p_value_is_at_most_alpha(n1, n2, alternative):
    p_values = {
        "fisher": fisher_matrix(n1, n2, alternative),
        "boschloo": boschloo_matrix(n1, n2, alternative=alternative),
        "z-pooled": barnard_matrix(n1, n2, alternative=alternative),
        "z-unpooled": barnard_matrix(n1, n2, pooled=False, alternative=alternative),
    }
    for alpha in (0.025, 0.05, 0.3):
        for test, expected in p_values.items():
            region = rejection_region(test, n1, n2, alpha=alpha, alternative=alternative)
            assert np.array_equal(region.reject, expected <= alpha), (test, alpha)


@pytest.mark.parametrize("alternative", ["greater", "less", "two-sided"])
@pytest.mark.parametrize(("n1", "n2"), [(20, 20), (40, 23), (100, 100), (200, 150)])
def test_fisher_table__agrees_with_whole_numbers(n1, n2, alternative):
    table = fisher_table(conditional(n1, n2), n2, alternative)
    first, second, possible = outcomes(n1, n2)
    expected = fisher_matrix(n1, n2, alternative)[first, np.clip(second, 0, n2)]
    assert table[possible] == pytest.approx(expected[possible], rel=1e-10)


def test_rejection_region__of_200_an_arm_ends_where_the_p_value_passes_alpha():
    reject = rejection_region("boschloo", 200, 200).reject
    fisher = fisher_matrix(200, 200, "greater")  # ordered in whole numbers
    inside, outside = np.where(reject, fisher, 0.0), np.where(reject, 2.0, fisher)
    assert inside.max() < outside.min()
    p_values = [
        boschloo(x1, 200 - x1, x2, 200 - x2, alternative="greater")
        for x1, x2 in (
            np.unravel_index(inside.argmax(), reject.shape),
            np.unravel_index(outside.argmin(), reject.shape),
        )
    ]
    assert p_values[0] <= 0.025 < p_values[1]


@pytest.mark.parametrize("test", TESTS[:4])
def test_size__is_at_most_alpha_for_every_exact_test(test):
    region = rejection_region(test, 31, 17, alpha=0.05, alternative="two-sided")
    size = region.size()
    curve = region.type_one_errors(np.linspace(0, 1, 501))
    assert curve.max() <= size.value * (1 + 1e-9) <= 0.05
    assert region.power(size.rate, size.rate) == pytest.approx(size.value, rel=1e-9)


def test_size__of_the_normal_approximation_exceeds_its_level():
    region = rejection_region("chi-square", 20, 20)
    assert region.size().value > 0.025


def test_rejection_region__of_arms_exchanged_is_the_other_direction():
    greater = rejection_region("boschloo", 14, 9)
    less = rejection_region("boschloo", 9, 14, alternative="less")
    assert np.array_equal(greater.reject, less.reject.T)


def test_rejection_region__of_one_patient_an_arm_is_empty():
    region = rejection_region("boschloo", 1, 1)
    assert not region.reject.any()
    assert (region.power(1, 0), region.size().value) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("boschloo", 0, 5), "Patients of arm 1 must be a whole number", id="n1 0"),
        pytest.param(("boschloo", 5, -2), "Patients of arm 2 must be a whole number", id="n2 < 0"),
        pytest.param(("boschloo", 5.5, 5), "Patients of arm 1 must be a whole number", id="half"),
        pytest.param(("t", 5, 5), "test must be one of fisher", id="unknown test"),
    ],
)
def test_rejection_region__refuses_what_is_no_design(arguments, message):
    with pytest.raises(MyotrialError, match=message):
        rejection_region(*arguments)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 2.5, float("nan")])
def test_rejection_region__refuses_a_level_outside_0_to_1(alpha):
    with pytest.raises(MyotrialError, match="alpha must lie strictly between 0 and 1"):
        rejection_region("fisher", 5, 5, alpha=alpha)


@pytest.mark.parametrize("rate", [-0.1, 1.1, 45, float("nan")])
def test_power__refuses_a_rate_outside_0_to_1(rate):
    region = rejection_region("fisher", 5, 5)
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        region.power(rate, 0.5)
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        region.type_one_errors([0.5, rate])


def test_rejection_region__refuses_what_does_not_fit_into_memory_and_says_how_much_it_needs():
    with pytest.raises(
        TooLargeError, match=r"100000 against 100000 patients would need \d+\.\d GiB"
    ):
        rejection_region("boschloo", 100_000, 100_000)
