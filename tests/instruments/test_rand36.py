import math

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.instruments import rand36

NAN = float("nan")


@pytest.mark.parametrize(
    ("item", "values"),
    [
        (1, (100, 75, 50, 25, 0)), (2, (100, 75, 50, 25, 0)), (3, (0, 50, 100)),
        (12, (0, 50, 100)), (13, (0, 100)), (19, (0, 100)), (20, (100, 75, 50, 25, 0)),
        (21, (100, 80, 60, 40, 20, 0)), (22, (100, 75, 50, 25, 0)),
        (24, (0, 20, 40, 60, 80, 100)), (27, (100, 80, 60, 40, 20, 0)),
        (31, (0, 20, 40, 60, 80, 100)), (32, (0, 25, 50, 75, 100)),
        (33, (0, 25, 50, 75, 100)), (34, (100, 75, 50, 25, 0)), (35, (0, 25, 50, 75, 100)),
        (36, (100, 75, 50, 25, 0)),
    ],
)  # fmt: skip
def test_recode__follows_the_published_table(shaped, item, values):
    for answer, expected in enumerate(values, start=1):
        assert np.allclose(rand36.recode(item, shaped(float(answer))), expected)


@pytest.mark.parametrize(("item", "answer"), [(1, 6), (3, 0), (13, 3), (21, 7), (21, 1.5)])
def test_recode__gives_nothing_for_what_is_no_answer(item, answer):
    assert math.isnan(rand36.recode(item, answer))


def test_scale__of_the_published_example():
    answers = {23: 4, 27: 3, 29: 3, 31: NAN}
    assert round(float(rand36.scale("energy", answers)), 1) == 46.7
    assert math.isnan(rand36.scale("energy", answers, at_least=4))


def test_scales__use_every_item_but_the_second_once():
    used = [item for items in rand36.SCALES.values() for item in items]
    assert sorted([*used, 2]) == list(range(1, 37))
    assert sorted(rand36.CODES) == list(range(1, 37))


def test_scales__run_from_0_to_100():
    best = {item: 1 if code.reversed else code.answers for item, code in rand36.CODES.items()}
    worst = {item: code.answers if code.reversed else 1 for item, code in rand36.CODES.items()}
    assert set(rand36.scales(best).values()) == {100.0}
    assert set(rand36.scales(worst).values()) == {0.0}


def test_scales__of_nothing_are_missing():
    assert all(math.isnan(value) for value in rand36.scales({}).values())


def test_scales__leave_out_each_subjects_missing_items():
    answers = {20: np.array([1.0, NAN, NAN]), 32: np.array([1.0, 5.0, NAN])}
    found = rand36.scales(answers)["social functioning"]
    np.testing.assert_array_equal(found, [50.0, 100.0, NAN])


@pytest.mark.parametrize(
    ("call", "found"),
    [
        pytest.param(lambda: rand36.recode(37, 1), "items 1 to 36", id="item"),
        pytest.param(lambda: rand36.scales({0: 1}), "items 1 to 36", id="items"),
        pytest.param(lambda: rand36.scale("vitality", {}), "no scale 'vitality'", id="scale"),
    ],
)
def test_scores__name_what_the_survey_lacks(call, found):
    with pytest.raises(MyotrialError, match=found):
        call()


def test_scale__is_missing_with_an_answer_the_item_lacks(shaped):
    answers = {20: shaped(1.0), 32: shaped(6.0)}
    assert np.all(np.isnan(rand36.scale("social functioning", answers)))
