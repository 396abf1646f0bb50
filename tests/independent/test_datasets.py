"""Verdicts, courses and estimands again, from captured rows, in exact arithmetic and plain Python.

Nothing here shares code with `myotrial.datasets` or `myotrial.response`. What is missing is judged
by trying every way it could have been.
"""

import random
from fractions import Fraction
from itertools import product

import pytest

from myotrial import datasets, protocol

PLAN = protocol.parse("""
study: {id: T, title: T, design: single-arm, blinding: open-label, months: 6}
arms: [{id: A, label: A, planned: 1, treatments: [{name: t, from_day: 1, to_day: 184}]}]
subject:
  SEX: {label: Sex, values: [F, M]}
visits:
  - {id: M0, label: M0, month: 0, day: 1, window: [0, 0], baseline: true}
  - {id: M3, label: M3, month: 3, day: 92, window: [-30, 30]}
  - {id: M6, label: M6, month: 6, day: 184, window: [-30, 30]}
  - {id: WD, label: WD, unscheduled: true}
eligibility: {inclusion: [{id: I, text: I, rule: SEX == 'F' or SEX == 'M'}]}
assessments:
  - {id: PH, instrument: physician_global, unit: mm, visits: [M0, M3, M6, WD]}
  - {id: PT, instrument: patient_global, unit: cm, visits: [M0, M3, M6, WD]}
  - {id: MMT, instrument: mmt8, variant: both sides, unit: points, visits: [M0, M3, M6, WD]}
  - {id: HAQ, instrument: haq_di, unit: points, visits: [M0, M3, M6, WD]}
  - {id: CK, instrument: ck, unit: U/L, visits: [M0, M3, M6, WD]}
  - {id: EX, instrument: myoact, unit: fraction, visits: [M0, M3, M6, WD]}
  - {id: FI, instrument: functional_index, unit: points, visits: [M0, M3, M6, WD]}
core_set:
  {physician: PH, patient: PT, strength: MMT, function: HAQ, enzyme: CK, extramuscular: EX}
endpoints:
  - {id: e, label: e, definition: imacs_2004, role: primary, estimand: ever}
  - {id: a, label: a, definition: imacs_2004, role: secondary, estimand: at_visit, visit: M6}
  - {id: s, label: s, definition: imacs_2004, role: secondary, estimand: sustained, consecutive: 2}
  - {id: f, label: f, definition: functional_index_20, role: secondary, estimand: ever}
analyses: [response]
""")

# measure: (values at baseline, values later, direction, what is worse from zero); edges included
MEASURES = {
    "PH": ("50 40 0", "50 40 35 32 65 52 10 9 0 -", "down", "10"),
    "PT": ("5 2.5 0", "5 4 2 6.5 3.2 1 0.9 0 -", "down", "1"),
    "MMT": ("120 100 150", "120 144 143 90 84 70 75 150 -", "up", "15"),
    "HAQ": ("1.5 0.3 0", "1.5 1.2 0.24 0.39 1.95 0.3 0.29 0 -", "down", "0.3"),
    "CK": ("200 1000", "200 160 161 250 260 800 1300 -", "down", None),
    "EX": ("0.3 0.1 0", "0.3 0.24 0.39 0.08 0.1 0.09 0 -", "down", "0.1"),
}
INDEX = ("40 53 54 0", "48 47 64 0 -")
HANDLINGS = ("NRI", "OC", "LOW", "HIGH")


def pick(draws, words):
    word = draws.choice(words.split())
    return None if word == "-" else word


def visit(draws, position):
    """One visit's values; at baseline (position 0) one is missing now and then, too."""
    cells = {name: pick(draws, words[position]) for name, words in MEASURES.items()}
    cells["FI"] = pick(draws, INDEX[position])
    if not position and draws.random() < 0.2:
        cells[draws.choice(list(cells))] = None
    return cells


def patient_of(draws):
    """One patient: values at each visit that was held, and the day of the unscheduled one."""
    held = {name: draws.random() < 0.8 for name in ("M0", "M3", "M6", "WD")}
    return {
        "day": draws.choice([20, 130, 200]),
        **{name: visit(draws, name != "M0") if on else None for name, on in held.items()},
    }


def later_visits(patient):
    """Names of the visits after baseline in order of time; scheduled ones held or not."""
    at = {"M3": 92, "M6": 184} | ({"WD": patient["day"]} if patient["WD"] else {})
    before = [name for name in ("M3", "M6") if patient[name] and at[name] < patient["day"]]
    after = {"M3": 3.5, "M6": 6.5}[before[-1]] if before else 0.5
    order = {"M3": 3.0, "M6": 6.0, "WD": after}
    return sorted(at, key=order.get)


def change(name, before, after):
    if before is None or after is None:
        return None
    _, _, direction, least = MEASURES[name]
    before, after = Fraction(before), Fraction(after)
    gain = (after - before) * (1 if direction == "up" else -1)
    if before:
        return gain / before * 100
    return Fraction(-100) if least and -gain >= Fraction(least) else Fraction(0)


