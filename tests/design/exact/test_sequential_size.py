import pytest

from myotrial.design.exact.sequential import by_z
from myotrial.design.exact.sequential_size import holding_level, sequential_size
from myotrial.errors import MyotrialError

POCOCK = [2.289478] * 3


def test_holding_level__holds_what_the_normal_approximation_exceeds():
    looks = [20, 40, 60]
    assert by_z(looks, looks, POCOCK).size().value > 0.025
    held = holding_level(looks, looks, POCOCK)
    assert held.size.value <= 0.025
    looser = [bound * (held.factor - 2e-6) for bound in POCOCK]
    assert by_z(looks, looks, looser).size().value > 0.025
    assert held.efficacy == pytest.approx([held.factor * bound for bound in POCOCK])


def test_holding_level__uses_the_room_that_there_is():
    held = holding_level([8], [8], [1.959964])
    assert held.size.value <= 0.025


def test_sequential_size__is_the_first_of_a_saw():
    bounds = [2.79651, 1.977431]
    found = sequential_size(0.6, 0.3, [0.5, 1], bounds)

    def power(n):
        return by_z([-(-n // 2), n], [-(-n // 2), n], bounds).characteristics(0.6, 0.3).power

    first = found.design.looks[-1].n2
    powers = {n: power(n) for n in range(2, found.looked_to + 1)}
    assert first == min(n for n, reached in powers.items() if reached >= 0.8)
    assert found.stays == 1 + max(n for n, reached in powers.items() if reached < 0.8)
    assert found.planned.power == powers[first]


def test_sequential_size__rounds_unequal_arms():
    found = sequential_size(0.7, 0.2, [0.5, 1], [2.79651, 1.977431], [0.0], ratio=2.0)
    assert all(look.n1 == 2 * look.n2 for look in found.design.looks)
    assert found.design.looks[0].futility.any()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"rate1": 0.3}, "responds no more often", id="no difference"),
        pytest.param({"rate2": -0.3}, "must be a rate from 0 to 1", id="rate"),
        pytest.param({"fractions": [0.5, 0.9]}, "must rise from above 0 to 1", id="ends early"),
        pytest.param({"fractions": [1, 1]}, "must rise from above 0 to 1", id="equal"),
        pytest.param({"fractions": []}, "must rise from above 0 to 1", id="none"),
        pytest.param({"efficacy": [2.0]}, "Every look needs", id="a bound short"),
        pytest.param({"power": 0}, "power must lie", id="power"),
        pytest.param({"ratio": -1}, "ratio must be above 0", id="ratio"),
    ],
)
def test_sequential_size__refuses_what_cannot_be(changed, message):
    plain = {"rate1": 0.6, "rate2": 0.3, "fractions": [0.5, 1], "efficacy": [2.8, 2.0]}
    with pytest.raises(MyotrialError, match=message):
        sequential_size(**{**plain, **changed})


def test_holding_level__refuses_what_cannot_be():
    with pytest.raises(MyotrialError, match="alpha must lie"):
        holding_level([10], [10], [2.0], alpha=0.0)
    with pytest.raises(MyotrialError, match="must be above 0"):
        holding_level([10, 20], [10, 20], [2.0, -1.0])
