"""What a decision rests on besides the record: who asks, when, and under which protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from myotrial.capture.forms.definitions import Catalogue, Form
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import FieldProblem, RefusedError
from myotrial.capture.record.state import Change, FormKey, Record, Value
from myotrial.protocol.models import Protocol

__all__ = ["Asked", "Decision", "form_of"]


@dataclass(frozen=True)
class Asked:
    """One request.

    Attributes:
        by: Who asks.
        at: Server time, in UTC.
        zone: Time zone of the site.
        protocol: The protocol in force.
        catalogue: Its forms.
        beside: What this action needs besides the record, fetched in its transaction
            (`store.seams`); None for most.
        closed: The data base of the study is locked.
    """

    by: Person
    at: datetime
    zone: str
    protocol: Protocol
    catalogue: Catalogue
    beside: object = None
    closed: bool = False

    @property
    def today(self) -> date:
        """The date at the site."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True)
class Decision:
    """What an action leaves behind.

    Attributes:
        changes: What is written, in order.
        problems: Why nothing of what was entered was taken, field by field; the changes then only
            note what was tried.
    """

    changes: tuple[Change, ...]
    problems: tuple[FieldProblem, ...] = ()


def form_of(record: Record, key: FormKey, asked: Asked) -> Form:
    """The form that a key names, if this patient can have it.

    Raises:
        RefusedError: The study has no such form or event, or the number is out of turn.
    """
    form = asked.catalogue.forms.get(key.code)
    if form is None or key.event not in form.events:
        shown = ", ".join(form.events) if form else ", ".join(asked.catalogue.forms)
        raise RefusedError(
            "unknown",
            f"this study has no form {key.code} at {key.event}.\nHint: there is {shown}.",
        )
    top = record.last(f"form/{key.code}/{key.event}") + 1 if form.repeats else 1
    if not 1 <= key.number <= top:
        raise RefusedError("unknown", f"{form.label} has no entry {key.number}: the next is {top}.")
    return form


def texts(values: Mapping[str, Value]) -> dict[str, str]:
    """The values that are there, as text."""
    return {name: value.text for name, value in values.items() if value.text is not None}
