"""The criteria beyond the usual three, and the measures that can stand in for others.

Expected values are derived here in plain Python from the rules as published, with exact fractions,
sharing no code with the package.
"""

import random
from fractions import Fraction

import polars as pl
import pytest

import myotrial
from myotrial.errors import MyotrialError

LOWER, HIGHER = -1, 1
ADULT = {"PHGA": LOWER, "PTGA": LOWER, "MMT8": HIGHER, "HAQDI": LOWER, "CK": LOWER, "EXTRAM": LOWER}
CHILD = {"PHGA": LOWER, "PTGA": LOWER, "MMT8": HIGHER, "CMAS": HIGHER, "CK": LOWER, "EXTRAM": LOWER}
PRINTO = {
    "PHGA": LOWER,
    "PTGA": LOWER,
    "CMAS": HIGHER,
    "CHAQ": LOWER,
    "CHQPHS": HIGHER,
    "DAS": LOWER,
}
TOPS = {"PHGA": 10, "PTGA": 10, "MMT8": 80, "HAQDI": 3, "CHAQ": 3, "CMAS": 52, "CK": 3000,
        "EXTRAM": 10, "CHQPHS": 60, "DAS": 20}  # fmt: skip
UNITS = {"PHGA": "cm", "PTGA": "cm", "EXTRAM": "cm", "CK": "U/L"}
VARIANTS = {"MMT8": "one side", "CMAS": "from 6 years"}


def drawn(names, subjects=400, visits=2, seed=1):
    """Baselines and later visits in tenths of the scale's steps, some missing."""
    luck = random.Random(seed)  # noqa: S311
    rows = []
    for subject in range(subjects):
        before = {name: Fraction(luck.randint(1, 10 * TOPS[name]), 10) for name in names}
        for visit in range(visits + 1):
            after = {
                name: None
                if luck.random() < 0.08
                else min(
                    Fraction(TOPS[name]),
                    value
                    * Fraction(luck.choice([50, 70, 75, 80, 81, 100, 110, 125, 130, 131]), 100),
                )
                for name, value in before.items()
            }
            rows.append((f"S{subject}", f"M{visit}", after if visit else before))
    return rows


def table(rows):
    return pl.DataFrame(
        [
            {"USUBJID": subject, "VISIT": visit}
            | {name: None if value is None else float(value) for name, value in values.items()}
            for subject, visit, values in rows
        ]
    )


def judged(rows, criterion, **more):
    units = {name: unit for name, unit in UNITS.items() if name in rows[0][2]}
    variants = {name: kind for name, kind in VARIANTS.items() if name in rows[0][2]}
    stated = {
        "baseline": "M0",
        "units": units,
        "variants": variants,
        "criteria": [criterion],
    } | more
    return myotrial.score(table(rows), **stated).table


def pairs(rows):
    """Each later visit with its subject's baseline."""
    start = {}
    for place, (subject, visit, values) in enumerate(rows):
        if visit == "M0":
            start[subject] = values
        else:
            yield place, start[subject], values


def gains(before, after, signs):
    """Improvement in percent of baseline, None where missing."""
    return {
        name: None
        if before[name] is None or after[name] is None
        else 100 * sign * (after[name] - before[name]) / before[name]
        for name, sign in signs.items()
    }


def word(low, high, seen):
    return "NOT ASSESSED" if not seen else "Y" if low else "INDETERMINATE" if high else "N"


def known(percent):
    return [value for value in percent.values() if value is not None]


@pytest.mark.parametrize(
    ("criterion", "signs"), [("doi", ADULT), ("doi_paediatric", CHILD)], ids=["adult", "child"]
)
def test_doi__of_adults_and_children_follows_the_published_rule(criterion, signs):
    rows = drawn(signs)
    scores = judged(rows, criterion)
    for place, before, after in pairs(rows):
        percent = gains(before, after, signs)
        values = known(percent)
        better, worse = sum(v >= 20 for v in values), sum(v <= -25 for v in values)
        strength, gone = percent["MMT8"], 6 - len(values)
        low = better >= 3 and worse + gone <= 2 and strength is not None and strength > -25
        high = better + gone >= 3 and worse <= 2 and (strength is None or strength > -25)
        assert scores["DOI"][place] == word(low, high, values), scores["WHY"][place]
    assert scores["DOI"].n_unique() == 4


