import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.instruments import items

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "whole", "expected"),
    [
        pytest.param(0.0, True, False, id="lowest"),
        pytest.param(10.0, True, False, id="highest"),
        pytest.param(10.5, False, True, id="above"),
        pytest.param(-0.1, False, True, id="below"),
        pytest.param(3.5, True, True, id="a half where the scale has none"),
        pytest.param(3.5, False, False, id="a half where the scale has one"),
        pytest.param(NAN, True, False, id="missing is not impossible"),
        pytest.param(float("inf"), True, True, id="infinite"),
    ],
)
def test_impossible__finds_what_the_scale_lacks(shaped, value, whole, expected):
    found = items.impossible(shaped(value), 0, 10, whole=whole)
    assert np.all(np.asarray(found) == expected)


def test_possible__keeps_the_value_or_gives_nothing(shaped):
    assert np.all(items.possible(shaped(7.0), 0, 10) == 7.0)
    assert np.all(np.isnan(items.possible(shaped(11.0), 0, 10)))


def test_checked__counts_the_items():
    with pytest.raises(MyotrialError, match=r"the X has 3 items \(got 2\)"):
        items.checked([1.0, 2.0], 3, 0, 5, of="the X")


def test_total__is_missing_with_one_item_missing(shaped):
    assert np.all(np.isnan(items.total([shaped(1.0), shaped(NAN)])))


@pytest.mark.parametrize(("at_least", "expected"), [(0, 2.0), (1, 2.0), (2, 2.0), (3, NAN)])
def test_mean__asks_for_enough_items(shaped, at_least, expected):
    found = items.mean([shaped(1.0), shaped(NAN), shaped(3.0)], at_least=at_least)
    assert np.all(np.isclose(found, expected, equal_nan=True))


def test_mean__of_nothing_is_missing(shaped):
    assert np.all(np.isnan(items.mean([shaped(NAN), shaped(NAN)], at_least=0)))


def test_share__leaves_unanswered_items_out_of_the_maximum(shaped):
    assert np.allclose(items.share([shaped(5.0), shaped(NAN), shaped(1.0)], 10.0), 0.3)


def test_bounds__hold_every_completion():
    low, high = items.bounds([np.array([3.0, NAN]), np.array([NAN, NAN])], 0.0, 10.0)
    assert low.tolist() == [3.0, 0.0]
    assert high.tolist() == [13.0, 20.0]
