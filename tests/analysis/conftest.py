"""A trial of 15 made-up patients, small enough to count by hand, in several dataframe libraries."""

import copy
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from myotrial.analysis import run

#    diag   sex  age last   class         first sustained to   FI    best  reason and day of leaving
PEOPLE = [
    ("PM",  "F", 50, "M12", "RESPONDER",   "M3", "Month 6",  "Y",  35.0, None, 366),
    ("PM",  "F", 55, "M12", "RESPONDER",   "M3", "Month 3",  "Y",  25.0, None, 366),
    ("PM",  "F", 60, "M12", "RESPONDER",  "M12", "Month 12", "N",  10.0, None, 366),
    ("PM",  "M", 65, "M12", "UNCHANGED",  None, None,        "Y",  21.0, None, 366),
    ("PM",  "M", 70, "M12", "UNCHANGED",  None, None,        "N",   0.0, None, 366),
    ("PM",  "M", 40, "M6",  "WORSE",      None, None,        "N",  -5.0, "Lack of efficacy", 300),
    ("DM",  "F", 45, "M12", "RESPONDER",   "M3", "Month 3",  "Y",  40.0, None, 366),
    ("DM",  "F", 48, "M12", "RESPONDER",   "M3", "Month 3",  "N",   5.0, None, 366),
    ("DM",  "F", 52, "M12", "RESPONDER",   "M6", "Month 12", "N",  15.0, None, 366),
    ("DM",  "M", 58, "M12", "UNCHANGED",  None, None,        "N",   2.0, None, 366),
    ("IBM", "F", 62, "M6",  "RESPONDER",   "M3", "Month 3",  "Y",  30.0, "Headache", 240),
    ("IBM", "F", 66, "M3",  "UNCHANGED",  None, None,        "N",   1.0, "Site rash", 120),
    ("IBM", "M", 72, "M3",  "UNCHANGED",  None, None,        "N",   3.0, "site rash", 130),
    ("IBM", "M", 74, "M0",  "WORSE",      None, None,        "U",  None, "Muscle symptoms", 60),
    ("IBM", "M", None, "M0", "WORSE",     None, None,        "U",  None, "Muscle symptoms", 70),
]  # fmt: skip
MONTHS = {"M0": "Month 0", "M3": "Month 3", "M6": "Month 6", "M12": "Month 12"}
ORDER = list(MONTHS)
DUE = {"M3": 1, "M6": 2, "M12": 3}
IL1B = [(10, 9), (10, 8), (10, 7), (10, 14), (10, 5), (10, 4), (10, 10), (10, 3)]
MARKED = {1, 2, 3, 7, 8, 9, 11, 4, 5, 10}  # IL-1Ra present after treatment


def who(number: int) -> str:
    return f"A-{number:02}"


def _adsl() -> list[dict[str, Any]]:
    return [
        {"SEX": sex, "AGE": age, "DIAG": diag, "FASFL": "Y", "SAFFL": "Y",
         "COMPLFL": "N" if reason else "Y", "EOSSTT": "DISCONTINUED" if reason else "COMPLETED",
         "DCSREAS": reason, "EOSDY": day, "LSTVIS": MONTHS[last],
         "ELIGFL": "N" if number == 5 else "Y", "ELIGWHY": "I6" if number == 5 else None,
         "USUBJID": who(number)}
        for number, (diag, sex, age, last, *_, reason, day) in enumerate(PEOPLE, start=1)
    ]  # fmt: skip


def _adcourse() -> list[dict[str, Any]]:
    return [
        {"USUBJID": who(number), "DIAG": diag, "CLASS": kind,
         "EVER": "Y" if kind == "RESPONDER" else "N",
         "FIRSTVIS": MONTHS.get(first), "SUSTTO": held, "FIEVER": index, "FIPCT_BEST": best}
        for number, (diag, _, _, _, kind, first, held, index, best, *_) in enumerate(PEOPLE, 1)
    ]  # fmt: skip


