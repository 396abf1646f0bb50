"""Patients before treatment: what was recorded once, and the assessments at baseline."""

from collections.abc import Iterator, Mapping
from typing import Any

from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Rows, Trial
from myotrial.results import Result

__all__ = ["results"]

RULE = "myotrial.analysis.baseline.results"


def results(trial: Trial) -> Iterator[Result]:
    """Each attribute and each baseline assessment, overall and by diagnosis."""
    attributes = {
        name: item for name, item in trial.plan["subject"].items() if trial.has("ADSL", name)
    }
    subjects = trial.rows("ADSL", ("USUBJID", "SAFFL", "DIAG", *attributes), step="baseline")
    treated = subjects.where(SAFFL="Y")
    measures = trial.rows(
        "ADCS",
        ("USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "ABLFL"),
        step="baseline",
    ).where(ABLFL="Y")
    for words, key, people in _groups(trial, treated):
        sheet = Sheet("baseline", RULE, groups=words)
        for name, item in attributes.items():
            if not (key and name == "DIAG"):
                yield from _attribute(sheet, f"baseline.{name}{key}", item, people, name)
        for name, rows in measures.of(treated.subjects()).by("PARAMCD").items():
            these, first = rows.of(people.subjects()), rows.records[0]
            yield from sheet.summaries(
                f"baseline.{name}{key}", first["PARAM"], these, "AVAL", unit=first["AVALU"] or ""
            )


def _groups(trial: Trial, treated: Rows) -> Iterator[tuple[dict[str, str], str, Rows]]:
    yield {}, "", treated
    for diagnosis in trial.diagnoses:
        yield {"DIAG": diagnosis}, f".{diagnosis}", treated.where(DIAG=diagnosis)


def _attribute(
    sheet: Sheet, key: str, item: Mapping[str, Any], people: Rows, name: str
) -> Iterator[Result]:
    """Summaries of a number, or the share of each value."""
    if not item.get("values"):
        yield from sheet.summaries(key, item["label"], people, name, unit=item.get("unit") or "")
        return
    known = people.known(name)
    lost = len(people) - len(known)
    for value in item["values"]:
        yield sheet.portion(
            f"{key}.{value}",
            f"{item['label']}: {value}",
            known,
            lambda row, value=value: row[name] == value,
            warnings=[f"{lost} not recorded."] if lost else [],
        )
