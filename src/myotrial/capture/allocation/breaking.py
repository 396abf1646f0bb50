"""An arm is told: of one patient whose code was broken, or of all. Always after the act is written.

Nothing here writes an arm anywhere; who receives it must not keep it where blinded people look.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from myotrial.capture.allocation.actions import Tell, TellArms
from myotrial.capture.allocation.vault import Vault
from myotrial.capture.record.people import Person
from myotrial.capture.store.applying import Server, apply
from myotrial.errors import MyotrialError

__all__ = ["Notice", "Told", "arms", "notices", "treatment"]

PATIENTS = (
    "SELECT c.number, c.id, i.value FROM capture_chain c JOIN capture_item i ON i.chain_id = c.id "
    "WHERE i.entity = 'subject' AND i.field = 'KIT' ORDER BY c.number"
)
BROKEN = (
    "SELECT s.chain_id, c.number, c.site_id, s.number, e.at, e.name, e.reason, e.new "
    "FROM capture_sheet s JOIN capture_chain c ON c.id = s.chain_id "
    "JOIN capture_entry e ON e.chain_id = s.chain_id AND e.entity = s.entity "
    "AND e.field = '@state' AND e.new = 'opened' "
    "WHERE s.kind = 'unblinding' AND s.status = 'opened' ORDER BY e.at DESC"
)
READ = (
    "SELECT chain_id, entity FROM capture_item WHERE entity LIKE 'unblinding/%%' "
    "AND field LIKE '@read %%' AND value = %s"
)


@dataclass(frozen=True)
class Told:
    """A patient's treatment."""

    number: str
    kit: str
    arm: str


@dataclass(frozen=True)
class Notice:
    """The notice that a code was broken; it does not say the arm.

    Attributes:
        chain: The patient's record.
        patient: The patient's number.
        number: Number of the unblinding in the record.
        at: When, UTC.
        by: Printed name of who broke it.
        reason: Why, as said; of a code broken by two people, what the first said stands in the
            record.
        read: Whether this person read it.
    """

    chain: str
    patient: str
    number: int
    at: str
    by: str
    reason: str
    read: bool


def treatment(server: Server, chain: str, number: int, by: Person) -> Told:
    """One patient's treatment, for whom its code was broken; noted in the record first.

    Raises:
        RefusedError: The code was not broken, or not for this person.
    """
    apply(server, chain, Tell(number), by)
    with transaction.atomic(), connection.cursor() as cursor:
        vault = Vault(cursor, server.sealing)
        found = vault.of(chain)
        if found is None:
            raise MyotrialError("this patient took no place of a list.")
        kit = found[1].kit
        return Told(_number(cursor, chain), kit, vault.arm(kit))


def _number(cursor: Any, chain: str) -> str:
    cursor.execute("SELECT number FROM capture_chain WHERE id = %s", (chain,))
    return cursor.fetchone()[0]


def arms(server: Server, reason: str, by: Person) -> list[Told]:
    """The treatments of all patients: for the unblinded statistician, and for all afterwards.

    Raises:
        RefusedError: The study is blind to this person.
    """
    apply(server, "study", TellArms(reason), by)
    with transaction.atomic(), connection.cursor() as cursor:
        vault = Vault(cursor, server.sealing)
        cursor.execute(PATIENTS)
        return [Told(number, kit, vault.arm(kit)) for number, _, kit in cursor.fetchall()]


def notices(by: Person) -> list[Notice]:
    """The codes that were broken at the person's sites, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(READ, (by.user,))
        read = set(cursor.fetchall())
        cursor.execute(BROKEN)
        rows = cursor.fetchall()
    return [
        Notice(chain, patient, number, at, name, reason, (chain, f"unblinding/{number}") in read)
        for chain, patient, site, number, at, name, reason, _ in rows
        if by.at(site)
    ]
