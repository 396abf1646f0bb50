"""Tokens of programs: issued once and shown once, kept as digests, ended at any time.

A token acts for its account in the role in which it was issued: when the account is closed, or the
role is taken away, or its time is over, it opens nothing.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from myotrial.capture.accounts.acting import act
from myotrial.capture.accounts.people import person
from myotrial.capture.api.actions import IssueToken, RevokeToken
from myotrial.capture.api.models import Token
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.store.models import Account

__all__ = ["MARK", "Bearer", "Issued", "issue", "owned", "require", "revoke"]

MARK = "myo_"  # how a token begins, so that a leaked one is found by scanners
BYTES = 32


@dataclass(frozen=True)
class Issued:
    """A token as it is given out, once."""

    id: str
    token: str


def issue(by: Person, label: str, scopes: str, expires: str) -> Issued:
    """Issue a token to a person, for the role that the person is in.

    Raises:
        RefusedError: Scopes, label or end are not well-formed.
    """
    made = Issued(secrets.token_hex(6), MARK + secrets.token_urlsafe(BYTES))

    def keep() -> None:
        Token.objects.create(
            id=made.id,
            account=Account.objects.get(username=by.user),
            role=by.role,
            scopes=" ".join(scopes.split()),
            label=label.strip(),
            digest=_digest(made.token),
            made=timezone.now(),
            expires=datetime.fromisoformat(expires),
        )

    act(IssueToken(made.id, label, scopes, expires), by, then=keep)
    return made


def revoke(by: Person, token: str, reason: str = "") -> None:
    """End a token, now.

    Raises:
        RefusedError: There is none of that id that this person may end.
    """

    def end() -> None:
        Token.objects.filter(id=token, revoked=None).update(revoked=timezone.now())

    act(RevokeToken(token, reason), by, then=end)


def owned(by: Person) -> Iterator[dict[str, Any]]:
    """A person's tokens, the newest first; as administrator, everybody's."""
    found = Token.objects.select_related("account").order_by("-made", "id")
    if by.role != "administrator":
        found = found.filter(account__username=by.user)
    now = timezone.now()
    for item in found:
        over = "revoked" if item.revoked else "expired" if item.expires <= now else "valid"
        yield {
            "id": item.id,
            "user": item.account.username,
            "role": item.role,
            "label": item.label,
            "scopes": item.scopes.split(),
            "made": item.made.astimezone(UTC).isoformat(timespec="seconds"),
            "expires": item.expires.astimezone(UTC).isoformat(timespec="seconds"),
            "state": over,
        }


class Bearer:
    """Sets who asks from the token of a request to the API; a session then counts for nothing."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._next = get_response

    def __call__(self, request: Any) -> Any:
        """Answer."""
        request.token = None
        sent = request.headers.get("Authorization", "")
        if sent and request.path.startswith("/api/"):
            request.user, request.person = AnonymousUser(), None
            kind, _, token = sent.partition(" ")
            if kind.lower() == "bearer":
                self._find(request, token.strip())
        return self._next(request)

    def _find(self, request: Any, token: str) -> None:
        found = (
            Token.objects.select_related("account")
            .filter(digest=_digest(token), revoked=None, expires__gt=timezone.now())
            .first()
        )
        if found is not None and found.account.is_active:
            request.person = person(found.account, found.role)
            request.token = found if request.person else None


def require(request: Any, scope: str) -> None:
    """Refuse a token that was not given for this kind of work.

    Raises:
        RefusedError: It was not.
    """
    if request.token is not None and scope not in request.token.scopes.split():
        raise RefusedError("forbidden", f"this token was not given to {scope}.")


def _digest(token: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
