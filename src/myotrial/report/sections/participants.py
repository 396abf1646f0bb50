"""Who took part: flow, disposition, withdrawals, baseline, exposure, concomitant therapy."""

from myotrial.report.content import Section, Table
from myotrial.report.sections import figures
from myotrial.report.sections.chapter import chapter
from myotrial.report.sections.unstated import unstated
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables

__all__ = ["section"]

TOTAL = "withdrawals"


def section(source: Source, drawn: frozenset[str]) -> Section:
    """The section on participants."""
    tables = Tables(source)
    return chapter(
        "participants",
        "Participants",
        (
            unstated(source, "subjects", "disposition"),
            *figures.shown(source, drawn, "flow"),
            tables.by_group("disposition", "Disposition", source.of("disposition")),
            _withdrawals(source, tables),
            tables.by_group("leaving", "Time of withdrawal", _days(source)),
            tables.by_group("baseline", "Baseline characteristics", _baseline(source), ends=False),
            unstated(source, "exposure", "concomitant"),
            tables.by_group("exposure", "Exposure and compliance", source.of("exposure")),
            tables.by_group(
                "concomitant", "Concomitant therapy and its stability", source.of("concomitant")
            ),
        ),
    )


def _withdrawals(source: Source, tables: Tables) -> Table | None:
    """Reasons down, times across."""
    found = source.of("withdrawals")
    reasons = [(_said(record), record["id"]) for record in found if _depth(record) == "reason"]
    times = [
        (_said(record), f".before.{record['id'].rpartition('.')[2]}")
        for record in found
        if _depth(record) == "before"
    ]
    return tables.matrix(
        "withdrawals",
        "Withdrawals by reason and time",
        [*reasons, ("All reasons", TOTAL)],
        [("All", ""), *times],
        key=lambda reason, time: "withdrawals.total" if reason + time == TOTAL else reason + time,
        corner="Reason",
    )


def _depth(record: Record) -> str:
    parts = record["id"].split(".")
    return parts[1] if len(parts) == 3 else ""


def _said(record: Record) -> str:
    words = str(record["label"]).removeprefix("Withdrew").lstrip(": ")
    return words[:1].upper() + words[1:]


def _days(source: Source) -> list[Record]:
    return list(source.under("withdrawals.day"))


def _baseline(source: Source) -> list[Record]:
    """The results on baseline; of a yes and a no, which say the same, only the yes."""
    subject = source.plan.get("subject") or {}
    flags = {name for name, item in subject.items() if set(item.get("values") or ()) == {"Y", "N"}}
    return [
        record
        for record in source.of("baseline")
        if not (record["id"].split(".")[1] in flags and record["id"].endswith(".N"))
    ]
