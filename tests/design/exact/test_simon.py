from functools import lru_cache

import pytest

from myotrial.design.exact.simon import simon
from myotrial.errors import MyotrialError, TooLargeError

# R package clinfun 1.1.5, ph2simon: p0, p1, alpha, beta; then r1, n1, r, n, E[N] and probability to
# stop early at p0 of the optimal design, and of the minimax.
SIMON = [
    ((0.05, 0.25, 0.1, 0.1), (0, 9, 2, 24, 14.55, 0.6302), (0, 13, 2, 20, 16.41, 0.5133)),
    ((0.05, 0.25, 0.05, 0.1), (0, 9, 3, 30, 16.76, 0.6302), (0, 15, 3, 25, 20.37, 0.4633)),
    ((0.1, 0.3, 0.05, 0.1), (2, 18, 6, 35, 22.53, 0.7338), (2, 22, 6, 33, 26.18, 0.6200)),
    ((0.2, 0.4, 0.05, 0.2), (3, 13, 12, 43, 20.58, 0.7473), (4, 18, 10, 33, 22.25, 0.7164)),
    ((0.2, 0.4, 0.05, 0.1), (4, 19, 15, 54, 30.43, 0.6733), (5, 24, 13, 45, 31.23, 0.6559)),
    ((0.3, 0.5, 0.05, 0.1), (8, 24, 24, 63, 34.72, 0.7250), (7, 24, 21, 53, 36.62, 0.5647)),
    ((0.5, 0.7, 0.05, 0.2), (8, 15, 26, 43, 23.50, 0.6964), (12, 23, 23, 37, 27.74, 0.6612)),
    ((0.6, 0.8, 0.05, 0.2), (7, 11, 30, 43, 20.48, 0.7037), (8, 13, 25, 35, 20.77, 0.6470)),
    ((0.7, 0.9, 0.05, 0.2), (4, 6, 22, 27, 14.82, 0.5798), (19, 23, 21, 26, 23.16, 0.9462)),
    ((0.05, 0.2, 0.1, 0.1), (0, 12, 3, 37, 23.49, 0.5404), (0, 18, 3, 32, 26.44, 0.3972)),
    ((0.05, 0.2, 0.05, 0.2), (0, 10, 3, 29, 17.62, 0.5987), (0, 13, 3, 27, 19.81, 0.5133)),
    ((0.2, 0.35, 0.05, 0.2), (5, 22, 19, 72, 35.37, 0.7326), (6, 31, 15, 53, 40.44, 0.5711)),
]
# R package clinfun 1.1.5, twostage.admissible: r1, n1, r, n, E[N], probability to stop early, and
# the weights on n for which the design is the best.
ADMISSIBLE = [
    ((0.05, 0.25, 0.1, 0.1), [
        (0, 13, 2, 20, 16.41, 0.5133, 0.523, 1.000), (0, 11, 2, 21, 15.31, 0.5688, 0.332, 0.523),
        (0, 10, 2, 22, 14.82, 0.5987, 0.119, 0.332), (0, 9, 2, 24, 14.55, 0.6302, 0.000, 0.119)]),
    ((0.05, 0.25, 0.05, 0.1), [
        (0, 15, 3, 25, 20.37, 0.4633, 0.659, 1.000), (0, 12, 3, 26, 18.43, 0.5404, 0.377, 0.659),
        (0, 10, 3, 28, 17.22, 0.5987, 0.186, 0.377), (0, 9, 3, 30, 16.76, 0.6302, 0.000, 0.186)]),
    ((0.1, 0.3, 0.05, 0.2), [
        (1, 15, 5, 25, 19.51, 0.5490, 0.732, 1.000), (1, 12, 5, 26, 16.77, 0.6590, 0.482, 0.732),
        (1, 11, 5, 27, 15.84, 0.6974, 0.293, 0.482), (1, 10, 5, 29, 15.01, 0.7361, 0.000, 0.293)]),
    ((0.2, 0.4, 0.1, 0.1), [
        (3, 19, 10, 36, 28.26, 0.4551, 0.691, 1.000),
        (3, 17, 10, 37, 26.02, 0.5489, 0.000, 0.691)]),
    ((0.2, 0.4, 0.05, 0.1), [
        (5, 24, 13, 45, 31.23, 0.6559, 0.108, 1.000), (4, 20, 14, 49, 30.74, 0.6296, 0.058, 0.108),
        (4, 19, 15, 54, 30.43, 0.6733, 0.000, 0.058)]),
    ((0.3, 0.5, 0.05, 0.2), [
        (6, 19, 16, 39, 25.69, 0.6655, 0.252, 1.000), (6, 18, 17, 42, 24.68, 0.7217, 0.208, 0.252),
        (5, 15, 18, 46, 23.63, 0.7216, 0.000, 0.208)]),
    ((0.4, 0.6, 0.1, 0.1), [
        (11, 28, 20, 41, 33.84, 0.5510, 0.419, 1.000),
        (7, 18, 22, 46, 30.22, 0.5634, 0.000, 0.419)]),
    ((0.6, 0.8, 0.05, 0.2), [
        (8, 13, 25, 35, 20.77, 0.6470, 0.034, 1.000),
        (7, 11, 30, 43, 20.48, 0.7037, 0.000, 0.034)]),
    ((0.05, 0.2, 0.05, 0.2), [
        (0, 13, 3, 27, 19.81, 0.5133, 0.597, 1.000), (0, 11, 3, 28, 18.33, 0.5688, 0.414, 0.597),
        (0, 10, 3, 29, 17.62, 0.5987, 0.000, 0.414)]),
    ((0.1, 0.25, 0.05, 0.2), [
        (2, 22, 7, 40, 28.84, 0.6200, 0.679, 1.000), (1, 15, 7, 41, 26.72, 0.5490, 0.523, 0.679),
        (1, 14, 7, 42, 25.63, 0.5846, 0.494, 0.523), (2, 18, 7, 43, 24.66, 0.7338, 0.000, 0.494)]),
    ((0.2, 0.35, 0.05, 0.2), [
        (6, 31, 15, 53, 40.44, 0.5711, 0.477, 1.000), (6, 27, 16, 58, 35.88, 0.7134, 0.076, 0.477),
        (4, 20, 17, 62, 35.55, 0.6296, 0.018, 0.076),
        (5, 22, 19, 72, 35.37, 0.7326, 0.000, 0.018)]),
    ((0.1, 0.25, 0.1, 0.1), [
        (2, 27, 6, 40, 33.70, 0.4846, 0.200, 1.000), (2, 21, 7, 50, 31.20, 0.6484, 0.000, 0.200)]),
]  # fmt: skip


