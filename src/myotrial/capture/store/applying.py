"""The one way to write: lock the chain, decide, write data and trail together.

Every change of a record comes through `apply`: forms, queries, reviews, enrolment. It takes the
chain's lock, asks `record.deciding` what the action changes, and writes values, statuses, trail
and act in one transaction. A request that comes twice is answered as the first time.
"""

import hmac
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    connections,
    transaction,
)

from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.record.actions import Action, Screen, Withhold
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.deciding import decide
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import FieldProblem, RefusedError
from myotrial.capture.record.state import SUBJECT, Change, FormKey, Record, Value
from myotrial.capture.record.statuses import form_status
from myotrial.capture.store.records import StoredRecord
from myotrial.capture.store.seams import Keys, fetched, settled
from myotrial.capture.store.withholding import withhold
from myotrial.capture.trail.entries import START, Entry, chained
from myotrial.protocol.models import Protocol

__all__ = ["Outcome", "Server", "apply", "lists_of", "now"]

LOCK = "SELECT site_id, seq, hash, at FROM capture_chain WHERE id = %s"
KNOWN = "SELECT digest, chain_id, first, last, problems FROM capture_act WHERE id = %s"
ENTRY = (
    'INSERT INTO capture_entry (chain_id, seq, at, zone, "user", name, role, organisation, site, '
    "action, entity, field, old, old_absent, new, new_absent, reason, noted, version, act, "
    "entered, withheld, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
    "%s, %s, %s, %s, %s, %s, %s, %s)"
)
ITEM = (
    "INSERT INTO capture_item (chain_id, entity, field, value, absent, seq) "
    "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (chain_id, entity, field) "
    "DO UPDATE SET value = excluded.value, absent = excluded.absent, seq = excluded.seq"
)
SHEET = (
    'INSERT INTO capture_sheet (chain_id, entity, kind, number, "on", status) '
    "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (chain_id, entity) "
    "DO UPDATE SET status = excluded.status"
)
HEAD = (
    "UPDATE capture_chain SET seq = %s, hash = %s, at = %s, status = %s, number = %s WHERE id = %s"
)
ACT = (
    "INSERT INTO capture_act (id, digest, chain_id, first, last, problems) "
    "VALUES (%s, %s, %s, %s, %s, %s)"
)

NUMBERED = frozenset({"query", "signature", "unblinding", "loss", "release"})  # besides forms
ACT_ID = re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII)
SLEW = timedelta(seconds=1)  # by which clocks are corrected without notice
LONGEST_TIME = 40  # characters, as the column has


@dataclass(frozen=True)
class Outcome:
    """What became of an act.

    Attributes:
        act: Its id.
        chain: The record.
        first: First entry that it left; one above `last` where it left none.
        last: Last entry of the record afterwards.
        problems: Why nothing of what was entered was taken.
        repeated: The act had been saved before, and nothing was written now.
    """

    act: str
    chain: str
    first: int
    last: int
    problems: tuple[FieldProblem, ...] = ()
    repeated: bool = False


