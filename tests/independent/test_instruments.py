"""Scores of instruments again, from the forms' words, in exact arithmetic and plain Python.

Nothing here shares code with `myotrial.instruments`: an answer is an int or None (not answered),
a score a fraction or None (missing).
"""

import math
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.instruments import (
    cdasi,
    cmas,
    enzymes,
    haq_di,
    ibmfrs,
    kendall,
    mdi,
    mitax,
    mmt8,
    mmt26,
    myoact,
)

EXAMPLES = settings(max_examples=60, deadline=None)


def answers(low, high):
    """An answer on a scale, or none."""
    return st.one_of(st.none(), st.integers(low, high))


def number(answer):
    """As the modules take it."""
    return math.nan if answer is None else float(answer)


def same(found, expected):
    """Whether a score is the exact one, up to the last bits; missing is missing."""
    if expected is None:
        return math.isnan(found)
    return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)


def added(grades):
    """The sum, or nothing if one is missing."""
    return None if None in grades else sum(grades)


@EXAMPLES
@given(st.lists(answers(0, 10), min_size=8, max_size=8))
def test_one_side__again(grades):
    assert same(mmt8.one_side([number(item) for item in grades]), added(grades))


@EXAMPLES
@given(st.lists(st.integers(0, 10), min_size=15, max_size=15), st.booleans())
def test_both_sides__again(grades, lost):
    grades = [None, *grades[1:]] if lost else grades
    given_ = [number(item) for item in grades]
    found = mmt8.both_sides(given_[0], given_[1:8], given_[8:])
    assert same(found, added(grades))


@EXAMPLES
@given(st.lists(st.integers(0, 10), min_size=26, max_size=26))
def test_mmt26__again(grades):
    axial = mmt26.axial(grades[:2])
    proximal = mmt26.proximal(grades[2:10], grades[10:18])
    distal = mmt26.distal(grades[18:22], grades[22:])
    assert mmt26.total(axial, proximal, distal) == sum(grades)


def test_from_five__again():
    steps = ["2-", "2", "2+", "3-", "3", "3+", "4-", "4", "4+", "5"]
    for place, text in enumerate(steps, start=1):
        assert kendall.from_five(text) == place
    assert kendall.from_five("0") == 0


def exact_haq(categories, aids, least):
    """The questionnaire's index: the hardest item of each, 2 at least where aids are used."""
    scores = []
    for items, aid in zip(categories, aids, strict=True):
        given_ = [item for item in items if item is not None]
        if given_:
            hardest = sorted(given_)[-1]
            scores.append(2 if aid and hardest in (0, 1) else hardest)
    return Fraction(sum(scores), len(scores)) if len(scores) >= least else None


@EXAMPLES
@given(
    st.lists(st.lists(answers(0, 3), min_size=2, max_size=3), min_size=8, max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.integers(6, 8),
)
def test_haq_di__again(categories, aids, least):
    names = haq_di.CATEGORIES
    items = {n: [number(i) for i in each] for n, each in zip(names, categories, strict=True)}
    used = dict(zip(names, aids, strict=True))
    found = haq_di.score(items, used, at_least=least)
    assert same(found, exact_haq(categories, aids, least))


def exact_units(value, unit):
    """U/L: a katal turns over one mole a second, a unit one micromole a minute."""
    return value if unit == "U/L" else value * 60


@EXAMPLES
@given(
    st.lists(
        st.tuples(
            answers(1, 5000), st.sampled_from(["U/L", "ukat/L"]),
            st.integers(1, 300), st.sampled_from(["U/L", "ukat/L"]),
        ),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_most_abnormal__again(measured):
    ratios = [
        None if value is None else Fraction(exact_units(value, unit), exact_units(limit, at))
        for value, unit, limit, at in measured
    ]
    found = [
        enzymes.multiples(number(value), unit=unit, limit=limit, limit_unit=at)
        for value, unit, limit, at in measured
    ]
    assert all(same(one, other) for one, other in zip(found, ratios, strict=True))
    known = [ratio for ratio in ratios if ratio is not None]
    position = int(enzymes.most_abnormal(found))
    assert (position == -1) == (not known)
    if known:
        assert math.isclose(ratios[position], max(known), rel_tol=1e-12)


def of_assessed(values, highest):
    """Sum in the maximum of those assessed, or nothing."""
    known = [value for value in values if value is not None]
    return Fraction(sum(known), highest * len(known)) if known else None


ORGANS = ["constitutional", "cutaneous", "skeletal", "gastrointestinal", "pulmonary", "cardiac"]


@EXAMPLES
@given(st.lists(answers(0, 10), min_size=6, max_size=6))
def test_myoact__again(marks):
    systems = dict(zip(ORGANS, map(number, marks), strict=True))
    assert same(myoact.score(systems), of_assessed(marks, 10))


@EXAMPLES
@given(st.lists(st.sampled_from("ABCDE-"), min_size=6, max_size=6))
def test_mitax__again(letters):
    worth = {"A": 9, "B": 3, "C": 1, "D": 0, "E": 0, "-": None}
    systems = dict(zip(ORGANS, letters, strict=True))
    assert same(mitax.score(systems), of_assessed([worth[item] for item in letters], 9))


@EXAMPLES
@given(st.lists(answers(0, 2), min_size=14, max_size=14))
def test_cmas__again(items):
    assert same(cmas.score([number(item) for item in items]), added(items))


@EXAMPLES
@given(st.lists(answers(0, 1), min_size=38, max_size=38))
def test_extent__again(items):
    given_ = [number(item) for item in items]
    assert same(mdi.extent(given_), added(items))
    assert same(mdi.extent_assessed(given_), of_assessed(items, 1))


@EXAMPLES
@given(st.lists(answers(0, 10), min_size=11, max_size=11))
def test_severity__again(marks):
    given_ = [number(item) for item in marks]
    assert same(mdi.severity(given_), added(marks))
    assert same(mdi.severity_assessed(given_), of_assessed(marks, 10))


@EXAMPLES
@given(st.lists(answers(0, 4), min_size=10, max_size=10))
def test_ibmfrs__again(items):
    assert same(ibmfrs.score([number(item) for item in items]), added(items))


def fifteen(top):
    """One part of the skin score, in each of the areas."""
    return st.lists(st.integers(0, top), min_size=15, max_size=15)


@EXAMPLES
@given(fifteen(3), fifteen(2), fifteen(1), st.integers(0, 3), st.booleans(),
       st.integers(0, 1), st.integers(0, 2), st.integers(0, 1))  # fmt: skip
def test_cdasi_activity__again(red, scale, open_, hands, papules, ulcer, nails, hair):
    expected = sum(red) + sum(scale) + sum(open_) + ulcer + nails + hair
    expected += hands + hands if papules else hands
    found = cdasi.activity(
        erythema=red, scale=scale, erosion=open_, gottron=hands, papules=papules,
        ulceration=ulcer, nail_folds=nails, alopecia=hair,
    )  # fmt: skip
    assert found == expected
    assert 0 <= found <= 100
