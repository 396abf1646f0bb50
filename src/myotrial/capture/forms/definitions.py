"""What a form is: its fields, where it is due, and which captured table it fills.

Forms are made from the protocol (`catalogue`), never written by hand, and are plain data: the
definition that a value was entered under is kept, whole, with the study.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import inf, isinf
from types import MappingProxyType
from typing import Any

from myotrial.documents import nearest
from myotrial.errors import MyotrialError

__all__ = ["ABSENT", "LOG", "SCREENING", "Catalogue", "Event", "Field", "Form"]

SCREENING, LOG = "SCREENING", "LOG"  # events besides the protocol's visits
ABSENT = MappingProxyType(  # why a value is not there; never a magic number
    {"ND": "not done", "UNK": "unknown", "NA": "not applicable"}
)


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Attributes:
        name: Its name: the column of the captured table, or an item of an instrument.
        label: What stands beside it on the form.
        kind: "text", "number", "integer", "choice", "date" (whole) or "partial" (a date of which
            the day, or day and month, may be unknown).
        unit: Unit of the number.
        range: Lowest and highest number there can be; others are refused.
        step: Distance between the numbers there can be; 0 where any will do.
        choices: Values it can take, with what they say.
        required: Whether the form is incomplete without it.
        computed: Whether it is made from the other fields when they are there.
    """

    name: str
    label: str
    kind: str = "text"
    unit: str = ""
    range: tuple[float, float] | None = None
    step: float = 0.0
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    computed: bool = False


@dataclass(frozen=True)
class Form:
    """One form.

    Attributes:
        code: Its name in records and addresses: "MMT8".
        label: Its heading.
        fields: Its fields, in order of entry.
        events: Events at which it is due; of a repeating form, where its entries are kept.
        repeats: Whether there may be any number of it (adverse events).
        table: Captured table it fills.
        instrument: Instrument whose items it holds; "" where it holds none.
        variant: Variant of the instrument.
        who: "site" (investigator and nurse), "function" (also the physiotherapist) or "biopsy"
            (also the pathologist): who enters it.
    """

    code: str
    label: str
    fields: tuple[Field, ...]
    events: tuple[str, ...]
    repeats: bool = False
    table: str = ""
    instrument: str = ""
    variant: str = ""
    who: str = "site"
    known: Mapping[str, Field] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", {item.name: item for item in self.fields})

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the fields that it is incomplete without."""
        return tuple(item.name for item in self.fields if item.required)


@dataclass(frozen=True)
class Event:
    """One event of the schedule: screening, a visit, or the logs that run beside visits.

    Attributes:
        id: The visit's id, `SCREENING` or `LOG`.
        label: Its heading.
        day: Target study day; None without one.
        days: First and last study day of its window; None without one.
        unscheduled: Held when needed.
    """

    id: str
    label: str
    day: int | None = None
    days: tuple[int, int] | None = None
    unscheduled: bool = False


@dataclass(frozen=True)
class Catalogue:
    """All forms and events of one version of a protocol."""

    study: str
    forms: Mapping[str, Form]
    events: Mapping[str, Event]

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", MappingProxyType(dict(self.forms)))
        object.__setattr__(self, "events", MappingProxyType(dict(self.events)))

    def form(self, code: str) -> Form:
        """The form of that code.

        Raises:
            MyotrialError: There is none; the message names the nearest.
        """
        if code not in self.forms:
            raise MyotrialError(
                f"this study has no form {code!r}.\nHint: {nearest(code, self.forms)}"
            )
        return self.forms[code]

    def due(self, event: str) -> tuple[Form, ...]:
        """The forms of one event, in order of entry."""
        return tuple(item for item in self.forms.values() if event in item.events)

    def as_record(self) -> dict[str, Any]:
        """The catalogue as plain data; `from_record` takes it back."""
        forms = [_plain(form) for form in self.forms.values()]
        events = [asdict(item) for item in self.events.values()]
        return {"study": self.study, "forms": forms, "events": events}

    @cached_property
    def version(self) -> str:
        """Short name of this version: the same forms have the same name, whoever makes them."""
        text = json.dumps(self.as_record(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Catalogue":
        """The catalogue that `as_record` gave, also after a way through JSON."""
        forms = [_form(item) for item in record["forms"]]
        events = [Event(**{**item, "days": _pair(item["days"])}) for item in record["events"]]
        return cls(
            record["study"],
            {item.code: item for item in forms},
            {item.id: item for item in events},
        )


def _plain(form: Form) -> dict[str, Any]:
    """JSON has no infinity: an open end of a range is null."""
    fields = [
        {**asdict(item), "range": item.range and [None if isinf(x) else x for x in item.range]}
        for item in form.fields
    ]
    return {name: value for name, value in asdict(form).items() if name != "known"} | {
        "fields": fields
    }


def _form(record: Mapping[str, Any]) -> Form:
    fields = tuple(
        Field(
            **{
                **item,
                "range": item["range"] and tuple(inf if x is None else x for x in item["range"]),
                "choices": tuple((value, label) for value, label in item["choices"]),
            }
        )
        for item in record["fields"]
    )
    return Form(**{**record, "fields": fields, "events": tuple(record["events"])})


def _pair(value: Any) -> Any:
    return None if value is None else tuple(value)
