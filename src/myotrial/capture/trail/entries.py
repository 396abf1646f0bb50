"""One entry of the trail, and the link that binds it to the one before.

Who, when, what, old, new, why, where. The link is a keyed hash (HMAC-SHA-256) over everything the
entry says and the link before it; the key is not in the database, so that nobody who can change
rows can make a link. Values enter the link through a keyed digest of their own: a value that had
to be withheld (personal data entered by mistake) can go, and the link still holds.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from myotrial.capture.record.state import Value

__all__ = ["START", "Entry", "chained", "digests", "link"]

START = "0" * 64  # link before the first entry
DIGEST = 16  # bytes of the digest of one value


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


def chained(entries: Iterable[Entry], before: str, key: bytes) -> Iterator[Entry]:
    """The entries, each linked to the one before.

    Args:
        entries: Entries in order, without links.
        before: Link of the last entry that is there already; `START` if there is none.
        key: The key of the trail.
    """
    for entry in entries:
        before = link(entry, before, key)
        yield replace(entry, hash=before)


def link(entry: Entry, before: str, key: bytes) -> str:
    """The link of an entry, as 64 hexadecimal digits."""
    said = json.dumps(
        [
            before, entry.chain, entry.seq, entry.at, entry.zone, entry.user, entry.name,
            entry.role, entry.organisation, entry.site, entry.action, entry.entity, entry.field,
            entry.noted, entry.version, entry.act, entry.entered,
            entry.withheld or digests(entry, key),
        ],
        ensure_ascii=True,
        separators=(",", ":"),
    )  # fmt: skip
    return hmac.digest(key, said.encode("ascii"), "sha256").hex()


def digests(entry: Entry, key: bytes) -> str:
    """Keyed digests of what an entry can be made to withhold: old value, new value, reason."""
    place = f"{entry.chain}\0{entry.seq}".encode()
    parts = (_plain(entry.old), _plain(entry.new), entry.reason)
    return ".".join(
        hashlib.blake2b(
            b"\0".join((place, str(number).encode(), part.encode())),
            key=key[:64],
            digest_size=DIGEST,
        ).hexdigest()
        for number, part in enumerate(parts)
    )


def _plain(value: Value) -> str:
    return json.dumps([value.text, value.absent], ensure_ascii=True)
