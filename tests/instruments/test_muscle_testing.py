import math

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.instruments import kendall, mmt8, mmt26

NAN = float("nan")


@pytest.mark.parametrize(
    ("five", "ten"),
    [("0", 0), ("T", 0), ("1", 0), ("2-", 1), ("2", 2), ("2+", 3), ("3-", 4), ("3", 5), ("3+", 6),
     ("4-", 7), ("4", 8), ("4+", 9), ("5", 10), (" 4− ", 7)],
)  # fmt: skip
def test_from_five__follows_the_form(five, ten):
    assert kendall.from_five(five) == ten


def test_from_five__takes_another_value_of_a_trace():
    assert kendall.from_five("1", trace=1.0) == 1.0


def test_from_five__is_missing_where_not_tested():
    assert math.isnan(kendall.from_five(" "))


@pytest.mark.parametrize("text", ["6", "1+", "5-", "x"])
def test_from_five__refuses_what_is_no_grade(text):
    with pytest.raises(MyotrialError, match="has no grade"):
        kendall.from_five(text)


def test_one_side__runs_from_0_to_80(shaped):
    assert np.all(mmt8.one_side([shaped(0.0)] * 8) == 0)
    assert np.all(mmt8.one_side([shaped(10.0)] * 8) == 80)


def test_both_sides__runs_from_0_to_150(shaped):
    seven = [shaped(10.0)] * 7
    assert np.all(mmt8.both_sides(shaped(10.0), seven, seven) == 150)
    assert np.all(mmt8.both_sides(shaped(0.0), [shaped(0.0)] * 7, [shaped(0.0)] * 7) == 0)


@pytest.mark.parametrize("wrong", [NAN, 11.0, -1.0, 7.5])
def test_totals__are_missing_with_one_grade_missing_or_impossible(shaped, wrong):
    grades = [shaped(10.0)] * 7
    assert np.all(np.isnan(mmt8.one_side([*grades, shaped(wrong)])))
    assert np.all(np.isnan(mmt8.both_sides(shaped(wrong), grades, grades)))
    assert np.all(np.isnan(mmt26.axial([shaped(10.0), shaped(wrong)])))


@pytest.mark.parametrize("number", [7, 9])
def test_one_side__counts_the_groups(number):
    with pytest.raises(MyotrialError, match=rf"has 8 items \(got {number}\)"):
        mmt8.one_side([10.0] * number)


def test_mmt26__has_the_published_maxima(shaped):
    ten = shaped(10.0)
    parts = (
        mmt26.axial([ten] * 2),
        mmt26.proximal([ten] * 8, [ten] * 8),
        mmt26.distal([ten] * 4, [ten] * 4),
    )
    assert [float(np.max(part)) for part in parts] == [20, 160, 80]
    assert np.all(mmt26.total(*parts) == 260)


def test_mmt26__is_missing_with_one_part_missing():
    assert math.isnan(mmt26.total(20.0, NAN, 80.0))


def test_names__match_the_numbers_of_groups():
    assert (len(mmt26.AXIAL), len(mmt26.PROXIMAL), len(mmt26.DISTAL)) == (2, 8, 4)
    assert set(mmt8.MUSCLES) <= {*mmt26.AXIAL, *mmt26.PROXIMAL, *mmt26.DISTAL}
