"""Which patients a person may see, and what lists show of them: here alone sites are asked about.

Every function takes the person. A patient of a site that is not theirs is as unknown as one who was
never there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from myotrial.capture.forms.catalogue import DAY_ONE
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.schedule import Course
from myotrial.capture.record.state import SUBJECT, FormKey, Record
from myotrial.capture.store.records import whole

__all__ = [
    "Found",
    "Listed",
    "Patient",
    "Wanted",
    "counted",
    "find",
    "listed",
    "patient",
    "record",
    "sites_clause",
]

END = FormKey("DS", "LOG")
MOST = 1000  # patients of one page
PATIENTS = "SELECT c.id, c.number, c.site_id, c.status, c.seq, c.hash FROM capture_chain c WHERE {}"
PAGE = PATIENTS + " ORDER BY c.number LIMIT %s"
COUNTS = "SELECT c.status, COUNT(*) FROM capture_chain c WHERE {} GROUP BY c.status"
SHEETS = "SELECT chain_id, kind, number, status FROM capture_sheet WHERE chain_id IN ({})"
DAYS = (
    "SELECT chain_id, value FROM capture_item WHERE chain_id IN ({}) "
    "AND entity = %s AND field = %s AND value IS NOT NULL"
)
HELD = "c.site_id IS NOT NULL"  # the study's own record has no site


@dataclass(frozen=True)
class Patient:
    """One patient, as lists know them.

    Attributes:
        chain: Id of the record.
        number: Number in the study.
        site: Code of the site.
        status: "screening", "enrolled", "completed" or "withdrawn".
        head: Number of the last entry of the trail.
        link: Its link.
    """

    chain: str
    number: str
    site: str
    status: str
    head: int = 0
    link: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which patients of those a person may see.

    Attributes:
        number: Part of the number.
        site: One site.
        status: One status.
        after: Only numbers after this one: the next page.
        most: How many.
    """

    number: str = ""
    site: str = ""
    status: str = ""
    after: str = ""
    most: int = 100


@dataclass(frozen=True)
class Found:
    """One page of patients.

    Attributes:
        patients: In the order of their numbers.
        more: Whether there are any after them.
    """

    patients: tuple[Patient, ...]
    more: bool


@dataclass
class Listed:
    """What lists show of one patient.

    Attributes:
        forms: Status of each form that holds something, by event, code and number.
        day_one: Date of the first dose.
        ended: Date of the end of study.
    """

    forms: dict[str, dict[tuple[str, int], str]] = field(default_factory=dict)
    day_one: date | None = None
    ended: date | None = None

    def course(self, status: str) -> Course:
        """What the patient's schedule hangs on."""
        return Course(status, self.day_one, self.ended)


def find(person: Person, wanted: Wanted = Wanted()) -> Found:
    """A page of the patients that a person may see."""
    clauses, values = _where(person, wanted)
    if wanted.after:
        clauses.append("c.number > %s")
        values.append(wanted.after)
    most = max(1, min(wanted.most, MOST))
    rows = _rows(PAGE.format(" AND ".join(clauses)), [*values, most + 1])
    return Found(tuple(Patient(*row) for row in rows[:most]), len(rows) > most)


def counted(person: Person, wanted: Wanted = Wanted()) -> Mapping[str, int]:
    """How many patients there are, by status."""
    clauses, values = _where(person, wanted)
    return dict(_rows(COUNTS.format(" AND ".join(clauses)), values))


def patient(person: Person, chain: str) -> Patient:
    """One patient.

    Raises:
        RefusedError: There is none, or none that this person may see: nobody is told which.
    """
    clauses, values = _where(person, Wanted())
    rows = _rows(PATIENTS.format(" AND ".join([*clauses, "c.id = %s"])), [*values, chain])
    if not rows:
        raise RefusedError("unknown", "there is no such patient.")
    return Patient(*rows[0])


def record(person: Person, chain: str) -> tuple[Patient, Record]:
    """One patient with the whole record.

    Raises:
        RefusedError: As `patient`.
    """
    found = patient(person, chain)
    with connection.cursor() as cursor:
        return found, whole(cursor, found.chain, found.site, found.head)


def listed(patients: Sequence[Patient]) -> dict[str, Listed]:
    """What lists show of patients that were found: three questions, however many they are."""
    made = {item.chain: Listed() for item in patients}
    if not made:
        return made
    marks = ", ".join(["%s"] * len(made))
    for chain, kind, number, status in _rows(SHEETS.format(marks), made):
        if status != "none" and (place := _place(kind)):
            code, event = place
            made[chain].forms.setdefault(event, {})[code, number] = status
    for name, entity, at in (("day_one", SUBJECT, DAY_ONE), ("ended", str(END), "DSSTDTC")):
        for chain, day in _rows(DAYS.format(marks), [*made, entity, at]):
            setattr(made[chain], name, date.fromisoformat(day))
    return made


def sites_clause(person: Person) -> tuple[str, list[Any]]:
    """The condition on `c`, a row of chains, that leaves what a person may see; and its values."""
    if person.sites is None:
        return HELD, []
    if not person.sites:
        return "1 = 0", []
    return f"c.site_id IN ({', '.join(['%s'] * len(person.sites))})", sorted(person.sites)


def _where(person: Person, wanted: Wanted) -> tuple[list[str], list[Any]]:
    clause, values = sites_clause(person)
    clauses = [clause, "c.status <> ''"]
    if wanted.number:
        clauses.append("UPPER(c.number) LIKE %s ESCAPE '!'")
        values.append(f"%{_literal(wanted.number.upper())}%")
    for name, value in (("c.site_id", wanted.site), ("c.status", wanted.status)):
        if value:
            clauses.append(f"{name} = %s")
            values.append(value)
    return clauses, values


@lru_cache(maxsize=4096)
def _place(kind: str) -> tuple[str, str] | None:
    """Code and event of a form's kind: "form/MMT8/M3"; None of a query's."""
    parts = kind.split("/")
    return (parts[1], parts[2]) if parts[0] == "form" else None


def _literal(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _rows(query: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [*values])
        return cursor.fetchall()
