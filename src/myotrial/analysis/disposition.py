"""Who was enrolled, treated, and completed each visit.

Completed  a visit is completed if it, or a later scheduled one, was the last visit held (LSTVIS).
"""

from collections.abc import Iterator

from myotrial.analysis.sheet import Sheet, many
from myotrial.analysis.trial import Record, Rows, Trial, same_visit, slug
from myotrial.results import Result

__all__ = ["reached", "results"]

RULE = "myotrial.analysis.disposition.results"


def results(trial: Trial) -> Iterator[Result]:
    """Counts of subjects enrolled, eligible, treated, by diagnosis, and completing each visit."""
    subjects = trial.rows(
        "ADSL",
        ("USUBJID", "DIAG", "SAFFL", "COMPLFL", "ELIGFL", "ELIGWHY", "LSTVIS"),
        step="disposition",
    )
    everyone = Sheet("disposition", RULE, population="all enrolled patients")
    yield everyone.count("disposition.enrolled", "Enrolled", subjects)
    yield everyone.count(
        "disposition.eligible",
        "Met all eligibility criteria",
        subjects.where(ELIGFL="Y"),
        n=len(subjects),
        method="every inclusion rule true and every exclusion rule false",
        warnings=_exceptions(subjects),
    )
    treated = subjects.where(SAFFL="Y")
    yield everyone.count("disposition.treated", "Treated", treated, n=len(subjects))
    sheet = Sheet("disposition", RULE)
    for diagnosis in trial.diagnoses:
        yield sheet.but(groups={"DIAG": diagnosis}).count(
            f"disposition.diagnosis.{diagnosis}",
            "Treated",
            treated.where(DIAG=diagnosis),
            n=len(treated),
        )
    yield from _completed(trial, sheet, treated)
    yield from _deviations(trial, sheet, treated)


def _completed(trial: Trial, sheet: Sheet, treated: Rows) -> Iterator[Result]:
    unknown = len(treated.where(lambda row: reached(trial, row) is None))
    notes = [f"The last visit of {many(unknown, 'patient')} is not known."] if unknown else []
    for place, visit in enumerate(trial.visits, start=1):
        yield sheet.count(
            f"disposition.completed.{visit['id']}",
            f"Completed {visit['label']}",
            treated.where(lambda row, place=place: (reached(trial, row) or 0) >= place),
            n=len(treated),
            method="the last scheduled visit held is this one or a later one",
            warnings=notes,
        )
    yield sheet.count(
        "disposition.completed.study",
        "Completed the study",
        treated.where(COMPLFL="Y"),
        n=len(treated),
        method="disposition recorded as completed",
    )


def _deviations(trial: Trial, sheet: Sheet, treated: Rows) -> Iterator[Result]:
    """Patients with each kind of protocol deviation, where the datasets list them."""
    if not trial.has("ADDV", "DVCAT"):
        return
    found = trial.rows("ADDV", ("USUBJID", "DVCAT"), step="disposition").of(treated.subjects())
    for category, rows in found.by("DVCAT").items():
        yield sheet.count(
            f"disposition.deviation.{slug(category)}",
            f"Protocol deviation: {category.lower()}",
            rows,
            n=len(treated),
        )


def reached(trial: Trial, subject: Record) -> int | None:
    """How many scheduled visits after baseline a subject reached.

    Returns:
        0 if baseline was the last one; None if the last visit is missing or not scheduled.
    """
    for place, visit in enumerate(trial.visits, start=1):
        if same_visit(subject["LSTVIS"], visit):
            return place
    start = [visit for visit in trial.plan["visits"] if visit.get("baseline")]
    return 0 if any(same_visit(subject["LSTVIS"], visit) for visit in start) else None


def _exceptions(subjects: Rows) -> list[str]:
    broken = subjects.where(ELIGFL="N")
    unknown = subjects.where(lambda row: row["ELIGFL"] not in ("Y", "N"))
    notes = [f"{row['USUBJID']} did not meet {row['ELIGWHY'] or 'a criterion'}." for row in broken]
    if len(unknown):
        notes.append(f"Eligibility of {many(len(unknown), 'patient')} is not known.")
    return notes
