"""How what the server knows is named in ODM, and back: events, forms and items.

An entity of a form ("form/AE/LOG/2") is the form F.AE at the event SE.LOG, repeated as 2. What is
no form (the patient, a query, a signature) is a form of the event SE.@RECORD under its own kind:
"query/3" is F.@query, repeated as 3. A field is the item I.<form>.<field>.
"""

from functools import lru_cache
from typing import NamedTuple

from myotrial.capture.record.state import FormKey

__all__ = ["NAMESPACES", "RECORD", "Place", "entity_of", "event", "field_of", "form", "item", "of"]

NAMESPACES = {
    "1.3.2": "http://www.cdisc.org/ns/odm/v1.3",
    "2.0": "http://www.cdisc.org/ns/odm/v2.0",
}
RECORD = "@RECORD"


class Place(NamedTuple):
    """Where an entity stands: the event, the form, and which of it."""

    event: str
    form: str
    number: str


@lru_cache(maxsize=4096)
def of(entity: str) -> Place:
    """The place of an entity.

    >>> of("form/AE/LOG/2"), of("query/3"), of("subject")
    (Place(event='LOG', form='AE', number='2'), Place(event='@RECORD', form='@query', number='3'), \
Place(event='@RECORD', form='@subject', number='1'))
    """
    key = FormKey.read(entity)
    if key is not None:
        return Place(key.event, key.code, str(key.number))
    kind, _, number = entity.rpartition("/")
    return Place(RECORD, f"@{kind}", number) if kind else Place(RECORD, f"@{entity}", "1")


def entity_of(place: Place) -> str:
    """The entity at a place: `of`, the other way round.

    >>> [entity_of(of(name)) for name in ("form/AE/LOG/2", "query/3", "subject")]
    ['form/AE/LOG/2', 'query/3', 'subject']
    """
    if place.event != RECORD:
        return f"form/{place.form}/{place.event}/{place.number}"
    kind = place.form.removeprefix("@")
    return kind if kind == "subject" else f"{kind}/{place.number}"


def event(name: str) -> str:
    """OID of an event."""
    return f"SE.{name}"


def form(name: str) -> str:
    """OID of a form."""
    return f"F.{name}"


def item(form: str, field: str) -> str:
    """OID of an item."""
    return f"I.{form}.{field}"


def field_of(oid: str, form: str) -> str:
    """The field that an item of a form is."""
    return oid.removeprefix(f"I.{form}.")
