import math

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.instruments import chaq, haq_di

NAN = float("nan")


@pytest.mark.parametrize(
    ("items", "aid", "expected"),
    [
        pytest.param((0, 0), False, 0, id="no difficulty"),
        pytest.param((0, 3, 1), False, 3, id="the highest item"),
        pytest.param((0, 0), True, 2, id="0 raised by an aid"),
        pytest.param((1, 0), True, 2, id="1 raised by an aid"),
        pytest.param((2, 0), True, 2, id="2 stays"),
        pytest.param((3, 0), True, 3, id="3 stays"),
        pytest.param((NAN, 1), False, 1, id="one item answered"),
        pytest.param((NAN, NAN), True, NAN, id="an aid alone is no answer"),
        pytest.param((1, 1), NAN, 1, id="aids not asked"),
        pytest.param((4, 1), False, 1, id="an impossible answer is none"),
        pytest.param((1.5, NAN), False, NAN, id="there are no half points"),
    ],
)
def test_category__takes_the_highest_item_and_aids(shaped, items, aid, expected):
    found = haq_di.category([shaped(item) for item in items], aid=shaped(float(aid)))
    assert np.all(np.isclose(found, expected, equal_nan=True))


@pytest.mark.parametrize(
    ("missing", "at_least", "expected"),
    [
        pytest.param(0, 6, 9 / 8, id="all eight"),
        pytest.param(1, 6, 8 / 7, id="seven, no multiple of an eighth"),
        pytest.param(2, 6, 6 / 6, id="six"),
        pytest.param(3, 6, NAN, id="five are too few"),
        pytest.param(2, 7, NAN, id="seven asked for"),
    ],
)
def test_index__averages_answered_categories(shaped, missing, at_least, expected):
    categories = [1, 2, 1, 1, 0, 3, 1, 0]
    given = [NAN] * missing + categories[missing:]
    found = haq_di.index([shaped(item) for item in given], at_least=at_least)
    assert np.all(np.isclose(found, expected, equal_nan=True))


def test_index__asks_for_eight():
    with pytest.raises(MyotrialError, match=r"has 8 categories \(got 7\)"):
        haq_di.index([0.0] * 7)


def test_category__asks_for_items():
    with pytest.raises(MyotrialError, match="needs its items"):
        haq_di.category([])


def test_score__can_leave_aids_out():
    answers = dict.fromkeys(haq_di.CATEGORIES, (0.0, 1.0))
    aids = {"walking": True, "reach": True}
    assert haq_di.score(answers, aids) == (6 * 1 + 2 * 2) / 8
    assert haq_di.score(answers, aids, with_aids=False) == 1.0
    assert chaq.score(answers, aids) == haq_di.score(answers, aids)


def test_score__names_what_is_no_category():
    answers = {name: (0.0,) for name in haq_di.CATEGORIES if name != "grip"}
    with pytest.raises(MyotrialError, match="wrong or missing: gripping, grip"):
        haq_di.score(answers | {"gripping": (0.0,)}, {})


def test_chaq__asks_for_enough_categories():
    assert math.isnan(chaq.index([0.0] * 5 + [NAN] * 3))
    assert chaq.index([3.0] * 8) == 3


def test_scores__are_missing_with_an_impossible_answer(shaped):
    categories = [shaped(1.0)] * 7
    assert np.all(np.isnan(haq_di.index([*categories, shaped(4.0)])))
    answers = {name: (shaped(1.0), shaped(0.0)) for name in haq_di.CATEGORIES}
    answers["grip"] = (shaped(1.0), shaped(30.0))
    assert np.all(np.isnan(haq_di.score(answers, {})))
