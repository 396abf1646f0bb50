"""Edit checks across fields: what cannot be is refused, what is unlikely is asked about.

Each check has a name, under which its query is kept; the limits that no source gives are named and
assumed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from myotrial import instruments
from myotrial.capture.forms.catalogue import CONSENT, DAY_ONE
from myotrial.capture.record.asking import Asked, texts
from myotrial.capture.record.refusals import FieldProblem
from myotrial.capture.record.state import SUBJECT, FormKey, Record, Value
from myotrial.facts import Fact
from myotrial.protocol.models import shift

__all__ = ["FACTS", "NAMES", "Unlikely", "impossible", "study_day", "unlikely"]

JUMP = 0.5  # of the scale
FACTS = (
    Fact(
        "change of a measure from one visit to the next that is asked about, more than",
        JUMP,
        "of its scale",
        "no source says; myotrial's choice",
        "assumed",
    ),
)
ENDS = {  # start and end of the same thing
    "EXSTDTC": "EXENDTC",
    "CMSTDTC": "CMENDTC",
    "AESTDTC": "AEENDTC",
}
NAMES = ("window", "order", "consent", "jump", "reason for leaving", "criteria")


@dataclass(frozen=True)
class Unlikely:
    """A value that may be right, and the question about it."""

    check: str
    field: str
    message: str


def impossible(record: Record, key: FormKey, values: Mapping[str, Value]) -> Iterator[FieldProblem]:
    """Fields of one form that contradict each other."""
    known = texts({**record.values(str(key)), **values})
    for start, end in ENDS.items():
        if start in known and end in known and _before(known[end], known[start]):
            yield FieldProblem(end, f"lies before the start ({known[start]})")


def unlikely(
    record: Record, key: FormKey, new: Mapping[str, Value], asked: Asked
) -> Iterator[Unlikely]:
    """What is unlikely about a form as the new values leave it."""
    known = texts({**record.values(str(key)), **new})
    if key.code == "VISIT" and "VISITDTC" in known:
        yield from _visit(record, key, known["VISITDTC"], asked)
    if key.code == "DS" and known.get("DSDECOD") == "WITHDRAWN" and "DSREAS" not in known:
        yield Unlikely("reason for leaving", "DSREAS", "Why did the patient leave the study?")
    if key.code in {item.id for item in asked.protocol.assessments} and key.code in known:
        yield from _jump(record, key, float(known[key.code]), asked)
    if key.code == "SUBJECT":
        yield from _criteria(record, new, asked)


def study_day(record: Record, day: str) -> int | None:
    """The study day of a date: day 1 is the first dose; None before that is known."""
    start = record.text(SUBJECT, DAY_ONE)
    if not start:
        return None
    apart = (date.fromisoformat(day) - date.fromisoformat(start)).days
    return shift(1, apart)


def _visit(record: Record, key: FormKey, when: str, asked: Asked) -> Iterator[Unlikely]:
    event, day = asked.catalogue.events[key.event], study_day(record, when)
    if day is not None and event.days and not event.days[0] <= day <= event.days[1]:
        low, high = event.days
        text = f"Day {day} is outside the window of {event.label}, days {low} to {high}."
        yield Unlikely("window", "VISITDTC", text)
    consent = record.text("form/SUBJECT/SCREENING/1", CONSENT)
    if consent and when < consent:
        text = f"The visit lies before the informed consent of {consent}."
        yield Unlikely("consent", "VISITDTC", text)
    yield from _order(record, key, when, asked)


def _order(record: Record, key: FormKey, when: str, asked: Asked) -> Iterator[Unlikely]:
    """A visit that was held after a later one, or before an earlier one."""
    order = [item.id for item in asked.protocol.visits if not item.unscheduled]
    place = order.index(key.event) if key.event in order else -1
    for at, other in enumerate(order if place >= 0 else ()):
        held = record.text(str(FormKey("VISIT", other)), "VISITDTC")
        if held and at != place and (held >= when if at < place else held <= when):
            text = f"The visits are out of order: {other} was held on {held}."
            yield Unlikely("order", "VISITDTC", text)
            return


def _jump(record: Record, key: FormKey, value: float, asked: Asked) -> Iterator[Unlikely]:
    item = next(item for item in asked.protocol.assessments if item.id == key.code)
    low, high = instruments.get(item.instrument).range(unit=item.unit, variant=item.variant)
    visits = [visit.id for visit in asked.protocol.visits if visit.id in item.visits]
    before = visits[: visits.index(key.event)]
    held = [record.value(str(FormKey(key.code, event)), key.code).text for event in before]
    known = [float(text) for text in held if text is not None]
    if known and high - low < float("inf") and abs(value - known[-1]) > JUMP * (high - low):
        text = f"The value was {known[-1]:g} the visit before: is {value:g} right?"
        yield Unlikely("jump", key.code, text)


def _criteria(record: Record, new: Mapping[str, Value], asked: Asked) -> Iterator[Unlikely]:
    from myotrial.capture.record.joining import FORM, eligibility  # it asks queries too

    after = Record(record.chain, record.site, entities={
        **record.entities, str(FORM): {**record.values(str(FORM)), **new}
    })  # fmt: skip
    verdict = eligibility(after, asked)
    if verdict.failed:
        shown = "; ".join(f"{c.id}: {c.text}" for c in verdict.criteria if c.outcome == "failed")
        yield Unlikely("criteria", CONSENT, f"The patient does not meet the protocol. {shown}")


def _before(one: str, other: str) -> bool:
    """Whether one date is surely before another, either of them partial."""
    return one < other[: len(one)] if len(one) <= len(other) else one[: len(other)] < other
