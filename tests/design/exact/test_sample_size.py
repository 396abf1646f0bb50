import pytest

from myotrial.design.exact.sample_size import casagrande_pike_smith, sample_size
from myotrial.design.exact.two_arm import rejection_region
from myotrial.errors import MyotrialError

# An algorithm of its own outside this package; the Fisher entries equal R's clinfun. One-sided
# 0.025: rates, power, smallest patients an arm, first and for good.
NEEDED = [
    ("boschloo", 0.6, 0.3, 0.8, 44, 44),
    ("z-pooled", 0.6, 0.3, 0.8, 44, 44),
    ("fisher", 0.6, 0.3, 0.8, 48, 48),
    ("boschloo", 0.6, 0.3, 0.9, 57, 57),
    ("z-pooled", 0.6, 0.3, 0.9, 57, 57),
    ("fisher", 0.6, 0.3, 0.9, 61, 61),
    ("boschloo", 0.787, 0.438, 0.8, 31, 31),
    ("z-pooled", 0.787, 0.438, 0.8, 30, 30),
    ("fisher", 0.787, 0.438, 0.8, 34, 34),
    ("boschloo", 0.467, 0.2, 0.8, 50, 50),
    ("z-pooled", 0.467, 0.2, 0.8, 49, 49),
    ("fisher", 0.467, 0.2, 0.8, 54, 54),
    ("boschloo", 0.467, 0.2, 0.9, 64, 64),
    ("z-pooled", 0.467, 0.2, 0.9, 64, 64),
    ("fisher", 0.467, 0.2, 0.9, 70, 70),
    ("boschloo", 0.467, 0.15, 0.9, 43, 43),
    ("z-pooled", 0.467, 0.15, 0.9, 43, 43),
    ("fisher", 0.467, 0.15, 0.9, 48, 48),
]
# R package clinfun 1.1.5, fe.ssize, two-sided 0.05: lower and higher rate, power; patients an arm
# after Casagrande, Pike and Smith and their exact power; exact patients an arm and their power.
FISHER = [
    (0.3, 0.6, 0.8, 49, 0.81519, 48, 0.800459),
    (0.2, 0.5, 0.8, 45, 0.815409, 44, 0.80209),
    (0.2, 0.5, 0.9, 58, 0.906036, 58, 0.906036),
    (0.25, 0.5, 0.8, 66, 0.813293, 64, 0.801714),
    (0.15, 0.467, 0.9, 49, 0.910018, 48, 0.902394),
]


@pytest.mark.parametrize(("test", "p1", "p2", "power", "first", "stays"), NEEDED)
def test_sample_size__agrees_with_another_algorithm(test, p1, p2, power, first, stays):
    found = sample_size(test, p1, p2, power=power)
    assert (found.first.n1, found.first.n2) == (first, first)
    assert (found.stays.n1, found.stays.n2) == (stays, stays)
    assert found.first.power >= power
    assert found.first.size <= 0.025


@pytest.mark.parametrize(("low", "high", "power", "about", "reached", "n", "exact"), FISHER)
def test_sample_size__of_fishers_test_agrees_with_another_program(
    low, high, power, about, reached, n, exact
):
    assert casagrande_pike_smith(low, high, power=power) == (about, about)
    region = rejection_region("fisher", about, about, alpha=0.05, alternative="two-sided")
    assert region.power(low, high) == pytest.approx(reached, abs=1e-6)
    found = sample_size("fisher", low, high, power=power, alpha=0.05, alternative="two-sided")
    assert found.first.n1 == n
    assert found.first.power == pytest.approx(exact, abs=1e-6)


def test_sample_size__rounds_unequal_arms():
    found = sample_size("fisher", 0.7, 0.2, ratio=2.0)
    assert found.first.n1 == 2 * found.first.n2
    smaller = rejection_region("fisher", found.first.n1 - 2, found.first.n2 - 1)
    assert smaller.power(0.7, 0.2) < 0.8 <= found.first.power


def test_sample_size__is_the_first_size_of_a_saw():
    found = sample_size("fisher", 0.9, 0.5, power=0.7)
    powers = {
        n: rejection_region("fisher", n, n).power(0.9, 0.5) for n in range(2, found.looked_to + 1)
    }
    assert found.first.n2 == min(n for n, power in powers.items() if power >= 0.7)
    assert found.stays.n2 == 1 + max(n for n, power in powers.items() if power < 0.7)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"rate1": 0.3, "rate2": 0.6}, "No size gives power", id="wrong direction"),
        pytest.param({"rate1": 0.3, "rate2": 0.3}, "No size gives power", id="no difference"),
        pytest.param(
            {"rate1": 1.3, "rate2": 0.3}, "response rate must be a rate", id="rate above 1"
        ),
        pytest.param({"rate1": 0.6, "rate2": 0.3, "power": 1.0}, "power must lie", id="power 1"),
        pytest.param({"rate1": 0.6, "rate2": 0.3, "ratio": 0}, "ratio must be above", id="ratio 0"),
    ],
)
def test_sample_size__refuses_what_cannot_be(arguments, message):
    with pytest.raises(MyotrialError, match=message):
        sample_size("fisher", **arguments)
