import pytest

from myotrial.design.exact.crossover import crossover_power, crossover_size
from myotrial.errors import MyotrialError, TooLargeError

# Enumeration in base R: patients, shares who respond to one treatment only; power at the
# two-sided level of 0.05.
BASE_R = [(24, 0.5, 0.1, 0.6826693), (60, 0.25, 0.08, 0.5713486)]


@pytest.mark.parametrize(("n", "first", "second", "published"), BASE_R)
def test_crossover_power__agrees_with_another_enumeration(n, first, second, published):
    assert crossover_power(n, first, second) == pytest.approx(published, abs=1e-7)
    assert crossover_power(n, second, first) == pytest.approx(published, abs=1e-7)


def test_crossover_power__holds_the_level_where_treatments_are_alike():
    assert crossover_power(40, 0.2, 0.2) <= 0.05


def test_crossover_power__is_0_where_nobody_differs():
    assert crossover_power(40, 0.0, 0.0) == 0.0


def test_crossover_size__is_the_first_to_reach_the_power():
    found = crossover_size(0.5, 0.1)
    assert crossover_power(found.n - 1, 0.5, 0.1) < 0.8 <= found.power
    assert found.n <= found.stays


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param((0, 0.5, 0.1), "whole number of at least 1", id="n"),
        pytest.param((10, 1.5, 0.1), "must be a rate from 0 to 1", id="rate"),
        pytest.param((10, 0.6, 0.5), "exceed 1 together", id="sum"),
    ],
)
def test_crossover_power__refuses_what_cannot_be(arguments, message):
    with pytest.raises(MyotrialError, match=message):
        crossover_power(*arguments)


def test_crossover_power__refuses_what_does_not_fit_into_memory():
    with pytest.raises(TooLargeError, match=r"would need \d+\.\d GiB"):
        crossover_power(10**9, 0.5, 0.1)


def test_crossover_size__refuses_equal_shares():
    with pytest.raises(MyotrialError, match="No size gives power"):
        crossover_size(0.2, 0.2)
