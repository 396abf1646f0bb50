"""Queries as work lists show them: where they stand, how old they are, who said what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from myotrial.capture.record.people import Person
from myotrial.capture.record.state import FormKey
from myotrial.capture.store.patients import sites_clause

__all__ = ["LIVE", "Listed", "Said", "ages", "listed", "thread", "time_of"]

LIVE = ("open", "answered")
LIST = (
    'SELECT c.id, c.number, c.site_id, s.entity, s.status, s."on", f.value, t.value, o.name, o.at, '
    "u.at FROM capture_sheet s JOIN capture_chain c ON c.id = s.chain_id "
    "JOIN capture_item f ON f.chain_id = s.chain_id AND f.entity = s.entity AND f.field = '@field' "
    "JOIN capture_item t ON t.chain_id = s.chain_id AND t.entity = s.entity AND t.field = 'say/1' "
    "JOIN capture_entry o ON o.chain_id = t.chain_id AND o.seq = t.seq "
    "JOIN capture_entry u ON u.chain_id = s.chain_id AND u.seq = (SELECT MAX(i.seq) "
    "FROM capture_item i WHERE i.chain_id = s.chain_id AND i.entity = s.entity) "
    "WHERE s.kind = 'query' AND {} ORDER BY o.at, c.number, s.number LIMIT %s"
)
AGES = (
    "SELECT s.status, o.at FROM capture_sheet s JOIN capture_chain c ON c.id = s.chain_id "
    "JOIN capture_item t ON t.chain_id = s.chain_id AND t.entity = s.entity AND t.field = 'say/1' "
    "JOIN capture_entry o ON o.chain_id = t.chain_id AND o.seq = t.seq "
    "WHERE s.kind = 'query' AND s.status IN ('open', 'answered') AND {}"
)
THREAD = (
    "SELECT at, name, role, action, field, new FROM capture_entry WHERE chain_id = %s AND "
    "entity = %s AND (field LIKE 'say/%%' OR field = '@state') ORDER BY seq"
)
MOST = 1000


@dataclass(frozen=True)
class Listed:
    """One query in a list.

    Attributes:
        chain: Id of the patient's record.
        number: The patient's number.
        site: Code of the site.
        query: "query/3".
        state: "open", "answered", "closed" or "cancelled".
        on: The form.
        field: The field it asks about.
        text: The question.
        by: Who asked.
        opened: When it was asked.
        updated: When something was last said or done about it.
    """

    chain: str
    number: str
    site: str
    query: str
    state: str
    on: FormKey
    field: str
    text: str
    by: str
    opened: datetime
    updated: datetime


@dataclass(frozen=True)
class Said:
    """One line of a thread: what somebody said of a query, or did with it."""

    at: datetime
    name: str
    role: str
    action: str
    text: str


def listed(
    person: Person, states: tuple[str, ...] = LIVE, *, chain: str = "", most: int = MOST
) -> list[Listed]:
    """The queries that a person may see, the oldest first."""
    clause, values = sites_clause(person)
    clause += f" AND s.status IN ({', '.join(['%s'] * len(states))})"
    if chain:
        clause, values = f"{clause} AND c.id = %s", [*values, *states, chain]
    else:
        values = [*values, *states]
    with connection.cursor() as cursor:
        cursor.execute(LIST.format(clause), [*values, min(most, MOST)])
        return [*_listed(cursor.fetchall())]


def ages(person: Person) -> Mapping[str, list[datetime]]:
    """When the queries that are alive were asked, by their state."""
    clause, values = sites_clause(person)
    found: dict[str, list[datetime]] = {state: [] for state in LIVE}
    with connection.cursor() as cursor:
        cursor.execute(AGES.format(clause), values)
        for state, at in cursor.fetchall():
            found[state].append(time_of(at))
    return found


def thread(chain: str, query: str) -> list[Said]:
    """What was said and done about a query, in order. Whose it is has been asked before."""
    with connection.cursor() as cursor:
        cursor.execute(THREAD, (chain, query))
        rows = cursor.fetchall()
    found: list[Said] = []
    for at, name, role, action, field, text in rows:
        said = Said(time_of(at), name, role, action, (text or "") if field != "@state" else "")
        ended = action in ("close query", "cancel query")
        told = found and (found[-1].at, found[-1].action) == (said.at, said.action)
        if field != "@state" or (ended and not told):
            found.append(said)
    return found


def time_of(stamp: str) -> datetime:
    """The time that an entry of the trail tells, in UTC.

    >>> time_of("2026-11-02T09:30:00.000000Z").isoformat()
    '2026-11-02T09:30:00+00:00'
    """
    return datetime.fromisoformat(stamp.removesuffix("Z")).replace(tzinfo=UTC)


def _listed(rows: list[tuple[Any, ...]]) -> Iterator[Listed]:
    for chain, number, site, query, state, on, field, text, by, opened, updated in rows:
        key = FormKey.read(on)
        if key is not None:
            yield Listed(
                chain, number, site, query, state, key, field or "", text or "", by,
                time_of(opened), time_of(updated),
            )  # fmt: skip