def now() -> datetime:
    """Server time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Server:
    """What every act is decided under.

    Attributes:
        key: Key of the trail.
        protocol: The protocol in force.
        catalogue: Its forms.
        zones: Time zone of each site.
        sealing: Key of what is concealed; empty where the server has none.
        own: Protocol and forms of sites where another release is in force.
    """

    key: bytes
    protocol: Protocol
    catalogue: Catalogue
    zones: dict[str, str]
    sealing: bytes = b""
    own: Mapping[str, tuple[Protocol, Catalogue]] = field(default_factory=dict)

    @property
    def keys(self) -> Keys:
        """The keys of the server."""
        return Keys(self.key, self.sealing)

    def asked(self, by: Person, site: str) -> Asked:
        """A request of a person at this moment."""
        zone = self.zones.get(site, "UTC")
        protocol, catalogue = self.own.get(site, (self.protocol, self.catalogue))
        return Asked(by, now(), zone, protocol, catalogue)


def apply(
    server: Server, chain: str, action: Action, by: Person, *, act: str = "", entered: str = ""
) -> Outcome:
    """Take an action on a record, or refuse it; whole or not at all.

    Args:
        server: Protocol, forms, key.
        chain: The record.
        action: What to do.
        by: Who asks.
        act: Id of the request, made by whoever sends it; sent twice, it is saved once.
        entered: When it was entered, if not now.

    Raises:
        RefusedError: It may not be done, and nothing was written; or the database cannot take it
            now ("unavailable"): what is not acknowledged may be sent again, under the same id.
    """
    act = act or uuid.uuid4().hex
    _well_formed(act, entered)
    digest = _digest(chain, action, by, server.key)
    try:
        return _apply(server, chain, action, by, act, entered, digest)
    except IntegrityError:
        if not isinstance(action, Screen):
            raise
        raise RefusedError(
            "conflict",
            f"the number {action.number} is another patient's.\nHint: give the next one.",
        ) from None
    except (OperationalError, InterfaceError, InternalError) as error:
        raise RefusedError(
            "unavailable",
            f"this was not saved: the database says {str(error).strip()!r}.\n"
            "Hint: once it has room and can be reached, send it again; it is saved once.",
        ) from error


def _apply(
    server: Server, chain: str, action: Action, by: Person, act: str, entered: str, digest: str
) -> Outcome:
    with transaction.atomic(), connection.cursor() as cursor:
        site, seq, link, last_at = _locked(cursor, chain)
        known = _known(cursor, act, digest, chain)
        if known:
            return known
        record = StoredRecord(cursor, chain, site, seq)
        asked = fetched(cursor, server.keys, record, action, server.asked(by, site))
        decision = _with_clock(decide(record, action, asked), last_at, _stamp(asked.at))
        entries = _entries(record, decision, asked, act, entered, max(last_at, _stamp(asked.at)))
        linked = [*chained(entries, link or START, server.key)]
        _write(cursor, record, decision, linked, asked)
        settled(cursor, server.keys, record, action, asked)
        if isinstance(action, Withhold):
            _withhold(cursor, record, action, server.key, asked)
        outcome = Outcome(act, chain, seq + 1, seq + len(linked), decision.problems)
        problems = json.dumps([asdict(item) for item in decision.problems])
        cursor.execute(ACT, (act, digest, chain, outcome.first, outcome.last, problems))
    return outcome


def _well_formed(act: str, entered: str) -> None:
    if not ACT_ID.fullmatch(act):
        raise RefusedError("invalid", "the id of a request has 1 to 32 letters, digits or '-'.")
    try:
        told = not entered or datetime.fromisoformat(entered).tzinfo is not None
    except ValueError:
        told = False
    if not told or len(entered) > LONGEST_TIME:
        raise RefusedError(
            "invalid",
            f"the time of entry must be ISO 8601 with its offset (got {entered[:40]!r}).\n"
            "Hint: 2026-11-02T09:30:00+01:00",
        )


def _locked(cursor: Any, chain: str) -> tuple[str, int, str, str]:
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""  # SQLite has one writer
    cursor.execute(LOCK + lock, (chain,))
    found = cursor.fetchone()
    if found is None:
        raise RefusedError("unknown", "there is no such record.")
    return found


def _known(cursor: Any, act: str, digest: str, chain: str) -> Outcome | None:
    cursor.execute(KNOWN, (act,))
    found = cursor.fetchone()
    if found is None:
        return None
    if found[:2] != (digest, chain):
        raise RefusedError(
            "conflict",
            f"the request {act} was used before, for something else.\n"
            "Hint: give every request an id of its own.",
        )
    problems = tuple(FieldProblem(**item) for item in json.loads(found[4]))
    return Outcome(act, chain, found[2], found[3], problems, repeated=True)


def _with_clock(decision: Decision, last: str, at: str) -> Decision:
    """The decision; with a note before it where the clock says less than the entry before it."""
    if not decision.changes or at >= last or _apart(last, at) <= SLEW:
        return decision
    note = Change(
        SUBJECT,
        "@clock",
        Value(at),
        "clock behind",
        "the server's clock was behind the entry before this one",
        noted=True,
    )
    return replace(decision, changes=(note, *decision.changes))


def _apart(last: str, at: str) -> timedelta:
    return datetime.fromisoformat(last) - datetime.fromisoformat(at)


def _digest(chain: str, action: Action, by: Person, key: bytes) -> str:
    """What was asked, keyed: values that are withheld later cannot be guessed from it."""
    said = repr((chain, type(action).__name__, _plain(action), by.user, by.role))
    return hmac.digest(key, said.encode("utf-8", "surrogatepass"), "sha256").hex()


def _plain(action: Action) -> list[tuple[str, Any]]:
    parts = ((name, getattr(action, name)) for name in action.__dataclass_fields__)
    return [(name, dict(part) if hasattr(part, "items") else part) for name, part in parts]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _entries(
    record: Record, decision: Decision, asked: Asked, act: str, entered: str, at: str
) -> list[Entry]:
    """The entries of a decision, without links; old values as they follow each other."""
    latest: dict[tuple[str, str], Any] = {}
    made = []
    for number, change in enumerate(decision.changes, start=record.head + 1):
        place = (change.entity, change.field)
        old = latest[place] if place in latest else record.value(*place)
        if not change.noted:
            latest[place] = change.new
        made.append(_entry(record, change, old, asked, act, entered, at, number))
    return made


def _entry(
    record: Record,
    change: Change,
    old: Any,
    asked: Asked,
    act: str,
    entered: str,
    at: str,
    seq: int,
) -> Entry:
    by = asked.by
    return Entry(
        chain=record.chain,
        seq=seq,
        at=at,
        zone=asked.zone,
        user=by.user,
        name=by.name,
        role=by.role,
        organisation=by.organisation,
        site=record.site or "",
        action=change.action,
        entity=change.entity,
        field=change.field,
        old=old,
        new=change.new,
        reason=change.reason,
        noted=change.noted,
        version=asked.catalogue.version,
        act=act,
        entered=entered,
    )


def _write(
    cursor: Any, record: StoredRecord, decision: Decision, entries: Sequence[Entry], asked: Asked
) -> None:
    if not entries:
        return
    cursor.executemany(ENTRY, [entry.row for entry in entries])
    kept = {(e.entity, e.field): e for e in entries if not e.noted}
    items = [
        (record.chain, entity, field, e.new.text, e.new.absent, e.seq)
        for (entity, field), e in kept.items()
    ]
    if items:
        cursor.executemany(ITEM, items)
    for change in decision.changes:
        record.take(change)
    sheets = [*lists_of(record, {entity for entity, _ in kept}, asked.catalogue)]
    if sheets:
        cursor.executemany(SHEET, sheets)
    last = entries[-1]
    status, number = (record.text(SUBJECT, name) for name in ("@status", "@number"))
    head = (last.seq, last.hash, last.at, status, number or record.chain[:20], record.chain)
    cursor.execute(HEAD, head)


def _withhold(
    cursor: Any, record: StoredRecord, action: Withhold, key: bytes, asked: Asked
) -> None:
    withhold(connections["default"], cursor, record.chain, action, key)
    record.forget(action.entity)
    sheets = [*lists_of(record, {action.entity}, asked.catalogue)]
    if sheets:
        cursor.executemany(SHEET, sheets)


def lists_of(
    record: Record, touched: Iterable[str], catalogue: Catalogue
) -> Iterable[tuple[Any, ...]]:
    """Rows of lists for what was touched: forms with their status, queries with their state."""
    about = set(touched)
    for entity in touched:
        kind, _, number = entity.partition("/")
        if kind in NUMBERED:
            on, state = record.text(entity, "@on"), record.text(entity, "@state")
            yield record.chain, entity, kind, int(number), on, state
            about.add(on)
    for key in filter(None, map(FormKey.read, sorted(about))):
        status = form_status(record, key, catalogue)
        yield record.chain, str(key), f"form/{key.code}/{key.event}", key.number, "", status
