"""Streams by patient and purpose, and what is made from uniform numbers."""

import pytest

from myotrial.reconstruction.draws import Stream, stream


class Given:
    """A generator that gives the numbers it was made with."""

    def __init__(self, *numbers):
        self.numbers = iter(numbers)

    def random(self):
        return next(self.numbers)


def test_stream__is_the_same_for_the_same_patient_and_purpose():
    assert stream(1, 2, "days").uniform() == stream(1, 2, "days").uniform()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((2, 2, "days", 0), id="seed"),
        pytest.param((1, 3, "days", 0), id="patient"),
        pytest.param((1, 2, "course", 0), id="purpose"),
        pytest.param((1, 2, "days", 1), id="attempt"),
    ],
)
def test_stream__differs_in_each_part_of_its_key(other):
    assert stream(1, 2, "days", 0).uniform() != stream(*other).uniform()


def test_uniform__is_never_zero():
    assert Stream(Given(0.0)).uniform() > 0


def test_normal__is_the_quantile_of_the_uniform_number():
    assert Stream(Given(0.975)).normal() == pytest.approx(1.959963984540054)


def test_word__falls_by_weight():
    weights = {"a": 1.0, "b": 3.0}
    words = [Stream(Given(level)).word(weights) for level in (0.2, 0.26, 0.99)]
    assert words == ["a", "b", "b"]


def test_order__puts_the_heavier_first_as_often_as_its_share():
    weights = {"a": 1.0, "b": 3.0}
    firsts = [stream(0, n, "order").order(weights)[0] for n in range(4000)]
    assert firsts.count("b") / 4000 == pytest.approx(0.75, abs=0.02)


def test_count__has_the_mean_and_variance_of_a_poisson_count():
    counts = [stream(0, n, "count").count(2.0) for n in range(4000)]
    mean = sum(counts) / 4000
    variance = sum((count - mean) ** 2 for count in counts) / 4000
    assert mean == pytest.approx(2.0, abs=0.07)
    assert variance == pytest.approx(2.0, abs=0.15)


def test_count__is_zero_when_the_first_number_is_small():
    assert Stream(Given(0.1)).count(2.0) == 0  # exp(-2) is 0.135