def judged(changes):
    """IMPROVED, WORSE or UNCHANGED, everything known."""
    better = sum(c >= 20 for c in changes.values())
    worse = sum(c <= -25 for c in changes.values())
    if better >= 3 and worse <= 2 and changes["MMT"] > -25:
        return "IMPROVED"
    return "WORSE" if sum(c <= -30 for c in changes.values()) >= 3 else "UNCHANGED"


def verdicts(patient, name):
    """All statuses the visit could have; none if nothing was assessed."""
    first, now = patient["M0"], patient[name]
    if not first or not now:
        return set()
    changes = {m: change(m, first[m], now[m]) for m in MEASURES}
    if all(c is None for c in changes.values()):
        return set()
    options = [[Fraction(-999), Fraction(999)] if c is None else [c] for c in changes.values()]
    return {judged(dict(zip(changes, filled, strict=True))) for filled in product(*options)}


def letter(statuses):
    """Y, N, ? (assessed but open) or - (not assessed)."""
    found = {status == "IMPROVED" for status in statuses}
    return "-" if not found else "?" if len(found) > 1 else "Y" if True in found else "N"


def index_letter(patient, name):
    first, now = patient["M0"], patient[name]
    before = first and first["FI"]
    after = now and now["FI"]
    if before is None or after is None:
        start = [before] if before is not None else ["0.1", "1"]
        possible = any(
            Fraction(b) > 0
            and (Fraction(after) if after is not None else 64) >= Fraction(b) * 6 / 5
            for b in start
        )
        return "-" if possible else "x"  # x: not assessed, and could not have been improved
    return "Y" if Fraction(before) > 0 and 5 * Fraction(after) >= 6 * Fraction(before) else "N"


def estimand(letters, met):
    """The four handlings of an estimand: a function of a string of Y and N."""
    filled = [
        "".join(f) for f in product(*({"?": "YN", "-": "YN", "x": "N"}.get(c, c) for c in letters))
    ]
    imputed = "".join("Y" if c == "Y" else "N" for c in letters)
    known = "".join("Y" if c in "YN" else "N" for c in letters)
    return {
        "NRI": met(imputed),
        "OC": met(imputed) if met(known) else None,
        "LOW": all(map(met, filled)),
        "HIGH": any(map(met, filled)),
    }  # fmt: skip


def expected_of(patient):
    order = later_visits(patient)
    statuses = [verdicts(patient, name) for name in order]
    letters = "".join(map(letter, statuses))
    ever = "Y" if "Y" in letters else "U" if "?" in letters or set(letters) == {"-"} else "N"
    last = next((s for s in reversed(statuses) if s), None)
    settled = last.copy().pop() if last and len(last) == 1 else "INDETERMINATE"
    group = {"Y": "RESPONDER", "N": settled, "U": "INDETERMINATE"}[ever]
    stretch = letters[letters.find("Y") :] if ever == "Y" else ""
    held = len(stretch) - len(stretch.lstrip("Y"))
    at = {name: letters[order.index(name)] for name in ("M3", "M6")}
    fi = "".join(index_letter(patient, name) for name in order)
    return {
        "course": (ever, order[letters.find("Y")] if held else None, held, group),
        "e": estimand(letters, lambda v: "Y" in v),
        "a": estimand(at["M6"], lambda v: v == "Y"),
        "s": estimand(at["M3"] + at["M6"], lambda v: "YY" in v),
        "f": estimand(fi, lambda v: "Y" in v),
    }


def captured(people):
    rows = [
        {"USUBJID": f"P{n}", "VISIT": name, "VISITDY": day or patient["day"]} | patient[name]
        for n, patient in enumerate(people)
        for name, day in (("M0", 1), ("M3", 92), ("M6", 184), ("WD", 0))
        if patient[name]
    ]
    ids = [f"P{n}" for n in range(len(people))]
    return {
        "subjects": [{"STUDYID": "T", "USUBJID": name, "ARM": "A", "SEX": "F"} for name in ids],
        "visits": rows,
        "disposition": [
            {"USUBJID": name, "DSDECOD": "COMPLETED", "DSREAS": None, "DSSTDY": 200} for name in ids
        ],
        "exposure": [
            {"USUBJID": name, "EXTRT": "t", "EXDOSE": 1, "EXDOSU": "mg", "EXSTDY": 1, "EXENDY": 9,
             "EXPLAN": 9, "EXTAKEN": 9}
            for name in ids
        ],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_derive__equals_a_derivation_that_tries_everything(seed):
    draws = random.Random(seed)  # noqa: S311 - test cases, no secrets
    people = [patient_of(draws) for _ in range(200)]
    frames = datasets.derive(PLAN, datasets.tables_from(captured(people), PLAN))
    expected = [expected_of(patient) for patient in people]
    courses = frames["ADCOURSE"].select("EVER", "FIRSTVIS", "NSUST", "CLASS").rows()
    assert courses == [patient["course"] for patient in expected]
    for endpoint in ("e", "a", "s", "f"):
        for handling in HANDLINGS:
            found = frames["ADEST"].filter(ENDPOINT=endpoint, HANDLING=handling)["AVAL"].to_list()
            assert found == [patient[endpoint][handling] for patient in expected]
    assert len({patient["course"][3] for patient in expected}) == 4  # every class came up
