"""Whether a trail is as it was written: links, numbers, time, withheld values, and the data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from myotrial.capture.record.state import Change, Record, Value
from myotrial.capture.trail.entries import START, Entry, link

__all__ = ["Fault", "Head", "change_of", "differences", "replay", "verify"]


@dataclass(frozen=True)
class Head:
    """The end of a chain: number and link of its last entry, and when that was."""

    chain: str
    seq: int
    hash: str
    at: str = ""


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written."""

    chain: str
    seq: int
    message: str

    def __str__(self) -> str:
        return f"chain {self.chain}, entry {self.seq}: {self.message}"


def verify(chain: str, entries: Iterable[Entry], key: bytes, head: Head | None) -> Iterator[Fault]:
    """Everything that is wrong with one chain.

    Args:
        chain: Its id.
        entries: Its entries in order of their number.
        key: The key of the trail.
        head: Its end as kept beside the chain, or in an anchor; None where no end is known.
    """
    before, last, seq = START, "", 0
    withheld: list[int] = []
    said: set[str] = set()
    links: dict[int, str] = {0: START}
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            missing = f"entries {seq} to {entry.seq - 1}" if entry.seq - seq > 1 else f"entry {seq}"
            yield Fault(
                chain, entry.seq, f"{missing} is gone" if entry.seq > seq else "stands twice"
            )
            seq = entry.seq
        if link(entry, before, key) != entry.hash:
            yield Fault(chain, seq, "is not what was written, or one before it is gone")
        if entry.at < last:
            yield Fault(chain, seq, f"was saved at {entry.at}, before the entry before it")
        if entry.withheld:
            withheld.append(seq)
        if entry.action == "withhold":
            said.add(entry.field)
        before, last = entry.hash, entry.at
        links[seq] = entry.hash
    for number in withheld:
        if f"entry {number}" not in said:
            yield Fault(chain, number, "its values were withheld, and no entry says so")
    yield from _ended(chain, head, seq, links)


def _ended(chain: str, head: Head | None, seq: int, links: Mapping[int, str]) -> Iterator[Fault]:
    if head is None:
        return
    if head.seq > seq:
        yield Fault(chain, head.seq, f"the chain ends at entry {seq}: the last entries are gone")
    elif links.get(head.seq) != head.hash:
        yield Fault(chain, head.seq, "the chain does not hold the entry that was anchored")


def replay(chain: str, site: str, entries: Iterable[Entry]) -> Record:
    """The record that the entries make, from empty."""
    record = Record(chain, site)
    for entry in entries:
        record.take(change_of(entry))
    return record


def change_of(entry: Entry) -> Change:
    """The change that an entry tells of."""
    return Change(entry.entity, entry.field, entry.new, entry.action, entry.reason, entry.noted)


def differences(record: Record, replayed: Record) -> Iterator[str]:
    """Where a stored record is not what its trail makes of it."""
    for entity in sorted({*record.entities, *replayed.entities}):
        stored, made = record.values(entity), replayed.values(entity)
        for name in sorted({*stored, *made}):
            one, other = stored.get(name, Value()), made.get(name, Value())
            if one != other:
                yield f"{entity} {name}: stored {one.text!r}, by its trail {other.text!r}"
