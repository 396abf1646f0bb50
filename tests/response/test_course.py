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


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        pytest.param("NNY", (365, T, 180), id="at the last visit"),
        pytest.param("YNY", (90, T, 0), id="at the first, whatever follows"),
        pytest.param("N?Y", (365, T, 90), id="began at some time after the last known visit"),
        pytest.param("??Y", (365, T, 0), id="nothing known before"),
        pytest.param("NN?", (180, F, 180), id="censored when last known"),
        pytest.param("N??", (90, F, 90), id="censored early"),
        pytest.param("???", (0, F, 0), id="never known"),
    ],
)
def test_time_to_first__is_censored_where_nothing_was_seen(run, verdicts, expected):
    visits = tuple(letter == "Y" for letter in verdicts)
    known = tuple(letter != "?" for letter in verdicts)
    assert [*map(tuple, run(course.time_to_first, [(visits, known, (90, 180, 365))]))] == [expected]


letters = st.text("YN?", min_size=4, max_size=4)


@settings(deadline=None)
@given(st.lists(letters, min_size=1, max_size=16))
def test_time_to_first__is_equal_on_floats_arrays_and_compiled(everywhere, subjects):
    rows = [(tuple(v == "Y" for v in s), tuple(v != "?" for v in s)) for s in subjects]
    everywhere(course.at_last, rows)
    everywhere(course.time_to_first, [(*row, (30.5, 90.0, 180.0, 365.0)) for row in rows])


@settings(deadline=None)
@given(letters)
def test_time_to_first__equals_reading_the_visits_as_a_string(verdicts):
    visits = tuple(letter == "Y" for letter in verdicts)
    known = tuple(letter != "?" for letter in verdicts)
    found = course.time_to_first(visits, known, (1, 2, 3, 4))
    place = verdicts.find("Y") + 1
    assert found.seen == (place > 0) == course.ever(visits)
    assert found.day == (place or max(verdicts.rfind("N") + 1, 0))
    assert found.after == verdicts[: place or 4].rfind("N") + 1
    settled = verdicts.replace("?", "")
    assert course.at_last(visits, known) == settled.endswith("Y")
