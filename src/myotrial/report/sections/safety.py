"""Tolerability: adverse events as patients, events and rates, over time, and laboratory shifts."""

from collections.abc import Iterator

from myotrial.report.content import Section, Table
from myotrial.report.sections import figures
from myotrial.report.sections.chapter import chapter
from myotrial.report.sections.unstated import unstated
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables

__all__ = ["section"]

COLUMNS = (("Patients", ".patients"), ("Events", ".events"), ("Rate", ".rate"))
NOTE = "A rate is events per patient-year of exposure."
TIME, SHIFT = "safety.time.", "safety.shift."
CLASSES = (
    ("≤ 1 × ULN", "normal"), ("> 1 to 2.5", "to2_5"), ("> 2.5 to 5", "to5"),
    ("> 5 to 10", "to10"), ("> 10 × ULN", "above10"),
)  # fmt: skip
WHEN = (("worst", "worst value after baseline"), ("last", "last value"))


def section(source: Source, drawn: frozenset[str] = frozenset()) -> Section:
    """The section on tolerability."""
    tables = Tables(source)
    found = source.of("safety")
    course = [record for record in found if record["id"].startswith(TIME)]
    given = [record for record in found if not record["id"].startswith((TIME, SHIFT))]
    listed = _stems(given)
    known = {stem + suffix for _, stem in listed for _, suffix in COLUMNS}
    others = [record for record in given if record["id"] not in known]
    return chapter(
        "safety",
        "Tolerability",
        (
            unstated(source, "adverse_events"),
            tables.matrix(
                "events", "Adverse events under treatment", listed, COLUMNS, unit=False, note=NOTE
            ),
            tables.by_group("safety-more", "Events by severity and relation", others),
            tables.matrix(
                "events-time", "Adverse events over time", _stems(course), COLUMNS, unit=False,
                note=f"{NOTE} An event counts where it began, exposure within the period.",
            ),
            *figures.shown(source, drawn, "reactions"),
            *_by_arm(source, tables),
            *_shifts(source, tables, ""),
        ),
    )  # fmt: skip


def _stems(records: list[Record]) -> list[tuple[str, str]]:
    """Title and beginning of the id of each thing counted."""
    rows: dict[str, str] = {}
    for record in records:
        stem, _, end = record["id"].rpartition(".")
        if f".{end}" in {suffix for _, suffix in COLUMNS}:
            rows.setdefault(stem, str(record["label"]).rpartition(": ")[0] or record["label"])
    return [(title, stem) for stem, title in rows.items()]


def _by_arm(source: Source, tables: Tables) -> Iterator[Table | None]:
    """Events over time and shifts, once for each arm of several."""
    arms = source.plan.get("arms") or []
    if len(arms) < 2:
        return
    names = [(str(arm.get("label") or arm["id"]), f"arm.{arm['id']}.") for arm in arms]
    whole = [record for record in source.of("safety") if record["id"].startswith(TIME)]
    yield tables.matrix(
        "events-time-arms", "Adverse events over time in each arm, events per patient-year",
        [(title, f"{stem}.rate") for title, stem in _stems(whole)], names,
        key=lambda row, arm: arm + row, unit=False,
    )  # fmt: skip
    for name, prefix in names:
        yield from _shifts(source, tables, prefix, name)


def _shifts(source: Source, tables: Tables, prefix: str, arm: str = "") -> Iterator[Table | None]:
    """Classes at baseline down, classes later across: one table a measure and time."""
    names = dict.fromkeys(
        record["id"].split(".")[2] for record in source.results
        if record["id"].startswith(SHIFT)
    )  # fmt: skip
    for name in names:
        for when, words in WHEN:
            stem = f"{prefix}{SHIFT}{name}.{when}."
            label = next((str(record["label"]).partition(":")[0] for record in source.results
                          if record["id"].startswith(stem)), name)  # fmt: skip
            about = f", {arm}" if arm else ""
            yield tables.matrix(
                f"shift-{prefix.replace('.', '-')}{name}-{when}".lower(),
                f"{label}: from baseline to the {words}{about}",
                [(title, f"{stem}{key}.") for title, key in CLASSES], CLASSES,
                corner="At baseline",
                note="Multiples of the upper limit of normal (ULN) for the patient's sex; patients "
                "of those in the row.",
            )  # fmt: skip
