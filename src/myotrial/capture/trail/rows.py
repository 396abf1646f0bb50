"""Entries as rows of the database: which columns, in which order, and back."""

from typing import Any

from myotrial.capture.record.state import Value
from myotrial.capture.trail.entries import Entry

__all__ = ["COLUMNS", "MARKS", "entry", "row"]

COLUMNS = (
    'chain_id, seq, at, zone, "user", name, role, organisation, site, action, entity, field, '
    "old, old_absent, new, new_absent, reason, noted, version, act, entered, withheld, hash"
)
MARKS = ", ".join(["%s"] * 23)
NAMES = (
    "chain", "seq", "at", "zone", "user", "name", "role", "organisation", "site", "action",
    "entity", "field", "reason", "noted", "version", "act", "entered", "withheld", "hash",
)  # fmt: skip


def entry(row: tuple[Any, ...]) -> Entry:
    """The entry of a row: its columns in the order of `COLUMNS`, each value in two of them."""
    named = dict(zip(NAMES, row[:12] + row[16:], strict=True))
    named["noted"] = bool(named["noted"])  # SQLite has numbers
    return Entry(old=Value(row[12], row[13]), new=Value(row[14], row[15]), **named)


def row(entry: Entry) -> tuple[Any, ...]:
    """The row of an entry."""
    return (
        entry.chain, entry.seq, entry.at, entry.zone, entry.user, entry.name, entry.role,
        entry.organisation, entry.site, entry.action, entry.entity, entry.field,
        entry.old.text, entry.old.absent, entry.new.text, entry.new.absent, entry.reason,
        entry.noted, entry.version, entry.act, entry.entered, entry.withheld, entry.hash,
    )  # fmt: skip
