"""The card of each result: what it is, how sure, how it was made, and from which rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from myotrial.report.source import Record, Source, grouped, result_anchor, row_anchor
from myotrial.report.tables import shown
from myotrial.report.typography import MISSING, decimal, interval

__all__ = ["Card", "cards"]

KEYS = 400  # rows linked from one card


@dataclass(frozen=True)
class Card:
    """One result, ready to be shown.

    Attributes:
        anchor: Anchor of the card.
        label: What it is.
        groups: What it is of.
        text: The value as shown elsewhere.
        interval: The interval in words.
        facts: (term, text) pairs: population, n, estimand, method, reference, rule …
        warnings: What to know before using it.
        dataset: Name of the listing it was made from.
        rows: (text, anchor or "") of the rows it was made from.
        left_out: Rows beyond those linked.
    """

    anchor: str
    label: str
    groups: str
    text: str
    interval: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    dataset: str
    rows: tuple[tuple[str, str], ...]
    left_out: int


def cards(source: Source, listed: frozenset[str]) -> dict[str, list[Card]]:
    """The cards of all results by analysis.

    Args:
        source: The results.
        listed: Row ids that the listings of this report show; only these are linked.
    """
    found: dict[str, list[Card]] = {}
    for record in source.results:
        found.setdefault(str(record.get("analysis")), []).append(_card(record, listed))
    return found


def _card(record: Record, listed: frozenset[str]) -> Card:
    rows = record.get("rows") or {}
    keys = [str(key) for key in rows.get("keys") or []]
    groups = ", ".join(grouped(value) for value in (record.get("groups") or {}).values())
    return Card(
        result_anchor(record["id"]),
        str(record.get("label") or record["id"]),
        groups,
        shown(record),
        interval(record),
        tuple(_facts(record)),
        tuple(str(text) for text in record.get("warnings") or []),
        str(rows.get("dataset") or ""),
        tuple((_short(key), row_anchor(key) if key in listed else "") for key in keys[:KEYS]),
        max(0, len(keys) - KEYS),
    )


def _short(key: str) -> str:
    return key.rpartition(":")[2] or key


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    count = record.get("n")
    yield "Population", str(record.get("population") or "")
    yield "n", decimal(count) if isinstance(count, int | float) else ""
    yield "Estimand", str(record.get("estimand") or "")
    yield "Method", str(record.get("method") or "")
    yield "Reference", str(record.get("reference") or "")
    yield "Rule", str(record.get("rule") or "")
    yield "Result id", record["id"]
    yield "Unrounded", MISSING if record.get("value") is None else repr(record["value"])
