"""A record: what is known of one patient now, field by field, and the changes that made it so.

Entity   what a field belongs to: the patient ("subject"), a form at an event ("form/MMT8/M3/1"),
         a query ("query/1"). A field whose name starts with @ is the record's own (status, locks).
Value    text as entered, or the reason why there is none (`forms.definitions.ABSENT`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

__all__ = ["NOTHING", "SUBJECT", "Change", "FormKey", "Record", "Value"]

SUBJECT = "subject"


class Value(NamedTuple):
    """What stands in a field.

    Attributes:
        text: The value as entered; None where there is none.
        absent: Why there is none: a key of `ABSENT`; "" where nobody said.
    """

    text: str | None = None
    absent: str = ""

    def __bool__(self) -> bool:
        return self.text is not None or self.absent != ""


NOTHING = Value()


class FormKey(NamedTuple):
    """Which form of a patient: its code, its event, and its number where it repeats."""

    code: str
    event: str
    number: int = 1

    def __str__(self) -> str:
        return f"form/{self.code}/{self.event}/{self.number}"

    @classmethod
    def read(cls, entity: str) -> "FormKey | None":
        """The key that an entity names; None where it is no form.

        >>> FormKey.read("form/MMT8/M3/1")
        FormKey(code='MMT8', event='M3', number=1)
        """
        kind, *parts = entity.split("/")
        if kind != "form" or len(parts) != 3 or not parts[2].isdigit():
            return None
        return cls(parts[0], parts[1], int(parts[2]))


@dataclass(frozen=True)
class Change:
    """One field that an action changes, or what it leaves in the trail without changing any.

    Attributes:
        entity: What the field belongs to.
        field: Its name.
        new: What stands there afterwards.
        action: What was done: "enter", "change", "open query" …
        reason: Why, where a reason is asked for.
        noted: Only noted in the trail; the record stays as it was.
    """

    entity: str
    field: str
    new: Value
    action: str
    reason: str = ""
    noted: bool = False


@dataclass
class Record:
    """What is known of one patient.

    Attributes:
        chain: Id of the record.
        site: Site the patient belongs to.
        head: Number of the last entry of its trail.
        entities: Values by entity and field.
        touched: Number of the last entry that changed each field, by entity.
    """

    chain: str
    site: str
    head: int = 0
    entities: dict[str, dict[str, Value]] = field(default_factory=dict)
    touched: dict[str, dict[str, int]] = field(default_factory=dict)

    def value(self, entity: str, name: str) -> Value:
        """What stands in a field; `NOTHING` where nothing was ever entered."""
        return self.entities.get(entity, {}).get(name, NOTHING)

    def text(self, entity: str, name: str) -> str:
        """The text in a field; "" where there is none."""
        return self.value(entity, name).text or ""

    def values(self, entity: str) -> Mapping[str, Value]:
        """All fields of an entity."""
        return self.entities.get(entity, {})

    def changed_since(self, entity: str, seen: int) -> set[str]:
        """The fields of an entity that were changed after an entry of the trail."""
        return {name for name, at in self.touched.get(entity, {}).items() if at > seen}

    def queries_on(self, entity: str) -> list[str]:
        """The queries on a form, in their order."""
        found = [
            name
            for name, known in self.entities.items()
            if _kind(name) == "query" and known.get("@on", NOTHING).text == entity
        ]
        return sorted(found, key=_number)

    def last(self, kind: str) -> int:
        """The highest number of what is numbered so: "query", "form/AE/LOG"; 0 where none is."""
        return max((_number(name) for name in self.entities if _kind(name) == kind), default=0)

    def after(self, changes: Iterable[Change]) -> "Record":
        """The record as the changes leave it; this one stays as it is."""
        made = replace(
            self,
            entities={name: dict(fields) for name, fields in self.entities.items()},
            touched={name: dict(fields) for name, fields in self.touched.items()},
        )
        for change in changes:
            made.take(change)
        return made

    def take(self, change: Change) -> None:
        """Make one change, and count its entry."""
        self.head += 1
        if not change.noted:
            self.entities.setdefault(change.entity, {})[change.field] = change.new
            self.touched.setdefault(change.entity, {})[change.field] = self.head


def _kind(entity: str) -> str:
    return entity.rpartition("/")[0]


def _number(entity: str) -> int:
    number = entity.rpartition("/")[2]
    return int(number) if number.isdigit() else 0