def test_printo__follows_its_rule_and_its_core_set():
    rows = drawn(PRINTO)
    scores = judged(rows, "printo")
    for place, before, after in pairs(rows):
        percent = gains(before, after, PRINTO)
        values = known(percent)
        better, worse = sum(v >= 20 for v in values), sum(v < -30 for v in values)
        strength, gone = percent["CMAS"], 6 - len(values)
        low = better >= 3 and worse + gone <= 1 and strength is not None and strength >= -30
        high = better + gone >= 3 and worse <= 1 and (strength is None or strength >= -30)
        assert scores["PRINTO"][place] == word(low, high, values), scores["WHY"][place]
        assert (scores["PRINTOLO"][place], scores["PRINTOHI"][place]) == (low, high)
    assert {"Y", "N", "INDETERMINATE"} <= {*scores["PRINTO"]}


def rise(before, after, name):
    return None if None in (before[name], after[name]) else after[name] - before[name]


def worsened(before, after, without=()):
    """Both bounds of the legs that IMACS 2005 and ProDERM share."""
    percent = gains(before, after, ADULT)
    counted = {name: value for name, value in percent.items() if name not in without}
    worse = sum(value <= -30 for value in known(counted))
    gone = len(counted) - len(known(counted))
    rose, spread = rise(before, after, "PHGA"), rise(before, after, "EXTRAM")
    weak = percent["MMT8"]
    low = (
        (rose is not None and rose >= 2 and weak is not None and weak <= -20)
        or (spread is not None and spread >= 2)
        or worse >= 3
    )
    high = (
        ((rose is None or rose >= 2) and (weak is None or weak <= -20))
        or (spread is None or spread >= 2)
        or worse + gone >= 3
    )
    return low, high, len(known(counted))


def test_worsening__has_three_legs():
    rows = drawn(ADULT)
    scores = judged(rows, "worsening")
    for place, before, after in pairs(rows):
        low, high, seen = worsened(before, after)
        assert scores["WORSE"][place] == word(low, high, seen), scores["WHY"][place]
    assert {"Y", "N", "INDETERMINATE"} <= {*scores["WORSE"]}


def test_worsening_core_set__counts_three_of_six_by_30_percent():
    rows = drawn(ADULT)
    scores = judged(rows, "worsening_core_set")
    for place, before, after in pairs(rows):
        values = known(gains(before, after, ADULT))
        worse = sum(value <= -30 for value in values)
        low, high = worse >= 3, worse + 6 - len(values) >= 3
        assert scores["WORSE30"][place] == word(low, high, values)


def test_deterioration__is_confirmed_by_the_visit_before():
    rows = drawn(ADULT, visits=4)
    scores = judged(rows, "deterioration")
    last = {}
    for place, before, after in pairs(rows):
        low, high, seen = worsened(before, after, without=("CK",))
        assert scores["DETER"][place] == word(low, high, seen), scores["WHY"][place]
        subject = rows[place][0]
        one = last.get(subject, (False, False))
        assert scores["CONFDET"][place] == word(one[0] and low, one[1] and high, True)
        last[subject] = low, high
    assert {"Y", "N", "INDETERMINATE"} <= {*scores["CONFDET"]}


def test_deterioration__goes_by_the_number_of_the_visit_where_there_is_one():
    rows = drawn(ADULT, subjects=40, visits=4)
    straight = table(rows).with_columns(AVISITN=pl.col("VISIT").str.slice(1).cast(pl.Int64))
    stated = {"baseline": "M0", "units": UNITS, "variants": {"MMT8": "one side"}}
    one = myotrial.score(straight, **stated, criteria=["deterioration"]).table
    other = myotrial.score(straight.reverse(), **stated, criteria=["deterioration"]).table
    assert one["CONFDET"].to_list() == other["CONFDET"].to_list()[::-1]


