"""Response: shares of responders, course of each patient, change of each measure."""

from collections.abc import Iterable

from myotrial.report.content import Block, Prose, Section, Table
from myotrial.report.sections import figures
from myotrial.report.sections.chapter import chapter
from myotrial.report.source import Record, Source
from myotrial.report.tables import STATISTICS, Tables

__all__ = ["section"]

HANDLINGS = (
    "Handling of missing verdicts, side by side: non-responder imputation counts them as no "
    "response, or as deteriorated where that is asked; observed cases leaves them out; worst and "
    "best case bound what they could be."
)
TOGETHER = (
    "All arms are counted together from here on; each arm on its own stands under the comparison "
    "of the arms."
)


def section(source: Source, drawn: frozenset[str]) -> Section:
    """The section on response."""
    tables = Tables(source)
    return chapter(
        "response",
        "Response",
        (
            Prose((TOGETHER,)) if len(source.plan.get("arms") or ()) > 1 else None,
            *figures.shown(source, drawn, "responders"),
            *_rates(source, tables),
            Prose((HANDLINGS,)),
            *figures.shown(source, drawn, "courses"),
            tables.by_group("classes", "Outcome over all visits", _under(source, "class")),
            tables.by_group("first", "First improvement and how long it held",
                            [*_under(source, "first"), *_under(source, "sustained")]),
            _states(source, tables),
            *figures.shown(source, drawn, "changes"),
            tables.by_group("response-tests", "Response: other intervals, and tests",
                            _tests(source)),
        ),
    )  # fmt: skip


def _under(source: Source, name: str) -> list[Record]:
    return list(source.under(f"response.{name}"))


def _endpoints(source: Source) -> Iterable[Record]:
    for endpoint in source.plan.get("endpoints") or []:
        yield from source.under(f"response.{endpoint['id']}")


def _plain(record: Record) -> bool:
    return record["statistic"] == "share" and ".sensitivity." not in record["id"]


def _rates(source: Source, tables: Tables) -> Iterable[Block | None]:
    """One table an endpoint, a row for each handling of missing verdicts."""
    leading = [record["id"].split(".")[1] for record in source.responder_shares[:1]]
    given = source.plan.get("endpoints") or []
    for endpoint in sorted(given, key=lambda item: item["id"] not in leading):
        caption = f"{endpoint.get('label') or endpoint['id']} ({endpoint.get('role')})"
        scores = [_described(record) for record in _scored(source, endpoint)]
        yield tables.by_group(f"scores-{endpoint['id']}", caption, scores)
        found = [
            {**record, "label": record["estimand"].rpartition("; ")[2].capitalize(), "estimand": ""}
            for record in source.under(f"response.{endpoint['id']}")
            if _plain(record)
        ]
        yield tables.by_group(f"rates-{endpoint['id']}", caption, found)


def _scored(source: Source, endpoint: Record) -> list[Record]:
    """The summaries of an endpoint that is a score."""
    found = source.under(f"response.{endpoint['id']}")
    return [record for record in found if record["statistic"] in STATISTICS]


def _described(record: Record) -> Record:
    """A summary under the name of its handling; the table adds which statistic it is."""
    handling = record["estimand"].rpartition("; ")[2].capitalize()
    label = f"{handling}, range" if record["statistic"] == "range" else handling
    return {**record, "label": label, "estimand": ""}


def _tests(source: Source) -> list[Record]:
    return [
        record
        for record in _endpoints(source)
        if not _plain(record) and record["statistic"] not in STATISTICS
    ]


def _states(source: Source, tables: Tables) -> Table | None:
    """Status down, visits across."""
    labels = {visit["id"]: visit["label"] for visit in source.visits}
    found = [record["id"].split(".")[2:] for record in source.under("response.status")]
    states = list(dict.fromkeys(state for _, state in found))
    visits = list(dict.fromkeys(visit for visit, _ in found))
    return tables.matrix(
        "states",
        "Status at each visit",
        [(state.replace("_", " ").capitalize(), state) for state in states],
        [(labels.get(visit, visit), visit) for visit in visits],
        key=lambda state, visit: f"response.status.{visit}.{state}",
        corner="Status",
    )
