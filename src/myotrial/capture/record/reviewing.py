"""Review of a form: compared with its source, frozen, locked, and opened again."""

from myotrial.capture.record.actions import Freeze, Lock, Unfreeze, Unlock, Verify
from myotrial.capture.record.asking import Asked, Decision, form_of
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import Change, FormKey, Record, Value
from myotrial.capture.record.statuses import form_status

__all__ = ["freeze", "lock", "unfreeze", "unlock", "verify"]


def verify(record: Record, action: Verify, asked: Asked) -> Decision:
    """Note that a form was compared with its source; a later change takes it back."""
    _entered(record, action.key, asked)
    if record.text(str(action.key), "@verified") == "Y":
        return Decision(())
    return Decision((Change(str(action.key), "@verified", Value("Y"), "verify"),))


def freeze(record: Record, action: Freeze, asked: Asked) -> Decision:
    """Close a form to entry until it is opened again."""
    _entered(record, action.key, asked)
    return _set(record, action.key, "@frozen", "Y", "freeze")


def unfreeze(record: Record, action: Unfreeze, asked: Asked) -> Decision:
    """Open a frozen form."""
    form_of(record, action.key, asked)
    if record.text(str(action.key), "@frozen") != "Y":
        raise RefusedError("order", "this form is not frozen.")
    return _set(record, action.key, "@frozen", "N", "unfreeze", action.reason)


def lock(record: Record, action: Lock, asked: Asked) -> Decision:
    """Close a form for good: complete, and with no query open."""
    _entered(record, action.key, asked)
    status = form_status(record, action.key, asked.catalogue)
    if status in ("query", "answered", "started"):
        found = {"started": "it is not complete", "query": "it has an open query"}
        why = found.get(status, "it has an answered query that nobody closed")
        raise RefusedError("order", f"this form cannot be locked: {why}.")
    return _set(record, action.key, "@locked", "Y", "lock")


def unlock(record: Record, action: Unlock, asked: Asked) -> Decision:
    """Open a locked form, with a reason."""
    form_of(record, action.key, asked)
    if record.text(str(action.key), "@locked") != "Y":
        raise RefusedError("order", "this form is not locked.")
    if not action.reason.strip():
        raise RefusedError("reason", "opening a locked form needs a reason.")
    return _set(record, action.key, "@locked", "N", "unlock", action.reason)


def _entered(record: Record, key: FormKey, asked: Asked) -> None:
    form_of(record, key, asked)
    if not record.values(str(key)):
        raise RefusedError("order", "nothing was entered on this form.")


def _set(
    record: Record, key: FormKey, name: str, to: str, action: str, reason: str = ""
) -> Decision:
    if record.text(str(key), name) == to:
        return Decision(())
    return Decision((Change(str(key), name, Value(to), action, reason),))