EDGES = dict.fromkeys((*ADULT, *PRINTO), (5, 15, 25, 40)) | {"MMT8": (2, 10, 20, 30)}
POINTS = [
    (0, 7.5, 15, 17.5, 20),
    (0, 2.5, 5, 7.5, 10),
    (0, 10, 20, 27.5, 32.5),
    (0, 5, 7.5, 7.5, 10),
    (0, 2.5, 5, 7.5, 7.5),
    (0, 7.5, 12.5, 15, 20),
]


def total(before, after, signs, tops, strength):
    """Both bounds of the total improvement score."""
    low = high = 0
    for (name, sign), points in zip(signs.items(), POINTS, strict=True):
        edges = (2, 10, 20, 30) if name == strength else EDGES[name]
        if before[name] is None or after[name] is None:
            high += points[-1]
            continue
        percent = 100 * sign * (after[name] - before[name]) / tops[name]
        got = points[sum(percent > edge for edge in edges)]
        low, high = low + got, high + got
    return low, high


@pytest.mark.parametrize(
    ("criterion", "signs", "strength", "limits"),
    [
        pytest.param("tis_adult", ADULT, "MMT8", {"CK": 200}, id="adult"),
        pytest.param("tis_juvenile_printo", PRINTO, "CMAS", {"CHQPHS": 60}, id="PRINTO"),
    ],
)
def test_tis__adds_the_published_points(criterion, signs, strength, limits):
    rows = drawn(signs)
    scores = judged(rows, criterion, limits=limits)
    levels = (20, 40, 60) if criterion == "tis_adult" else (30, 45, 70)
    names = ("NONE", "MINIMAL", "MODERATE", "MAJOR")
    for place, before, after in pairs(rows):
        low, high = total(before, after, signs, TOPS, strength)
        assert (scores["TISLO"][place], scores["TISHI"][place]) == (low, high)
        one, two = (sum(bound >= level for level in levels) for bound in (low, high))
        seen = any(None not in (before[name], after[name]) for name in signs)
        expected = "NOT ASSESSED" if not seen else names[one] if one == two else "INDETERMINATE"
        assert scores["TISCAT"][place] == expected


def test_tis__of_the_printo_core_set_asks_for_the_range_nobody_published():
    with pytest.raises(MyotrialError, match="range of the CHQ-PhS"):
        judged(drawn(PRINTO, subjects=2), "tis_juvenile_printo")


def enzymes(**columns):
    """Two subjects, each with a baseline and one visit."""
    return pl.DataFrame({"USUBJID": ["A", "A", "B", "B"], "VISIT": ["M0", "M6"] * 2, **columns})


def test_enzyme__is_the_most_abnormal_at_baseline_of_each_subject():
    # A: CK 5 and LDH 2 times its limit; B: CK 1 and LDH 3 times
    found = enzymes(CK=[1000, 400, 200, 200], LDH=[500, 500, 750, 375])
    scores, report = myotrial.score(
        found,
        baseline="M0",
        units={"CK": "U/L", "LDH": "U/L"},
        limits={"CK": 200, "LDH": 250},
        criteria=["doi", "tis_adult"],
    )
    assert scores["ENZYME"].to_list() == [None, "CK", None, "LDH"]
    assert scores["NIMPR"].to_list() == [None, 1, None, 1]
    # A: 600 of 15 * 200 is 20 %, which is 5 points; B: 375 of 3 * 250 is 50 %, which is 7.5
    assert scores["TISLO"].to_list() == [None, 5.0, None, 7.5]
    assert any("most abnormal at baseline of CK, LDH" in note for note in report.notes)


def test_enzyme__is_the_first_of_equals_and_missing_where_none_was_measured():
    found = enzymes(CK=[400, 300, None, 300], LDH=[500, 500, None, 300])
    scores, _ = myotrial.score(
        found,
        baseline="M0",
        units={"CK": "U/L", "LDH": "U/L"},
        limits={"CK": 200, "LDH": 250},
        criteria=["doi"],
    )
    assert scores["ENZYME"].to_list() == [None, "CK", None, None]
    assert scores["NASSESSED"].to_list() == [None, 1, None, 0]


