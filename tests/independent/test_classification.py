"""The classification criteria again, from the reference's words, in plain Python.

Nothing here shares code with `myotrial.classification`: a patient of whom all is known gets one
class, and where findings are missing every completion is tried.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myotrial.classification import (
    bohan_peter_1975,
    enmc_2011,
    eular_acr_2017,
    eular_acr_2017_groups,
    griggs_1995,
    refractory,
)


def completions(row, values):
    """Every row that agrees with this one where it is not None."""
    return product(*([cell] if cell is not None else values[i] for i, cell in enumerate(row)))


def judged(module, rows):
    """For each row the names of the classes that the module leaves possible, by columns."""
    columns = [np.array(column, dtype=float) for column in zip(*rows, strict=True)]
    classes = module.possible(module.Items(*columns))
    names = classes._fields
    return [
        {name for name, can_be in zip(names, row, strict=True) if can_be}
        for row in zip(*(np.broadcast_to(part, len(rows)) for part in classes), strict=True)
    ]


def bohan_peter(row):
    muscle, rash, diseases = sum(row[:4]), row[4], row[5:]
    if any(diseases):
        return "excluded"
    if rash:
        return ["rash_alone", "possible_dm", "probable_dm", "definite_dm", "definite_dm"][muscle]
    return ["not_classified", "not_classified", "possible_pm", "probable_pm", "definite_pm"][muscle]


def enmc(row):
    onset, months, ck, knee, finger, infiltrate, mhc, vacuoles, protein, filaments = row
    features = [infiltrate, mhc, vacuoles, protein or filaments]
    if onset <= 45 or months <= 12 or ck > 15:
        return "not_classified"
    if (knee or finger) and infiltrate and vacuoles and (protein or filaments):
        return "clinico_pathologically_defined"
    if knee and finger and any(features) and not all(features):
        return "clinically_defined"
    if (knee or finger) and any(features) and not all(features):
        return "probable"
    return "not_classified"


def griggs(row):
    invasion, vacuoles, amyloid, filaments, months, onset, ck, *weak = row
    protein = amyloid or filaments
    if invasion and vacuoles and protein:
        return "definite"
    picture = months > 6 and onset > 30 and ck < 12 and any(weak)
    return "possible" if invasion and not vacuoles and not protein and picture else "not_classified"


def refractory_by_hand(row):
    dose, months, azathioprine, methotrexate, failed = row
    long_enough = azathioprine >= 2 or methotrexate >= 2
    return (
        "refractory"
        if dose >= 0.75 and months >= 1 and long_enough and failed
        else "not_refractory"
    )


TRUTHS = (0, 1)
BOHAN_PETER = [TRUTHS] * 10
ENMC = [(45, 46), (12, 13), (15, 16), *[TRUTHS] * 7]
GRIGGS = [*[TRUTHS] * 4, (6, 7), (30, 31), (11, 12), *[TRUTHS] * 3]
REFRACTORY = [(0.74, 0.75), (0.9, 1), (1.9, 2), (1.9, 2), TRUTHS]
SMALL = [
    pytest.param(bohan_peter_1975, bohan_peter, BOHAN_PETER, id="Bohan and Peter"),
    pytest.param(enmc_2011, enmc, ENMC, id="ENMC"),
    pytest.param(griggs_1995, griggs, GRIGGS, id="Griggs"),
    pytest.param(refractory, refractory_by_hand, REFRACTORY, id="refractory"),
]


@pytest.mark.parametrize(("module", "by_hand", "values"), SMALL)
def test_possible__is_the_class_of_every_patient_of_whom_all_is_known(module, by_hand, values):
    rows = list(product(*values))
    assert judged(module, rows) == [{by_hand(row)} for row in rows]


def by_completion(by_hand, values, row):
    """The classes of all completions of a row."""
    return {by_hand(whole) for whole in completions(row, values)}


@pytest.mark.parametrize(("module", "by_hand", "values"), SMALL)
def test_possible__are_exactly_the_classes_of_the_completions(module, by_hand, values):
    """Every pattern of missing findings where there are few; a thousand drawn ones else."""
    options = [(*known, None) for known in values]
    rows = list(product(*options))
    if len(rows) > 1000:
        drawn = np.random.default_rng(3).choice(len(rows), 1000, replace=False)
        rows = [rows[place] for place in sorted(drawn)]
    assert judged(module, rows) == [by_completion(by_hand, values, row) for row in rows]


# points in tenths without and with biopsy, as the paper's table prints them
WORTH = [
    (7, 7), (8, 5), (19, 16), (9, 12), (31, 32), (21, 27), (33, 37), (7, 6), (39, 38), (13, 14),
    (0, 17), (0, 12), (0, 19), (0, 31),
]  # fmt: skip
AGES = (10, 17.9, 18, 39, 40, 70)


def eular_score(row, biopsied):
    age = (0, 0) if age_below(row, 18) else (13, 15) if age_below(row, 40) else (21, 22)
    return age[biopsied] + sum(
        points[biopsied] for points, present in zip(WORTH, row[1:15], strict=True) if present
    )


def age_below(row, years):
    return row[0] < years


def eular_class(row, biopsied):
    if row[17]:
        return "not_applicable"
    score = eular_score(row, biopsied)
    if score < (53, 65)[biopsied]:
        return "not_iim"
    if score < (55, 67)[biopsied]:
        return "possible_iim"
    return "definite_iim" if score >= (75, 87)[biopsied] else "probable_iim"


def eular_group(row, biopsied):
    if eular_class(row, biopsied) not in ("probable_iim", "definite_iim"):
        return "no_subgroup"
    weak, skin, vacuoles = any(row[1:5]), any(row[5:8]), row[14]
    if row[0] < 18:
        return "juvenile_dermatomyositis" if skin else "other_juvenile_myositis"
    if skin:
        return "dermatomyositis" if weak else "amyopathic_dermatomyositis"
    stubborn = (row[15] and row[16]) or vacuoles
    return "inclusion_body_myositis" if stubborn else "polymyositis"


EULAR = [AGES, *[TRUTHS] * 17]


@st.composite
def eular_rows(draw):
    """Findings of one patient: at most eight missing, with a biopsy, in part, or none at all."""
    row = [draw(st.sampled_from(values)) for values in EULAR]
    for place in draw(st.sets(st.integers(0, 17), max_size=8)):
        row[place] = None
    if draw(st.booleans()):
        row[11:15] = [None] * 4
    return row


def eular_items(row):
    return eular_acr_2017.Items(*row)


def by_hand(row, judge):
    """What `judge` says of every completion; without any result the biopsy shows nothing."""
    biopsied = any(cell is not None for cell in row[11:15])
    row = row if biopsied else [*row[:11], 0, 0, 0, 0, *row[15:]]
    return [judge(whole, biopsied) for whole in completions(row, EULAR)]


@settings(deadline=None, max_examples=80)
@given(eular_rows())
def test_eular_acr__score_is_bounded_by_the_completions(row):
    scores = by_hand(row, eular_score)
    assert eular_acr_2017.score(eular_items(row)) == (min(scores), max(scores))


@settings(deadline=None, max_examples=80)
@given(eular_rows())
def test_eular_acr__classes_are_exactly_those_of_the_completions(row):
    classes = eular_acr_2017.possible(eular_items(row))
    told = {name for name, can_be in classes._asdict().items() if can_be}
    assert told == set(by_hand(row, eular_class))


@settings(deadline=None, max_examples=80)
@given(eular_rows())
def test_eular_acr__subgroups_are_exactly_those_of_the_completions(row):
    groups = eular_acr_2017_groups.groups(eular_items(row))
    told = {name for name, can_be in groups._asdict().items() if can_be}
    assert told == set(by_hand(row, eular_group))
