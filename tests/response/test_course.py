from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import course

T, F = True, False
visits = st.tuples(*[st.booleans()] * 4)
verdicts = st.tuples(*[st.sampled_from([(F, F), (F, T), (T, T)])] * 4)
ESTIMANDS = {
    "ever": course.ever,
    "at the third": partial(course.at, position=2),
    "two in a row": partial(course.sustained, consecutive=2),
    "three in a row": partial(course.sustained, consecutive=3),
}


@pytest.mark.parametrize(
    ("truths", "ever", "first", "held", "sustained"),
    [
        pytest.param((F, F, F, F), F, 0, 0, F, id="never"),
        pytest.param((T, F, F, F), T, 1, 1, F, id="once, lost at once"),
        pytest.param((T, T, F, T), T, 1, 2, T, id="held twice, regained"),
        pytest.param((F, F, F, T), T, 4, 1, F, id="at the last"),
        pytest.param((T, F, T, T), T, 1, 1, T, id="sustained later, not at first"),
        pytest.param((T, T, T, T), T, 1, 4, T, id="throughout"),
    ],
)
def test_course__tells_when_improved_and_for_how_long(run, truths, ever, first, held, sustained):
    assert run(course.ever, [(truths,)]) == [ever]
    assert run(course.first, [(truths,)]) == [first]
    assert run(course.held, [(truths,)]) == [held]
    assert run(course.sustained, [(truths, 2)]) == [sustained]


@settings(deadline=None)
@given(st.lists(visits, min_size=1, max_size=16))
def test_course__is_equal_on_floats_arrays_and_compiled(everywhere, rows):
    for function in (course.ever, course.first, course.held):
        everywhere(function, [(row,) for row in rows])
    everywhere(course.sustained, [(row, 3) for row in rows])


def test_estimate__tells_the_handlings_apart():
    # improved at the second visit, the third missed, the fourth indeterminate
    visits = (F, T, F, F), (F, T, T, T), (T, T, F, F)
    assert course.estimate(course.ever, *visits) == (T, T, T, T, T)
    assert course.estimate(ESTIMANDS["at the third"], *visits) == (F, F, F, F, T)
    assert course.estimate(ESTIMANDS["two in a row"], *visits) == (F, F, T, F, T)
    assert course.estimate(ESTIMANDS["three in a row"], *visits) == (F, F, F, F, T)


@pytest.mark.parametrize("estimand", ESTIMANDS.values(), ids=ESTIMANDS)
@settings(deadline=None)
@given(verdicts, visits)
def test_estimate__bounds_hold_whatever_was_missed(estimand, pairs, truth):
    low, high = zip(*pairs, strict=True)
    whole = tuple(b if b == g else t for (b, g), t in zip(pairs, truth, strict=True))
    known = tuple(b == g for b, g in pairs)
    found = course.estimate(estimand, low, high, known)
    assert found.low <= estimand(whole) <= found.high
    assert found.imputed == found.low


@pytest.mark.parametrize("estimand", ESTIMANDS.values(), ids=ESTIMANDS)
@settings(deadline=None)
@given(visits)
def test_estimate__handlings_agree_where_nothing_is_missing(estimand, truths):
    value = estimand(truths)
    assert course.estimate(estimand, truths, truths, (T, T, T, T)) == (
        value,
        value,
        True,
        value,
        value,
    )
