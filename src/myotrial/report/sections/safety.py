"""Tolerability: adverse events as patients, events and rates."""

from myotrial.report.content import Section
from myotrial.report.sections.chapter import chapter
from myotrial.report.sections.unstated import unstated
from myotrial.report.source import Source
from myotrial.report.tables import Tables

__all__ = ["section"]

COLUMNS = (("Patients", ".patients"), ("Events", ".events"), ("Rate", ".rate"))
NOTE = "A rate is events per patient-year of exposure."


def section(source: Source) -> Section:
    """The section on tolerability."""
    tables = Tables(source)
    rows: dict[str, str] = {}
    for record in source.of("safety"):
        stem, _, end = record["id"].rpartition(".")
        if f".{end}" in {suffix for _, suffix in COLUMNS}:
            rows.setdefault(stem, str(record["label"]).rpartition(": ")[0] or record["label"])
    listed = [(title, stem) for stem, title in rows.items()]
    known = {stem + suffix for stem in rows for _, suffix in COLUMNS}
    others = [record for record in source.of("safety") if record["id"] not in known]
    return chapter(
        "safety",
        "Tolerability",
        (
            unstated(source, "adverse_events"),
            tables.matrix(
                "events", "Adverse events under treatment", listed, COLUMNS, unit=False, note=NOTE
            ),
            tables.by_group("safety-more", "Events by severity and relation", others),
        ),
    )