def _adest() -> list[dict[str, Any]]:
    rows = []
    for number, (diag, _, _, last, kind, *_) in enumerate(PEOPLE, start=1):
        ever, late = int(kind == "RESPONDER"), int(number in (3, 9))
        gone, unseen = last != "M12", number == 15
        values = {
            "doi_ever": (ever, None if unseen else ever, ever, 1 if unseen else ever),
            "doi_m12": (late, None if gone else late, late, 1 if gone else late),
        }
        for endpoint, four in values.items():
            for handling, value in zip(("NRI", "OC", "LOW", "HIGH"), four, strict=True):
                rows.append(
                    {"USUBJID": who(number), "DIAG": diag, "CLASS": kind, "ENDPOINT": endpoint,
                     "HANDLING": handling, "AVAL": value}
                )  # fmt: skip
    return rows


def _adrs() -> list[dict[str, Any]]:
    rows = []
    for number, (diag, _, _, last, kind, first, _, index, *_) in enumerate(PEOPLE, start=1):
        for visit, place in DUE.items():
            seen = ORDER.index(last) >= place
            status = "IMPROVED" if first == visit else "WORSE" if kind == "WORSE" else "UNCHANGED"
            for code, value in (("STATUS", status), ("FI20", index)):
                rows.append({"USUBJID": who(number), "DIAG": diag, "PARAMCD": code,
                             "VISITID": visit, "AVISIT": MONTHS[visit],
                             "AVALC": value if seen else "NOT ASSESSED"})  # fmt: skip
    return rows


def _adcs() -> list[dict[str, Any]]:
    values = {1: 1.0, 2: 1.5, 7: 2.0, 11: None}
    return [
        {"USUBJID": who(number), "PARAMCD": "HAQDI", "PARAM": "HAQ disability index",
         "AVAL": value, "AVALU": "points", "ABLFL": flag}
        for number, value in values.items()
        for flag in ("Y", None)
    ]  # fmt: skip


def _adbx() -> list[dict[str, Any]]:
    rows = []
    for number, person in enumerate(PEOPLE, start=1):
        kind = {"USUBJID": who(number), "DIAG": person[0], "CLASS": person[4],
                "EVER": "Y" if person[4] == "RESPONDER" else "N"}  # fmt: skip
        pair = IL1B[number - 1] if number <= len(IL1B) else (7, None)
        after = "PRESENT" if number in MARKED else "ABSENT"
        before = None if number == 15 else "PRESENT" if number in (1, 6) else "ABSENT"
        for time, day, level, seen in (
            ("Baseline", 1, pair[0], before), ("Repeat", 180 + number, pair[1], after)
        ):  # fmt: skip
            at = {**kind, "AVISIT": time, "ADY": day}
            rows.append({**at, "PARAMCD": "IL1B", "PARAM": "IL-1beta", "AVAL": level,
                         "AVALC": None, "AVALU": "% area"})  # fmt: skip
            if seen:
                rows.append({**at, "PARAMCD": "IL1RA", "PARAM": "IL-1Ra", "AVALU": None,
                             "AVAL": float(seen == "PRESENT"), "AVALC": seen})  # fmt: skip
    return rows


def _adae() -> list[dict[str, Any]]:
    events = [
        (12, "Injection-site rash", "MODERATE", "Y", "DRUG WITHDRAWN", "Y"),
        (13, "injection-site rash", "MILD", "Y", "DRUG WITHDRAWN", "Y"),
        (13, "Injection-site rash", "MILD", "Y", "DOSE NOT CHANGED", "Y"),
        (11, "Headache", "SEVERE", "N", "DRUG WITHDRAWN", "Y"),
        (1, "Headache", None, None, None, "Y"),
        (2, "Cold", "MILD", "N", "DOSE NOT CHANGED", "N"),
    ]
    names = ("AETERM", "AESEV", "AEREL", "AEACN", "TRTEMFL")
    return [
        {"USUBJID": who(n), **dict(zip(names, rest, strict=True))} for n, *rest in events
    ]  # fmt: skip


def _adex() -> list[dict[str, Any]]:
    return [
        {"USUBJID": who(number), "EXDURD": person[-1], "EXPLAN": 100,
         "EXTAKEN": 70 if number == 1 else None if number == 2 else 100}
        for number, person in enumerate(PEOPLE, start=1)
    ]  # fmt: skip


