"""The page from which a person takes exports, and makes and ends tokens for programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from myotrial.capture.api.deciding import SCOPES
from myotrial.capture.api.reading import EXPORTS, streamed
from myotrial.capture.api.tokens import issue, owned, revoke
from myotrial.capture.record.refusals import RefusedError

__all__ = ["export", "revocation", "tokens"]

SAYS = {
    "csv": _("Captured tables, queries and trail as CSV, for spreadsheets and myotrial run"),
    "dataset-json": _("The same as CDISC Dataset-JSON 1.1"),
    "odm": _("Every transaction as CDISC ODM 1.3.2"),
    "odm2": _("Every transaction as CDISC ODM 2.0"),
}
WORDS = {
    "read": _("read what the role may see"),
    "write": _("enter and change values, answer queries"),
    "review": _("raise and close queries, verify, freeze, lock"),
    "export": _("take whole exports"),
}
STATES = {"valid": _("valid"), "revoked": _("revoked"), "expired": _("expired")}
DAYS = (30, 90, 365)


def tokens(request: Any) -> HttpResponse:
    """Exports and tokens; a token that was just made is shown this once."""
    made, wrong = None, ""
    if request.method == "POST":
        try:
            made = _made(request)
        except RefusedError as error:
            wrong = str(error)
    shown = {
        "exports": SAYS if request.person.role in EXPORTS else {},
        "tokens": [
            item
            | {"says": STATES[item["state"]], "opens": [WORDS[name] for name in item["scopes"]]}
            for item in owned(request.person)
        ],
        "scopes": WORDS,
        "days": DAYS,
        "made": made,
        "wrong": wrong,
    }
    return render(request, "myotrial/api/tokens.html", shown, status=422 if wrong else 200)


def export(request: Any, kind: str) -> Any:
    """A whole export; the trail notes who took it."""
    return streamed(request.person, kind)


def revocation(request: Any, token: str) -> HttpResponse:
    """End a token."""
    revoke(request.person, token, request.POST.get("reason", "")[:200])
    return redirect("tokens")


def _made(request: Any) -> Any:
    sent = request.POST
    days = sent.get("days", "")
    if days not in map(str, DAYS):
        raise RefusedError("invalid", "choose how long the token is valid.")
    expires = (datetime.now(UTC) + timedelta(int(days))).isoformat(timespec="seconds")
    scopes = " ".join(name for name in sent.getlist("scope") if name in SCOPES)
    return issue(request.person, sent.get("label", ""), scopes, expires)
