"""What is done to the study itself, and to what should not have been entered.

A release, and the loss of entries, are written in the record of the study; a value is withheld in
the record of its patient.
"""

from myotrial.capture.accounts.deciding import STUDY
from myotrial.capture.record.actions import AcceptLoss, Release, Withhold
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import Change, FormKey, Record, Value

__all__ = ["EVERYWHERE", "accept_loss", "in_force", "release", "withhold"]

EVERYWHERE = "*"  # all sites


def withhold(record: Record, action: Withhold, asked: Asked) -> Decision:
    """Say of each entry that it is withheld; the store takes the values out with that."""
    del asked  # whoever may, may at any time
    if not action.reason.strip():
        raise RefusedError("reason", "taking a value out of the trail needs a reason.")
    known = FormKey.read(action.entity) or action.entity.startswith("query/")
    if not known or action.field.startswith("@"):
        raise RefusedError("unknown", "only what was entered on a form or in a query is withheld.")
    numbers = sorted(set(action.entries))
    if not numbers or numbers[0] < 1 or numbers[-1] > record.head:
        raise RefusedError("unknown", "name entries of this record that hold the value.")
    said = (f"entry {number}" for number in numbers)
    return Decision(
        tuple(
            Change(action.entity, name, Value(), "withhold", action.reason.strip(), noted=True)
            for name in said
        )
    )


def release(record: Record, action: Release, asked: Asked) -> Decision:
    """Put a version in force: a new one by the next number, or one that is known at more sites."""
    _of_study(record, asked)
    latest, entity = record.last("release"), f"release/{action.number}"
    if asked.by.role == "system" and action.number != 1:
        raise RefusedError("forbidden", "the server releases the first version only.")
    if not action.approval.strip():
        raise RefusedError(
            "reason", "a release needs its approval: what was approved, by whom, and when."
        )
    if action.number == latest + 1:
        changes = [
            Change(entity, "@digest", Value(action.digest), "release", action.reason),
            Change(entity, "@version", Value(action.version), "release", action.reason),
        ]
    elif record.text(entity, "@digest") == action.digest:
        changes = []
    else:
        raise RefusedError("order", f"the next release is number {latest + 1}.")
    for site in action.sites or (EVERYWHERE,):
        if in_force(record, site) > action.number:
            raise RefusedError("order", f"a later version is in force at {site} already.")
        if not record.value(entity, f"@site/{site}"):
            approval = Value(action.approval.strip())
            changes.append(Change(entity, f"@site/{site}", approval, "release", action.reason))
    return Decision(tuple(changes))


def in_force(record: Record, site: str) -> int:
    """Number of the release that is in force at a site; 0 before the first.

    >>> made = (Change("release/1", "@site/*", Value("first"), "release"),
    ...         Change("release/2", "@site/A", Value("approved"), "release"))
    >>> study = Record("study", "").after(made)
    >>> in_force(study, "A"), in_force(study, "B")
    (2, 1)
    """
    fields = (f"@site/{site}", f"@site/{EVERYWHERE}")
    for number in range(record.last("release"), 0, -1):
        if any(record.value(f"release/{number}", name) for name in fields):
            return number
    return 0


def accept_loss(record: Record, action: AcceptLoss, asked: Asked) -> Decision:
    """Note what is lost with an older state that was brought back."""
    _of_study(record, asked)
    if not action.reason.strip():
        raise RefusedError("reason", "say why an older state was brought back.")
    entity = f"loss/{record.last('loss') + 1}"
    lost = Value(action.lost)
    return Decision((Change(entity, "@lost", lost, "restore older", action.reason.strip()),))


def _of_study(record: Record, asked: Asked) -> None:
    if record.chain != STUDY:
        raise RefusedError("unknown", "this is done in the record of the study.")
    if asked.by.sites is not None:
        raise RefusedError("forbidden", "this is for whoever has the role at all sites.")