def test_enzyme__of_several_needs_the_limit_of_each():
    with pytest.raises(MyotrialError, match=r"choosing the most abnormal.* of LDH"):
        myotrial.score(
            enzymes(CK=[1, 1, 1, 1], LDH=[1, 1, 1, 1]),
            baseline="M0",
            units={"CK": "U/L", "LDH": "U/L"},
            limits={"CK": 200},
            criteria=["doi"],
        )


def test_enzyme__limits_stand_in_a_column_or_differ_by_laboratory_and_sex():
    found = enzymes(CK=[1000, 760, 1000, 760], SEX=["F", "F", "M", "M"], LBNAM=["X", "X", "Y", "Y"])
    stated = {"baseline": "M0", "units": {"CK": "U/L"}, "criteria": ["tis_adult"]}
    by = myotrial.score(found, **stated, limits={"CK": {"X": {"F": 100, "M": 9}, "Y": 200}}).table
    # 240 of 15 * 100 is 16 %: 5 points; of 15 * 200 it is 8 %: 2.5 points
    assert by["TISLO"].to_list() == [None, 5.0, None, 2.5]
    held = found.with_columns(CKULN=pl.Series([100, 100, 200, 200]))
    assert myotrial.score(held, **stated).table["TISLO"].to_list() == [None, 5.0, None, 2.5]
    with pytest.raises(MyotrialError, match="no column LAB"):
        myotrial.score(found.drop("LBNAM"), **stated, limits={"CK": {"X": 1}})


def test_enzyme__is_followed_in_multiples_where_the_laboratory_changes():
    # 10 times the limit at baseline, 4 times later: 6 of 15 multiples is 40 %, 60 % of baseline
    found = enzymes(CK=[1000, 800, 1000, 400], CKULN=[100, 200, 100, 100])
    scores, _ = myotrial.score(
        found, baseline="M0", units={"CK": "U/L"}, criteria=["doi", "tis_adult"]
    )
    assert scores["TISLO"].to_list() == [None, 7.5, None, 7.5]
    assert scores["NIMPR"].to_list() == [None, 1, None, 1]


def test_enzyme__is_the_same_in_both_units():
    found = enzymes(CK=[1000.0, 730.0, 300.0, 240.0])
    one = myotrial.score(found, baseline="M0", units={"CK": "U/L"}, limits={"CK": 200}).table
    other = myotrial.score(
        found.with_columns(pl.col("CK") / 60),
        baseline="M0",
        units={"CK": "µkat/L"},
        limits={"CK": 200 / 60},
    ).table
    assert one["WHY"].to_list() == other["WHY"].to_list()


def test_likert__globals_count_for_the_definition_but_not_for_the_score():
    found = enzymes(PHGA=[4, 3, 4, 1])
    stated = {"baseline": "M0", "units": {"PHGA": "points"}}
    scores, report = myotrial.score(found, **stated, criteria=["doi"])
    assert scores["NIMPR"].to_list() == [None, 1, None, 1]
    assert report.recognised["PHGA"] == "column 'PHGA', points"
    with pytest.raises(MyotrialError, match="tis_adult is left out"):
        myotrial.score(found, **stated, criteria=["tis_adult"])


def test_fi2__counts_its_tasks():
    found = enzymes(FI2SF=[10, 12, 20, 30], FI2HL=[50, 59, None, 50], FI2ST=[0, 9, 30, 36])
    scores, report = myotrial.score(found, baseline="M0", criteria=["fi2"])
    assert scores["FI2IMPR"].to_list() == [None, 1, None, 2]
    assert scores["FI2IMPRHI"].to_list() == [None, 1, None, 3]
    assert "1 task improved by 20 % or more, 3 assessed" in scores["WHY"][1]
    assert "FI2SA" in report.absent


def test_juvenile__score_takes_the_chaq_and_tells_where_it_took_the_haq():
    found = enzymes(HAQDI=[2, 1, 2, 2])
    _, report = myotrial.score(found, baseline="M0", criteria=["tis_juvenile"])
    assert any("HAQDI is used where" in note for note in report.notes)
    with_chaq = found.with_columns(CHAQ=pl.lit(1.0))
    scores, report = myotrial.score(with_chaq, baseline="M0", criteria=["tis_juvenile"])
    assert scores["TISLO"][1] == 0.0
    assert any("CHAQ is used as function" in note for note in report.notes)
