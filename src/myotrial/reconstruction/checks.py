"""A recipe against its protocol: known columns, assessments, visits, markers and sources."""

from collections.abc import Iterable, Iterator

from myotrial import expressions, instruments
from myotrial.documents import Document, Step, nearest, shown_path
from myotrial.errors import ExpressionError, Problem
from myotrial.protocol.models import Attribute, Part, Protocol, Stated
from myotrial.reconstruction.recipe import FIRST, NEVER, Measure, Recipe, Role, SubjectColumns

__all__ = ["problems"]

Path = tuple[Step, ...]
Found = tuple[Path, str, str, str]  # path, expected, found, hint
RULES_OF_WORSENING = ("core_set_30",)


def problems(recipe: Recipe, protocol: Protocol, document: Document | None) -> list[Problem]:
    """Everything in a recipe that its protocol does not know.

    Args:
        recipe: The recipe.
        protocol: The protocol of the study it reconstructs.
        document: The file it was read from, for the lines; None for a recipe made in code.
    """
    checks = (_subject, _visits, _measures, _biopsies)
    found = [item for check in checks for item in check(recipe, protocol)]
    found += [*_conditions(recipe), *_worsening(protocol), *_enzymes(protocol), *_sources(recipe)]
    return [
        Problem(shown_path(path), expected, what, document.line(path) if document else None, hint)
        for path, expected, what, hint in found
    ]


def _unknown(path: Path, name: str, known: Iterable[str], expected: str) -> Iterator[Found]:
    listed = list(known)
    if name not in listed:
        yield path, expected, repr(name), nearest(name, listed)


def _subject(recipe: Recipe, protocol: Protocol) -> Iterator[Found]:
    if recipe.subject.arm is None and len(protocol.arms) > 1:
        found = f"nothing, and {len(protocol.arms)} arms in study.yaml"
        yield ("subject",), "the attribute that tells the arm", found, "add the key 'arm'"
    seen: set[str] = set()
    for number, part in enumerate(recipe.subject.columns):
        for position, column in enumerate(part.columns):
            path = ("subject", "columns", number, "columns", position)
            yield from _unknown(path, column, protocol.subject, "a subject attribute of study.yaml")
            if column in seen:
                yield path, "each column once", f"a second {column!r}", ""
            seen.add(column)
            if column in protocol.subject:
                yield from _values(part, protocol.subject[column], column, path)


def _values(part: SubjectColumns, attribute: Attribute, column: str, path: Path) -> Iterator[Found]:
    """What a column is filled with must be what the protocol lets it hold."""
    words = {*(part.values or {}).values(), *(part.choice or {})}
    if part.value is not None:
        words.add(str(part.value))
    for word in sorted(words - set(attribute.values)) if attribute.values else ():
        yield path, f"a value of {column}", repr(word), nearest(word, attribute.values or ())
    if part.draw is not None and attribute.range is not None:
        least, most = attribute.range
        low, high = part.draw.at(0), part.draw.at(1)
        if low < least or high > most:
            expected = f"a distribution within {least:g} to {most:g} {attribute.unit}"
            yield path, expected.rstrip(), f"{low:g} to {high:g}", ""


def _conditions(recipe: Recipe) -> Iterator[Found]:
    columns = {column for part in recipe.subject.columns for column in part.columns}
    known = columns | {measure.assessment for measure in recipe.measures}
    for number, condition in enumerate(recipe.subject.conditions):
        yield from _rule(("subject", "conditions", number, "rule"), condition.rule, known)
    for number, group in enumerate(recipe.concomitant):
        for place, therapy in enumerate(group.one_of):
            if therapy.only:
                path = ("concomitant", number, "one_of", place, "only")
                yield from _rule(path, therapy.only, columns)


def _rule(path: Path, rule: str, known: Iterable[str]) -> Iterator[Found]:
    try:
        names = expressions.names(expressions.parse(rule))
    except ExpressionError as error:
        yield path, "a readable rule", str(error), ""
        return
    for name in sorted(names):
        yield from _unknown(path, name, known, "a column or a measure that the recipe fills")


