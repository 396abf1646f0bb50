"""A list is put in force, and looked over at each start: as it was, and given out in order."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from myotrial.capture.allocation.actions import LoadList
from myotrial.capture.allocation.drawing import in_force
from myotrial.capture.allocation.lists import AllocationList
from myotrial.capture.allocation.roles import concealed
from myotrial.capture.allocation.sealing import digest
from myotrial.capture.allocation.vault import Vault
from myotrial.capture.record.people import Person
from myotrial.capture.store.applying import Server, apply
from myotrial.errors import MyotrialError

__all__ = ["faults", "load", "verified"]

DIGEST = (
    "SELECT value FROM capture_item WHERE chain_id = 'study' AND entity = %s AND field = 'digest'"
)
KITS = (
    "SELECT chain_id, value FROM capture_item WHERE entity = 'subject' AND field = 'KIT' "
    "AND chain_id IN (SELECT chain_id FROM capture_item WHERE entity = 'subject' "
    "AND field = '@list' AND value = %s)"
)


def load(server: Server, listed: AllocationList, by: Person) -> int:
    """Put a list in force; gives its number.

    Raises:
        RefusedError: The person may not, or the list is not the protocol's.
        MyotrialError: The server's role could read the list.
    """
    concealed()
    with transaction.atomic(), connection.cursor() as cursor:
        number = in_force(cursor) + 1
        said = digest(server.sealing, listed.content())
        action = LoadList(number, listed.method, listed.by, listed.length, said)
        apply(server, "study", action, by)
        Vault(cursor, server.sealing).put(number, listed)
    return number


def verified(server: Server) -> None:
    """See that all lists are concealed, as they were loaded, and given out in order.

    Raises:
        MyotrialError: Something is not: the server does not start.
    """
    with connection.cursor() as cursor:
        if not in_force(cursor):
            return
    concealed()
    found = [*faults(server)]
    if found:
        raise MyotrialError(
            f"the list of allocations is not as it was: {'; '.join(found[:3])}.\n"
            "Hint: no patient is randomised until this is cleared up; bring the data base back "
            "from a copy, and compare the trail with an anchor."
        )


def faults(server: Server) -> Iterator[str]:
    """What is wrong with the lists; without a word of what they say."""
    with transaction.atomic(), connection.cursor() as cursor:
        vault = Vault(cursor, server.sealing)
        for number in range(1, in_force(cursor) + 1):
            yield from _of_list(cursor, vault, number)


def _of_list(cursor: Any, vault: Vault, number: int) -> Iterator[str]:
    cursor.execute(DIGEST, (f"list/{number}",))
    kept = cursor.fetchone()
    if kept is None or vault.digest(number) != kept[0]:
        yield f"list {number} is not the one that was loaded"
    places: dict[str, list[int]] = {}
    given: dict[str, str] = {}
    for one in vault.taken(number):
        places.setdefault(one.slot.stratum, []).append(one.slot.number)
        given[one.chain] = one.slot.kit
    for numbers in places.values():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"a stratum of list {number} was not given out in order"
    cursor.execute(KITS, (str(number),))
    recorded = dict(cursor.fetchall())
    if recorded != given:
        yield f"records and list {number} do not name the same kits"
