"""Listings over patients: one form of everybody, and counts of forms by status."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from myotrial.capture.forms.catalogue import DAY_ONE
from myotrial.capture.forms.definitions import LOG
from myotrial.capture.record.people import Person
from myotrial.capture.record.schedule import Course
from myotrial.capture.record.state import SUBJECT, FormKey, Value
from myotrial.capture.store.patients import END, sites_clause

__all__ = ["Entered", "courses", "entered", "statuses"]

FORMS = (
    "SELECT c.id, c.number, c.site_id, i.entity, i.field, i.value, i.absent "
    "FROM capture_sheet s JOIN capture_chain c ON c.id = s.chain_id "
    "JOIN capture_item i ON i.chain_id = s.chain_id AND i.entity = s.entity "
    "WHERE s.kind = %s AND {} ORDER BY c.number, s.number"
)
COUNTS = (  # an index holds all that is asked for, unless sites are
    "SELECT s.kind, s.status, COUNT(*) FROM capture_sheet s WHERE s.kind >= 'form/' "
    "AND s.kind < 'form0'{} GROUP BY s.kind, s.status"
)
OF_SITES = " AND s.chain_id IN (SELECT c.id FROM capture_chain c WHERE {})"
STARTS = (
    "SELECT c.id, c.site_id, c.status, i.value, e.value FROM capture_chain c "
    "JOIN capture_item i ON i.chain_id = c.id "
    "LEFT JOIN capture_item e ON e.chain_id = c.id AND e.entity = %s AND e.field = %s "
    "WHERE i.entity = %s AND i.field = %s AND i.value IS NOT NULL AND {}"
)


@dataclass(frozen=True)
class Entered:
    """One form that somebody entered.

    Attributes:
        chain: Id of the patient's record.
        number: The patient's number.
        site: Code of the site.
        key: Which form.
        values: What stands in it, by field.
    """

    chain: str
    number: str
    site: str
    key: FormKey
    values: Mapping[str, Value]


def entered(person: Person, code: str) -> list[Entered]:
    """Every entry of one form beside the visits that a person may see, but those taken out."""
    clause, values = sites_clause(person)
    with connection.cursor() as cursor:
        cursor.execute(FORMS.format(clause), [f"form/{code}/{LOG}", *values])
        rows = cursor.fetchall()
    found: dict[tuple[str, str, str, str], dict[str, Value]] = defaultdict(dict)
    for chain, number, site, entity, name, text, absent in rows:
        found[chain, number, site, entity][name] = Value(text, absent)
    return [
        Entered(chain, number, site, key, known)
        for (chain, number, site, entity), known in found.items()
        if (key := FormKey.read(entity)) and known.get("@removed", Value()).text != "Y"
    ]


def statuses(person: Person) -> dict[tuple[str, str], dict[str, int]]:
    """How many forms have which status, by code and event."""
    clause, values = sites_clause(person)
    which = "" if person.sites is None else OF_SITES.format(clause)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(which), values)
        rows = cursor.fetchall()
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for kind, status, count in rows:
        _form, code, event = kind.split("/")
        found[code, event][status] = count
    return dict(found)


def courses(person: Person) -> list[tuple[str, Course]]:
    """Site and course of every patient who has a day 1."""
    clause, values = sites_clause(person)
    with connection.cursor() as cursor:
        cursor.execute(STARTS.format(clause), [str(END), "DSSTDTC", SUBJECT, DAY_ONE, *values])
        rows = cursor.fetchall()
    return [
        (site, Course(status, date.fromisoformat(day), date.fromisoformat(end) if end else None))
        for _chain, site, status, day, end in rows
    ]