def _visits(recipe: Recipe, protocol: Protocol) -> Iterator[Found]:
    scheduled = [visit.id for visit in protocol.visits if not visit.unscheduled]
    course = recipe.course
    roles: tuple[tuple[str, Role | None, list[str]], ...] = (
        ("last_visit", course.last_visit, scheduled),
        ("first_improved", course.first_improved, [*scheduled[1:], NEVER]),
        ("held_until", course.held_until, [*scheduled[1:], FIRST, NEVER]),
    )
    for name, role, known in roles:
        for value, word in ((role.values if role else None) or {}).items():
            path = ("course", name, "values", value)
            yield from _unknown(path, word, known, "the id of a scheduled visit")
    if recipe.biopsies is not None:
        path = ("biopsies", "repeat_visit")
        visit = recipe.biopsies.repeat_visit
        yield from _unknown(path, visit, scheduled, "the id of a scheduled visit")


def _measures(recipe: Recipe, protocol: Protocol) -> Iterator[Found]:
    known = [item.id for item in protocol.assessments]
    seen: set[str] = set()
    for number, measure in enumerate(recipe.measures):
        path = ("measures", number, "assessment")
        yield from _unknown(path, measure.assessment, known, "an assessment of study.yaml")
        if measure.assessment in seen:
            yield path, "each assessment once", f"a second {measure.assessment!r}", ""
        seen.add(measure.assessment)
        yield from _range(measure, protocol, ("measures", number, "range"))


def _range(measure: Measure, protocol: Protocol, path: Path) -> Iterator[Found]:
    low, high = measure.range
    found = f"{low:g} to {high:g}"
    if not low < high:
        yield path, "the lowest value, then the highest", found, ""
    for item in protocol.assessments:
        if item.id == measure.assessment:
            instrument = instruments.get(item.instrument)
            least, most = instrument.range(unit=item.unit, variant=item.variant)
            if low < least or high > most:
                yield path, f"a part of {least:g} to {most:g} {item.unit}", found, ""


def _biopsies(recipe: Recipe, protocol: Protocol) -> Iterator[Found]:
    known = {item.id: item for item in protocol.biopsy.markers} if protocol.biopsy else {}
    for number, marker in enumerate(recipe.biopsies.markers if recipe.biopsies else ()):
        path = ("biopsies", "markers", number)
        place = (*path, "marker")
        yield from _unknown(place, marker.marker, known, "a biopsy marker of study.yaml")
        presence = marker.present_before is not None
        stated = known.get(marker.marker)
        if stated is not None and stated.presence != presence:
            kinds = ("present_before: recorded as presence", "baseline: recorded as a quantity")
            expected = kinds[0] if stated.presence else kinds[1]
            yield path, expected, "the other kind", ""


def _worsening(protocol: Protocol) -> Iterator[Found]:
    rule = protocol.worsening.definition
    if rule not in RULES_OF_WORSENING:
        expected = f"a rule of worsening that can be drawn for: {', '.join(RULES_OF_WORSENING)}"
        yield ("course", "outcome"), expected, f"{rule!r} in study.yaml", ""


def _enzymes(protocol: Protocol) -> Iterator[Found]:
    if len(protocol.core_set.enzyme) > 1:
        found = f"{', '.join(protocol.core_set.enzyme)} in study.yaml"
        yield ("course", "outcome"), "one enzyme in the core set to draw for", found, ""


def _sources(recipe: Recipe) -> list[Found]:
    return [
        ((*path, "source"), "a key of `sources`", repr(name), nearest(name, recipe.sources))
        for path, part in _stated(recipe, ())
        for name in part.source
        if name not in recipe.sources
    ]


def _stated(part: object, path: Path) -> Iterator[tuple[Path, Stated]]:
    """Every part of a recipe that states its source, with its path."""
    if isinstance(part, Stated):
        yield path, part
    if isinstance(part, tuple):
        for number, item in enumerate(part):
            yield from _stated(item, (*path, number))
    elif isinstance(part, Part):
        for name in type(part).model_fields:
            yield from _stated(getattr(part, name), (*path, name))
