"""The functional index: who improved, among responders and among the others."""

from collections.abc import Iterable

from myotrial.report.content import Section, Table
from myotrial.report.sections import figures
from myotrial.report.sections.chapter import chapter
from myotrial.report.source import Record, Source
from myotrial.report.tables import Tables

__all__ = ["section"]

ANALYSES = ("functional_index", "fi")


def section(source: Source, drawn: frozenset[str]) -> Section:
    """The section on the functional index."""
    tables = Tables(source)
    visits = [record for record in source.under("fi.visit") if record["statistic"] == "share"]
    return chapter(
        "function",
        "Functional index",
        (
            *figures.shown(source, drawn, "index"),
            tables.by_group("fi", "Functional index", _overall(source)),
            _by_visit(source, tables, visits),
        ),
    )


def _overall(source: Source) -> list[Record]:
    return [record for record in source.of(*ANALYSES) if not record["id"].startswith("fi.visit.")]


def _by_visit(source: Source, tables: Tables, found: Iterable[Record]) -> Table | None:
    labels = {visit["id"]: visit["label"] for visit in source.visits}
    visits = [record["id"].split(".")[2] for record in found]
    return tables.matrix(
        "fi-visits",
        "Functional index improved at each visit, observed cases",
        [("Improved by 20\u202f% or more", "fi.visit")],
        [(labels.get(visit, visit), f".{visit}.improved") for visit in visits],
    )
