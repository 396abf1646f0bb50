"""For each reconstructed column: what determined it, and how far a reader may rely on it.

claimed   agrees with what the paper states; which patient has which value is drawn
bounded   drawn within limits that what is stated sets: a range, a verdict, a window
drawn     drawn from a distribution that a publication states
assumed   a choice without a source, or drawn from a distribution without one
open      nothing is stated: drawn evenly from what is possible, or left empty
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from myotrial.protocol.models import Protocol, Stated
from myotrial.reconstruction.course import functional_index
from myotrial.reconstruction.recipe import Marker, Reasons, Recipe, Role, SubjectColumns
from myotrial.reconstruction.tables import Row
from myotrial.terms import RECONSTRUCTED

__all__ = ["attributes"]

CLAIMED, BOUNDED, DRAWN, ASSUMED, OPEN = "claimed", "bounded", "drawn", "assumed", "open"
SOURCED = ("verified", "secondary", "derived")
STATUSES = {"determined": CLAIMED, "bounded": BOUNDED, "free": OPEN}


def attributes(
    recipe: Recipe, protocol: Protocol, determined: Mapping[str, str] | None = None
) -> list[Row]:
    """One row for each captured column that tells something of a patient.

    Args:
        recipe: How the columns were filled.
        protocol: Which columns there are.
        determined: For each attribute of the paper "determined", "bounded" or "free", as
            `evidence.determinacy` returns it; what is left out counts as determined.

    Returns:
        Rows with the keys `column` ("subjects.DIAG"; a biopsy marker or a therapy by its name),
        `determined_by`, `status` (a word of this module's first lines), `note`, `ORIGIN`.
    """
    telling = _Telling(recipe, protocol, determined or {})
    found = [
        *telling.subjects(),
        *telling.visits(),
        *telling.disposition(),
        *telling.exposure(),
        *telling.concomitant(),
        *telling.events(),
        *telling.biopsies(),
    ]
    return [row | {"ORIGIN": RECONSTRUCTED} for row in found]


def _row(column: str, by: str, status: str, note: str = "") -> Row:
    return {"column": column, "determined_by": by, "status": status, "note": note}


def _drawn(column: str, part: Stated, what: str) -> Row:
    """A column drawn from a distribution of the recipe, by what is said of its source."""
    where = f" ({', '.join(part.source)})" if part.source else ""
    status = DRAWN if part.status in SOURCED else ASSUMED
    return _row(column, f"{what}{where}", status, part.note)


@dataclass(frozen=True)
class _Telling:
    """What is told of the columns, table by table."""

    recipe: Recipe
    protocol: Protocol
    determined: Mapping[str, str]

    def stated(
        self, column: str, part: Role | Reasons | SubjectColumns | None, otherwise: str
    ) -> Row:
        """A column that an attribute of the paper stands for."""
        if part is None or part.attribute is None:
            return _row(column, otherwise, ASSUMED, "the recipe names no attribute for it")
        status = STATUSES[self.determined.get(part.attribute, "determined")]
        if part.status == ASSUMED:
            status = ASSUMED
        return _row(column, f"attribute {part.attribute}", status, part.note)

    def subjects(self) -> Iterator[Row]:
        arm = self.recipe.subject.arm
        only = _row("subjects.ARM", "the protocol's only arm", CLAIMED)
        yield self.stated("subjects.ARM", arm, "") if arm else only
        filled = {column: part for part in self.recipe.subject.columns for column in part.columns}
        for column in self.protocol.recorded:
            part, name = filled.get(column), f"subjects.{column}"
            if part is None:
                yield _row(name, "nothing", OPEN)
            elif part.attribute is not None:
                yield self.stated(name, part, "")
            elif part.value is not None:
                yield _row(name, "the same value for every patient", ASSUMED, part.note)
            else:
                yield _drawn(name, part, "distribution")

    def visits(self) -> Iterator[Row]:
        course, days = self.recipe.course, self.recipe.days
        yield self.stated("visits.VISIT", course.last_visit, "every patient attends every visit")
        yield _row("visits.VISITDY", "visit windows of the protocol", BOUNDED, days.note)
        drawn = {item.assessment: item for item in self.recipe.measures}
        index = functional_index(self.protocol)
        for item in self.protocol.assessments:
            name, measure = f"visits.{item.id}", drawn.get(item.id)
            role = course.functional_index if item == index else course.outcome
            if measure is None:
                yield _row(name, "nothing", OPEN)
                continue
            first = _drawn(name, measure, "at baseline a distribution")
            later = f"later the attribute {role.attribute}" if role else "later the recipe"
            yield first | {"determined_by": f"{first['determined_by']}, {later}", "status": BOUNDED}

    def disposition(self) -> Iterator[Row]:
        course = self.recipe.course
        yield self.stated("disposition.DSDECOD", course.last_visit, "every patient completes")
        reason = self.stated("disposition.DSREAS", course.reason, "no reason is given")
        yield reason | {"note": ""}
        yield _row("disposition.DSSTDY", "last visit attended", BOUNDED, self.recipe.days.note)

    def exposure(self) -> Iterator[Row]:
        for column in ("EXTRT", "EXDOSE", "EXDOSU", "EXSTDY"):
            yield _row(f"exposure.{column}", "treatment of the protocol's arm", CLAIMED)
        for column in ("EXENDY", "EXPLAN"):
            yield _row(f"exposure.{column}", "last visit attended", BOUNDED)
        yield _drawn("exposure.EXTAKEN", self.recipe.exposure, "share of the planned doses")

    def concomitant(self) -> Iterator[Row]:
        for group in self.recipe.concomitant:
            for therapy in group.one_of:
                name = f"concomitant.{therapy.name}"
                yield _drawn(name, therapy, "dose") | {"note": therapy.note or group.note}

    def events(self) -> Iterator[Row]:
        reason, events = self.recipe.course.reason, self.recipe.adverse_events
        yield self.stated("adverse_events.AETERM", reason, "no event makes a patient leave")
        yield _row("adverse_events.AEACN", "why the patient left", CLAIMED)
        for column in ("AESEV", "AEREL"):
            yield _row(f"adverse_events.{column}", "the recipe", ASSUMED)
        yield _row("adverse_events.AESTDY", "days of the visits", BOUNDED, events.note)
        yield _drawn("adverse_events.AEENDY", events, "days an event lasts")
        for event in events.further:
            yield _drawn(f"adverse_events.{event.term}", event, "rate")

    def biopsies(self) -> Iterator[Row]:
        biopsies = self.recipe.biopsies
        if biopsies is None:
            return
        everyone = "every patient has a repeat biopsy"
        yield self.stated("biopsies.BXTIME", biopsies.repeat, everyone)
        yield _row("biopsies.BXDY", "visits attended", ASSUMED, biopsies.note)
        drawn = {item.marker: item for item in biopsies.markers}
        for marker in self.protocol.biopsy.markers if self.protocol.biopsy else ():
            if marker.id in drawn:
                yield from self.marker(drawn[marker.id])
            else:
                yield _row(f"biopsies.{marker.id}", "nothing", OPEN)

    def marker(self, part: Marker) -> Iterator[Row]:
        before, after = f"biopsies.{part.marker} before", f"biopsies.{part.marker} after"
        yield _drawn(before, part, "distribution")
        if part.present_after is not None:
            yield self.stated(after, part.present_after, "")
        elif part.unchanged:
            yield _row(after, "no significant change is stated", BOUNDED, part.note)
        else:
            yield _drawn(after, part, "distribution of change")
