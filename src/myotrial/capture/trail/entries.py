"""One entry of the trail, and the link that binds it to the one before.

Who, when, what, old, new, why, where. The link is a keyed hash (HMAC-SHA-256) over everything the
entry says and the link before it; the key is not in the database, so that nobody who can change
rows can make a link. Values enter the link through a keyed digest of their own: a value that had
to be withheld (personal data entered by mistake) can go, and the link still holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from myotrial.capture.record.state import Value
from myotrial.capture.trail.links import START, Linker

__all__ = ["START", "Entry", "chained", "digests", "link", "linker_of", "read_row"]


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        chain: Whose record: the id of the patient's chain.
        seq: Its number in the chain, from 1.
        at: When it was saved: server time, UTC, ISO 8601 with microseconds.
        zone: Time zone of the site.
        user: Account that did it; name, role and organisation as they were then.
        name: Printed name.
        role: Role in which it was done.
        organisation: Who the person worked for.
        site: Location, as ODM asks for one.
        action: What was done.
        entity: What the field belongs to.
        field: The field.
        old: What stood there.
        new: What stands there now; for a noted entry, what was tried.
        reason: Why.
        noted: Nothing was changed: the entry only says what was tried or done.
        version: Version of the forms in force.
        act: One id for all entries of one act.
        entered: When it was entered, if that was not when it was saved; ISO 8601.
        withheld: Digests that stand for values that were taken out; "" where none were.
        hash: The link.
    """

    chain: str
    seq: int
    at: str
    zone: str
    user: str
    name: str
    role: str
    organisation: str
    site: str
    action: str
    entity: str
    field: str
    old: Value
    new: Value
    reason: str
    noted: bool
    version: str
    act: str
    entered: str = ""
    withheld: str = ""
    hash: str = ""

    @property
    def row(self) -> tuple[Any, ...]:
        """Its columns, in the order of `links.COLUMNS`."""
        return (
            self.chain, self.seq, self.at, self.zone, self.user, self.name, self.role,
            self.organisation, self.site, self.action, self.entity, self.field,
            self.old.text, self.old.absent, self.new.text, self.new.absent, self.reason,
            self.noted, self.version, self.act, self.entered, self.withheld, self.hash,
        )  # fmt: skip


def read_row(row: tuple[Any, ...]) -> Entry:
    """The entry of a row: its columns in the order of `links.COLUMNS`."""
    old, new, noted = Value(row[12], row[13]), Value(row[14], row[15]), bool(row[17])
    parts: tuple[Any, ...] = (*row[:12], old, new, row[16], noted, *row[18:])
    return Entry(*parts)


def chained(entries: Iterable[Entry], before: str, key: bytes) -> Iterator[Entry]:
    """The entries, each linked to the one before.

    Args:
        entries: Entries in order, without links.
        before: Link of the last entry that is there already; `START` if there is none.
        key: The key of the trail.
    """
    linker = linker_of(key)
    for entry in entries:
        before = linker.link(entry.row, before)
        made = object.__new__(Entry)  # as `replace` does, which costs four times as much
        made.__dict__.update(entry.__dict__, hash=before)
        yield made


def link(entry: Entry, before: str, key: bytes) -> str:
    """The link of an entry, as 64 hexadecimal digits."""
    return linker_of(key).link(entry.row, before)


def digests(entry: Entry, key: bytes) -> str:
    """Keyed digests of what an entry can be made to withhold: old value, new value, reason."""
    return linker_of(key).digests(entry.row)


@lru_cache(maxsize=8)
def linker_of(key: bytes) -> Linker:
    """The maker of links of a key."""
    return Linker(key)
