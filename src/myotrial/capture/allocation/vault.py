"""The only way to the concealed tables: one list locked, its next slot read, taken, or a kit told.

PostgreSQL  the server's role has no right to the tables; inside of a transaction it takes the role
            that has, and gives it back (`roles`).
SQLite      the guard of the connection refuses the tables unless the vault has opened it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection

from myotrial.capture.allocation.lists import AllocationList, Slot
from myotrial.capture.allocation.roles import KEEPER
from myotrial.capture.allocation.sealing import digest, reading, sealed
from myotrial.errors import MyotrialError

__all__ = ["Taken", "Vault", "opened"]

HEAD = "SELECT head FROM concealed_list WHERE id = %s"
NEXT = (
    "SELECT number, sealed FROM concealed_slot WHERE list = %s AND stratum = %s AND chain IS NULL "
    "ORDER BY number LIMIT 1"
)
TAKE = (
    "UPDATE concealed_slot SET chain = %s WHERE list = %s AND stratum = %s AND number = %s "
    "AND chain IS NULL"
)
ADD = "INSERT INTO concealed_slot (list, stratum, number, sealed, chain) VALUES (%s,%s,%s,%s,%s)"
SLOTS = "SELECT stratum, number, sealed, chain FROM concealed_slot WHERE list = %s ORDER BY id"
OF_CHAIN = "SELECT list, stratum, number, sealed FROM concealed_slot WHERE chain = %s"
KIT = "SELECT list, sealed FROM concealed_kit WHERE kit = %s"
KITS = "SELECT kit, sealed FROM concealed_kit WHERE list = %s ORDER BY kit"
PUT_LIST = "INSERT INTO concealed_list (id, head) VALUES (%s, %s)"
PUT_KIT = "INSERT INTO concealed_kit (kit, list, sealed) VALUES (%s, %s, %s)"


@dataclass(frozen=True)
class Taken:
    """A slot that a record took.

    Attributes:
        slot: Which.
        chain: By whom.
        factors: In minimisation, the patient's value of each factor as it was then.
    """

    slot: Slot
    chain: str
    factors: dict[str, str]


@contextmanager
def opened(cursor: Any) -> Iterator[None]:
    """Open the concealed tables to this cursor; inside of a transaction only."""
    if not connection.in_atomic_block:
        raise MyotrialError("the concealed tables are opened inside of a transaction only.")
    if connection.vendor == "postgresql":
        cursor.execute(f"SET LOCAL ROLE {KEEPER}")
        try:
            yield
        except DatabaseError:
            raise  # the transaction has failed, and gives the role back as it ends
        except BaseException:
            cursor.execute("RESET ROLE")
            raise
        cursor.execute("RESET ROLE")
        return
    guard: Any = connection
    guard.conceal(False)
    try:
        yield
    finally:
        guard.conceal(True)


class Vault:
    """The concealed tables, opened with the key that seals them."""

    def __init__(self, cursor: Any, key: bytes) -> None:
        if not key:
            raise MyotrialError("this server was started without the key of its lists.")
        self._cursor, self._key = cursor, key

    def put(self, number: int, listed: AllocationList) -> None:
        """Keep a list; numbers of kits that are there already are refused by the table."""
        with opened(self._cursor):
            head = sealed(self._key, listed.head(), f"list/{number}")
            self._cursor.execute(PUT_LIST, (number, head))
            self._cursor.executemany(
                ADD,
                [
                    (number, one.stratum, one.number, self._slot(number, one), None)
                    for one in listed.slots
                ],
            )
            self._cursor.executemany(
                PUT_KIT,
                [
                    (kit, number, sealed(self._key, listed.arms[kit], f"list/{number}/kit/{kit}"))
                    for kit in sorted(listed.arms)
                ],
            )

    def lock(self, number: int) -> dict[str, Any]:
        """Wait for the list and lock it until the transaction ends; gives its head.

        Raises:
            MyotrialError: There is no such list.
        """
        rest = " FOR UPDATE" if connection.vendor == "postgresql" else ""  # SQLite has one writer
        with opened(self._cursor):
            self._cursor.execute(HEAD + rest, (number,))
            found = self._cursor.fetchone()
        if found is None:
            raise MyotrialError(
                f"list {number} is not in the data base, though the study's record says so."
            )
        return reading(self._key, found[0], f"list/{number}")

    def next(self, number: int, stratum: str) -> Slot | None:
        """The first slot of a stratum that nobody took; None where none is left."""
        with opened(self._cursor):
            self._cursor.execute(NEXT, (number, stratum))
            found = self._cursor.fetchone()
        if found is None:
            return None
        return Slot(stratum, found[0], self._content(number, stratum, found[0], found[1])["kit"])

    def take(self, number: int, slot: Slot, chain: str) -> None:
        """Give a slot of the list to a record.

        Raises:
            MyotrialError: It was taken meanwhile; the lock was not held.
        """
        with opened(self._cursor):
            self._cursor.execute(TAKE, (chain, number, slot.stratum, slot.number))
            if self._cursor.rowcount != 1:
                raise MyotrialError("this place of the list was taken meanwhile; nothing was done.")

    def add(self, number: int, slot: Slot, chain: str, factors: dict[str, str]) -> None:
        """Keep a minimised allocation: a slot that did not exist before."""
        text = self._slot(number, slot, factors)
        with opened(self._cursor):
            self._cursor.execute(ADD, (number, slot.stratum, slot.number, text, chain))

    def taken(self, number: int) -> list[Taken]:
        """The slots of a list that were taken, in the order of the table."""
        return [Taken(slot, chain, factors) for slot, chain, factors in self._all(number) if chain]

    def of(self, chain: str) -> tuple[int, Slot] | None:
        """The list and slot that a record took; None where it took none."""
        with opened(self._cursor):
            self._cursor.execute(OF_CHAIN, (chain,))
            found = self._cursor.fetchone()
        if found is None:
            return None
        number, stratum, place, text = found
        kit = self._content(number, stratum, place, text)["kit"]
        return number, Slot(stratum, place, kit)

    def arm(self, kit: str) -> str:
        """What a kit holds.

        Raises:
            MyotrialError: There is no such kit.
        """
        with opened(self._cursor):
            self._cursor.execute(KIT, (kit,))
            found = self._cursor.fetchone()
        if found is None:
            raise MyotrialError(f"there is no kit {kit}.")
        return reading(self._key, found[1], f"list/{found[0]}/kit/{kit}")

    def digest(self, number: int) -> str:
        """The digest of a list as the tables hold it, to compare with the study's record."""
        head = self.lock(number)
        with opened(self._cursor):
            self._cursor.execute(KITS, (number,))
            rows: Sequence[tuple[str, str]] = self._cursor.fetchall()
        arms = [[kit, reading(self._key, text, f"list/{number}/kit/{kit}")] for kit, text in rows]
        slots = [] if head["method"] == "minimisation" else [
            [slot.stratum, slot.number, slot.kit] for slot, _, _ in self._all(number)
        ]  # fmt: skip
        return digest(self._key, [head, sorted(slots), sorted(arms)])

    def _all(self, number: int) -> list[tuple[Slot, str | None, dict[str, str]]]:
        with opened(self._cursor):
            self._cursor.execute(SLOTS, (number,))
            rows = self._cursor.fetchall()
        found = []
        for stratum, place, text, chain in rows:
            content = self._content(number, stratum, place, text)
            slot = Slot(stratum, place, content["kit"])
            found.append((slot, chain, content["factors"]))
        return found

    def _slot(self, number: int, slot: Slot, factors: dict[str, str] | None = None) -> str:
        place = f"list/{number}/{slot.stratum}/{slot.number}"
        return sealed(self._key, {"kit": slot.kit, "factors": factors or {}}, place)

    def _content(self, number: int, stratum: str, place: int, text: str) -> dict[str, Any]:
        return reading(self._key, text, f"list/{number}/{stratum}/{place}")
