"""A patient joins the study: screened under a number, then enrolled if the protocol allows it."""

import re
from typing import Any

from myotrial import protocol as protocols
from myotrial.capture.forms.catalogue import CONSENT, DAY_ONE
from myotrial.capture.forms.definitions import SCREENING, Field
from myotrial.capture.forms.values import EntryError, parse
from myotrial.capture.record import querying
from myotrial.capture.record.actions import Enrol, Screen
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import SUBJECT, Change, FormKey, Record, Value
from myotrial.capture.record.statuses import baseline_of
from myotrial.terms import ORIGINS

__all__ = ["FORM", "eligibility", "enrol", "screen"]

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}$", re.ASCII)
FORM = FormKey("SUBJECT", SCREENING)


def screen(record: Record, action: Screen, asked: Asked) -> Decision:
    """Open the record of a patient who is screened."""
    del asked  # whoever may, may at any time
    if record.text(SUBJECT, "@number"):
        raise RefusedError(
            "order", f"this record is open already, as {record.text(SUBJECT, '@number')}."
        )
    if not NUMBER.match(action.number):
        raise RefusedError(
            "invalid",
            f"a patient number has 1 to 20 letters, digits, '.', '_' or '-' (got "
            f"{action.number[:40]!r}).\nHint: no names or birth dates.",
        )
    if action.origin not in ("", *ORIGINS):
        raise RefusedError(
            "invalid", f"rows are {', '.join(ORIGINS)} (got {action.origin[:40]!r})."
        )
    marks = {"@number": action.number, "@status": "screening", "@origin": action.origin}
    return Decision(
        tuple(Change(SUBJECT, name, Value(text), "screen") for name, text in marks.items() if text)
    )


def enrol(record: Record, action: Enrol, asked: Asked) -> Decision:
    """Take a patient into the study; who fails a criterion is not."""
    _in_order(record, action, asked)
    verdict = eligibility(record, asked)
    if verdict.failed:
        wrong = [item for item in verdict.criteria if item.outcome == "failed"]
        shown = "; ".join(f"{item.id}: {item.text}" for item in wrong)
        raise RefusedError("order", f"the patient does not meet the protocol. {shown}")
    changes = [Change(SUBJECT, "@status", Value("enrolled"), "enrol")]
    if action.day_one or not asked.protocol.randomisation:
        changes.insert(0, Change(SUBJECT, DAY_ONE, Value(_day_one(action, asked)), "enrol"))
    if action.arm:
        changes.insert(0, Change(SUBJECT, "ARM", Value(action.arm), "enrol"))
    if verdict.unknown:
        text = f"Enrolled with criteria open: {', '.join(verdict.unknown)}."
        changes += querying.ask(record, str(FORM), CONSENT, text, check="eligibility")
    return Decision(tuple(changes))


def _in_order(record: Record, action: Enrol, asked: Asked) -> None:
    status = record.text(SUBJECT, "@status")
    if status != "screening":
        raise RefusedError("order", f"only a patient in screening can be enrolled (now: {status}).")
    if not record.text(str(FORM), CONSENT):
        raise RefusedError("order", "informed consent comes first: its date is not entered.")
    if asked.protocol.randomisation:
        if action.arm:
            raise RefusedError(
                "invalid",
                "this study allocates by its list: nobody names an arm.\n"
                "Hint: enrol without an arm, then randomise.",
            )
        return
    arms = [arm.id for arm in asked.protocol.arms]
    if action.arm not in arms:
        raise RefusedError("invalid", f"the study has no arm {action.arm!r}: {', '.join(arms)}.")


def _day_one(action: Enrol, asked: Asked) -> str:
    try:
        return parse(Field(DAY_ONE, "First dose", "date"), action.day_one, today=asked.today)
    except EntryError as error:
        raise RefusedError("invalid", f"the day of the first dose {error}.") from None


def eligibility(record: Record, asked: Asked) -> protocols.Verdict:
    """Eligibility as the record tells it now, criterion by criterion."""
    subject = asked.protocol.recorded
    known: dict[str, Any] = {}
    for name, item in subject.items():
        text = record.value(str(FORM), name).text
        known[name] = float(text) if text is not None and item.type else text
    event = baseline_of(asked.protocol)
    for assessment in asked.protocol.assessments:
        text = record.value(str(FormKey(assessment.id, event)), assessment.id).text
        known[assessment.id] = None if text is None else float(text)
    return protocols.eligibility(asked.protocol, known)
