"""Drafts on the server: kept every few seconds, brought back on opening, gone once saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from myotrial.capture.pages.models import Draft
from myotrial.capture.record.people import Person
from myotrial.capture.record.state import FormKey, Value

__all__ = ["Kept", "discard", "entities", "keep", "kept"]


@dataclass(frozen=True)
class Kept:
    """What was kept of a form.

    Attributes:
        values: What was being entered, by field.
        seen: Number of the record's last entry then.
        at: When.
    """

    values: Mapping[str, Value]
    seen: int
    at: datetime


def keep(person: Person, chain: str, key: FormKey, values: Mapping[str, Value], seen: int) -> None:
    """Keep what a person is entering; where nothing is, what was kept goes."""
    if not values:
        discard(person, chain, key)
        return
    told = {"seen": seen, "values": {name: [*value] for name, value in values.items()}}
    Draft.objects.update_or_create(user=person.user, chain=chain, entity=str(key), defaults=told)


def kept(person: Person, chain: str, key: FormKey) -> Kept | None:
    """What a person was entering; None where nothing is kept."""
    found = Draft.objects.filter(user=person.user, chain=chain, entity=str(key)).first()
    if found is None:
        return None
    values = {name: Value(text, absent) for name, (text, absent) in found.values.items()}
    return Kept(values, found.seen, found.at)


def discard(person: Person, chain: str, key: FormKey) -> None:
    """Forget what was kept: it was saved, or is not wanted."""
    Draft.objects.filter(user=person.user, chain=chain, entity=str(key)).delete()


def entities(person: Person, chain: str = "") -> list[tuple[str, FormKey]]:
    """The records and forms of which a person has drafts."""
    found = Draft.objects.filter(user=person.user, **({"chain": chain} if chain else {}))
    keys = ((item.chain, FormKey.read(item.entity)) for item in found.order_by("-at"))
    return [(where, key) for where, key in keys if key is not None]
