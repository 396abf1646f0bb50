import numpy as np
import pytest

from myotrial.design.bayes.go import OneArmRule, TwoArmRule, assurance, sequential_assurance
from myotrial.design.exact.sequential import by_z
from myotrial.design.exact.two_arm import rejection_region
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.beta_mixture import BetaMixture

UNIFORM = BetaMixture.single(1, 1)
MAP3 = BetaMixture((0.53, 0.38, 0.09), (2.5, 14.6, 0.9), (19.1, 50.8, 2.8))
MAP2 = BetaMixture((0.7, 0.3), (4, 2), (16, 3))
PILOT = BetaMixture.single(7.5, 8.5)
# R package RBesT 1.8.2, exact operating characteristics.
RATES = [(0.2, 0.2), (0.3, 0.2), (0.4, 0.2), (0.5, 0.3), (0.6, 0.3)]
TWO_ARMS = [
    (TwoArmRule(24, 6, UNIFORM, UNIFORM, 0.95),
     (0.003325, 0.041481, 0.155102, 0.185250, 0.345415)),
    (TwoArmRule(30, 15, UNIFORM, MAP3, 0.975),
     (0.025445, 0.201903, 0.561067, 0.671010, 0.865224)),
    (TwoArmRule(50, 50, UNIFORM, UNIFORM, 0.975),
     (0.024323, 0.210449, 0.595249, 0.545511, 0.876325)),
]  # fmt: skip
# RBesT 1.8.2: assurance under two pairs of design priors.
DESIGN_PRIORS = [(PILOT, MAP2), (BetaMixture.single(6, 6), BetaMixture.single(4, 16))]
ASSURANCE = [
    (TwoArmRule(24, 6, UNIFORM, MAP3.robust(0.2), 0.95), (0.503301, 0.622457)),
    (TwoArmRule(50, 50, UNIFORM, UNIFORM, 0.975), (0.594068, 0.742502)),
]
ONE_ARM_ASSURANCE = [(20, 0.3, 0.975, 0.3667013), (30, 0.25, 0.95, 0.7050398)]


def test_one_arm_rule__agrees_with_another_program():
    rule = OneArmRule(20, UNIFORM, 0.3, 0.975)
    go = [rule.chances(rate).go for rate in (0.2, 0.3, 0.4, 0.5, 0.6)]
    assert rule.boundary == 11  # that program prints 10, the greatest number that is no go
    published = [0.0005634, 0.0171448, 0.1275212, 0.4119015, 0.7553372]
    assert go == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize(("rule", "published"), TWO_ARMS, ids=["24:6", "30:15", "50:50"])
def test_two_arm_rule__agrees_with_another_program(rule, published):
    go = [rule.chances(*rates).go for rates in RATES]
    assert go == pytest.approx(published, abs=1e-4)


@pytest.mark.parametrize(("rule", "published"), ASSURANCE, ids=["24:6", "50:50"])
def test_two_arm_rule__assurance_agrees_with_another_program(rule, published):
    ours = [rule.assurance(*priors).go for priors in DESIGN_PRIORS]
    assert ours == pytest.approx(published, abs=2e-4)


@pytest.mark.parametrize(("n", "target", "limit", "published"), ONE_ARM_ASSURANCE)
def test_one_arm_rule__assurance_agrees_with_another_program(n, target, limit, published):
    ours = OneArmRule(n, UNIFORM, target, limit).assurance(PILOT).go
    assert ours == pytest.approx(published, abs=2e-4)


def test_rules__leave_room_between_go_and_no_go():
    one = OneArmRule(20, UNIFORM, 0.3, 0.9, 0.3).chances(0.35)
    two = TwoArmRule(20, 20, UNIFORM, UNIFORM, 0.9, 0.3, margin=0.1).chances(0.5, 0.3)
    for found in (one, two):
        assert min(found.go, found.consider, found.no_go) > 0.05
        assert found.go + found.consider + found.no_go == pytest.approx(1.0)


def test_one_arm_rule__may_never_go():
    rule = OneArmRule(2, UNIFORM, 0.9, 0.999)
    assert rule.boundary is None
    assert rule.chances(1.0).go == 0.0


def test_two_arm_rule__a_margin_makes_a_go_rarer():
    free = TwoArmRule(20, 20, UNIFORM, UNIFORM, 0.9)
    strict = TwoArmRule(20, 20, UNIFORM, UNIFORM, 0.9, margin=0.15)
    assert strict.chances(0.6, 0.3).go < free.chances(0.6, 0.3).go


def test_assurance__is_the_mean_power_over_the_design_priors():
    region = rejection_region("boschloo", 20, 20)
    generator = np.random.default_rng(11)
    rates = generator.beta(6, 6, 4000), generator.beta(4, 16, 4000)
    powers = [region.power(*pair) for pair in zip(*rates, strict=True)]
    ours = assurance(region, *DESIGN_PRIORS[1])
    assert ours == pytest.approx(np.mean(powers), abs=4 * np.std(powers) / 4000**0.5)


def test_sequential_assurance__of_priors_without_doubt_is_the_power():
    design = by_z([20, 40], [20, 40], [2.8, 2.0], [0.3])
    sure = BetaMixture.single(5e7, 5e7), BetaMixture.single(2e7, 8e7)
    averaged = sequential_assurance(design, *sure)
    exact = design.characteristics(0.5, 0.2)
    assert averaged.power == pytest.approx(exact.power, abs=1e-5)
    assert averaged.expected_n == pytest.approx(exact.expected_n, abs=1e-3)
    doubted = sequential_assurance(design, BetaMixture.single(5, 5), BetaMixture.single(2, 8))
    assert doubted.power < exact.power


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: OneArmRule(0, UNIFORM, 0.3, 0.9), "at least 1", id="n"),
        pytest.param(
            lambda: OneArmRule(9, UNIFORM, 1.3, 0.9), "The target must be a rate", id="target"
        ),
        pytest.param(lambda: OneArmRule(9, UNIFORM, 0.3, 1.0), "limits of posterior", id="go 1"),
        pytest.param(lambda: OneArmRule(9, UNIFORM, 0.3, 0.5, 0.6), "limits of", id="crossing"),
        pytest.param(lambda: TwoArmRule(9, 0, UNIFORM, UNIFORM, 0.9), "arm 2", id="n2"),
        pytest.param(lambda: TwoArmRule(9, 9, UNIFORM, UNIFORM, -0.1), "limits of", id="go < 0"),
    ],
)
def test_rules__refuse_what_is_no_rule(make, message):
    with pytest.raises(MyotrialError, match=message):
        make()


def test_two_arm_rule__refuses_what_does_not_fit_into_memory():
    with pytest.raises(TooLargeError, match=r"would need \d+\.\d GiB"):
        TwoArmRule(100_000, 100_000, UNIFORM, UNIFORM, 0.9)
    with pytest.raises(TooLargeError, match=r"would need \d+\.\d GiB"):
        OneArmRule(10**7, UNIFORM, 0.3, 0.9)


def test_chances__refuse_a_rate_outside_0_to_1():
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        OneArmRule(9, UNIFORM, 0.3, 0.9).chances(-0.1)
    with pytest.raises(MyotrialError, match="must be a rate from 0 to 1"):
        TwoArmRule(9, 9, UNIFORM, UNIFORM, 0.9).chances(0.5, 1.1)
