"""Subjects by visits, and the forms of one visit by subjects: one status a cell. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from myotrial.capture.forms.definitions import LOG, Catalogue, Event, Form
from myotrial.capture.record.schedule import Course, overall, pressing, rolled, target, timing
from myotrial.capture.store.patients import Listed, Patient

__all__ = ["Cell", "Row", "by_form", "by_visit", "due_at"]


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        key: Id of the visit, or code of the form.
        status: A key of `STATUSES`.
        entered: How many forms hold something.
        due: How many are due.
        day: When it is planned; None without a day.
    """

    key: str
    status: str
    entered: int = 0
    due: int = 0
    day: date | None = None


@dataclass(frozen=True)
class Row:
    """One patient's row.

    Attributes:
        patient: Who.
        cells: In the order of the columns.
        status: The most pressing of the whole patient.
    """

    patient: Patient
    cells: tuple[Cell, ...]
    status: str


def by_visit(
    patients: Sequence[Patient],
    known: Mapping[str, Listed],
    catalogue: Catalogue,
    today: Callable[[str], date],
    *,
    baseline: str,
    role: str,
) -> list[Row]:
    """Patients by visits.

    Args:
        patients: The rows.
        known: What lists show of them, by record.
        catalogue: The forms and events; each event is a column.
        today: The date at a site.
        baseline: Id of the baseline visit.
        role: Of the person who looks: what presses them comes first.
    """
    order = pressing(role)
    events = [(event, len(due_at(catalogue, event.id))) for event in catalogue.events.values()]
    rows = []
    for item in patients:
        of, here = known[item.chain], today(item.site)
        course = of.course(item.status)
        cells = tuple(
            _visit(event, due, of, course, here, baseline, order) for event, due in events
        )
        rows.append(Row(item, cells, overall((cell.status for cell in cells), order)))
    return rows


def by_form(
    patients: Sequence[Patient],
    known: Mapping[str, Listed],
    catalogue: Catalogue,
    event: Event,
    today: Callable[[str], date],
    *,
    baseline: str,
    role: str,
) -> list[Row]:
    """Patients by the forms of one visit; arguments as of `by_visit`."""
    order, forms = pressing(role), catalogue.due(event.id)
    rows = []
    for item in patients:
        of = known[item.chain]
        when = timing(event, of.course(item.status), today(item.site), baseline=baseline)
        cells = tuple(_forms(forms, of.forms.get(event.id, {}), when, order))
        rows.append(Row(item, cells, overall((cell.status for cell in cells), order)))
    return rows


def due_at(catalogue: Catalogue, event: str) -> tuple[Form, ...]:
    """The forms that a visit is incomplete without."""
    return () if event == LOG else catalogue.due(event)


def _visit(
    event: Event,
    due: int,
    of: Listed,
    course: Course,
    today: date,
    baseline: str,
    order: tuple[str, ...],
) -> Cell:
    found = of.forms.get(event.id, {})
    when = timing(event, course, today, baseline=baseline)
    status = rolled(found.values(), due, when, order)
    return Cell(event.id, status, len(found), due, target(event, course))


def _forms(
    forms: Sequence[Form],
    found: Mapping[tuple[str, int], str],
    when: str,
    order: tuple[str, ...],
) -> Iterator[Cell]:
    for form in forms:
        held = [status for (code, _), status in found.items() if code == form.code]
        missing = "none" if form.repeats else when
        yield Cell(form.code, rolled(held, 0, missing, order), len(held))
