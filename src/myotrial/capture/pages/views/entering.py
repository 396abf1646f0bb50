"""The page of a form: opened, scored while it is entered, kept as a draft, saved."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from myotrial.capture.pages import drafts, entry, posting
from myotrial.capture.pages.live import live
from myotrial.capture.pages.opened import Opened, language, opened
from myotrial.capture.pages.posting import Posted
from myotrial.capture.pages.threads import threads
from myotrial.capture.pages.views.reviewing import marks, reviews
from myotrial.capture.pages.words import ABSENCE, KINDS, REASONS, SECTIONS, STATES
from myotrial.capture.record.actions import OpenQuery, Remove, Save
from myotrial.capture.record.people import may
from myotrial.capture.record.refusals import ConflictError, ReasonError, RefusedError
from myotrial.capture.record.state import Value
from myotrial.capture.store.applying import apply

__all__ = ["draft", "form", "scored", "take_out"]

TEMPO = 40  # beats a minute: `instruments.fi3`
REFUSED = {"conflict": 409, "locked": 409, "order": 409, "forbidden": 403}


def form(request: Any, chain: str, code: str, event: str, number: int) -> HttpResponse:
    """Open a form, or save it."""
    this = opened(request, chain, code, event, number)
    if request.method == "POST":
        return _save(request, this)
    kept = drafts.kept(this.person, chain, this.key) if not this.closed else None
    if kept is None:
        return _page(request, this)
    return _page(request, this, typed=kept.values, seen=kept.seen, kept=kept.at)


def scored(request: Any, chain: str, code: str, event: str, number: int) -> HttpResponse:
    """What the values that are being typed make: scores, problems, questions. Nothing is kept."""
    this = opened(request, chain, code, event, number)
    posted = posting.read(this.form, request.POST, language())
    shown = {"live": live(this, posted), "this": this, "moving": True}
    return render(request, "myotrial/pages/live.html", shown)


def draft(request: Any, chain: str, code: str, event: str, number: int) -> HttpResponse:
    """Keep what is being typed; it is no data of the study before it is saved."""
    this = opened(request, chain, code, event, number)
    if this.closed:
        return JsonResponse({}, status=409)
    if "discard" in request.POST:
        drafts.discard(this.person, chain, this.key)
        return redirect(_address(this))
    posted = posting.read(this.form, request.POST, language())
    drafts.keep(this.person, chain, this.key, posted.changed, posted.seen)
    return JsonResponse({"at": datetime.now(UTC).isoformat()})


def take_out(request: Any, chain: str, code: str, event: str, number: int) -> HttpResponse:
    """Take out an entry of a repeating form that was made by mistake."""
    this = opened(request, chain, code, event, number)
    action = Remove(this.key, request.POST.get("reason", ""))
    try:
        apply(this.server, chain, action, this.person)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect(_address(this))
    messages.success(request, _("The entry was taken out; its values stay in the history."))
    return redirect("visit", chain=chain, event=event)


def _save(request: Any, this: Opened) -> HttpResponse:
    posted = posting.read(this.form, request.POST, language())
    changed = _chosen(request.POST, posted.changed)
    action = Save(this.key, changed, posted.seen, posted.reason, posted.explained)
    try:
        outcome = apply(this.server, this.patient.chain, action, this.person, act=posted.act)
    except ConflictError as conflict:
        return _conflict(request, this.again(), posted, conflict)
    except RefusedError as refused:
        status = REFUSED.get(refused.code, 422)
        why = isinstance(refused, ReasonError)
        return _page(
            request, this, typed=changed, seen=posted.seen, refused=refused, status=status, why=why
        )
    if outcome.problems:
        wrong = {item.field: item.message for item in outcome.problems}
        return _page(
            request, this.again(), typed=changed, seen=posted.seen, wrong=wrong, status=422
        )
    drafts.discard(this.person, this.patient.chain, this.key)
    _say(request, this, len(changed))
    return redirect(_afterwards(this, posted.go))


def _chosen(sent: Mapping[str, str], changed: Mapping[str, Value]) -> dict[str, Value]:
    """What is saved after a conflict was shown: the fields of which one's own value was chosen."""
    return {name: value for name, value in changed.items() if sent.get(f"pick.{name}") != "theirs"}


