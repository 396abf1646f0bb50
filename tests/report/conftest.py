"""A small results.json to draw reports from: 15 invented patients, invented numbers.

Nothing here is a result of any study; the shape is the contract's, the values are made up.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest

from myotrial import report
from myotrial.report.page import page as bare_page
from myotrial.report.source import Source

VISITS = (("M0", "Month 0", 0, 1), ("M3", "Month 3", 3, 92), ("M6", "Month 6", 6, 184),
          ("M12", "Month 12", 12, 366))  # fmt: skip
MEASURES = {"PHGA": ("Physician global activity", "mm"), "PTGA": ("Patient global activity", "mm"),
            "MMT8": ("Manual muscle testing", "points"), "HAQDI": ("HAQ", "points"),
            "CK": ("Creatine kinase", "ukat/L"), "MYOACT": ("Extramuscular activity", "fraction"),
            "FI": ("Functional index", "points")}  # fmt: skip
MARKERS = {"CD3": ("T cells (CD3)", "cells/mm2"), "IL1A": ("IL-1alpha", "% area"),
           "IL1B": ("IL-1beta", "% area")}  # fmt: skip
DIAGNOSES = ["PM"] * 6 + ["DM"] * 4 + ["IBM"] * 5
CLASSES = ["RESPONDER"] * 3 + ["UNCHANGED"] * 2 + ["WORSE"] + ["RESPONDER"] * 3 + ["WORSE"] + [
    "RESPONDER"] + ["UNCHANGED"] * 3 + ["WORSE"]  # fmt: skip
LEFT = {3: (150, "Headache"), 5: (60, "Increased muscle symptoms"), 9: (75, "Injection-site rash"),
        12: (200, "Lack of efficacy")}  # fmt: skip


def results(*, patients: int = 15, seed: int = 1) -> dict[str, Any]:
    """The whole dict of an invented study with `patients` patients."""
    subjects = _subjects(patients)
    return {
        "schema": "myotrial-results/1",
        "myotrial": "0.1.0",
        "study": study(),
        "origin": "reconstructed",
        "origin_note": "Drawn from published counts by seed 1.",
        "seed": seed,
        "results": _rows(subjects),
        "listings": _listings(subjects, random.Random(seed)),  # noqa: S311
        "evidence": evidence(),
        "published": published(),
        "inputs": [{"file": "study.yaml", "sha256": "0" * 64}],
    }


def study() -> dict[str, Any]:
    visits = [
        {"id": key, "label": label, "month": month, "day": day, "window": [-21, 21],
         "baseline": key == "M0", "unscheduled": False, "source": ["R1"], "status": "verified"}
        for key, label, month, day in VISITS
    ]  # fmt: skip
    withdrawal = {"id": "WD", "label": "Withdrawal", "month": None, "day": None, "window": None,
                  "baseline": False, "unscheduled": True, "source": None,
                  "status": "assumed"}  # fmt: skip
    return {
        "folder": "example",
        "study": {"id": "EXAMPLE", "title": "An invented trial of anakinra in myositis",
                  "registration": "NCT00000000", "design": "single-arm", "blinding": "open-label",
                  "months": 12, "start": "2003-09", "end": "2008-09", "seed": 1},
        "sources": {"R1": "An invented abstract. No Journal 2009.", "R4": "An invented register."},
        "arms": [{"id": "A", "label": "Anakinra 100 mg daily", "planned": 15, "source": "R1",
                  "status": "verified", "treatments": [
                      {"name": "anakinra", "dose": 100, "unit": "mg", "route": "subcutaneous",
                       "every_days": 1, "from_day": 1, "to_day": 366}]}],
        "subject": {"SEX": {"label": "Sex", "values": ["F", "M"]},
                    "DIAG": {"label": "Diagnosis", "values": ["PM", "DM", "IBM"]}},
        "visits": [*visits, withdrawal],
        "eligibility": {
            "inclusion": [{"id": "I1", "text": "Aged 18 to 80 years", "rule": "18 <= AGE <= 80",
                           "source": "R4", "status": "verified"}],
            "exclusion": [{"id": "E1", "text": "Serious infection in the last 3 months",
                           "rule": "SERINF == 'Y'", "source": "R4", "status": "verified"}]},
        "concomitant": {"stable": {"classes": ["glucocorticoid"], "from_day": -28, "to_day": 366,
                                   "tolerance_percent": 0, "source": "R1", "status": "derived"}},
        "assessments": [{"id": key, "instrument": key.lower(), "unit": unit,
                         "visits": ["M0", "M3", "M6", "M12", "WD"]}
                        for key, (_, unit) in MEASURES.items()],
        "core_set": {"physician": "PHGA", "patient": "PTGA", "strength": "MMT8",
                     "function": "HAQDI", "enzyme": "CK", "extramuscular": "MYOACT"},
        "biopsy": {"visits": ["M0", "M6"],
                   "markers": [{"id": key, "label": label, "unit": unit, "presence": False}
                               for key, (label, unit) in MARKERS.items()]
                   + [{"id": "IL1RA", "label": "IL-1Ra", "unit": None, "presence": True}]},
        "endpoints": [
            {"id": "fi_m12", "label": "Functional index improved at month 12",
             "definition": "functional_index_20", "role": "primary",
             "estimand": "at_visit", "visit": "M12"},
            {"id": "doi_ever", "label": "IMACS definition of improvement at any visit",
             "definition": "imacs_2004", "role": "reported", "estimand": "ever"}],
        "worsening": {"definition": "core_set_30", "measures": 3, "percent": 30,
                      "status": "assumed", "source": "R1"},
        "analyses": ["disposition", "baseline", "response"],
    }  # fmt: skip


def _subjects(patients: int) -> list[dict[str, Any]]:
    rows = []
    for index in range(patients):
        kind = index % 15
        end, reason = LEFT.get(kind, (366, ""))
        rows.append({"USUBJID": f"EX-{index + 1:03}", "DIAG": DIAGNOSES[kind],
                     "CLASS": CLASSES[kind], "EOSDY": end, "DCSREAS": reason,
                     "SEX": "FM"[kind % 2], "AGE": 40 + kind})  # fmt: skip
    return rows


def _listings(subjects: list[dict[str, Any]], draw: random.Random) -> dict[str, Any]:
    labels = {"ADSL": "Subjects", "ADCS": "Core set measures", "ADRS": "Response by visit",
              "ADCOURSE": "Response course", "ADBX": "Biopsy markers"}  # fmt: skip
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in labels}
    for subject in subjects:
        sign = {"RESPONDER": 1, "UNCHANGED": 0, "WORSE": -1}[subject["CLASS"]]
        seen = [visit for visit in VISITS if visit[3] <= subject["EOSDY"]]
        tables["ADSL"].append({**subject, "EOSSTT": "DISCONTINUED" if subject["DCSREAS"] else
                               "COMPLETED", "LSTVIS": seen[-1][1]})  # fmt: skip
        course = {"USUBJID": subject["USUBJID"], "DIAG": subject["DIAG"], "CLASS": subject["CLASS"],
                  "EVER": "Y" if sign > 0 else "N", "FIPCT_BEST": None}  # fmt: skip
        for key, visit, month, day in seen:
            at = {"AVISIT": visit, "AVISITN": month, "VISITID": key, "ADY": day}
            for code, (name, unit) in MEASURES.items():
                change = None if not month else round(sign * draw.uniform(10, 60), 1)
                if draw.random() < 0.03:
                    change = None
                tables["ADCS"].append({"USUBJID": subject["USUBJID"], "PARAMCD": code,
                                       "PARAM": name, **at, "AVAL": draw.uniform(1, 80),
                                       "AVALU": unit, "IMPR": change})  # fmt: skip
                if code == "FI" and month:
                    course["FIPCT_BEST"] = change
            if month:
                status = {1: "IMPROVED", 0: "UNCHANGED", -1: "WORSE"}[sign]
                tables["ADRS"].append({"USUBJID": subject["USUBJID"], "PARAMCD": "STATUS",
                                       "PARAM": "Status", **at, "AVALC": status,
                                       "DIAG": subject["DIAG"]})  # fmt: skip
                course[f"STATUS_{key}"] = status
        tables["ADCOURSE"].append(course)
        for code, (name, unit) in MARKERS.items():
            for time in ("Baseline", "Repeat"):
                tables["ADBX"].append({"USUBJID": subject["USUBJID"], "PARAMCD": code,
                                       "PARAM": name, "AVISIT": time, "AVAL":
                                       round(draw.lognormvariate(2, 1), 1), "AVALU": unit,
                                       "CLASS": subject["CLASS"], "DIAG": subject["DIAG"],
                                       "EVER": course["EVER"]})  # fmt: skip
    return {name: _listing(name, labels[name], rows) for name, rows in tables.items()}


def _listing(name: str, label: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    columns += ["ORIGIN", "RULE", "SRCROWS", "ROWID"]
    for number, row in enumerate(rows, start=1):
        row |= {"ORIGIN": "reconstructed", "RULE": f"myotrial.datasets.{name.lower()}",
                "SRCROWS": f"visits:{number}", "ROWID": f"{name}:{number}"}  # fmt: skip
    return {"label": label, "columns": [{"name": key, "label": key.title()} for key in columns],
            "rows": [[row.get(key) for key in columns] for row in rows]}  # fmt: skip


def record(key: str, label: str, statistic: str, value: Any, **more: Any) -> dict[str, Any]:
    """One result as results.json has it."""
    analysis = {"marker": "marker_by_response", "fi": "functional_index"}
    stem = key.split(".")[0]
    return {"id": key, "analysis": analysis.get(stem, stem), "label": label, "statistic": statistic,
            "value": value, "unit": "", "interval": None, "numerator": None, "n": 15,
            "population": "all treated patients", "groups": {}, "estimand": "",
            "method": "counted", "reference": "", "warnings": [],
            "rows": {"dataset": "ADSL", "keys": ["ADSL:1", "ADSL:2"]},
            "rule": "myotrial.analysis.example", **more}  # fmt: skip


def ends(low: float | None, high: float | None, kind: str = "confidence") -> dict[str, Any]:
    return {"low": low, "high": high, "level": 0.95 if kind == "confidence" else None,
            "kind": kind}  # fmt: skip


def _share(key: str, label: str, x: int, n: int, low: float, high: float, **more: Any) -> dict:
    return record(key, label, "share", 100 * x / n, unit="%", numerator=x, n=n,
                  interval=ends(low, high), method="Clopper-Pearson exact interval",
                  reference="Clopper and Pearson, Biometrika 1934;26:404-13.", **more)  # fmt: skip


def _rows(subjects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ever = {"estimand": "ever, non-responder imputation"}
    return [
        record("disposition.treated", "Treated", "count", len(subjects), unit="patients"),
        record("disposition.completed.M3", "Completed month 3", "count", 13, unit="patients"),
        record("disposition.completed.M6", "Completed month 6", "count", 12, unit="patients"),
        record("disposition.completed.M12", "Completed month 12", "count", 11, unit="patients"),
        record("withdrawals.total", "Withdrew", "count", 4, unit="patients", numerator=4),
        record("withdrawals.reason.headache", "Withdrew: Headache", "count", 1, unit="patients"),
        record("withdrawals.before.M6", "Withdrew between Month 3 and Month 6", "count", 1),
        record("withdrawals.reason.headache.before.M6",
               "Withdrew between Month 3 and Month 6: Headache", "count", 1),
        record("baseline.AGE.mean", "Age", "mean", 47.0, unit="years",
               interval=ends(40, 54, "range")),
        _share("response.doi_ever.nri.share", "Improved at any visit", 7, 15, 21.27, 73.41, **ever),
        _share("response.doi_ever.nri.PM.share", "Improved at any visit", 3, 6, 11.81, 88.19,
               groups={"DIAG": "PM"}, **ever),
        _share("response.doi_ever.nri.DM.share", "Improved at any visit", 3, 4, 19.41, 99.37,
               groups={"DIAG": "DM"}, **ever),
        _share("response.doi_ever.nri.IBM.share", "Improved at any visit", 1, 5, 0.51, 71.64,
               groups={"DIAG": "IBM"}, **ever),
        _share("response.fi_m12.nri.share", "FI improved", 5, 15, 11.8, 61.6, **ever),
        record("response.class.UNCHANGED", "Unchanged", "count", 5, unit="patients"),
        record("fi.responders.improved", "FI improved among responders", "count", 4, n=7),
        record("biopsy.IL1B.hodges_lehmann", "Change of IL-1beta", "difference", -1.25, n=14,
               unit="% area", interval=ends(-3.5, 0.75), method="Hodges-Lehmann, exact interval"),
        record("biopsy.IL1B.wilcoxon", "Change of IL-1beta", "p_value", 0.2412, n=14,
               warnings=["No correction for 5 markers."]),
        _share("marker.IL1RA.present.responders", "IL-1Ra present after treatment", 7, 7,
               59.04, 100.0, groups={"CLASS": "RESPONDER"}),
        _share("marker.IL1RA.present.nonresponders", "IL-1Ra present after treatment",
               3, 8, 8.52, 75.51, groups={"CLASS": "not responder"}),
        record("marker.IL1RA.by_response.fisher", "IL-1Ra by response", "p_value", 0.02564),
        *(record(f"sensitivity.{key}", "IL-1Ra by response", "p_value", None, n=None, rows={})
          for key in ("il1ra.fisher.1", "il1ra.fisher.2", "il1ra.fisher.3", "women.count.1")),
        record("safety.empty", "A number that could not be computed", "median", None,
               warnings=["No value was recorded."], rows={}),
    ]  # fmt: skip


def evidence() -> dict[str, Any]:
    """Findings about an invented paper."""
    proof = {"kind": "farkas", "sum": "0 >= 1", "rows": [
        {"owner": "repeat-biopsies", "row": "number with biopsy == 'yes' = 14", "multiplier": "1"},
        {"owner": "assessed", "row": "number with assessed >= 15", "multiplier": "-1"},
    ]}  # fmt: skip
    told = "There must be at least 15 patients who had a repeat biopsy, but 14 are stated."
    clash = {"readings": ["assessed", "counts-as-repeat"], "group": 1}
    return {
        "schema": "myotrial-claims/1",
        "source": {"id": "R1", "citation": "An invented abstract."},
        "readings": [
            {"id": "assessed", "says": "all 8 others were assessed", "why": "it is not said."},
            {"id": "counts-as-repeat", "says": "any later biopsy is a repeat", "why": "or not."},
            {"id": "quiet", "says": "nothing else happened", "why": ""}],
        "consistent": True,
        "witness": [],
        "groups": [{"id": 1, "readings": clash["readings"], "shares": ["repeat-biopsies"],
                    "explanation": told, "conflicts": 2}],
        "conflicts": [
            {**clash, "claims": ["repeat-biopsies"], "loosely": [], "because": [],
             "certificate": {"kind": "split", "on": "number with x", "at_most": 3,
                             "below": proof, "above": proof}, "explanation": told},
            {**clash, "claims": ["repeat-biopsies", "il1ra"], "loosely": [], "because": [],
             "certificate": proof, "explanation": "Another way to say it."}],
        "repairs": [{"withdraw": ["assessed"], "loosely": [], "doubt": []},
                    {"withdraw": [], "loosely": [], "doubt": ["repeat-biopsies"]}],
        "admissible": [],
        "statistics": [
            _range([], [], 0.02564, 1.0, (7, 0, 3, 5), 6),
            _range(["counts-as-repeat", "quiet"], ["assessed"], 0.06993, 0.06993, (7, 0, 3, 4), 1),
            _range(["assessed", "quiet"], ["counts-as-repeat"], 0.02564, 0.02564, (7, 0, 3, 5), 1),
            {"id": "responders-among-women", "label": "responders among the women",
             "method": "count", "min": 0, "max": 7, "warnings": [], "readings": [], "without": [],
             "loosely": []},
        ],
        "implied": [{"claim": "women", "from": ["responders", "vague"]}],
        "determined": [{"values": {"outcome": "responder"}, "min": 7, "max": 7}],
        "bounded": [{"values": {"duration": "3 to 17"}, "min": 0, "max": 13}],
        "free": [{"values": {"sex": "F", "outcome": "responder"}, "min": 0, "max": 7},
                 {"unlinked": ["sex", "duration"]}],
        "unchecked": [{"claim": "vague", "says": "Statement vague", "why": "no number"}],
        "warnings": ["An invented warning."],
    }  # fmt: skip


def _range(
    readings: list[str], without: list[str], low: float, high: float, table: tuple, tables: int
) -> dict[str, Any]:
    return {"id": "il1ra-by-response", "label": "IL-1Ra by response", "method": "fisher",
            "min": low, "max": high, "at_min": {"table": list(table)},
            "at_max": {"table": list(table)}, "tables": tables, "warnings": [],
            "readings": readings, "without": without, "loosely": []}  # fmt: skip


def published() -> list[dict[str, Any]]:
    def claim(key: str, verdict: str, **more: Any) -> dict[str, Any]:
        return {"claim": key, "says": f"Statement {key}", "where": "Results", "reported": "7",
                "form": "count(outcome == 'responder')", "reproduced": "7", "verdict": verdict,
                "readings": [], "result_ids": ["response.doi_ever.nri.share"], "note": "",
                **more}  # fmt: skip

    return [
        claim("responders", "reproduced"),
        claim("il1ra", "hangs on a reading", readings=["assessed"]),
        claim("repeat-biopsies", "cannot hold", note="Not together with: assessed."),
        claim("women", "not reproduced", reproduced="8"),
        claim("vague", "not checkable", reproduced="", result_ids=[]),
    ]


@pytest.fixture(scope="session")
def example() -> dict[str, Any]:
    """The results of the invented study; read only."""
    return results()


@pytest.fixture
def changed() -> Callable[..., dict[str, Any]]:
    """A builder of the same results with other values at the top level."""
    return lambda patients=15, **other: {**results(patients=patients), **other}


@pytest.fixture
def told(changed: Callable[..., dict[str, Any]]) -> Callable[..., str]:
    """A builder of the page of changed results, without drawings, which take longest."""
    return lambda rows=2000, **other: bare_page(Source(changed(**other)), {}, rows=rows)


@pytest.fixture(scope="session")
def page(example: dict[str, Any]) -> str:
    """The page of the invented study."""
    return report.html(example)


@pytest.fixture(scope="session")
def drawn(example: dict[str, Any]) -> dict[str, str]:
    """The drawings of the invented study."""
    return report.figures(example)
