"""What an action makes of the study's own record as to tokens, or why it may not: pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from myotrial.capture.api.actions import IssueToken, RevokeToken
from myotrial.capture.record.actions import Action
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.refusals import FieldProblem, RefusedError
from myotrial.capture.record.state import Change, Record, Value

__all__ = ["DECIDERS", "LONGEST", "SCOPES", "entity"]

SCOPES = MappingProxyType(
    {
        "read": "read what the role may see",
        "write": "screen, enrol, enter and change values, answer queries",
        "review": "raise and close queries, verify, freeze, lock",
        "export": "take whole exports",
    }
)
LONGEST = 366  # days that a token can be valid


def entity(token: str) -> str:
    """The entity of a token."""
    return f"token/{token}"


def issue(record: Record, action: IssueToken, asked: Asked) -> Decision:
    """Issue a token."""
    del record
    scopes = action.scopes.split()
    strange = [scope for scope in scopes if scope not in SCOPES]
    if strange or not scopes:
        raise _wrong("scopes", f"must be some of {', '.join(SCOPES)}")
    if not action.label.strip() or len(action.label) > 100:
        raise _wrong("label", "says in 1 to 100 characters what the token is for")
    try:
        ends = datetime.fromisoformat(action.expires)
    except ValueError:
        raise _wrong("expires", "must be a time with its offset: 2027-01-31T00:00:00Z") from None
    if ends.tzinfo is None or not asked.at < ends <= asked.at + timedelta(LONGEST):
        raise _wrong("expires", f"must lie in the next {LONGEST} days, with its offset")
    said = {
        "@account": asked.by.user,
        "@role": asked.by.role,
        "@scopes": " ".join(scopes),
        "@label": action.label.strip(),
        "@expires": action.expires,
        "@state": "valid",
    }
    return Decision(
        tuple(
            Change(entity(action.token), name, Value(text), "issue token")
            for name, text in said.items()
        )
    )


def revoke(record: Record, action: RevokeToken, asked: Asked) -> Decision:
    """Revoke a token; a revoked one stays revoked."""
    name = entity(action.token)
    owner = record.text(name, "@account")
    if not owner or (asked.by.user != owner and asked.by.role != "administrator"):
        raise RefusedError("unknown", "there is no such token.")
    if record.text(name, "@state") != "valid":
        return Decision(())
    return Decision(
        (Change(name, "@state", Value("revoked"), "revoke token", action.reason.strip()),)
    )


Decider = Callable[[Record, Any, Asked], Decision]

DECIDERS: MappingProxyType[type[Action], Decider] = MappingProxyType(
    {IssueToken: issue, RevokeToken: revoke}
)


def _wrong(field: str, message: str) -> RefusedError:
    return RefusedError("invalid", f"{field} {message}.", (FieldProblem(field, message),))
