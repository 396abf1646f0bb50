"""Visits in order: one baseline, days that agree with months, windows that do not overlap."""

from collections.abc import Iterator
from itertools import pairwise

from myotrial.errors import Problem
from myotrial.protocol.draft import Draft, Path
from myotrial.protocol.models import Study, Visit
from myotrial.protocol.wording import problem

__all__ = ["problems"]

SHORTEST, LONGEST, SLACK = 28, 31, 3  # days of a month; days by which a target may be rounded


def problems(draft: Draft) -> Iterator[Problem]:
    """Every contradiction within the schedule of visits."""
    visits = list(draft.entries(Visit, "visits"))
    for path, visit in visits:
        yield from (
            _unscheduled(draft, path, visit)
            if visit.unscheduled
            else _scheduled(draft, path, visit)
        )
    planned = [(path, visit) for path, visit in visits if visit.days is not None]
    for (_, before), (path, visit) in pairwise(planned):
        yield from _pair(draft, path, before, visit)
    yield from _baseline(draft, visits)
    yield from _length(draft, planned)


def _unscheduled(draft: Draft, path: Path, visit: Visit) -> Iterator[Problem]:
    for key in ("month", "day", "window"):
        if getattr(visit, key) is not None:
            expected = f"no {key} for an unscheduled visit"
            yield problem(draft.document, (*path, key), expected, repr(getattr(visit, key)))
    if visit.baseline:
        expected = "a scheduled visit as baseline"
        yield problem(draft.document, (*path, "baseline"), expected, "an unscheduled one")


def _scheduled(draft: Draft, path: Path, visit: Visit) -> Iterator[Problem]:
    for key in ("month", "day", "window"):
        if getattr(visit, key) is None:
            hint = f"add the key {key!r}, or unscheduled: true"
            yield problem(draft.document, (*path, key), f"the {key} of the visit", "nothing", hint)
    if visit.day == 0:
        hint = "day 1 is the first dose, the day before it is -1"
        yield problem(draft.document, (*path, "day"), "a study day other than 0", "0", hint)
    elif visit.day is not None and visit.month is not None:
        low = 1 + SHORTEST * visit.month - SLACK
        high = 1 + LONGEST * visit.month + SLACK
        if not low <= visit.day <= high:
            expected = f"a day of month {visit.month:g}, {low:.0f} to {high:.0f}"
            yield problem(draft.document, (*path, "day"), expected, f"{visit.day}")
    if visit.window is not None and not visit.window[0] <= 0 <= visit.window[1]:
        expected = "days before (zero or negative) and after (zero or positive) the target day"
        yield problem(draft.document, (*path, "window"), expected, f"{list(visit.window)}")


def _pair(draft: Draft, path: Path, before: Visit, visit: Visit) -> Iterator[Problem]:
    if visit.day is None or before.day is None or not (visit.days and before.days):
        return
    if visit.day <= before.day:
        expected = f"a later day than that of {before.id} before it (day {before.day})"
        hint = "list the visits in the order in which they take place"
        yield problem(draft.document, (*path, "day"), expected, f"day {visit.day}", hint)
    elif visit.days[0] <= before.days[1] and not visit.may_overlap:
        expected = f"a window that opens after that of {before.id} closes (day {before.days[1]})"
        found = f"it opens on day {visit.days[0]}"
        hint = "narrow one of the windows, or state may_overlap: true"
        yield problem(draft.document, (*path, "window"), expected, found, hint)


def _baseline(draft: Draft, visits: list[tuple[Path, Visit]]) -> Iterator[Problem]:
    marked = [(path, visit.id) for path, visit in visits if visit.baseline]
    if visits and not marked and draft.whole(Visit, "visits"):
        hint = "mark one visit with baseline: true"
        yield problem(draft.document, ("visits",), "one baseline visit", "none", hint)
    for path, name in marked[1:]:
        expected = f"one baseline visit (it is {marked[0][1]})"
        yield problem(draft.document, (*path, "baseline"), expected, f"{name} as well")


def _length(draft: Draft, planned: list[tuple[Path, Visit]]) -> Iterator[Problem]:
    study = draft.one(Study, "study")
    for path, visit in planned:
        if study is not None and visit.month is not None and visit.month > study.months:
            expected = f"a month within the {study.months:g} months of the study"
            yield problem(draft.document, (*path, "month"), expected, f"{visit.month:g}")
