"""Review of a form: compared with its source, frozen, locked; and the history of a field."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from myotrial.capture.pages.opened import Opened, language, opened
from myotrial.capture.pages.words import ABSENCE, MARKS, Marked
from myotrial.capture.pages.written import shown as written
from myotrial.capture.record.actions import Action, Freeze, Lock, Unfreeze, Unlock, Verify
from myotrial.capture.record.people import ROLES, may
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Value
from myotrial.capture.store import trails
from myotrial.capture.store.applying import apply
from myotrial.capture.store.queries import time_of

__all__ = ["ACTIONS", "history", "marks", "review", "reviews"]

ACTIONS: MappingProxyType[str, tuple[Callable[[FormKey, str], Action], Any]] = MappingProxyType(
    {
        "verify": (
            lambda key, _why: Verify(key),
            gettext_lazy("The form is marked as compared with its source."),
        ),
        "freeze": (lambda key, _why: Freeze(key), gettext_lazy("The form is frozen.")),
        "unfreeze": (Unfreeze, gettext_lazy("The form is open again.")),
        "lock": (lambda key, _why: Lock(key), gettext_lazy("The form is locked.")),
        "unlock": (Unlock, gettext_lazy("The form is open again.")),
    }
)


def review(request: Any, chain: str, code: str, event: str, number: int) -> HttpResponse:
    """Verify, freeze or lock a form, or open it again."""
    this = opened(request, chain, code, event, number)
    made = ACTIONS.get(request.POST.get("what", ""))
    if made is None:
        raise RefusedError("invalid", _("There is no such review."))
    action, told = made
    try:
        apply(
            this.server,
            chain,
            action(this.key, request.POST.get("reason", "")),
            this.person,
            act=request.POST.get("act", ""),
        )
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, str(told))
    return redirect("form", chain, code, event, number)


def reviews(this: Opened) -> list[tuple[str, Any, str]]:
    """What this person may do with the form now.

    Returns:
        For each act its name, its words, and whether it takes a reason: "must", "may" or "".
    """
    entered = bool(this.record.values(str(this.key)))
    verified, frozen, locked = (this.mark(name) for name in ("@verified", "@frozen", "@locked"))
    known = (
        ("verify", Verify, _("Compared with source"), "", entered and not verified),
        ("freeze", Freeze, _("Freeze"), "", entered and not frozen and not locked),
        ("unfreeze", Unfreeze, _("Take the freeze off"), "may", frozen),
        ("lock", Lock, _("Lock"), "", entered and not locked),
        ("unlock", Unlock, _("Open the lock"), "must", locked),
    )
    return [
        (what, label, why)
        for what, action, label, why, now in known
        if now and may(this.person, action)
    ]


def marks(this: Opened) -> list[Marked]:
    """The marks of review that a form has."""
    return [MARKS[status] for status in ("verified", "frozen", "locked") if this.mark(f"@{status}")]


def history(
    request: Any, chain: str, code: str, event: str, number: int, field: str
) -> HttpResponse:
    """Every value that a field ever had: old and new, who, when, why."""
    this = opened(request, chain, code, event, number)
    known = this.form.known.get(field)
    if known is None:
        raise RefusedError("unknown", "there is no such field.")

    def said(value: Value) -> str:
        if value.absent:
            return str(ABSENCE.get(value.absent, value.absent))
        return written(known, value.text, language())

    rows = [
        {
            "at": time_of(entry.at),
            "zone": entry.zone,
            "name": entry.name,
            "role": ROLES.get(entry.role, entry.role),
            "organisation": entry.organisation,
            "action": entry.action,
            "old": said(entry.old),
            "new": said(entry.new),
            "reason": entry.reason,
            "noted": entry.noted,
            "withheld": entry.withheld,
            "number": entry.seq,
        }
        for entry in trails.entries(chain, str(this.key), field)
    ]
    shown = {"this": this, "field": known, "rows": rows}
    small = request.headers.get("HX-Request")
    name = "history_table" if small else "history"
    return render(request, f"myotrial/pages/{name}.html", shown)