def _adcm() -> list[dict[str, Any]]:
    return [
        {"USUBJID": who(1), "CMTRT": "prednisolone", "CMCLAS": "glucocorticoid", "ADY": None,
         "PCHG": 0.0, "STABLE": "Y", "VIOLTXT": None},
        {"USUBJID": who(2), "CMTRT": "prednisolone", "CMCLAS": "glucocorticoid", "ADY": 40,
         "PCHG": -50.0, "STABLE": "N", "VIOLTXT": "from 10 to 5 mg a day on day 40"},
        {"USUBJID": who(2), "CMTRT": "methotrexate", "CMCLAS": "methotrexate", "ADY": 60,
         "PCHG": None, "STABLE": "N", "VIOLTXT": "started on day 60"},
        {"USUBJID": who(3), "CMTRT": "azathioprine", "CMCLAS": "azathioprine", "ADY": None,
         "PCHG": None, "STABLE": None, "VIOLTXT": "a dose is not recorded"},
    ]  # fmt: skip


def _tables() -> dict[str, list[dict[str, Any]]]:
    made = {"ADSL": _adsl(), "ADCS": _adcs(), "ADRS": _adrs(), "ADCOURSE": _adcourse(),
            "ADEST": _adest(), "ADBX": _adbx(), "ADAE": _adae(), "ADEX": _adex(),
            "ADCM": _adcm()}  # fmt: skip
    for name, rows in made.items():
        for number, row in enumerate(rows, start=1):
            row["ROWID"] = f"{name}:{number}"
    return made


PLAN: dict[str, Any] = {
    "study": {"id": "A", "design": "single-arm"},
    "arms": [{"id": "A"}],
    "subject": {
        "AGE": {"label": "Age", "unit": "years", "values": None},
        "SEX": {"label": "Sex", "unit": "", "values": ("F", "M")},
        "DIAG": {"label": "Diagnosis", "unit": "", "values": ("PM", "DM", "IBM")},
        "HIV": {"label": "HIV infection", "unit": "", "values": ("Y", "N")},
    },
    "visits": [
        {"id": key, "label": label, "baseline": key == "M0", "unscheduled": False, "day": day,
         "window": (-30, 5)}
        for (key, label), day in zip(MONTHS.items(), (1, 92, 184, 366), strict=True)
    ] + [{"id": "WD", "label": "Withdrawal", "baseline": False, "unscheduled": True}],
    "concomitant": {"stable": {"classes": ("glucocorticoid", "methotrexate", "azathioprine"),
                               "from_day": -28, "to_day": 366, "tolerance_percent": 0.0}},
    "biopsy": {"visits": ("M0", "M6"), "markers": [
        {"id": "IL1B", "label": "IL-1beta", "unit": "% area", "presence": False},
        {"id": "IL1RA", "label": "IL-1Ra", "unit": None, "presence": True},
    ]},
    "endpoints": [
        {"id": "doi_ever", "label": "Improved at any visit", "estimand": "ever", "visit": None,
         "handlings": ("NRI", "OC", "LOW", "HIGH")},
        {"id": "doi_m12", "label": "Improved at month 12", "estimand": "at_visit", "visit": "M12",
         "handlings": ("NRI", "OC", "LOW", "HIGH")},
    ],
    "analyses": ("disposition", "baseline", "exposure", "concomitant", "response",
                 "functional_index", "withdrawals", "safety", "biopsy", "marker_by_response"),
}  # fmt: skip

LIBRARIES = {
    "polars": lambda rows: pl.DataFrame(rows, infer_schema_length=None),
    "pandas": pd.DataFrame,
    "pyarrow": pa.Table.from_pylist,
}


@pytest.fixture(params=LIBRARIES)
def library(request):
    """A function from rows to a dataframe of one library."""
    return LIBRARIES[request.param]


@pytest.fixture
def plan():
    return copy.deepcopy(PLAN)


@pytest.fixture
def tables():
    """The rows of each dataset, to be changed by a test."""
    return _tables()


@pytest.fixture
def analyse(plan, tables):
    """Run analyses over the rows as they are now; results by id."""

    def analysed(*names, make=LIBRARIES["polars"]):
        chosen = {**plan, "analyses": names or plan["analyses"]}
        frames = {name: make(rows) for name, rows in tables.items()}
        return {result.id: result for result in run(chosen, frames)}

    return analysed
