"""What the record keeps of allocation and unblinding: kits and reasons, never an arm that is blind.

The steps of a patient are screening, consent, eligibility, enrolment, and then allocation, once.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from myotrial.capture.allocation.actions import (
    Acknowledge,
    AskUnblinding,
    LoadList,
    LockDatabase,
    Randomise,
    Tell,
    TellArms,
    Unblind,
    UnblindStudy,
    UnlockDatabase,
)
from myotrial.capture.allocation.lists import Slot
from myotrial.capture.allocation.strata import factors
from myotrial.capture.forms.catalogue import CONSENT, DAY_ONE
from myotrial.capture.forms.definitions import Field
from myotrial.capture.forms.values import EntryError, parse
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.joining import FORM, eligibility
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import SUBJECT, Change, Record, Value

__all__ = ["DECIDERS", "STUDY", "WHEN_CLOSED", "Offer", "ready"]

STUDY = "study"  # what fields of the study's own record belong to

WHEN_CLOSED = (AskUnblinding, Unblind, Tell, Acknowledge)  # a patient's treatment, at all hours


@dataclass(frozen=True)
class Offer:
    """What the list offers a patient.

    Attributes:
        list: Number of the list.
        slot: The next place of the patient's stratum; None where none is left.
        factors: What the stratum follows from.
        arm: The arm, where the study is open; None where it is blind.
        add: The slot is made as it is given (minimisation).
    """

    list: int
    slot: Slot | None
    factors: dict[str, str]
    arm: str | None = None
    add: bool = False


def load_list(record: Record, action: LoadList, asked: Asked) -> Decision:
    """Put a list in force: the next ones come from it alone."""
    given = asked.protocol.randomisation
    if given is None or (given.method, tuple(given.by)) != (action.method, action.by):
        raise RefusedError("invalid", "this list does not allocate as the protocol says.")
    _require_open_study(record)
    if action.number != int(record.text(STUDY, "@list") or 0) + 1:
        raise RefusedError("conflict", "another list was put in force meanwhile.")
    entity = f"list/{action.number}"
    said = {
        "method": action.method, "by": ", ".join(action.by), "slots": str(action.slots),
        "digest": action.digest,
    }  # fmt: skip
    return Decision(
        (
            *(Change(entity, name, Value(text), "load list") for name, text in said.items()),
            Change(STUDY, "@list", Value(str(action.number)), "load list"),
        )
    )


def ready(record: Record, asked: Asked) -> dict[str, str]:
    """The factors of a patient who may be allocated now.

    Raises:
        RefusedError: A step is missing, or the patient was allocated before.
    """
    given = asked.protocol.randomisation
    if given is None:
        raise RefusedError("order", "this study does not randomise.")
    if record.text(SUBJECT, "@randomised"):
        raise RefusedError("order", f"the patient has kit {record.text(SUBJECT, 'KIT')} already.")
    status = record.text(SUBJECT, "@status")
    if status != "enrolled":
        raise RefusedError("order", f"only an enrolled patient is randomised (now: {status}).")
    if not record.text(str(FORM), CONSENT):
        raise RefusedError("order", "informed consent comes first: its date is not entered.")
    verdict = eligibility(record, asked)
    wrong = [item for item in verdict.criteria if item.outcome in ("failed", "unknown")]
    if wrong:
        shown = "; ".join(f"{item.id}: {item.text}" for item in wrong)
        raise RefusedError("order", f"criteria are failed or open. {shown}")
    return factors(record, tuple(given.by))


def randomise(record: Record, action: Randomise, asked: Asked) -> Decision:
    """Allocate a patient: the kit that the list offers."""
    ready(record, asked)
    offer = asked.beside
    if not isinstance(offer, Offer):
        raise RefusedError("order", "no list of allocations is in force.\nHint: load one first.")
    if offer.slot is None:
        raise RefusedError(
            "order",
            "the list has no place left for this patient; nothing was given.\n"
            "Hint: tell the unblinded statistician at once.",
        )
    return Decision(tuple(_allocated(record, action, asked, offer, offer.slot)))


def _allocated(
    record: Record, action: Randomise, asked: Asked, offer: Offer, slot: Slot
) -> Iterator[Change]:
    yield Change(SUBJECT, "KIT", Value(slot.kit), "randomise")
    yield Change(SUBJECT, "@randomised", Value(asked.at.isoformat(timespec="seconds")), "randomise")
    yield Change(SUBJECT, "@list", Value(str(offer.list)), "randomise")
    for name, value in offer.factors.items():
        yield Change(SUBJECT, f"@by {name}", Value(value), "randomise")
    if offer.arm is not None:
        yield Change(SUBJECT, "ARM", Value(offer.arm), "randomise")
    if not record.text(SUBJECT, DAY_ONE):
        yield Change(SUBJECT, DAY_ONE, Value(_day_one(action, asked)), "randomise")


def _day_one(action: Randomise, asked: Asked) -> str:
    if not action.day_one:
        return asked.today.isoformat()
    try:
        return parse(Field(DAY_ONE, "First dose", "date"), action.day_one, today=asked.today)
    except EntryError as error:
        raise RefusedError("invalid", f"the day of the first dose {error}.") from None


def ask_unblinding(record: Record, action: AskUnblinding, asked: Asked) -> Decision:
    """Ask for one patient's treatment; in an emergency it is told at once."""
    if not record.text(SUBJECT, "@randomised"):
        raise RefusedError("order", "this patient was not randomised: there is nothing to tell.")
    if not action.reason.strip():
        raise RefusedError("reason", "breaking the code needs a reason.")
    number = record.last("unblinding") + 1
    entity, by = f"unblinding/{number}", asked.by
    state = "opened" if action.emergency else "asked"
    said = {
        "@asked by": by.user, "@path": "emergency" if action.emergency else "two people",
        "@state": state,
    }  # fmt: skip
    what = "break code" if action.emergency else "ask to break code"
    reason = action.reason.strip()
    return Decision(
        tuple(Change(entity, name, Value(text), what, reason) for name, text in said.items())
    )


