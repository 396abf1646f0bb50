"""Scores of instruments again, from the forms' words, in exact arithmetic and plain Python.

Nothing here shares code with `myotrial.instruments`: an answer is an int or None (not answered),
a score a fraction or None (missing).
"""

import math
import statistics
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.instruments import (
    activities_profile,
    cdasi,
    chaq,
    cmas,
    enzymes,
    fi2,
    fi3,
    haq_di,
    ibmfrs,
    kendall,
    mdi,
    mitax,
    mmt8,
    mmt26,
    myoact,
    rand36,
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
@given(st.lists(st.sampled_from(["A", "B", "C", "D", "E", ""]), min_size=6, max_size=6))
def test_mitax__again(letters):
    worth = {"A": 9, "B": 3, "C": 1, "D": 0, "E": 0, "": None}
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


@EXAMPLES
@given(st.lists(answers(0, 1), min_size=15, max_size=15),
       st.lists(answers(0, 1), min_size=15, max_size=15), answers(0, 2))  # fmt: skip
def test_cdasi_damage__again(mottled, hard, hands):
    found = cdasi.damage(
        poikiloderma=[number(one) for one in mottled],
        calcinosis=[number(one) for one in hard],
        hands=number(hands),
    )
    assert same(found, added([*mottled, *hard, hands]))


@EXAMPLES
@given(st.lists(answers(1, 7), min_size=8, max_size=8))
def test_profile__again(parts):
    expected = None if None in parts else statistics.median(map(Fraction, parts))
    assert same(activities_profile.profile([number(part) for part in parts]), expected)


@EXAMPLES
@given(st.lists(answers(0, 3), min_size=8, max_size=8), st.integers(1, 8))
def test_chaq__again(categories, least):
    known = [one for one in categories if one is not None]
    expected = Fraction(sum(known), len(known)) if len(known) >= least else None
    found = chaq.index([number(one) for one in categories], at_least=least)
    assert same(found, expected)


@EXAMPLES
@given(st.lists(answers(1, 7), min_size=1, max_size=9))
def test_subscale__again(items):
    expected = None if None in items else statistics.median(map(Fraction, items))
    assert same(activities_profile.subscale([number(item) for item in items]), expected)


@EXAMPLES
@given(answers(0, 60), answers(0, 30), answers(0, 60))
def test_fi3__again(shoulder, neck, hip):
    expected = added([shoulder, neck, hip])
    given_ = number(shoulder), number(neck), number(hip)
    assert same(fi3.total(*given_), expected)
    assert same(fi3.percent(*given_), None if expected is None else Fraction(expected * 100, 150))


@EXAMPLES
@given(st.sampled_from(["heel lift", "toe lift", "step test"]), st.integers(0, 60))
def test_fi2__again(task, repetitions):
    most = 60 if task == "step test" else 120
    assert same(fi2.percent(repetitions, task), Fraction(repetitions * 100, most))


RECODED = """
1 2 20 22 34 36          | 100 75 50 25 0
3 4 5 6 7 8 9 10 11 12   | 0 50 100
13 14 15 16 17 18 19     | 0 100
21 23 26 27 30           | 100 80 60 40 20 0
24 25 28 29 31           | 0 20 40 60 80 100
32 33 35                 | 0 25 50 75 100
"""
AVERAGED = """
physical functioning | 3 4 5 6 7 8 9 10 11 12
role physical        | 13 14 15 16
role emotional       | 17 18 19
energy               | 23 27 29 31
emotional well-being | 24 25 26 28 30
social functioning   | 20 32
pain                 | 21 22
general health       | 1 33 34 35 36
"""


@EXAMPLES
@given(st.randoms(use_true_random=False))
def test_rand36__again(random):
    table = {}
    for line in RECODED.strip().splitlines():
        items, values = line.split("|")
        for item in items.split():
            table[int(item)] = [int(value) for value in values.split()]
    asked = {item: random.choice([None, *range(1, len(table[item]) + 1)]) for item in table}
    found = rand36.scales({item: number(answer) for item, answer in asked.items()})
    for line in AVERAGED.strip().splitlines():
        name, items = (part.strip() for part in line.split("|"))
        values = [table[i][asked[i] - 1] for i in map(int, items.split()) if asked[i] is not None]
        assert same(found[name], Fraction(sum(values), len(values)) if values else None)
