"""What a changed study.yaml changes: form by form, field by field, and whose data it touches.

Data are never changed by an amendment. What vanishes from the forms stays readable under the
version it was entered under; what no longer fits is found here before anything is released.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from myotrial.capture.forms.definitions import Catalogue, Field, Form
from myotrial.capture.forms.values import EntryError, parse
from myotrial.capture.record.state import FormKey

__all__ = ["Difference", "Touched", "differences", "report"]

DATA = (
    "SELECT c.number, i.entity, i.field, i.value FROM capture_item i "
    "JOIN capture_chain c ON c.id = i.chain_id WHERE i.entity LIKE 'form/%' "
    "AND i.value IS NOT NULL ORDER BY c.number"
)
PARTS = {  # attribute of a field, and what it is called
    "kind": "type",
    "unit": "unit",
    "range": "range",
    "step": "step",
    "choices": "choices",
    "required": "required",
    "label": "label",
}


@dataclass(frozen=True)
class Difference:
    """One thing that another version has otherwise.

    Attributes:
        form: Code of the form.
        field: The field; "" where it is the form as a whole.
        what: "new", "gone", or what about it changes: "type", "range", "events" …
        before: As it is now.
        after: As it would be.
    """

    form: str
    field: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        place = f"{self.form}.{self.field}" if self.field else f"form {self.form}"
        if self.what in ("new", "gone"):
            return f"{place}: {self.what}"
        return f"{place}: {self.what} was {self.before}, becomes {self.after}"


@dataclass(frozen=True)
class Touched:
    """A difference, and the data it touches.

    Attributes:
        difference: The difference.
        values: Number of stored values that it leaves without a field, or that no longer fit.
        patients: Numbers of the patients they are of.
    """

    difference: Difference
    values: int = 0
    patients: tuple[str, ...] = ()


def differences(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    """What differs between two versions of the forms."""
    for code in {**before.forms, **after.forms}:
        one, other = before.forms.get(code), after.forms.get(code)
        if one is None or other is None:
            yield Difference(code, "", "new" if one is None else "gone")
        elif one != other:
            yield from _of_form(one, other)
    for event in {**before.events, **after.events}:
        one, other = before.events.get(event), after.events.get(event)
        if one and other and one.days != other.days:
            yield Difference(event, "", "window", str(one.days), str(other.days))


def report(before: Catalogue, after: Catalogue, on: Any, today: date) -> list[Touched]:
    """The differences, each with the stored data it touches.

    Args:
        before: Forms in force.
        after: Forms to come.
        on: The database.
        today: Day of the report: dates after it do not fit.
    """
    found = [*differences(before, after)]
    narrowed = {(item.form, item.field) for item in found if item.field and item.what != "gone"}
    hit: dict[tuple[str, str], list[str]] = {}
    with on.cursor() as cursor:
        cursor.execute(DATA)
        for number, entity, name, value in cursor.fetchall():
            key = FormKey.read(entity)
            if key is None or name.startswith("@"):
                continue
            for place in _places(key, name, value, after, narrowed, today):
                hit.setdefault(place, []).append(number)
    return [_touched(item, hit) for item in found]


def _of_form(one: Form, other: Form) -> Iterator[Difference]:
    gone = [event for event in one.events if event not in other.events]
    come = [event for event in other.events if event not in one.events]
    if gone or come:
        yield Difference(one.code, "", "events", ", ".join(one.events), ", ".join(other.events))
    for name in {**one.known, **other.known}:
        before, after = one.known.get(name), other.known.get(name)
        if before is None or after is None:
            yield Difference(one.code, name, "new" if before is None else "gone")
        else:
            yield from _of_field(one.code, before, after)


def _of_field(code: str, before: Field, after: Field) -> Iterator[Difference]:
    for part, called in PARTS.items():
        one, other = getattr(before, part), getattr(after, part)
        if one != other:
            yield Difference(code, before.name, called, _shown(one), _shown(other))


def _shown(part: Any) -> str:
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, tuple):
        return ", ".join(str(item[0] if isinstance(item, tuple) else item) for item in part)
    return str(part) if part not in (None, "") else "none"


def _places(
    key: FormKey,
    name: str,
    value: str,
    after: Catalogue,
    narrowed: set[tuple[str, str]],
    today: date,
) -> Iterator[tuple[str, str]]:
    """The places of differences that one stored value is touched by."""
    form = after.forms.get(key.code)
    if form is None or key.event not in form.events:
        yield key.code, ""
        return
    narrower = (key.code, name) in narrowed
    if name not in form.known or (narrower and not _fits(form.known[name], value, today)):
        yield key.code, name


def _fits(field: Field, value: str, today: date) -> bool:
    try:
        return parse(field, value, today=today) == value
    except EntryError:
        return False


def _touched(item: Difference, hit: Mapping[tuple[str, str], list[str]]) -> Touched:
    numbers = hit.get((item.form, item.field), [])
    if item.what in ("new", "label", "required", "window"):
        return Touched(item)
    return Touched(item, len(numbers), tuple(dict.fromkeys(numbers)))
