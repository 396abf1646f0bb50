"""The list's next offer to a patient, and its taking: both inside of the act's transaction.

The patient's record is locked first, then the list; so two who ask at once come in turn, and a slot
is read and taken under one lock.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from myotrial.capture.allocation.deciding import STUDY, Offer, ready
from myotrial.capture.allocation.lists import Slot, stratum_key
from myotrial.capture.allocation.vault import Taken, Vault
from myotrial.capture.record.asking import Asked
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import Record
from myotrial.randomisation.minimisation import minimise
from myotrial.randomisation.sealed import Sealed

__all__ = ["in_force", "minimised", "offer", "take"]

IN_FORCE = "SELECT value FROM capture_item WHERE chain_id = %s AND entity = %s AND field = '@list'"


def in_force(cursor: Any) -> int:
    """Number of the list in force; 0 where none is."""
    cursor.execute(IN_FORCE, ("study", STUDY))
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def offer(cursor: Any, key: bytes, record: Record, asked: Asked) -> Offer | None:
    """What the list offers this patient; None where that does not matter, for want of a step."""
    try:
        factors = ready(record, asked)
    except RefusedError:
        return None  # the decision says so
    number = in_force(cursor)
    if not number:
        return None
    vault = Vault(cursor, key)
    head = vault.lock(number)
    if head["method"] == "minimisation":
        slot = minimised(head, vault.taken(number), factors, vault)
    else:
        slot = vault.next(number, stratum_key(factors, head["by"]))
    open_label = asked.protocol.study.blinding == "open-label"
    arm = vault.arm(slot.kit) if slot and open_label else None
    return Offer(number, slot, factors, arm, add=head["method"] == "minimisation")


def take(cursor: Any, key: bytes, record: Record, found: Offer) -> None:
    """Take the slot that was decided on."""
    if found.slot is None:
        return
    vault = Vault(cursor, key)
    if found.add:
        vault.add(found.list, found.slot, record.chain, found.factors)
    else:
        vault.take(found.list, found.slot, record.chain)


def minimised(
    head: Mapping[str, Any], taken: Sequence[Taken], factors: Mapping[str, str], vault: Vault
) -> Slot | None:
    """The next patient's slot: an arm by minimisation, and the next kit of that arm.

    The random element of the patient's number comes from the seed alone, so that the whole list can
    be drawn again when it is audited.
    """
    arms = list(head["ratio"])
    before = [(one.factors, arms.index(vault.arm(one.slot.kit))) for one in taken]
    number = len(taken) + 1
    source = Sealed(int(head["seed"]), f"patient {number}")
    chosen = minimise(
        factors, before, list(head["ratio"].values()), source, probability=head["probability"]
    )
    used = sum(arm == chosen for _, arm in before)
    kits = head["order"][arms[chosen]]
    return Slot("", number, kits[used]) if used < len(kits) else None
