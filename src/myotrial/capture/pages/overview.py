"""The study at a glance: enrolment against plan, completeness, queries by age. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from myotrial.capture.forms.definitions import LOG, SCREENING, Catalogue
from myotrial.capture.record.schedule import Course, timing
from myotrial.protocol.models import Protocol

__all__ = [
    "AGES",
    "Completeness",
    "Month",
    "ages",
    "completeness",
    "course_of_enrolment",
    "planned",
]

AGES = ((0, 7), (8, 14), (15, 30), (31, None))  # days, first and last of each group
ENTERED = ("complete", "verified", "frozen", "locked", "query", "answered")


@dataclass(frozen=True)
class Month:
    """Enrolment in one month, and up to its end."""

    month: str
    new: int
    whole: int


@dataclass(frozen=True)
class Completeness:
    """How far the forms of one visit are.

    Attributes:
        event: Id of the visit.
        label: Its name.
        expected: Forms that are due or overdue, over all patients.
        complete: Those of them in which nothing required is missing.
        begun: Those that hold something and are not complete.
        verified: Those that were compared with source, frozen or locked.
    """

    event: str
    label: str
    expected: int
    complete: int
    begun: int
    verified: int

    @property
    def missing(self) -> int:
        """Forms that are due and hold nothing."""
        return max(0, self.expected - self.complete - self.begun)

    @property
    def percent(self) -> float:
        """Complete forms in percent of those expected; 0 where none is."""
        return 100.0 * min(1.0, self.complete / self.expected) if self.expected else 0.0


def planned(protocol: Protocol) -> int:
    """How many patients the protocol plans."""
    return sum(arm.planned for arm in protocol.arms)


def course_of_enrolment(days: Iterable[date]) -> list[Month]:
    """Enrolment month by month, from the first to the last.

    >>> from datetime import date
    >>> found = course_of_enrolment([date(2026, 1, 5), date(2026, 3, 1)])
    >>> [(item.month, item.new, item.whole) for item in found]
    [('2026-01', 1, 1), ('2026-02', 0, 1), ('2026-03', 1, 2)]
    """
    counts = Counter((day.year, day.month) for day in days)
    if not counts:
        return []
    (year, month), last, whole, found = min(counts), max(counts), 0, []
    while (year, month) <= last:
        new = counts[year, month]
        whole += new
        found.append(Month(f"{year}-{month:02d}", new, whole))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def completeness(
    catalogue: Catalogue,
    statuses: Mapping[tuple[str, str], Mapping[str, int]],
    courses: Mapping[tuple[Course, date], int],
    *,
    screened: int,
    baseline: str,
) -> list[Completeness]:
    """How far the forms of each visit are, over all patients.

    Args:
        catalogue: Forms and events.
        statuses: How many forms have which status, by code and event.
        courses: How many patients have which course, and which date at their site; of those
            who have a day 1.
        screened: How many patients were screened.
        baseline: Id of the baseline visit.
    """
    found = []
    for event in catalogue.events.values():
        if event.id == LOG or event.unscheduled:
            continue
        forms = catalogue.due(event.id)
        people = (
            screened
            if event.id == SCREENING
            else sum(
                many
                for (course, today), many in courses.items()
                if timing(event, course, today, baseline=baseline) in ("due", "overdue")
            )
        )
        counts: Counter[str] = Counter()
        for form in forms:
            counts.update(statuses.get((form.code, event.id), {}))
        complete = sum(counts[status] for status in ENTERED)
        verified = sum(counts[status] for status in ("verified", "frozen", "locked"))
        found.append(
            Completeness(
                event.id, event.label, people * len(forms), complete, counts["started"], verified
            )
        )
    return found


def ages(asked: Iterable[datetime], now: datetime) -> list[int]:
    """How many queries are of each age of `AGES`.

    >>> from datetime import UTC, datetime, timedelta
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> ages([now - timedelta(days=d) for d in (0, 7, 8, 40)], now)
    [2, 1, 0, 1]
    """
    days = [max(0, (now - at).days) for at in asked]
    return [sum(low <= day and (high is None or day <= high) for day in days) for low, high in AGES]
