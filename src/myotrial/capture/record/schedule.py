"""What is due when, and how far a visit and a patient are: statuses rolled up, form by form.

Windows come from the protocol, in study days; day 1 is the patient's first dose. What presses
most comes first, and that depends on who looks: a site enters and answers, a monitor compares with
source and closes queries, a data manager locks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from myotrial.capture.forms.definitions import LOG, SCREENING, Event
from myotrial.capture.record.statuses import STATUSES
from myotrial.protocol.models import shift

__all__ = ["Course", "day_of", "overall", "pressing", "rolled", "target", "timing"]

USUAL = tuple(STATUSES)
FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType(  # what presses a role most
    {
        "monitor": ("answered", "query", "complete"),
        "data_manager": ("answered", "query", "verified", "frozen"),
    }
)
ENDED = ("completed", "withdrawn")


@dataclass(frozen=True)
class Course:
    """What the schedule of one patient hangs on.

    Attributes:
        status: Status of the patient: "screening", "enrolled", "completed", "withdrawn".
        day_one: Date of the first dose; None before that is known.
        ended: Date of the end of study; None before that.
    """

    status: str
    day_one: date | None = None
    ended: date | None = None


def pressing(role: str) -> tuple[str, ...]:
    """All statuses, what presses a role most first.

    >>> pressing("monitor")[:3], pressing("nurse")[:2]
    (('answered', 'query', 'complete'), ('query', 'answered'))
    """
    first = FIRST.get(role, ())
    return (*first, *(name for name in USUAL if name not in first))


def day_of(course: Course, when: date) -> int | None:
    """The study day of a date; None before day 1 is known."""
    return shift(1, (when - course.day_one).days) if course.day_one else None


def target(event: Event, course: Course) -> date | None:
    """The date at which a visit is planned; None without a target day, or before day 1 is known."""
    if event.day is None or course.day_one is None:
        return None
    return _date(course.day_one, event.day)


def timing(event: Event, course: Course, today: date, *, baseline: str) -> str:
    """Whether something is due at an event by its window.

    Returns:
        "future", "due", "overdue", "skipped" (the study ended before), "none" (nothing planned).
    """
    if event.id == LOG or event.unscheduled or not course.status:
        return "none"
    if event.id == SCREENING:
        return "due"
    if course.day_one is None:
        return "due" if event.id == baseline else "future"
    if event.day is None:
        return "none"
    first, last = (_date(course.day_one, day) for day in event.days or (event.day, event.day))
    if course.ended and course.status in ENDED and first > course.ended:
        return "skipped"
    return "future" if today < first else "due" if today <= last else "overdue"


def rolled(entered: Iterable[str], due: int, when: str, order: tuple[str, ...] = USUAL) -> str:
    """The status of a visit: the most pressing of its forms.

    Args:
        entered: Statuses of the forms that hold something.
        due: How many forms are due at it.
        when: As `timing` says.
        order: As `pressing` gives it.

    >>> rolled(["complete", "query"], 7, "due"), rolled(["complete"] * 7, 7, "overdue")
    ('query', 'complete')
    >>> rolled([], 7, "overdue"), rolled(["locked"] * 6, 7, "overdue"), rolled([], 7, "future")
    ('overdue', 'overdue', 'future')
    """
    found = [status for status in entered if status != "none"]
    if not found:
        return when
    if len(found) < due:
        found.append("overdue" if when == "overdue" else "started")
    return min(found, key=order.index)


def overall(cells: Iterable[str], order: tuple[str, ...] = USUAL) -> str:
    """The status of a patient: the most pressing of the visits."""
    return min(cells, key=order.index, default="none")


def _date(day_one: date, day: int) -> date:
    return day_one + timedelta(days=day - 1 if day > 0 else day)