def unblind(record: Record, action: Unblind, asked: Asked) -> Decision:
    """Agree as a second person."""
    entity = f"unblinding/{action.number}"
    if record.text(entity, "@state") != "asked":
        raise RefusedError("order", "nobody asks for this patient's treatment under this number.")
    if record.text(entity, "@asked by") == asked.by.user:
        raise RefusedError(
            "forbidden",
            "who asked cannot agree as well: a second person must.\n"
            "Hint: where it cannot wait, ask again as an emergency.",
        )
    return Decision(
        (
            Change(entity, "@agreed by", Value(asked.by.user), "break code"),
            Change(entity, "@state", Value("opened"), "break code"),
        )
    )


def tell(record: Record, action: Tell, asked: Asked) -> Decision:
    """Note that the treatment is told; the record does not say which it is."""
    entity = f"unblinding/{action.number}"
    if record.text(entity, "@state") != "opened":
        raise RefusedError("order", "the code of this patient was not broken under this number.")
    known = {record.text(entity, name) for name in ("@asked by", "@agreed by")}
    if asked.by.user not in known:
        raise RefusedError("forbidden", "this patient's treatment is told to who asked for it.")
    return Decision((Change(entity, "@told", Value(asked.by.user), "tell treatment", noted=True),))


def tell_arms(record: Record, action: TellArms, asked: Asked) -> Decision:
    """Note that the arms of all patients are told."""
    if asked.by.role != "unblinded" and record.text(STUDY, "@unblinded") != "Y":
        raise RefusedError("forbidden", "the study is blind: arms are told after it is unblinded.")
    if not action.reason.strip():
        raise RefusedError("reason", "say what the arms are needed for.")
    told = Value(asked.by.user)
    return Decision((Change(STUDY, "@told", told, "tell arms", action.reason.strip(), noted=True),))


def acknowledge(record: Record, action: Acknowledge, asked: Asked) -> Decision:
    """Note that somebody read that a code was broken."""
    entity = f"unblinding/{action.number}"
    if record.text(entity, "@state") != "opened":
        raise RefusedError("unknown", "there is no such notice.")
    name = f"@read {hashlib.sha256(asked.by.user.encode()).hexdigest()[:16]}"
    if record.text(entity, name):
        return Decision(())
    return Decision((Change(entity, name, Value(asked.by.user), "read notice"),))


def lock_database(record: Record, action: LockDatabase, asked: Asked) -> Decision:
    """Close the study to entry."""
    del asked
    _require_open_study(record)
    return Decision((Change(STUDY, "@locked", Value("Y"), "lock data base", action.reason),))


def unlock_database(record: Record, action: UnlockDatabase, asked: Asked) -> Decision:
    """Open a locked study again, while it is blind."""
    del asked
    if record.text(STUDY, "@locked") != "Y":
        raise RefusedError("order", "the data base is not locked.")
    if record.text(STUDY, "@unblinded") == "Y":
        raise RefusedError("order", "the study was unblinded: its data base stays locked.")
    if not action.reason.strip():
        raise RefusedError("reason", "opening a locked data base needs a reason.")
    return Decision((Change(STUDY, "@locked", Value("N"), "unlock data base", action.reason),))


def unblind_study(record: Record, action: UnblindStudy, asked: Asked) -> Decision:
    """Tell all arms: planned, after the data base is locked."""
    if asked.protocol.randomisation is None:
        raise RefusedError("order", "this study does not randomise.")
    if record.text(STUDY, "@locked") != "Y":
        raise RefusedError("order", "the data base is locked first; then arms are told.")
    if record.text(STUDY, "@unblinded") == "Y":
        raise RefusedError("order", "the study was unblinded before.")
    if not action.reason.strip():
        raise RefusedError("reason", "unblinding needs a reason.")
    return Decision((Change(STUDY, "@unblinded", Value("Y"), "unblind study", action.reason),))


def _require_open_study(record: Record) -> None:
    if record.text(STUDY, "@locked") == "Y":
        raise RefusedError("locked", "the data base is locked.")


DECIDERS: MappingProxyType[type[Any], Any] = MappingProxyType(
    {
        LoadList: load_list,
        Randomise: randomise,
        AskUnblinding: ask_unblinding,
        Unblind: unblind,
        Tell: tell,
        TellArms: tell_arms,
        Acknowledge: acknowledge,
        LockDatabase: lock_database,
        UnlockDatabase: unlock_database,
        UnblindStudy: unblind_study,
    }
)
