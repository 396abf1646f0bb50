"""The criteria again, from the reference's words, in exact arithmetic and plain Python.

Nothing here shares code with `myotrial.response`: values are strings of decimals, None is "not
assessed", verdicts under missing values are found by trying every completion.
"""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.response import (
    core_set,
    course,
    functional_index,
    imacs_2004,
    printo,
    proderm,
    worsening,
)
from myotrial.response.core_set import CoreSet

HIGHER_IS_BETTER = (False, False, True, False, False, False)
MINIMA = ("10", "10", "8", "0.3", "1", "0.1")
FAR = Fraction(10**6)


def exact_change(before, after, higher_is_better, minimum):
    """Improvement in percent of baseline as a fraction; None if not assessed."""
    if before is None or after is None:
        return None
    before, after = Fraction(before), Fraction(after)
    gained = after - before if higher_is_better else before - after
    if before == 0:
        return Fraction(-100) if -gained >= Fraction(minimum) else Fraction(0)
    return gained / before * 100


def meets_improvement(changes):
    """At least three better by a fifth, at most two worse by a quarter, strength not of those."""
    better = [i for i, change in enumerate(changes) if change is not None and change >= 20]
    worse = [i for i, change in enumerate(changes) if change is not None and change <= -25]
    return len(better) >= 3 and len(worse) <= 2 and 2 not in worse


def meets_worsening(changes):
    """At least three worse by 30 percent."""
    return sum(change is not None and change <= -30 for change in changes) >= 3


def meets_printo(changes):
    """At least three better by a fifth; at most one worse by more than 30 percent, not strength."""
    better = [change for change in changes if change is not None and change >= 20]
    worse = [i for i, change in enumerate(changes) if change is not None and change < -30]
    return len(better) >= 3 and worse in ([], [0], [1], [3], [4], [5])


def meets_deterioration(changes, rises):
    """Any leg: physician and strength; extramuscular; three measures other than the enzyme."""
    physician, extramuscular = (rise is not None and rise >= 2 for rise in rises)
    weaker = changes[2] is not None and changes[2] <= -20
    without = [change for i, change in enumerate(changes) if i != 4]
    return (physician and weaker) or extramuscular or meets_worsening(without)


def completions(changes):
    """Every way to fill what is missing with something very bad or very good."""
    choices = [(-FAR, FAR) if change is None else (change,) for change in changes]
    return list(product(*choices))


def floats(cells):
    return CoreSet(*(float("nan") if cell is None else float(cell) for cell in cells))


def decimal(places, top):
    scale = 10**places
    whole = st.integers(0, top * scale).map(lambda n: f"{n // scale}.{n % scale:0{places}d}")
    return st.none() | whole


def measure(places, top):
    """A baseline and a later value, often exactly on an edge."""
    pair = st.tuples(decimal(places, top), decimal(places, top))
    edges = st.tuples(st.integers(1, top), st.sampled_from([70, 75, 80, 100, 120, 125, 130]))
    on_edge = edges.map(lambda cell: (str(cell[0]), str(cell[0] * cell[1] / 100)))
    return pair | on_edge


patients = st.tuples(*map(measure, (1, 1, 1, 3, 2, 2), (100, 100, 80, 3, 60, 1)))


@settings(max_examples=300, deadline=None)
@given(patients)
def test_verdicts__equal_exact_arithmetic_from_measured_values(pairs):
    before, after = zip(*pairs, strict=True)
    exact = [*map(exact_change, before, after, HIGHER_IS_BETTER, MINIMA)]
    change = core_set.improvements(floats(before), floats(after), floats(MINIMA))
    assert imacs_2004.improved(change) == meets_improvement(exact)
    assert worsening.core_set(change) == meets_worsening(exact)
    found = {meets_improvement(filled) for filled in completions(exact)}
    assert imacs_2004.bounds(change) == (found == {True}, True in found)
    found = {meets_worsening(filled) for filled in completions(exact)}
    assert worsening.core_set_bounds(change) == (found == {True}, True in found)


@settings(max_examples=300, deadline=None)
@given(patients)
def test_printo__equals_exact_arithmetic_from_measured_values(pairs):
    before, after = zip(*pairs, strict=True)
    higher = (False, False, True, False, True, False)  # the fifth is the CHQ-PhS
    exact = [*map(exact_change, before, after, higher, MINIMA)]
    change = core_set.improvements(floats(before), floats(after), floats(MINIMA), printo.BETTER)
    assert printo.improved(change) == meets_printo(exact)
    found = {meets_printo(filled) for filled in completions(exact)}
    assert printo.bounds(change) == (found == {True}, True in found)


