"""For each reconstructed column: what determined it, and how far a reader may rely on it.

claimed   agrees with what the paper states; which patient has which value is drawn
bounded   drawn from a distribution, within limits that what is stated sets (a verdict, a window)
drawn     drawn from a distribution that a publication states
assumed   a choice without a source, or drawn from a distribution without one
open      in the protocol, but nothing was drawn: empty
"""

from collections.abc import Iterator

from myotrial.design.course import functional_index
from myotrial.design.recipe import Marker, Reasons, Recipe, Role, SubjectColumns
from myotrial.design.tables import Row
from myotrial.protocol.models import Protocol, Stated
from myotrial.terms import RECONSTRUCTED

__all__ = ["attributes"]

CLAIMED, BOUNDED, DRAWN, ASSUMED, OPEN = "claimed", "bounded", "drawn", "assumed", "open"
SOURCED = ("verified", "secondary", "derived")


def attributes(recipe: Recipe, protocol: Protocol) -> list[Row]:
    """One row for each captured column that tells something of a patient.

    Returns:
        Rows with the keys `column` ("subjects.DIAG"), `determined_by`, `status` (a word of this
        module's first lines), `note`, `ORIGIN`.
    """
    found = [
        *_subjects(recipe, protocol),
        *_visits(recipe, protocol),
        *_disposition(recipe),
        *_treatment(recipe),
        *_events(recipe),
        *_biopsies(recipe, protocol),
    ]
    return [row | {"ORIGIN": RECONSTRUCTED} for row in found]


def _row(column: str, by: str, status: str, note: str = "") -> Row:
    return {"column": column, "determined_by": by, "status": status, "note": note}


def _from(part: Stated, text: str) -> tuple[str, str, str]:
    """What a distribution of the recipe amounts to: by, status, note."""
    sourced = part.status in SOURCED
    where = f" ({', '.join(part.source)})" if part.source else ""
    return f"{text}{where}", DRAWN if sourced else ASSUMED, part.note


def _claimed(column: str, role: Role | Reasons | SubjectColumns | None, otherwise: str) -> Row:
    if role is None:
        return _row(column, otherwise, ASSUMED, "the recipe names no attribute for it")
    status = ASSUMED if role.status == ASSUMED else CLAIMED
    return _row(column, f"attribute {role.attribute}", status, role.note)


def _subjects(recipe: Recipe, protocol: Protocol) -> Iterator[Row]:
    filled = {column: part for part in recipe.subject.columns for column in part.columns}
    for column in protocol.subject:
        part = filled.get(column)
        name = f"subjects.{column}"
        if part is None:
            yield _row(name, "nothing", OPEN)
        elif part.attribute is not None:
            yield _claimed(name, part, "")
        elif part.value is not None:
            yield _row(name, "the same value for every patient", ASSUMED, part.note)
        else:
            yield _row(name, *_from(part, "distribution"))


def _visits(recipe: Recipe, protocol: Protocol) -> Iterator[Row]:
    yield _claimed("visits.VISIT", recipe.course.last_visit, "every patient attends every visit")
    yield _row("visits.VISITDY", "visit windows of the protocol", BOUNDED, recipe.days.note)
    drawn = {item.assessment: item for item in recipe.measures}
    index = functional_index(protocol)
    for item in protocol.assessments:
        measure = drawn.get(item.id)
        if measure is None:
            yield _row(f"visits.{item.id}", "nothing", OPEN)
            continue
        by, _, note = _from(measure, "distribution at baseline")
        role = recipe.course.functional_index if item == index else recipe.course.outcome
        verdict = role.attribute if role else "nothing"
        yield _row(f"visits.{item.id}", f"{by}, later the verdicts ({verdict})", BOUNDED, note)


def _disposition(recipe: Recipe) -> Iterator[Row]:
    last = recipe.course.last_visit
    yield _claimed("disposition.DSDECOD", last, "every patient completes")
    yield _claimed("disposition.DSREAS", recipe.course.reason, "no reason is given")
    yield _row("disposition.DSSTDY", "last visit attended", BOUNDED, recipe.days.note)


def _treatment(recipe: Recipe) -> Iterator[Row]:
    dose = "treatment of the protocol's arm"
    yield _row("exposure.EXDOSE", dose, CLAIMED)
    yield _row("exposure.EXENDY", "last visit attended", BOUNDED)
    yield _row("exposure.EXTAKEN", *_from(recipe.exposure, "distribution"))
    for group in recipe.concomitant:
        for therapy in group.one_of:
            yield _row(f"concomitant.{therapy.name}", *_from(group, "distribution"))


def _events(recipe: Recipe) -> Iterator[Row]:
    yield _claimed("adverse_events.AETERM", recipe.course.reason, "no event is drawn")
    yield _row("adverse_events.AESTDY", *_from(recipe.adverse_events, "before leaving"))
    for event in recipe.adverse_events.further:
        yield _row(f"adverse_events.{event.term}", *_from(event, "rate"))


def _biopsies(recipe: Recipe, protocol: Protocol) -> Iterator[Row]:
    if recipe.biopsies is None:
        return
    yield _claimed("biopsies.BXTIME", recipe.biopsies.repeat, "every patient has a repeat biopsy")
    yield _row("biopsies.BXDY", "visits attended", ASSUMED, recipe.biopsies.note)
    drawn = {item.marker: item for item in recipe.biopsies.markers}
    for marker in protocol.biopsy.markers if protocol.biopsy else ():
        part = drawn.get(marker.id)
        if part is None:
            yield _row(f"biopsies.{marker.id}", "nothing", OPEN)
        else:
            yield from _marker(part)


def _marker(part: Marker) -> Iterator[Row]:
    before, after = f"biopsies.{part.marker} before", f"biopsies.{part.marker} after"
    yield _row(before, *_from(part, "distribution"))
    if part.present_after is not None:
        yield _claimed(after, part.present_after, "")
    elif part.unchanged:
        yield _row(after, "no significant change is stated", BOUNDED, part.note)
    else:
        yield _row(after, *_from(part, "distribution of change"))
