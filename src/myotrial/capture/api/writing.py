"""What is done through the API: each address is one action, decided as on the pages."""

from decimal import Decimal
from typing import Any

from myotrial.capture.api import schemas
from myotrial.capture.api.asking import REVIEW, SITTING, WRITE, act_of, router
from myotrial.capture.api.problems import refused
from myotrial.capture.api.tokens import issue, owned, revoke
from myotrial.capture.record import actions
from myotrial.capture.record.actions import Action
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Value
from myotrial.capture.store.applying import Outcome, apply
from myotrial.capture.store.opening import open_record
from myotrial.capture.web.server import current

__all__: list[str] = []

FORM = "/subjects/{str:chain}/forms/{str:form}/{str:event}/{int:number}"
QUERY = "/subjects/{str:chain}/queries/{int:number}"
REVIEWS = {
    "verify": lambda key, _: actions.Verify(key),
    "freeze": lambda key, _: actions.Freeze(key),
    "unfreeze": actions.Unfreeze,
    "lock": lambda key, _: actions.Lock(key),
    "unlock": actions.Unlock,
}


@router.post("/subjects", auth=WRITE, response={201: schemas.Done}, summary="Screen a patient")
def screen(request: Any, body: schemas.Screening) -> Any:
    """Open a record for a patient, under a number that says nothing of the person."""
    outcome = open_record(current(), body.site, body.number, request.person, act=act_of(request))
    return _done(outcome)


@router.post(
    "/subjects/{str:chain}/enrolment", auth=WRITE, response=schemas.Done, summary="Enrol a patient"
)
def enrol(request: Any, chain: str, body: schemas.Enrolment) -> Any:
    """Take a screened patient into the study."""
    return _act(request, chain, actions.Enrol(body.arm, body.day_one))


@router.post(FORM, auth=WRITE, response=schemas.Done, summary="Enter or change values")
def save(request: Any, chain: str, form: str, event: str, number: int, body: schemas.Saving) -> Any:
    """Save values; what cannot be is refused whole and noted, what is unlikely opens a query."""
    values = {name: _value(cell) for name, cell in body.values.items()}
    action = actions.Save(FormKey(form, event, number), values, body.seen, body.reason)
    return _act(request, chain, action, entered=body.entered)


@router.post(f"{FORM}/removal", auth=WRITE, response=schemas.Done, summary="Take out an entry")
def remove(
    request: Any, chain: str, form: str, event: str, number: int, body: schemas.Reason
) -> Any:
    """Take out a repeating form that was entered by mistake; its values stay in the trail."""
    return _act(request, chain, actions.Remove(FormKey(form, event, number), body.reason))


@router.post(f"{FORM}/review", auth=REVIEW, response=schemas.Done, summary="Review a form")
def review(
    request: Any, chain: str, form: str, event: str, number: int, body: schemas.Review
) -> Any:
    """Verify against the source, freeze, lock, or open again."""
    make = REVIEWS[body.action]
    return _act(request, chain, make(FormKey(form, event, number), body.reason))


@router.post(
    "/subjects/{str:chain}/queries",
    auth=REVIEW,
    response=schemas.Done,
    summary="Raise a query",
)
def ask(request: Any, chain: str, body: schemas.Asking) -> Any:
    """Ask about a field."""
    key = FormKey(body.form, body.event, body.number)
    return _act(request, chain, actions.OpenQuery(key, body.field, body.text))


@router.post(f"{QUERY}/answer", auth=WRITE, response=schemas.Done, summary="Answer a query")
def answer(request: Any, chain: str, number: int, body: schemas.Said) -> Any:
    """Answer a query."""
    return _act(request, chain, actions.AnswerQuery(f"query/{number}", body.text))


@router.post(f"{QUERY}/closing", auth=REVIEW, response=schemas.Done, summary="Close a query")
def close(request: Any, chain: str, number: int, body: schemas.Closing) -> Any:
    """Close a query, or cancel it."""
    return _act(request, chain, actions.CloseQuery(f"query/{number}", body.text, body.cancel))


@router.get("/tokens", auth=SITTING, response=list[schemas.TokenShown], summary="Your tokens")
def tokens(request: Any) -> Any:
    """Your tokens, without what opens; as administrator, everybody's."""
    return [*owned(request.person)]


@router.post("/tokens", auth=SITTING, response={201: schemas.TokenGiven}, summary="Make a token")
def give(request: Any, body: schemas.Wish) -> Any:
    """Make a token for the role you are in; it is shown this once."""
    made = issue(request.person, body.label, " ".join(body.scopes), body.expires)
    return {"id": made.id, "token": made.token}


@router.post("/tokens/{str:token}/revocation", auth=SITTING, response={204: None},
             summary="Revoke a token")  # fmt: skip
def end(request: Any, token: str, body: schemas.Reason) -> Any:
    """End a token, now."""
    revoke(request.person, token, body.reason)
    return None


def _act(request: Any, chain: str, action: Action, *, entered: str = "") -> Any:
    """Take an action on a patient's record; `asking.Right` knows that this person may see it."""
    outcome = apply(current(), chain, action, request.person, act=act_of(request), entered=entered)
    if outcome.problems:
        told = "; ".join(f"{item.field} {item.message}" for item in outcome.problems[:3])
        detail = f"{told}.\nHint: nothing was saved; what was tried is noted in the trail."
        return refused(422, detail, outcome.problems, code="invalid")
    return _done(outcome)


def _done(outcome: Outcome) -> dict[str, Any]:
    return {
        "act": outcome.act, "subject": outcome.chain, "first": outcome.first,
        "last": outcome.last, "repeated": outcome.repeated,
    }  # fmt: skip


def _value(cell: Any) -> Value:
    if cell is None:
        return Value()
    if isinstance(cell, schemas.Absent):
        return Value(None, cell.absent)
    if isinstance(cell, bool):
        raise RefusedError("invalid", "a value is a text or a number, not true or false.")
    if isinstance(cell, float):
        return Value(format(Decimal(repr(cell)), "f"))
    return Value(str(cell))
