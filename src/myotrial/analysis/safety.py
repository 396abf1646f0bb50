"""Tolerability: adverse events by term, severity, relation and time; laboratory shifts.

Only events that began or worsened under treatment (TRTEMFL) count. A rate is events per
patient-year of exposure (ADEX).
"""

from collections.abc import Callable, Iterator

from myotrial.analysis import laboratory, safety_course
from myotrial.analysis.exposure import patient_years
from myotrial.analysis.sheet import Sheet, interval_of, many
from myotrial.analysis.trial import Record, Rows, Trial, slug
from myotrial.results import Result
from myotrial.statistics.poisson import rate

__all__ = ["KINDS", "results", "terms"]

RULE = "myotrial.analysis.safety.results"
GARWOOD = "Garwood F. Biometrika 1936;28:437-42."
SEVERITIES = ("MILD", "MODERATE", "SEVERE")
KINDS: tuple[tuple[str, str, Callable[[Record], bool]], ...] = (
    ("any", "Any adverse event", lambda _: True),
    ("related", "Related to treatment", lambda row: row["AEREL"] == "Y"),
    ("withdrawal", "Led to withdrawal of the drug", lambda row: row["AEACN"] == "DRUG WITHDRAWN"),
)


def results(trial: Trial) -> Iterator[Result]:
    """Patients with an event, events and rates: any, related, leading to withdrawal, by term, time.

    Where no table of adverse events was kept there are no numbers of events: that none was
    recorded is then no finding.
    """
    yield from laboratory.results(trial)
    if not trial.has("ADAE"):
        return
    found = trial.rows(
        "ADAE",
        ("USUBJID", "AETERM", "AESEV", "AEREL", "AEACN", "TRTEMFL"),
        step="safety",
    ).of(trial.treated.subjects())
    events = found.where(TRTEMFL="Y")
    years = patient_years(trial, step="safety")
    sheet = Sheet(
        "safety", RULE, population="all treated patients", cautions=_cautions(found, trial)
    )
    for key, label, test in KINDS:
        yield from _kind(trial, sheet, f"safety.{key}", label, events.where(test), years)
    yield from _severities(trial, sheet, events)
    for key, term, rows in terms(events):
        yield from _kind(trial, sheet, f"safety.term.{key}", term, rows, years)
        yield from _detail(sheet, f"safety.term.{key}", term, rows)
    if trial.has("ADAE", "ASTDY") and trial.has("ADEX", "ASTDY", "AENDY"):
        yield from safety_course.results(trial, sheet, events)


def _cautions(found: Rows, trial: Trial) -> tuple[str, ...]:
    others = len(found) - len(found.where(TRTEMFL="Y"))
    notes = [f"{many(others, 'event')} not under treatment left out."] if others else []
    controls = [text for text in trial.cautions if "comparison" in text]
    if controls:
        notes.append("No comparison group: how often this happens without treatment is not known.")
    return tuple(notes)


def _kind(
    trial: Trial, sheet: Sheet, key: str, label: str, rows: Rows, years: float
) -> Iterator[Result]:
    """Patients with such an event, the number of events, and their rate."""
    affected = set(rows.subjects())
    yield sheet.share(
        f"{key}.patients",
        f"{label}: patients",
        trial.treated,
        lambda row: row["USUBJID"] in affected,
        method="patients with at least one such event under treatment",
    )
    yield sheet.count(f"{key}.events", f"{label}: events", rows, unit="events")
    estimate = rate(len(rows), years)
    yield sheet.result(
        f"{key}.rate",
        f"{label}: events per patient-year",
        "rate",
        estimate.value,
        unit="per patient-year",
        interval=None if estimate.value is None else interval_of(estimate),
        numerator=len(rows),
        n=len(trial.treated),
        method=f"events divided by {years:.2f} patient-years of exposure, with Garwood's exact "
        "Poisson 95 % interval",
        reference=GARWOOD,
        rows=rows.keys(),
        warnings=[] if years else ["No exposure is recorded: no rate can be given."],
    )


def _severities(trial: Trial, sheet: Sheet, events: Rows) -> Iterator[Result]:
    """Patients by their worst event."""
    worst = {who: _worst(rows) for who, rows in events.by("USUBJID").items()}
    for severity in SEVERITIES:
        yield sheet.share(
            f"safety.severity.{severity}.patients",
            f"Worst event {severity.lower()}: patients",
            trial.treated,
            lambda row, severity=severity: worst.get(row["USUBJID"]) == severity,
            method="patients by the most severe event under treatment",
        )
        yield sheet.count(
            f"safety.severity.{severity}.events",
            f"{severity.capitalize()}: events",
            events.where(AESEV=severity),
            unit="events",
        )
    unknown = events.where(lambda row: row["AESEV"] not in SEVERITIES)
    if len(unknown):
        yield sheet.count(
            "safety.severity.unknown.events", "Severity not known: events", unknown, unit="events"
        )


def _worst(rows: Rows) -> str | None:
    found = [value for value in rows.values("AESEV") if value in SEVERITIES]
    return max(found, key=SEVERITIES.index) if found else None


def terms(events: Rows) -> list[tuple[str, str, Rows]]:
    """Key, term as first written, and rows of each term; the most frequent first."""
    written: dict[str, str] = {}
    for term in events.values("AETERM"):
        written.setdefault(slug(term), str(term))
    found = [
        (key, term, events.where(lambda row, key=key: slug(row["AETERM"]) == key))
        for key, term in written.items()
    ]
    return sorted(found, key=lambda item: (-len(item[2].subjects()), -len(item[2]), item[0]))


def _detail(sheet: Sheet, key: str, term: str, rows: Rows) -> Iterator[Result]:
    """Events of a term by severity and by relation, where there are any."""
    for severity, these in rows.by("AESEV").items():
        name = f"{key}.severity.{severity}"
        yield sheet.count(name, f"{term}, {severity.lower()}: events", these, unit="events")
    for relation, word in (("Y", "related"), ("N", "not related")):
        these = rows.where(AEREL=relation)
        if len(these):
            name = f"{key}.{slug(word)}"
            yield sheet.count(name, f"{term}, {word}: events", these, unit="events")
