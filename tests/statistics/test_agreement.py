"""Intraclass correlations: what other programs give, and what must hold for any ratings."""

import pytest

from myotrial.errors import MyotrialError
from myotrial.statistics import agreement

# Shrout and Fleiss 1979, table 2; their results in table 4 and the text.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def test_icc__reproduces_the_published_example():
    assert agreement.icc(SHROUT_FLEISS).value == pytest.approx(0.29, abs=0.005)
    assert agreement.icc(SHROUT_FLEISS, kind="consistency").value == pytest.approx(0.71, abs=0.006)


def test_icc__intervals_are_those_other_programs_give_for_the_published_example():
    agree = agreement.icc(SHROUT_FLEISS)
    assert (agree.low, agree.high) == pytest.approx((0.019, 0.761), abs=0.001)
    consistent = agreement.icc(SHROUT_FLEISS, kind="consistency")
    assert (consistent.low, consistent.high) == pytest.approx((0.342, 0.946), abs=0.001)


def test_icc_agreement__falls_with_a_constant_difference_and_consistency_does_not():
    plain = [[1.0, 1.2], [2.0, 2.1], [3.0, 2.8], [4.0, 4.1]]
    shifted = [[one, two + 3] for one, two in plain]
    assert agreement.icc(shifted).value < agreement.icc(plain).value - 0.3
    assert agreement.icc(shifted, kind="consistency").value == pytest.approx(
        agreement.icc(plain, kind="consistency").value
    )


def test_icc__of_readers_that_agree_fully_is_one():
    same = [[1, 1], [2, 2], [4, 4]]
    assert agreement.icc(same).value == 1
    assert agreement.icc(same, kind="consistency").value == 1


def test_icc__of_readings_that_are_all_alike_is_undefined():
    assert agreement.icc([[2, 2], [2, 2]]).value is None
    assert agreement.icc([[2, 2], [2, 2]], kind="consistency").value is None


def test_icc__of_too_few_subjects_or_readers_is_undefined():
    assert agreement.icc([[1, 2]]).value is None
    assert agreement.icc([[1], [2]]).value is None


def test_icc__refuses_a_missing_rating():
    with pytest.raises(MyotrialError, match="rating of every reader"):
        agreement.icc([[1, float("nan")], [1, 2]])
