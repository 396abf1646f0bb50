"""A patient's record as the database holds it, read entity by entity when it is asked for."""

from collections.abc import Mapping
from typing import Any

from myotrial.capture.record.state import NOTHING, Change, Record, Value

__all__ = ["StoredRecord", "whole"]

FIELDS = "SELECT field, value, absent, seq FROM capture_item WHERE chain_id = %s AND entity = %s"
ALL = "SELECT entity, field, value, absent, seq FROM capture_item WHERE chain_id = %s"
QUERIES = (
    "SELECT entity FROM capture_sheet WHERE chain_id = %s AND \"on\" = %s AND kind = 'query' "
    "ORDER BY number"
)
LAST = "SELECT MAX(number) FROM capture_sheet WHERE chain_id = %s AND kind = %s"


class StoredRecord(Record):
    """A record that reads from the database what is asked for, once."""

    def __init__(self, cursor: Any, chain: str, site: str, head: int) -> None:
        super().__init__(chain, site, head)
        self._cursor = cursor
        self._queries: dict[str, list[str]] = {}
        self._last: dict[str, int] = {}

    def values(self, entity: str) -> Mapping[str, Value]:
        """All fields of an entity."""
        if entity not in self.entities:
            self._cursor.execute(FIELDS, (self.chain, entity))
            rows = self._cursor.fetchall()
            self.entities[entity] = {name: Value(text, why) for name, text, why, _ in rows}
            self.touched[entity] = {name: seq for name, _, _, seq in rows}
        return self.entities[entity]

    def value(self, entity: str, name: str) -> Value:
        """What stands in a field."""
        known = self.entities.get(entity)
        if known is None:
            known = self.values(entity)
        return known.get(name, NOTHING)

    def changed_since(self, entity: str, seen: int) -> set[str]:
        """The fields of an entity that were changed after an entry of the trail."""
        self.values(entity)
        return super().changed_since(entity, seen)

    def queries_on(self, entity: str) -> list[str]:
        """The queries on a form, in their order."""
        if entity not in self._queries:
            self._cursor.execute(QUERIES, (self.chain, entity))
            self._queries[entity] = [name for (name,) in self._cursor.fetchall()]
        return self._queries[entity]

    def last(self, kind: str) -> int:
        """The highest number of what is numbered so; 0 where none is."""
        if kind not in self._last:
            self._cursor.execute(LAST, (self.chain, kind))
            self._last[kind] = self._cursor.fetchone()[0] or 0
        return self._last[kind]

    def forget(self, entity: str) -> None:
        """Read an entity again when it is next asked for."""
        self.entities.pop(entity, None)
        self.touched.pop(entity, None)

    def take(self, change: Change) -> None:
        """Make one change, and count its entry."""
        self.values(change.entity)
        super().take(change)
        kind, _, number = change.entity.rpartition("/")
        if kind == "query" and change.field == "@on":
            self.queries_on(change.new.text or "")
            self._queries[change.new.text or ""].append(change.entity)
        if number.isdigit():
            self._last[kind] = max(self.last(kind), int(number))


def whole(cursor: Any, chain: str, site: str, head: int) -> Record:
    """A record read at once, for pages that show all of it."""
    record = Record(chain, site, head)
    cursor.execute(ALL, (chain,))
    for entity, name, text, why, seq in cursor.fetchall():
        record.entities.setdefault(entity, {})[name] = Value(text, why)
        record.touched.setdefault(entity, {})[name] = seq
    return record
