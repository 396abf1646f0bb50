"""A form as its page shows it: sections, fields, what stands in them, what is said of them. Pure.

Forms are made from their definitions; nothing here knows a particular one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from math import inf

from myotrial.capture.forms.definitions import Field, Form
from myotrial.capture.pages.written import shown
from myotrial.capture.record.state import FormKey, Record, Value
from myotrial.capture.record.statuses import query_states

__all__ = ["Choice", "Line", "Section", "following", "open_queries", "sections"]

SIDES = (", right", ", left")


@dataclass(frozen=True)
class Choice:
    """One option of a field, and the key that chooses it."""

    key: str
    value: str
    label: str


@dataclass(frozen=True)
class Line:
    """One field on the page.

    Attributes:
        field: Its definition.
        text: What stands in it, as the page writes it: kept, or being entered.
        absent: Why there is nothing.
        was: What is kept, as the page writes it.
        was_absent: Why nothing is kept.
        choices: Its options.
        problem: Why what stands in it cannot be; "" where it can.
        query: State of its most pressing query: "open", "answered" or "".
        asked: How many queries there ever were.
        saved: Whether anything was ever kept in it.
        grade: Whether it takes a whole number up to 10: one key on the number pad.
    """

    field: Field
    text: str = ""
    absent: str = ""
    was: str = ""
    was_absent: str = ""
    choices: tuple[Choice, ...] = ()
    problem: str = ""
    query: str = ""
    asked: int = 0
    saved: bool = False
    grade: bool = False

    @property
    def changed(self) -> bool:
        """Whether something else stands in it than is kept."""
        return (self.text, self.absent) != (self.was, self.was_absent)

    @property
    def limits(self) -> str:
        """The numbers it takes: "0–10"; "" where anything will do."""
        if self.field.range is None or self.field.range == (-inf, inf):
            return ""
        low, high = self.field.range
        return f"≥ {low:g}" if high == inf else f"{low:g}–{high:g}"


@dataclass(frozen=True)
class Section:
    """Some fields under a heading: "right", "left", "total", or "" for all the others."""

    kind: str
    lines: tuple[Line, ...] = field(default_factory=tuple)


def sections(
    form: Form,
    record: Record,
    key: FormKey,
    language: str,
    typed: Mapping[str, Value] = {},
    problems: Mapping[str, str] = {},
) -> list[Section]:
    """The fields of a form in the order of entry.

    Args:
        form: Its definition.
        record: The patient's record.
        key: The form.
        language: Of the page.
        typed: What is being entered, by field, as it was written.
        problems: What is wrong with it, by field.
    """
    states, entity = query_states(record, key), str(key)
    asked = [record.text(query, "@field") for query in record.queries_on(entity)]
    found: dict[str, list[Line]] = {}
    for item in form.fields:
        now = record.value(entity, item.name)
        text, absent = shown(item, now.text, language), now.absent
        line = Line(
            item, text, absent, text, absent, _choices(item), problems.get(item.name, ""),
            states.get(item.name, ""), asked.count(item.name), bool(now), _is_grade(item),
        )  # fmt: skip
        if item.name in typed:
            new = typed[item.name]
            line = replace(line, text=shown(item, new.text, language), absent=new.absent)
        found.setdefault(_section(form, item), []).append(line)
    return [Section(kind, tuple(lines)) for kind, lines in found.items()]


def open_queries(record: Record, key: FormKey) -> list[str]:
    """The queries on a form, those that are alive first."""
    found = record.queries_on(str(key))
    return sorted(found, key=lambda query: record.text(query, "@state") not in ("open", "answered"))


def following(forms: Collection[Form], code: str) -> Form | None:
    """The form that comes after one at a visit; None after the last."""
    order = [*forms]
    codes = [item.code for item in order]
    at = codes.index(code) + 1 if code in codes else len(order)
    return order[at] if at < len(order) else None


def _section(form: Form, item: Field) -> str:
    if item.computed and len(form.fields) > 1:
        return "total"
    return next((side[2:] for side in SIDES if item.label.endswith(side)), "")


def _choices(item: Field) -> tuple[Choice, ...]:
    """Options with their keys: the value itself where all are digits, else their place."""
    digits = all(value.isdigit() and len(value) == 1 for value, _ in item.choices)
    return tuple(
        Choice(value if digits else str(place) if place < 10 else "", value, label)
        for place, (value, label) in enumerate(item.choices, start=1)
    )


def _is_grade(item: Field) -> bool:
    return item.kind == "integer" and item.range is not None and item.range[1] <= 10
