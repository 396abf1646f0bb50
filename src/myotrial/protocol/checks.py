"""What must agree between the parts of a protocol, beyond the form of each part."""

import datetime as dt
from collections.abc import Iterator

from myotrial.documents import nearest
from myotrial.errors import Problem
from myotrial.protocol import conditions, estimands, looks, schedule
from myotrial.protocol.draft import Draft, Path
from myotrial.protocol.models import (
    Arm,
    Assessment,
    Attribute,
    Endpoint,
    Marker,
    Randomisation,
    Stable,
    Study,
    Visit,
)
from myotrial.protocol.wording import problem

__all__ = ["check"]

LISTS = (("arms",), ("visits",), ("assessments",), ("biopsy", "markers"), ("endpoints",),
         ("intercurrent_events",), ("estimands",))  # fmt: skip
VISIT_LISTS = (("assessments",), ("other_outcomes",))


def check(draft: Draft) -> list[Problem]:
    """Every contradiction between parts, in the order of the file."""
    found = [problem for part in CHECKS for problem in part(draft)]
    return sorted(found, key=lambda item: item.line or 0)


def study_dates(draft: Draft) -> Iterator[Problem]:
    """Dates exist; a study lasts at least as long as one patient takes part."""
    study = draft.one(Study, "study")
    if study is None:
        return
    for key in ("registered", "start", "end"):
        date = getattr(study, key) or ""
        if date.count("-") == 2 and not _exists(date):
            yield problem(draft.document, ("study", key), "a date that exists", date)
    if not (study.start and study.end):
        return
    start, end = _months(study.start), _months(study.end, last=True)
    if end - start < study.months:
        expected = f"a date at least {study.months:g} months after the start ({study.start})"
        yield problem(draft.document, ("study", "end"), expected, study.end)


def treatments(draft: Draft) -> Iterator[Problem]:
    """A dose has a unit, and treatment does not end before it starts."""
    for path, arm in draft.entries(Arm, "arms"):
        for index, treatment in enumerate(arm.treatments):
            here = (*path, "treatments", index)
            if treatment.dose is not None and treatment.unit is None:
                dose = f"no unit beside the dose {treatment.dose:g}"
                hint = "add unit: mg, say"
                yield problem(draft.document, here, "a dose with its unit", dose, hint)
            yield from _ordered(draft, here, treatment.from_day, treatment.to_day)


def randomisation(draft: Draft) -> Iterator[Problem]:
    """Patients are allocated to every arm, and by attributes with a list of values."""
    plan = draft.one(Randomisation, "randomisation")
    if plan is None:
        return
    path, arms = ("randomisation", "ratio"), draft.ids("arms")
    if arms and set(plan.ratio) != set(arms):
        found = ", ".join(plan.ratio) or "nothing"
        yield problem(draft.document, path, f"each arm once: {', '.join(arms)}", found)
    values = [path[-1] for path, item in draft.entries(Attribute, "subject") if item.values]
    named = draft.texts("randomisation", "by")
    yield from _unknown(draft, named, list(map(str, values)), "a subject attribute with values")


def attributes(draft: Draft) -> Iterator[Problem]:
    """A subject attribute is a number, or one of some values, and its range runs upwards."""
    for path, item in draft.entries(Attribute, "subject"):
        if (item.type is None) == (item.values is None):
            both = "neither" if item.type is None else "both"
            expected = "either a type (integer or number) or a list of values"
            yield problem(draft.document, path, expected, both)
        if item.range is not None and (item.type is None or item.range[0] >= item.range[1]):
            expected = "a range [lowest, highest] of a number"
            yield problem(draft.document, (*path, "range"), expected, f"{list(item.range)}")


def derivations(draft: Draft) -> Iterator[Problem]:
    """A derived attribute has values, and its items are attributes that can tell them."""
    found = {path[-1]: item for path, item in draft.entries(Attribute, "subject")}
    known = [name for name in draft.keys("subject") if not draft.raw("subject", name, "derived")]
    for name, item in found.items():
        if item.derived is None:
            continue
        path = ("subject", name)
        if item.values is None:
            expected = "values beside derived: the classes of the criteria"
            yield problem(draft.document, path, expected, "nothing")
        for key, column in item.derived.items.items():
            here = (*path, "derived", "items", key)
            told = found.get(column)
            if column not in known:
                expected = "a subject attribute that is recorded"
                yield problem(draft.document, here, expected, repr(column), nearest(column, known))
            elif told and told.type is None and {*(told.values or ())} != {"Y", "N"}:
                expected = "a number, or an attribute with the values [Y, N]"
                yield problem(draft.document, here, expected, repr(column))


def unique_ids(draft: Draft) -> Iterator[Problem]:
    """Each id stands for one thing."""
    rules = draft.named("eligibility", "inclusion") + draft.named("eligibility", "exclusion")
    columns = draft.named("assessments") + [
        (("subject", name), name) for name in draft.keys("subject")
    ]
    for named in [*(draft.named(*path) for path in LISTS), rules, columns]:
        first: dict[str, Path] = {}
        for path, name in named:
            if name in first and first[name] != path:
                line = draft.document.line(first[name])
                found = f"{name!r} again (first on line {line})"
                yield problem(draft.document, path, "an id that is used once", found)
            first.setdefault(name, path)


def repeated(draft: Draft) -> Iterator[Problem]:
    """A list names each thing once."""
    for path in draft.document.lines:
        texts = draft.texts(*path) if isinstance(draft.raw(*path), list) else []
        names = [name for _, name in texts]
        for index, (place, name) in enumerate(texts):
            if name in names[:index]:
                yield problem(draft.document, place, "each entry once", f"{name!r} again")


