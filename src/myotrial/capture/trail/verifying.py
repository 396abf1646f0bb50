"""Whether a trail is as it was written: links, numbers, time, withheld values, and the data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from myotrial.capture.record.state import Change, Record, Value
from myotrial.capture.trail.entries import Entry, linker_of
from myotrial.capture.trail.links import START

__all__ = ["Fault", "Head", "Walk", "change_of", "differences", "replay", "unlike", "verify"]


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


class Walk:
    """One way along a chain, entry by entry, with no more in memory than the data they make.

    Attributes:
        seq: Number of the last entry met.
        made: What the entries make: the value of each entity and field.
        links: Links of the entries that were asked for.
    """

    def __init__(self, chain: str, key: bytes, asked: Iterable[int] = ()) -> None:
        self.seq = 0
        self.made: dict[tuple[str, str], Value] = {}
        self.links: dict[int, str | None] = dict.fromkeys(asked)
        self._chain, self._linker = chain, linker_of(key)
        self._withheld: list[int] = []
        self._said: set[str] = set()

    def along(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Fault]:
        """Everything that is wrong with the entries.

        Args:
            rows: The entries in order of their number: their columns as in `links.COLUMNS`.
        """
        before, last, seq = START, "", 0
        link, made, links = self._linker.link, self.made, self.links
        for row in rows:
            seq += 1
            if row[1] != seq:
                yield self._out_of_turn(row[1], seq)
                seq = row[1]
            if link(row, before) != row[22]:
                yield Fault(self._chain, seq, "is not what was written, or one before it is gone")
            if row[2] < last:
                yield Fault(self._chain, seq, f"was saved at {row[2]}, before the entry before it")
            if not row[17]:
                made[row[10], row[11]] = Value(row[14], row[15])
            if row[21]:
                self._withheld.append(seq)
                if not self._left(row):
                    yield Fault(self._chain, seq, "what was not withheld of it was changed")
            if row[9] == "withhold":
                self._said.add(row[11])
            before, last = row[22], row[2]
            if seq in links:
                links[seq] = before
        self.seq = seq
        yield from self._unsaid()

    def ended(self, head: Head) -> Iterator[Fault]:
        """What is wrong with the end, which is known; its number must have been asked for."""
        if head.seq > self.seq:
            text = f"the chain ends at entry {self.seq}: the last entries are gone"
            yield Fault(self._chain, head.seq, text)
        elif head.seq and self.links.get(head.seq) != head.hash:
            yield Fault(
                self._chain, head.seq, "the chain does not hold the entry that was anchored"
            )

    def _left(self, row: tuple[Any, ...]) -> bool:
        """Whether what is left of an entry that withholds something is what was written."""
        empty = (row[12:14] == (None, ""), row[14:16] == (None, ""), row[16] == "")
        stored, found = row[21].split("."), self._linker.digests(row).split(".")
        return all(
            gone or one == other for gone, one, other in zip(empty, stored, found, strict=False)
        )

    def _out_of_turn(self, found: int, seq: int) -> Fault:
        gone = f"entries {seq} to {found - 1}" if found - seq > 1 else f"entry {seq}"
        return Fault(self._chain, found, f"{gone} is gone" if found > seq else "stands twice")

    def _unsaid(self) -> Iterator[Fault]:
        for number in self._withheld:
            if f"entry {number}" not in self._said:
                text = "its values were withheld, and no entry says so"
                yield Fault(self._chain, number, text)


def verify(chain: str, entries: Iterable[Entry], key: bytes, head: Head | None) -> Iterator[Fault]:
    """Everything that is wrong with one chain.

    Args:
        chain: Its id.
        entries: Its entries in order of their number.
        key: The key of the trail.
        head: Its end as kept beside the chain, or in an anchor; None where no end is known.
    """
    walk = Walk(chain, key, [head.seq] if head else ())
    yield from walk.along(entry.row for entry in entries)
    if head is not None:
        yield from walk.ended(head)


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
    yield from unlike(_flat(record), _flat(replayed))


def unlike(
    stored: Mapping[tuple[str, str], Value], made: Mapping[tuple[str, str], Value]
) -> Iterator[str]:
    """Where stored values are not what a trail makes of them, both by entity and field."""
    for place in sorted({*stored, *made}):
        one, other = stored.get(place, Value()), made.get(place, Value())
        if one != other:
            where = " ".join(place)
            yield f"{where}: stored {one.text!r}, by its trail {other.text!r}"


def _flat(record: Record) -> dict[tuple[str, str], Value]:
    return {
        (entity, name): value
        for entity, fields in record.entities.items()
        for name, value in fields.items()
    }
