"""What an action makes of the study's own record, or why it may not: pure, as for patients."""

import re
from collections.abc import Callable
from datetime import date
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from myotrial.capture.accounts import actions
from myotrial.capture.record.actions import Action
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.people import ROLES
from myotrial.capture.record.refusals import FieldProblem, RefusedError
from myotrial.capture.record.state import Change, Record, Value

__all__ = ["DECIDERS", "STUDY", "account", "site"]

STUDY = "study"  # the chain of the study's own record
USER = re.compile(r"[a-z][a-z0-9._-]{1,39}", re.ASCII)
SITE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}", re.ASCII)


def account(user: str) -> str:
    """The entity of an account."""
    return f"account/{user}"


def site(code: str) -> str:
    """The entity of a site."""
    return f"site/{code}"


def add_site(record: Record, action: actions.AddSite, asked: Asked) -> Decision:
    """Add a site, or change what is known of it."""
    del asked
    if not SITE.fullmatch(action.code):
        return _wrong("code", "has 1 to 20 letters, digits, '_' or '-'")
    if not action.name.strip():
        return _wrong("name", "is needed")
    try:
        ZoneInfo(action.zone)
    except (ValueError, OSError, KeyError):
        return _wrong("zone", "is no time zone; for example Europe/Stockholm")
    known = {"name": action.name.strip(), "zone": action.zone}
    return _set(record, site(action.code), known, "change site")


def open_account(record: Record, action: actions.OpenAccount, asked: Asked) -> Decision:
    """Open an account."""
    del asked
    if not USER.fullmatch(action.user):
        return _wrong("user", "has 2 to 40 small letters, digits, '.', '_' or '-', a letter first")
    if not action.name.strip():
        return _wrong("name", "is needed: it is printed on what the person signs")
    entity = account(action.user)
    if record.text(entity, "name"):
        raise RefusedError(
            "conflict",
            f"there is an account {action.user} already.\n"
            "Hint: nobody shares an account; choose another name.",
        )
    known = {
        "name": action.name.strip(),
        "organisation": action.organisation.strip(),
        "email": action.email.strip(),
        "active": "Y",
    }
    return _set(record, entity, known, "open account")


def grant_role(record: Record, action: actions.GrantRole, asked: Asked) -> Decision:
    """Give a role."""
    del asked
    _known(record, action.user)
    if action.role not in ROLES:
        return _wrong("role", f"must be one of {', '.join(ROLES)}")
    if action.site and not record.text(site(action.site), "name"):
        return _wrong("site", "is not a site of this study")
    if action.role == "administrator" and action.site:
        return _wrong("site", "stays empty: an administrator administers the whole study")
    field = _grant(action.role, action.site)
    return _set(record, account(action.user), {field: "Y"}, "grant role")


def withdraw_role(record: Record, action: actions.WithdrawRole, asked: Asked) -> Decision:
    """Take a role back."""
    _known(record, action.user)
    field = _grant(action.role, action.site)
    if record.text(account(action.user), field) != "Y":
        raise RefusedError("order", f"{action.user} does not hold this role.")
    if action.role == "administrator" and action.user == asked.by.user:
        raise RefusedError("order", "another administrator must take this role from you.")
    return _set(record, account(action.user), {field: "N"}, "withdraw role", _reason(action.reason))


def record_training(record: Record, action: actions.RecordTraining, asked: Asked) -> Decision:
    """Record the day of training."""
    _known(record, action.user)
    try:
        day = date.fromisoformat(action.day)
    except ValueError:
        return _wrong("day", "must be a date: 2026-11-02")
    if day > asked.today:
        return _wrong("day", "lies in the future")
    return _set(record, account(action.user), {"trained": day.isoformat()}, "record training")


def close_account(record: Record, action: actions.CloseAccount, asked: Asked) -> Decision:
    """Close an account."""
    _known(record, action.user)
    if action.user == asked.by.user:
        raise RefusedError("order", "another administrator must close your account.")
    return _set(
        record, account(action.user), {"active": "N"}, "close account", _reason(action.reason)
    )


def reopen_account(record: Record, action: actions.ReopenAccount, asked: Asked) -> Decision:
    """Open a closed account again."""
    del asked
    _known(record, action.user)
    return _set(
        record, account(action.user), {"active": "Y"}, "reopen account", _reason(action.reason)
    )


def set_password(record: Record, action: actions.SetPassword, asked: Asked) -> Decision:
    """A password was set."""
    _known(record, action.user)
    if not action.temporary and action.user != asked.by.user:
        raise RefusedError("forbidden", "only its owner sets a password that lasts.")
    said = "temporary" if action.temporary else "own"
    return _noted(account(action.user), "@password", said, "set password")


def note_sign_in(record: Record, action: actions.NoteSignIn, asked: Asked) -> Decision:
    """Somebody came or went."""
    _known(record, action.user)
    if action.user != asked.by.user:
        raise RefusedError("forbidden", "nobody signs in for somebody else.")
    return _noted(account(action.user), "@sign-in", action.where, action.what)


def note_factor(record: Record, action: actions.NoteFactor, asked: Asked) -> Decision:
    """Second factors changed: the owner's own, or all of them taken away by an administrator."""
    _known(record, action.user)
    if action.user != asked.by.user and asked.by.role != "administrator":
        raise RefusedError("forbidden", "second factors are changed by their owner.")
    return _noted(account(action.user), "@second factor", action.label, action.what)


def note_failure(record: Record, action: actions.NoteFailure, asked: Asked) -> Decision:
    """Somebody could not come in; an unknown name is not kept: it may be a password."""
    del asked
    known = bool(record.text(account(action.user), "name"))
    entity = account(action.user) if known else account("(unknown)")
    return _noted(entity, "@sign-in", action.where, "sign-in failed", action.why)


def note(record: Record, action: actions.Note, asked: Asked) -> Decision:
    """Something left the system."""
    del record
    return _noted(account(asked.by.user), "@note", action.about, action.what)


Decider = Callable[[Record, Any, Asked], Decision]

DECIDERS: MappingProxyType[type[Action], Decider] = MappingProxyType(
    {
        actions.AddSite: add_site,
        actions.OpenAccount: open_account,
        actions.GrantRole: grant_role,
        actions.WithdrawRole: withdraw_role,
        actions.RecordTraining: record_training,
        actions.CloseAccount: close_account,
        actions.ReopenAccount: reopen_account,
        actions.SetPassword: set_password,
        actions.NoteSignIn: note_sign_in,
        actions.NoteFactor: note_factor,
        actions.NoteFailure: note_failure,
        actions.Note: note,
    }
)


def _known(record: Record, user: str) -> None:
    if not record.text(account(user), "name"):
        raise RefusedError("unknown", "there is no such account.")


def _grant(role: str, code: str) -> str:
    return f"role/{role}/{code}"


def _reason(text: str) -> str:
    if not text.strip():
        raise RefusedError("reason", "say why: it stands in the trail.")
    return text.strip()


def _wrong(field: str, message: str) -> Decision:
    raise RefusedError("invalid", f"{field} {message}.", (FieldProblem(field, message),))


def _set(
    record: Record, entity: str, known: dict[str, str], action: str, reason: str = ""
) -> Decision:
    """The changes that make the fields so; none where they are."""
    return Decision(
        tuple(
            Change(entity, name, Value(text or None), action, reason)
            for name, text in known.items()
            if record.text(entity, name) != text
        )
    )


def _noted(entity: str, field: str, text: str, action: str, reason: str = "") -> Decision:
    return Decision((Change(entity, field, Value(text or None), action, reason, noted=True),))
