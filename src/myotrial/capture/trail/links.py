"""The link that binds an entry to the one before, and the digests that values enter it through.

The link is a keyed hash (HMAC-SHA-256) over everything the entry says and the link before it. A
trail of a million entries is walked link by link, so this works on plain rows: the columns of an
entry in the order of `COLUMNS`, up to the link itself.
"""

import hashlib
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

__all__ = ["COLUMNS", "START", "Linker"]

START = "0" * 64  # link before the first entry
DIGEST = 16  # bytes of the digest of one value
BLOCK = 64  # bytes of a block of SHA-256
COLUMNS = (
    "chain_id", "seq", "at", "zone", "user", "name", "role", "organisation", "site", "action",
    "entity", "field", "old", "old_absent", "new", "new_absent", "reason", "noted", "version",
    "act", "entered", "withheld", "hash",
)  # fmt: skip
SEEN = 10_000  # people and versions whose text is kept


class Linker:
    """Makes links with one key."""

    def __init__(self, key: bytes) -> None:
        short = key if len(key) <= BLOCK else hashlib.sha256(key).digest()
        self._inner = hashlib.sha256(bytes(x ^ 0x36 for x in short.ljust(BLOCK, b"\0")))
        self._outer = hashlib.sha256(bytes(x ^ 0x5C for x in short.ljust(BLOCK, b"\0")))
        self._value = hashlib.blake2b(key=key[:64], digest_size=DIGEST)
        self._people: dict[tuple[str, ...], str] = {}

    def link(self, row: tuple[Any, ...], before: str) -> str:
        """The link of an entry, as 64 hexadecimal digits.

        Args:
            row: The entry: its columns in the order of `COLUMNS`; the link may be left out.
            before: The link before it.
        """
        noted = "true" if row[17] else "false"
        said = (
            f"[{quoted(before)},{quoted(row[0])},{row[1]},{quoted(row[2])},{self._person(row)},"
            f"{quoted(row[10])},{quoted(row[11])},{noted},{quoted(row[18])},{quoted(row[19])},"
            f"{quoted(row[20])},{quoted(row[21] or self.digests(row))}]"
        )
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(said.encode("ascii"))
        outer.update(inner.digest())
        return outer.hexdigest()

    def digests(self, row: tuple[Any, ...]) -> str:
        """Keyed digests of what can be withheld: old value, new value, reason."""
        old, old_absent, new, new_absent, reason = row[12:17]
        old = "null" if old is None else quoted(old)
        new = "null" if new is None else quoted(new)
        place = f"{row[0]}\0{row[1]}"
        first, second, third = (self._value.copy() for _ in range(3))
        first.update(f"{place}\x000\0[{old}, {quoted(old_absent)}]".encode())
        second.update(f"{place}\x001\0[{new}, {quoted(new_absent)}]".encode())
        third.update(f"{place}\x002\0{reason}".encode("utf-8", "surrogatepass"))
        return f"{first.hexdigest()}.{second.hexdigest()}.{third.hexdigest()}"

    def _person(self, row: tuple[Any, ...]) -> str:
        """Zone, person, site and action: the same few, again and again."""
        who = row[3:10]
        text = self._people.get(who)
        if text is None:
            text = ",".join(map(quoted, who))
            if len(self._people) < SEEN:
                self._people[who] = text
        return text