@settings(max_examples=300, deadline=None)
@given(patients, st.tuples(*[st.sampled_from([None, "-1", "1.9", "2", "2.1"])] * 2))
def test_deterioration__equals_exact_arithmetic_from_measured_values(pairs, rises):
    before, after = zip(*pairs, strict=True)
    exact = [*map(exact_change, before, after, HIGHER_IS_BETTER, MINIMA)]
    change = core_set.improvements(floats(before), floats(after), floats(MINIMA))
    rose = [None if rise is None else Fraction(rise) for rise in rises]
    risen = [float("nan") if rise is None else float(rise) for rise in rises]
    assert proderm.deteriorated(change, *risen) == meets_deterioration(exact, rose)
    both = product(completions(exact), completions(rose))
    found = {meets_deterioration(*filled) for filled in both}
    assert proderm.bounds(change, *risen) == (found == {True}, True in found)


def meets_imacs_worsening(changes, rises):
    """Any leg: physician and strength; extramuscular; three of all six measures."""
    physician, extramuscular = (rise is not None and rise >= 2 for rise in rises)
    weaker = changes[2] is not None and changes[2] <= -20
    return (physician and weaker) or extramuscular or meets_worsening(changes)


@settings(max_examples=300, deadline=None)
@given(patients, st.tuples(*[st.sampled_from([None, "-1", "1.9", "2", "2.1"])] * 2))
def test_imacs_worsening__equals_exact_arithmetic_from_measured_values(pairs, rises):
    before, after = zip(*pairs, strict=True)
    exact = [*map(exact_change, before, after, HIGHER_IS_BETTER, MINIMA)]
    change = core_set.improvements(floats(before), floats(after), floats(MINIMA))
    rose = [None if rise is None else Fraction(rise) for rise in rises]
    risen = [float("nan") if rise is None else float(rise) for rise in rises]
    assert worsening.imacs_2005(change, *risen) == meets_imacs_worsening(exact, rose)
    both = product(completions(exact), completions(rose))
    found = {meets_imacs_worsening(*filled) for filled in both}
    assert worsening.imacs_2005_bounds(change, *risen) == (found == {True}, True in found)


@settings(max_examples=100, deadline=None)
@given(st.none() | st.integers(0, 64), st.none() | st.integers(0, 64))
def test_functional_index__equals_trying_every_tenth_of_a_point(before, after):
    starts = range(641) if before is None else [10 * before]
    ends = range(0, 641, 16) if after is None else [10 * after]
    met = {5 * (end - start) >= start and start > 0 for start in starts for end in ends}
    one, two = (float("nan") if total is None else float(total) for total in (before, after))
    change = core_set.improvement(one, two, 1.0, 6.4)
    assert functional_index.bounds(change, one, two) == (met == {True}, True in met)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*[st.none() | st.integers(0, 120)] * 2), min_size=1, max_size=7))
def test_tasks__equal_counting_them_one_by_one(tasks):
    sure = sum(None not in pair and pair[0] > 0 and 5 * pair[1] >= 6 * pair[0] for pair in tasks)
    open_ = sum(None in pair for pair in tasks)
    cells = [[float("nan") if cell is None else float(cell) for cell in pair] for pair in tasks]
    changes = [core_set.improvement(*pair, 1.0, 6.0) for pair in cells]
    assert functional_index.tasks_bounds(changes) == (sure, sure + open_)


@settings(deadline=None)
@given(st.text("YN", min_size=1, max_size=6), st.integers(1, 3))
def test_course__equals_reading_the_visits_as_a_string(verdicts, consecutive):
    truths = tuple(letter == "Y" for letter in verdicts)
    assert course.ever(truths) == ("Y" in verdicts)
    assert course.first(truths) == verdicts.find("Y") + 1
    stretch = verdicts.lstrip("N").split("N")[0]
    assert course.held(truths) == len(stretch)
    assert course.sustained(truths, consecutive) == ("Y" * consecutive in verdicts)


@settings(deadline=None)
@given(st.text("YN?", min_size=1, max_size=5), st.integers(1, 2))
def test_estimate__equals_trying_every_completion(verdicts, consecutive):
    low = tuple(letter == "Y" for letter in verdicts)
    high = tuple(letter != "N" for letter in verdicts)
    filled = ["".join(f) for f in product(*("YN" if v == "?" else v for v in verdicts))]
    met = {"Y" * consecutive in candidate for candidate in filled}
    known = tuple(letter != "?" for letter in verdicts)
    estimate = course.estimate(lambda v: course.sustained(v, consecutive), low, high, known)
    assert estimate.low == (met == {True})
    assert estimate.high == (True in met)
    assert estimate.imputed == ("Y" * consecutive in verdicts.replace("?", "N"))
    windows = [verdicts[i : i + consecutive] for i in range(len(verdicts) - consecutive + 1)]
    assert estimate.known == any("?" not in window for window in windows)
