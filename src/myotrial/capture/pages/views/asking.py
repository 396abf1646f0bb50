"""Queries: asked about a field, answered, closed; and the list of those that wait."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from myotrial.capture.pages.opened import opened
from myotrial.capture.pages.threads import days
from myotrial.capture.pages.words import STATES
from myotrial.capture.record.actions import AnswerQuery, CloseQuery, OpenQuery
from myotrial.capture.record.people import ENTERS, Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.store import patients, queries
from myotrial.capture.store.applying import apply, now
from myotrial.capture.store.queries import LIVE, Listed
from myotrial.capture.web.server import current

__all__ = ["ask", "respond", "work"]

SHOWN = {"live": LIVE, "open": ("open",), "answered": ("answered",),
         "ended": ("closed", "cancelled")}  # fmt: skip
ENDS = ("monitor", "data_manager")  # who closes what was answered


def ask(request: Any, chain: str, code: str, event: str, number: int) -> HttpResponse:
    """Ask about a field."""
    this = opened(request, chain, code, event, number)
    action = OpenQuery(this.key, request.POST.get("field", ""), request.POST.get("text", ""))
    try:
        apply(this.server, chain, action, this.person, act=request.POST.get("act", ""))
    except RefusedError as refused:
        if refused.code == "unknown":
            raise
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The query is open."))
    return redirect("form", chain, code, event, number)


def respond(request: Any, chain: str, query: int) -> HttpResponse:
    """Answer a query, close it, or cancel it."""
    person, server = request.person, current()
    _patient, record = patients.record(person, chain)
    name = f"query/{query}"
    on = record.text(name, "@on")
    if not on:
        raise RefusedError("unknown", "there is no such query.")
    sent = request.POST
    text, what = sent.get("text", ""), sent.get("what", "answer")
    action = (
        AnswerQuery(name, text)
        if what == "answer"
        else CloseQuery(name, text, cancel=what == "cancel")
    )
    try:
        apply(server, chain, action, person, act=sent.get("act", ""))
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The query has your answer.") if what == "answer"
                         else _("The query is closed."))  # fmt: skip
    _form, code, event, number = on.split("/")
    return redirect(reverse("form", args=(chain, code, event, int(number))) + f"#{name}")


def work(request: Any) -> HttpResponse:
    """The queries that a person may see, and which of them wait for this person."""
    person, server = request.person, current()
    show = request.GET.get("show", "live")
    found = queries.listed(person, SHOWN.get(show, LIVE))
    at = now()
    rows = []
    for item in found:
        form = server.catalogue.forms.get(item.on.code)
        field = form.known.get(item.field) if form else None
        rows.append(
            {
                "query": item,
                "number": int(item.query.rpartition("/")[2]),
                "form": form.label if form else item.on.code,
                "event": server.catalogue.events[item.on.event].label
                if item.on.event in server.catalogue.events
                else item.on.event,
                "field": field.label if field else item.field,
                "days": days(item.opened, at),
                "still": days(item.updated, at),
                "mine": waits_for(person, item, form.who if form else "site"),
                "state": STATES.get(item.state, item.state),
            }
        )
    mine = request.GET.get("mine") == "1"
    shown = {
        "rows": [row for row in rows if row["mine"] or not mine],
        "mine": mine,
        "waiting": sum(row["mine"] for row in rows),
        "show": show if show in SHOWN else "live",
        "whole": len(found),
    }
    return render(request, "myotrial/pages/queries.html", shown)


def waits_for(person: Person, query: Listed, who: str) -> bool:
    """Whether a query waits for a person.

    An open one waits for whoever enters the form, an answered one for whoever closes it.
    """
    if query.state == "open":
        return person.role in ENTERS[who]
    return query.state == "answered" and person.role in ENDS