def named_visits(draft: Draft) -> Iterator[Problem]:
    """Whoever names a visit names one of the visits."""
    lists = [("biopsy", "visits"), *draft.within("visits", *VISIT_LISTS)]
    named = [*lists, *draft.within("visit", ("endpoints",))]
    places = [text for path in named for text in draft.texts(*path)]
    known = draft.ids("visits")
    if known:  # otherwise the visits themselves are the problem
        yield from _unknown(draft, places, known, "the id of a visit")


def named_sources(draft: Draft) -> Iterator[Problem]:
    """Every source that is named is cited under `sources`."""
    yield from _unknown(
        draft, list(draft.scattered("source")), draft.keys("sources"), "the id of a source"
    )


def assumed_keys(draft: Draft) -> Iterator[Problem]:
    """What is marked as assumed is a key of the part that marks it."""
    for path, name in draft.scattered("assumed"):
        known = [key for key in draft.keys(*path[:-2]) if key != "assumed"]
        yield from _unknown(draft, [(path, name)], known, "a key that stands beside `assumed`")


def core_set(draft: Draft) -> Iterator[Problem]:
    """Different assessments, each assessed at baseline, stand for the six measures."""
    known = draft.ids("assessments")
    roles = [text for role in draft.keys("core_set") for text in draft.texts("core_set", role)]
    if known:
        yield from _unknown(draft, roles, known, "the id of an assessment")
    first: dict[str, Path] = {}
    for path, name in roles:
        if name in first:
            found = f"{name!r}, which already stands for {first[name][1]}"
            yield problem(draft.document, path, "one assessment for each measure", found)
        first.setdefault(name, path)
    others = [
        text
        for definition in draft.keys("core_sets")
        for role in draft.keys("core_sets", definition)
        for text in draft.texts("core_sets", definition, role)
    ]
    if known:
        yield from _unknown(draft, others, known, "the id of an assessment")
    used = {*first, *(name for _, name in others)}
    start = next((visit.id for _, visit in draft.entries(Visit, "visits") if visit.baseline), None)
    for path, assessment in draft.entries(Assessment, "assessments"):
        if assessment.id in used and start is not None and start not in assessment.visits:
            expected = f"the baseline visit {start!r} among the visits of a core set measure"
            found = ", ".join(assessment.visits)
            yield problem(draft.document, (*path, "visits"), expected, found)


def markers(draft: Draft) -> Iterator[Problem]:
    """A marker is measured in a unit, or present and absent."""
    for path, marker in draft.entries(Marker, "biopsy", "markers"):
        if (marker.unit is not None) == marker.presence:
            found = "both" if marker.presence else "neither"
            yield problem(draft.document, path, "either a unit or presence: true", found)


def endpoints(draft: Draft) -> Iterator[Problem]:
    """An estimand has what it needs, and nothing that belongs to another."""
    visits = [visit for _, visit in draft.entries(Visit, "visits")]
    start = next((visit.id for visit in visits if visit.baseline), None)
    after = [visit.id for visit in visits if visit.id != start and not visit.unscheduled]
    for path, endpoint in draft.entries(Endpoint, "endpoints"):
        for key, estimand in (("visit", "at_visit"), ("consecutive", "sustained")):
            value = getattr(endpoint, key)
            if (value is not None) != (endpoint.estimand == estimand):
                expected = f"{key} exactly where the estimand is {estimand}"
                found = f"estimand {endpoint.estimand} {'without' if value is None else 'with'} it"
                yield problem(draft.document, (*path, key), expected, found)
        if not draft.whole(Visit, "visits"):
            continue
        if endpoint.visit in draft.ids("visits") and endpoint.visit not in after:
            expected = "a scheduled visit after baseline"
            yield problem(draft.document, (*path, "visit"), expected, repr(endpoint.visit))
        if endpoint.consecutive is not None and endpoint.consecutive > len(after):
            expected = f"at most {len(after)}, the number of visits after baseline"
            yield problem(
                draft.document, (*path, "consecutive"), expected, f"{endpoint.consecutive}"
            )


def stability(draft: Draft) -> Iterator[Problem]:
    """The period of stable therapy does not end before it starts."""
    stable = draft.one(Stable, "concomitant", "stable")
    if stable is not None:
        yield from _ordered(draft, ("concomitant", "stable"), stable.from_day, stable.to_day)


CHECKS = (
    study_dates,
    treatments,
    randomisation,
    attributes,
    derivations,
    schedule.problems,
    conditions.problems,
    unique_ids,
    repeated,
    named_visits,
    named_sources,
    assumed_keys,
    core_set,
    markers,
    endpoints,
    stability,
    looks.problems,
    estimands.problems,
)


def _unknown(
    draft: Draft, places: list[tuple[Path, str]], known: list[str], expected: str
) -> Iterator[Problem]:
    for path, name in places:
        if name not in known:
            yield problem(draft.document, path, expected, repr(name), nearest(name, known))


def _ordered(draft: Draft, path: Path, start: int, end: int) -> Iterator[Problem]:
    for key, day in (("from_day", start), ("to_day", end)):
        if day == 0:
            hint = "day 1 is the first dose, the day before it is -1"
            yield problem(draft.document, (*path, key), "a study day other than 0", "0", hint)
    if end < start:
        expected = f"a day not before from_day ({start})"
        yield problem(draft.document, (*path, "to_day"), expected, f"{end}")


def _exists(date: str) -> bool:
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        return False
    return True


def _months(date: str, *, last: bool = False) -> int:
    """Months since year 0; a year alone is its first month, or its last."""
    year, *rest = date.split("-")
    return 12 * int(year) + (int(rest[0]) if rest else 12 if last else 1)
