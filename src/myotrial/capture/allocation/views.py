"""Pages of allocation: one patient's treatment, notices of broken codes, and the study's lists."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from myotrial.capture.accounts.confirming import confirm, needed
from myotrial.capture.allocation import breaking
from myotrial.capture.allocation.actions import (
    Acknowledge,
    AskUnblinding,
    LockDatabase,
    Randomise,
    Unblind,
    UnblindStudy,
    UnlockDatabase,
)
from myotrial.capture.allocation.deciding import ready
from myotrial.capture.allocation.lists import drawn
from myotrial.capture.allocation.loading import load
from myotrial.capture.record.actions import Action
from myotrial.capture.record.people import may
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import SUBJECT, Record
from myotrial.capture.store import patients
from myotrial.capture.store.applying import apply
from myotrial.capture.store.records import StoredRecord
from myotrial.capture.web.server import current
from myotrial.errors import MyotrialError

__all__ = ["acknowledge", "arms", "notices", "study", "tell", "treatment", "unblind"]


def treatment(request: Any, chain: str) -> HttpResponse:
    """A patient's kit; allocation where it is due, and the way to break the code."""
    person, server = request.person, current()
    patient, record = patients.record(person, chain)
    if request.method == "POST":
        _take(request, chain, Randomise(request.POST.get("day_one", "").strip()), _("Allocated."))
        return redirect("treatment", chain)
    shown = {
        "patient": patient, "kit": record.text(SUBJECT, "KIT"),
        "at": record.text(SUBJECT, "@randomised"), "why": _why_not(record, server, request),
        "may_randomise": may(person, Randomise), "may_ask": may(person, AskUnblinding),
        "may_agree": may(person, Unblind), "unblindings": [*_unblindings(record, person)],
        "code": "code" in needed(request),
    }  # fmt: skip
    return render(request, "myotrial/allocation/treatment.html", shown)


def unblind(request: Any, chain: str) -> HttpResponse:
    """Ask for a patient's treatment, or agree that it is told; the password is asked for again."""
    patients.patient(request.person, chain)
    sent = request.POST
    problem = confirm(request)
    if problem:
        messages.error(request, problem)
        return redirect("treatment", chain)
    if sent.get("number", "").isascii() and sent.get("number", "").isdigit():
        _take(request, chain, Unblind(int(sent["number"])), _("You have agreed."))
    else:
        asked = AskUnblinding(sent.get("reason", ""), sent.get("emergency") == "Y")
        _take(request, chain, asked, _("Written down, with your reason."))
    return redirect("treatment", chain)


def tell(request: Any, chain: str, number: int) -> HttpResponse:
    """The treatment, to whom the code was broken for; shown once, and noted each time."""
    patients.patient(request.person, chain)
    told = breaking.treatment(current(), chain, number, request.person)
    return render(request, "myotrial/allocation/told.html", {"told": told, "chain": chain})


def notices(request: Any) -> HttpResponse:
    """The codes that were broken."""
    shown = {"notices": breaking.notices(request.person), "may": may(request.person, Acknowledge)}
    return render(request, "myotrial/allocation/notices.html", shown)


def acknowledge(request: Any, chain: str, number: int) -> HttpResponse:
    """Note that a notice was read."""
    patients.patient(request.person, chain)
    _take(request, chain, Acknowledge(number), _("Noted."))
    return redirect("notices")


STUDY_ACTS = {  # what the page of the study can do, by the name of its button
    "lock": lambda reason: LockDatabase(reason),
    "unlock": lambda reason: UnlockDatabase(reason),
    "unblind": lambda reason: UnblindStudy(reason),
}


def study(request: Any) -> HttpResponse:
    """The lists, the lock of the data base, and unblinding."""
    if request.method == "POST":
        return _of_study(request)
    person, server = request.person, current()
    from django.db import connection

    with connection.cursor() as cursor:
        record = StoredRecord(cursor, "study", "", 0)
        number = int(record.text("study", "@list") or 0)
        listed = [
            (one, record.text(f"list/{one}", "method"), record.text(f"list/{one}", "digest"))
            for one in range(1, number + 1)
        ]
        locked, told = (record.text("study", name) == "Y" for name in ("@locked", "@unblinded"))
    shown = {
        "code": "code" in needed(request), "lists": listed, "locked": locked, "unblinded": told,
        "randomised": server.protocol.randomisation is not None,
        "may": {
            "load": person.role == "unblinded", "lock": may(person, LockDatabase),
            "unblind": may(person, UnblindStudy),
            "arms": told or person.role == "unblinded",
        },
    }  # fmt: skip
    return render(request, "myotrial/allocation/study.html", shown)


def arms(request: Any) -> HttpResponse:
    """The arms of all patients, as CSV, to whom they may be told."""
    told = breaking.arms(current(), request.POST.get("reason", ""), request.person)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="allocation.csv"'
    answer.write("USUBJID,KIT,ARM\n")
    answer.writelines(f"{one.number},{one.kit},{one.arm}\n" for one in told)
    return answer


def _of_study(request: Any) -> HttpResponse:
    sent = request.POST
    problem = confirm(request)
    if problem:
        messages.error(request, problem)
        return redirect("study")
    if sent.get("act") == "load":
        try:
            load(current(), drawn(current().protocol), request.person)
            messages.success(request, _("A list was drawn and is in force."))
        except MyotrialError as error:
            messages.error(request, str(error))
    elif sent.get("act") in STUDY_ACTS:
        _take(request, "study", STUDY_ACTS[sent["act"]](sent.get("reason", "")), _("Done."))
    return redirect("study")


def _take(request: Any, chain: str, action: Action, said: str) -> None:
    try:
        apply(current(), chain, action, request.person, act=request.POST.get("request", ""))
    except RefusedError as refused:
        if refused.code == "unknown":
            raise
        messages.error(request, str(refused))
    else:
        messages.success(request, said)


def _why_not(record: Record, server: Any, request: Any) -> str:
    try:
        ready(record, server.asked(request.person, record.site))
    except RefusedError as refused:
        return str(refused)
    return ""


def _unblindings(record: Record, person: Any) -> Any:
    for number in range(1, record.last("unblinding") + 1):
        entity = f"unblinding/{number}"
        by, agreed = (record.text(entity, name) for name in ("@asked by", "@agreed by"))
        state = record.text(entity, "@state")
        yield {
            "number": number, "by": by, "agreed": agreed, "state": state,
            "path": record.text(entity, "@path"),
            "mine": person.user in (by, agreed) and state == "opened",
            "agree": state == "asked" and by != person.user and may(person, Unblind),
        }  # fmt: skip