def _say(request: Any, this: Opened, fields: int) -> None:
    if not fields:
        messages.info(request, _("Nothing had changed: nothing was saved."))
        return
    told = ngettext("%(count)d field saved in %(form)s.", "%(count)d fields saved in %(form)s.",
                    fields)  # fmt: skip
    messages.success(request, told % {"count": fields, "form": _(this.form.label)})


def _afterwards(this: Opened, go: str) -> str:
    if go == "next":
        after = entry.following(this.siblings, this.key.code)
        if after is not None:
            return _of(this, after.code)
        return reverse("visit", args=(this.patient.chain, this.key.event))
    if go == "exit":
        return reverse("patient", args=(this.patient.chain,))
    return _address(this)


def _address(this: Opened) -> str:
    return reverse("form", args=(this.patient.chain, *this.key))


def _of(this: Opened, code: str) -> str:
    return reverse("form", args=(this.patient.chain, code, this.key.event, 1))


def _conflict(request: Any, this: Opened, posted: Posted, conflict: ConflictError) -> HttpResponse:
    """Both values of each field that two people changed, to choose from."""
    lines = {
        line.field.name: line
        for part in entry.sections(this.form, this.record, this.key, language(), posted.changed)
        for line in part.lines
    }
    both = [lines[name] for name in conflict.theirs]
    others = [lines[name] for name in posted.changed if name not in conflict.theirs]
    shown = {
        "this": this,
        "both": both,
        "others": others,
        "reasons": REASONS,
        "posted": posted,
        "act": uuid.uuid4().hex,
        "absence": ABSENCE,
    }
    return render(request, "myotrial/pages/conflict.html", shown, status=409)


def _page(
    request: Any,
    this: Opened,
    *,
    typed: Mapping[str, Value] | None = None,
    seen: int | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: RefusedError | None = None,
    why: bool = False,
    kept: Any = None,
    status: int = 200,
) -> HttpResponse:
    typed, wrong = typed or {}, wrong or {}
    parts = entry.sections(this.form, this.record, this.key, language(), typed, wrong)
    lines = [line for part in parts for line in part.lines]
    before, after = _neighbours(this)
    shown = {
        "this": this,
        "parts": parts,
        "headings": SECTIONS,
        "seen": this.record.head if seen is None else seen,
        "act": uuid.uuid4().hex,
        "reasons": REASONS,
        "absence": ABSENCE,
        "wrong": [line for line in lines if line.problem],
        "refused": refused,
        "why": why,
        "kept": kept,
        "kinds": KINDS,
        "states": STATES,
        "may_ask": may(this.person, OpenQuery),
        "reviews": reviews(this),
        "marks_of_form": marks(this),
        "version": this.record.text(str(this.key), "@version"),
        "tempo": TEMPO,
        "threads": threads(this.patient.chain, this.record, this.key, this.asked),
        "ask": request.GET.get("ask", ""),
        "live": live(this, None, typed),
        "repetitions": [line for line in lines if line.field.unit == "repetitions"],
        "metronome": this.form.instrument in ("functional_index", "fi2", "fi3"),
        "before": before,
        "after": after,
        "saved": any(line.saved for line in lines),
        "removable": this.form.repeats and may(this.person, Remove) and any(
            line.saved for line in lines),
    }  # fmt: skip
    return render(request, "myotrial/pages/form.html", shown, status=status)


def _neighbours(this: Opened) -> tuple[str, str]:
    """Addresses of the forms before and after this one at its visit; "" where there is none."""
    codes = [item.code for item in this.siblings]
    if this.key.code not in codes:
        return "", ""
    at = codes.index(this.key.code)
    before = _of(this, codes[at - 1]) if at else ""
    after = _of(this, codes[at + 1]) if at + 1 < len(codes) else ""
    return before, after
