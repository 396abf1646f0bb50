"""Pages of signatures: what can be signed of a patient, and what must be signed again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from myotrial.capture.accounts.confirming import needed
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Record
from myotrial.capture.record.statuses import form_status
from myotrial.capture.signing.actions import MEANINGS, Sign
from myotrial.capture.signing.binding import of_form, validity
from myotrial.capture.signing.deciding import UNFIT
from myotrial.capture.signing.listing import broken, held
from myotrial.capture.signing.proving import prove
from myotrial.capture.store import patients
from myotrial.capture.store.applying import apply
from myotrial.capture.web.server import current

__all__ = ["sign", "work"]

SHOWN = 12  # values of a form beside its signature


def sign(request: Any, chain: str) -> HttpResponse:
    """The forms of a patient, what stands in each, whether it is signed; and signing them."""
    person, server = request.person, current()
    patient, record = patients.record(person, chain)
    asked = server.asked(person, patient.site)
    if request.method == "POST":
        return _signed(request, chain)
    rows = [*_rows(record, asked.catalogue, server.key)]
    shown = {
        "patient": patient, "rows": rows, "meanings": MEANINGS.items(), "head": record.head,
        "history": [*held(record, asked.catalogue, server.key)],
        "may_sign": any(row["fit"] for row in rows), "code": "code" in needed(request),
    }  # fmt: skip
    return render(request, "myotrial/signing/sign.html", shown)


def work(request: Any) -> HttpResponse:
    """The forms that were signed, changed, and are to be signed again."""
    return render(request, "myotrial/signing/broken.html", {"broken": broken(request.person)})


def _rows(record: Record, catalogue: Any, key: bytes) -> Any:
    for entity in sorted(record.entities):
        read = FormKey.read(entity)
        if read is None or read.code not in catalogue.forms:
            continue
        status = form_status(record, read, catalogue)
        signed = of_form(record, read)
        form = catalogue.form(read.code)
        said = [
            (item.label, value.text if value.text is not None else value.absent, item.unit)
            for item in form.fields
            if (value := record.value(entity, item.name))
        ]
        yield {
            "entity": entity, "key": read, "label": form.label, "fit": status not in UNFIT,
            "why": UNFIT.get(status, ""), "values": said[:SHOWN], "more": len(said) - SHOWN,
            "signature": signed,
            "problem": validity(record, signed, catalogue, key) if signed else "",
        }  # fmt: skip


def _signed(request: Any, chain: str) -> HttpResponse:
    sent = request.POST
    forms = tuple(filter(None, map(FormKey.read, sent.getlist("form"))))
    told = sent.get("seen", "")
    seen = int(told) if told.isascii() and told.isdigit() else 0
    proof, problem = prove(request)
    if problem:
        messages.error(request, problem)
        return redirect("sign", chain)
    action = Sign(forms, sent.get("meaning", ""), seen, proof)
    try:
        apply(current(), chain, action, request.person)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Signed."))
    return redirect("sign", chain)
