"""Exposure to the treatment and compliance with its planned doses.

Days        from first to last dose (EXDURD), added up over a patient's records.
Compliance  doses taken in percent of doses planned, over all of a patient's records.
"""

from collections.abc import Iterator

from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Record, Rows, Trial
from myotrial.facts import Fact
from myotrial.results import Result

__all__ = ["FACTS", "patient_years", "results"]

RULE = "myotrial.analysis.exposure.results"
ENOUGH = 80.0  # percent of planned doses
FACTS = (
    Fact(
        "doses taken that count as good compliance, at least",
        ENOUGH,
        "% of planned doses",
        "common mark in drug trials; the seed study does not say",
        "assumed",
    ),
)
COLUMNS = ("USUBJID", "EXDURD", "EXPLAN", "EXTAKEN")
DAYS_A_YEAR = 365.25


def results(trial: Trial) -> Iterator[Result]:
    """Days of exposure, patient-years, doses planned and taken, compliance."""
    rows = _records(trial, step="exposure")
    patients = _added(rows)
    absent = len(trial.treated) - len(patients)
    notes = (f"{many(absent, 'patient')} without a record of exposure left out.",)
    sheet = Sheet("exposure", RULE, cautions=notes if absent else ())
    yield from sheet.summaries("exposure.days", "Days of treatment", patients, "DAYS", unit="days")
    yield sheet.result(
        "exposure.patient_years",
        "Patient-years of treatment",
        "total",
        patient_years(trial, step="exposure"),
        unit="years",
        n=len(patients.known("DAYS")),
        method="days from first to last dose of all patients, divided by 365.25",
        rows=rows.keys(),
        warnings=_unknown(patients, "DAYS", "duration"),
    )
    for column, words in (("EXPLAN", "planned"), ("EXTAKEN", "taken")):
        known = patients.known(column)
        yield sheet.result(
            f"exposure.{words}.total",
            f"Doses {words}",
            "total",
            sum(known.values(column)) if len(known) else None,
            unit="doses",
            n=len(known),
            method="added up over all patients",
            rows=rows.of(known.subjects()).keys(),
            warnings=_unknown(patients, column, f"number of doses {words}"),
        )
    yield from _compliance(sheet, patients)


def patient_years(trial: Trial, *, step: str) -> float:
    """Time on treatment of all patients, in years; records without days add nothing."""
    days = _records(trial, step=step).known("EXDURD").values("EXDURD")
    return float(sum(days)) / DAYS_A_YEAR


def _records(trial: Trial, *, step: str) -> Rows:
    return trial.rows("ADEX", COLUMNS, step=step).of(trial.treated.subjects())


def _added(rows: Rows) -> Rows:
    """One row a patient, with days and doses added up; missing where any record lacks them."""
    return Rows(rows.dataset, tuple(_sums(records) for records in rows.by("USUBJID").values()))


def _sums(records: Rows) -> Record:
    names = {"EXDURD": "DAYS", "EXPLAN": "EXPLAN", "EXTAKEN": "EXTAKEN"}
    sums = {
        name: None if None in records.values(column) else sum(records.values(column))
        for column, name in names.items()
    }
    planned, taken = sums["EXPLAN"], sums["EXTAKEN"]
    known = bool(planned) and taken is not None
    compliance = 100 * taken / planned if known and planned and taken is not None else None
    return {**records.records[0], **sums, "COMPLIANCE": compliance}


def _compliance(sheet: Sheet, patients: Rows) -> Iterator[Result]:
    yield from sheet.summaries(
        "exposure.compliance", "Compliance", patients, "COMPLIANCE", unit="%"
    )
    known = patients.known("COMPLIANCE")
    yield sheet.share(
        "exposure.compliance.enough",
        "Took at least 80 % of planned doses",
        known,
        lambda row: row["COMPLIANCE"] >= ENOUGH,
        method="doses taken in percent of doses planned",
        warnings=_unknown(patients, "COMPLIANCE", "compliance"),
    )


def _unknown(patients: Rows, column: str, what: str) -> list[str]:
    if not len(patients):
        return ["No exposure is recorded."]
    lost = len(patients) - len(patients.known(column))
    return [f"The {what} of {many(lost, 'patient')} is not known."] if lost else []