@lru_cache
def found(question):
    p0, p1, alpha, beta = question
    return simon(p0, p1, alpha=alpha, power=1 - beta)


def assert_is(design, published):
    r1, n1, r, n, expected, stops = published
    assert (design.r1, design.n1, design.r, design.n) == (r1, n1, r, n)
    assert design.expected_n == pytest.approx(expected, abs=0.01)
    assert design.stops_early == pytest.approx(stops, abs=1e-4)


@pytest.mark.parametrize(("question", "optimal", "minimax"), SIMON)
def test_simon__agrees_with_another_program(question, optimal, minimax):
    assert_is(found(question).optimal, optimal)
    assert_is(found(question).minimax, minimax)


@pytest.mark.parametrize(("question", "published"), ADMISSIBLE)
def test_simon__admissible_designs_agree_with_another_program(question, published):
    ours = found(question).admissible
    assert len(ours) == len(published)
    for each, (*design, low, high) in zip(ours, published, strict=True):
        assert_is(each.design, design)
        assert (each.weight_from, each.weight_to) == pytest.approx((low, high), abs=6e-4)


def test_simon__levels_hold_as_the_looks_tell():
    design = found((0.2, 0.4, 0.05, 0.2)).optimal
    assert design.size <= 0.05
    assert design.power >= 0.8
    null = design.characteristics(0.2)
    assert null.success == pytest.approx(design.size, rel=1e-10)
    assert null.stopped == pytest.approx(design.stops_early, rel=1e-10)
    assert null.expected_n == pytest.approx(design.expected_n, rel=1e-10)
    assert design.characteristics(0.4).success == pytest.approx(design.power, rel=1e-10)


@pytest.mark.parametrize(("p0", "p1"), [(0.0, 0.4), (0.3, 1.0)])
def test_simon__bears_rates_that_are_certain(p0, p1):
    design = simon(p0, p1, max_n=20).optimal
    assert design.characteristics(p0).success == pytest.approx(design.size, abs=1e-12)
    assert design.characteristics(p1).success == pytest.approx(design.power, rel=1e-12)
    assert design.size <= 0.05
    assert design.power >= 0.8


@pytest.mark.parametrize(("p0", "p1"), [(0.4, 0.2), (0.3, 0.3)])
def test_simon__refuses_a_rate_of_interest_that_is_not_above(p0, p1):
    with pytest.raises(MyotrialError, match="p1 must be above p0"):
        simon(p0, p1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"alpha": 0.0}, "alpha must lie strictly between 0 and 1", id="alpha 0"),
        pytest.param({"power": 1.0}, "power must lie strictly between 0 and 1", id="power 1"),
        pytest.param({"max_n": 10}, "No two-stage design with at most 10", id="too few"),
        pytest.param({"max_n": 0}, "max_n must be a whole number", id="none"),
    ],
)
def test_simon__refuses_what_cannot_be(options, message):
    with pytest.raises(MyotrialError, match=message):
        simon(0.2, 0.4, **options)


def test_simon__refuses_a_search_without_end():
    with pytest.raises(TooLargeError, match="up to 400 patients"):
        simon(0.2, 0.4, max_n=1000)
