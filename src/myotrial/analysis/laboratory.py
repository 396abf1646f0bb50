"""Laboratory values against their limit: shift tables from baseline to the worst and last value.

Class    multiples of the upper limit of normal for the patient's sex, as toxicity grades cut them.
Worst    the highest value after baseline, unscheduled visits too; last: the last one recorded.
Left out a patient without a limit (sex not recorded), or without a value at either time: counted.
Source   Common Terminology Criteria for Adverse Events 5.0, 2017 (CPK increased).
"""

from collections.abc import Iterator, Mapping

from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Record, Rows, Trial
from myotrial.facts import Fact
from myotrial.results import Result

__all__ = ["CLASSES", "FACTS", "results"]

RULE = "myotrial.analysis.laboratory.results"
CTCAE = "Common Terminology Criteria for Adverse Events 5.0, US National Cancer Institute, 2017."
CUTS = (1.0, 2.5, 5.0, 10.0)  # multiples of the upper limit that are still in the class below
CLASSES = ("normal", "to2_5", "to5", "to10", "above10")
WORDS = ("≤ 1 × ULN", "> 1 to 2.5", "> 2.5 to 5", "> 5 to 10", "> 10 × ULN")
FACTS = (
    Fact(
        "multiples of the upper limit of normal at which the grade of a raised enzyme changes",
        ", ".join(f"{cut:g}" for cut in CUTS),
        "x ULN",
        CTCAE,
        "recalled",
    ),
)
COLUMNS = ("USUBJID", "PARAMCD", "PARAM", "AVAL", "ABLFL", "AVISITN")


def results(trial: Trial) -> Iterator[Result]:
    """Shifts of every assessment that has an upper limit of normal."""
    limits = {item["id"]: item["upper_limit"] for item in trial.plan.get("assessments") or ()
              if item.get("upper_limit")}  # fmt: skip
    if not (limits and trial.has("ADCS", *COLUMNS) and trial.has("ADSL", "SEX")):
        return
    sexes = {row["USUBJID"]: row["SEX"] for row in trial.rows("ADSL", ("USUBJID", "SEX"),
                                                             step="safety")}  # fmt: skip
    values = trial.rows("ADCS", COLUMNS, step="safety").of(trial.treated.subjects())
    for name, limit in limits.items():
        rows = values.where(PARAMCD=name).known("AVAL")
        if len(rows):
            yield from _shifts(trial, name, rows, sexes, limit)


def _shifts(
    trial: Trial, name: str, rows: Rows, sexes: Mapping[str, str], limit: Mapping[str, float]
) -> Iterator[Result]:
    by_subject = rows.by("USUBJID")
    told: dict[str, dict[str, tuple[int, int]]] = {"worst": {}, "last": {}}
    for who, these in by_subject.items():
        upper = limit.get(sexes.get(who) or "")
        before = next((row["AVAL"] for row in these if row["ABLFL"] == "Y"), None)
        after = [row for row in these if row["ABLFL"] != "Y"]
        if upper and before is not None and after:
            start = _class(before / upper)
            told["worst"][who] = start, _class(max(row["AVAL"] for row in after) / upper)
            told["last"][who] = start, _class(max(after, key=_time)["AVAL"] / upper)
    lost = len(trial.treated) - len(told["worst"])
    notes = [f"{many(lost, 'patient')} without both values or a limit left out."] if lost else []
    label = rows.records[0]["PARAM"]
    for when, pairs in told.items():
        for start in sorted({one for one, _ in pairs.values()}):
            people = [who for who, (one, _) in pairs.items() if one == start]
            for end in range(len(CLASSES)):
                moved = [who for who in people if pairs[who][1] == end]
                yield Sheet("safety", RULE, cautions=trial.cautions).result(
                    f"safety.shift.{name}.{when}.{CLASSES[start]}.{CLASSES[end]}",
                    f"{label}: from {WORDS[start]} at baseline to {WORDS[end]}, {when} value",
                    "count", len(moved), unit="patients", numerator=len(moved), n=len(people),
                    method="multiples of the upper limit of normal for the patient's sex",
                    reference=CTCAE, rows=rows.of(moved).keys(), warnings=notes,
                )  # fmt: skip


def _time(row: Record) -> float:
    return float(row["AVISITN"] or 0.0)


def _class(multiple: float) -> int:
    """The class of a value, as a place among `CLASSES`.

    >>> [_class(multiple) for multiple in (1.0, 1.01, 2.5, 10.0, 10.1)]
    [0, 1, 1, 3, 4]
    """
    return sum(multiple > cut for cut in CUTS)
