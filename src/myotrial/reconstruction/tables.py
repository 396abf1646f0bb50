"""The captured tables of reconstructed patients, as rows of plain values.

Columns stand in the order of the captured tables; every row ends with its origin. Missing is None.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myotrial import expressions
from myotrial.protocol.models import Arm, Protocol, Treatment, shift
from myotrial.reconstruction.biopsies import Reading
from myotrial.reconstruction.course import Plan
from myotrial.reconstruction.draws import Stream, stream
from myotrial.reconstruction.recipe import AdverseEvents, Recipe, Therapies, Therapy
from myotrial.reconstruction.trajectory import Values
from myotrial.terms import RECONSTRUCTED

__all__ = ["Patient", "Row", "rows"]

Row = dict[str, Any]
COMPLETED, WITHDRAWN = "COMPLETED", "WITHDRAWN"
DAYS_OF_YEAR = 365.25


@dataclass(frozen=True)
class Patient:
    """One reconstructed patient.

    Attributes:
        name: USUBJID.
        arm: The arm treated in.
        plan: Course.
        subject: Columns of subjects.csv beyond the identifying ones.
        days: Study day of each visit.
        values: Values at each visit, baseline included.
        seed: Seed of the reconstruction.
    """

    name: str
    arm: Arm
    plan: Plan
    subject: Mapping[str, Any]
    days: Mapping[str, int]
    values: Values
    seed: int

    @property
    def last_day(self) -> int:
        """Study day of the last visit, after the first dose."""
        return max(*self.days.values(), 1)

    def draws(self, purpose: str) -> Stream:
        """The patient's stream for a purpose."""
        return stream(self.seed, self.plan.patient, purpose)


def rows(
    patients: Sequence[Patient], readings: Sequence[Reading], recipe: Recipe, protocol: Protocol
) -> dict[str, list[Row]]:
    """Every captured table, by name."""
    names = {patient.plan.patient: patient for patient in patients}
    units = (
        {marker.id: marker.unit for marker in protocol.biopsy.markers} if protocol.biopsy else {}
    )
    found = {
        "subjects": [_subject(patient, protocol) for patient in patients],
        "visits": [row for patient in patients for row in _visits(patient, protocol)],
        "disposition": [_disposition(patient) for patient in patients],
        "exposure": [row for patient in patients for row in _exposure(patient, recipe)],
        "concomitant": [row for patient in patients for row in _concomitant(patient, recipe)],
        "adverse_events": [row for patient in patients for row in _events(patient, recipe)],
        "biopsies": [_biopsy(row, names[row.patient], units) for row in readings],
    }
    for table in found.values():
        for row in table:
            row["ORIGIN"] = RECONSTRUCTED
    return found


def _subject(patient: Patient, protocol: Protocol) -> Row:
    known = {column: patient.subject.get(column) for column in protocol.recorded}
    return {"STUDYID": protocol.study.id, "USUBJID": patient.name, "ARM": patient.arm.id} | known


def _visits(patient: Patient, protocol: Protocol) -> list[Row]:
    return [
        {"USUBJID": patient.name, "VISIT": visit, "VISITDY": patient.days[visit]}
        | {item.id: values.get(item.id) for item in protocol.assessments}
        for visit, values in patient.values.items()
    ]


def _disposition(patient: Patient) -> Row:
    left = patient.plan.left
    return {
        "USUBJID": patient.name,
        "DSDECOD": WITHDRAWN if left else COMPLETED,
        "DSREAS": (patient.plan.reason.text or None) if left else None,
        "DSSTDY": patient.last_day,
    }


def _exposure(patient: Patient, recipe: Recipe) -> list[Row]:
    draws = patient.draws("exposure")
    found = []
    for treatment in patient.arm.treatments:
        end = min(treatment.to_day, patient.last_day)
        share = recipe.exposure.taken.at(draws.uniform())
        if treatment.from_day <= end:
            found.append(_course_of(treatment, end, share))
    return [{"USUBJID": patient.name} | row for row in found]


def _course_of(treatment: Treatment, end: int, share: float) -> Row:
    planned = math.floor((end - treatment.from_day) / treatment.every_days) + 1
    return {
        "EXTRT": treatment.name,
        "EXDOSE": treatment.dose,
        "EXDOSU": treatment.unit,
        "EXSTDY": treatment.from_day,
        "EXENDY": end,
        "EXPLAN": planned,
        "EXTAKEN": round(share * planned),
    }


def _concomitant(patient: Patient, recipe: Recipe) -> list[Row]:
    found = (
        _therapy(patient, group, patient.draws(f"therapy {number}"))
        for number, group in enumerate(recipe.concomitant)
    )
    return [row for row in found if row is not None]


def _therapy(patient: Patient, group: Therapies, draws: Stream) -> Row | None:
    possible = [item for item in group.one_of if _can_take(patient, item)]
    if not possible or not draws.chance(group.share):
        return None
    weights = {str(place): item.weight for place, item in enumerate(possible)}
    therapy = possible[int(draws.word(weights))]
    return {
        "USUBJID": patient.name,
        "CMTRT": therapy.name,
        "CMCLAS": therapy.kind,
        "CMDOSE": therapy.nearest(therapy.dose.at(draws.uniform())),
        "CMDOSU": therapy.unit,
        "CMDOSFRQ": therapy.frequency,
        "CMSTDY": -round(group.since.at(draws.uniform())),
        "CMENDY": None,
    }


def _can_take(patient: Patient, therapy: Therapy) -> bool:
    if not therapy.only:
        return True
    return expressions.evaluate(expressions.parse(therapy.only), patient.subject) is True


def _events(patient: Patient, recipe: Recipe) -> list[Row]:
    plan, events = patient.plan, recipe.adverse_events
    found = _further(patient, events)
    if plan.left and plan.reason.adverse_event:
        draws = patient.draws("withdrawal event")
        earlier = max(patient.days[plan.attended[-1]], 1)
        start = earlier + round(draws.uniform() * (patient.last_day - earlier))
        related = plan.reason.related
        row = _event(plan.reason.adverse_event, plan.reason.severity, related, start, draws, events)
        found.append(row | {"AEACN": "DRUG WITHDRAWN"})
    found.sort(key=lambda row: row["AESTDY"])
    return [{"USUBJID": patient.name} | row for row in found]


def _further(patient: Patient, events: AdverseEvents) -> list[Row]:
    found = []
    for event in events.further:
        draws = patient.draws(f"event {event.term}")
        for _ in range(draws.count(event.per_year * patient.last_day / DAYS_OF_YEAR)):
            severity = draws.word(event.severity)
            related = "Y" if draws.chance(event.related) else "N"
            start = 1 + int(draws.uniform() * patient.last_day)
            found.append(_event(event.term, severity, related, start, draws, events))
    return found


def _event(
    term: str, severity: str, related: str, start: int, draws: Stream, events: AdverseEvents
) -> Row:
    return {
        "AETERM": term,
        "AESEV": severity,
        "AEREL": related,
        "AEACN": "DOSE NOT CHANGED",
        "AESTDY": start,
        "AEENDY": shift(start, round(events.duration.at(draws.uniform()))),
    }


def _biopsy(row: Reading, patient: Patient, units: Mapping[str, str | None]) -> Row:
    return {
        "USUBJID": patient.name,
        "BXTIME": row.time,
        "BXDY": patient.days[row.visit],
        "MARKER": row.marker,
        "BXRES": row.amount,
        "BXPRES": row.presence,
        "BXU": units.get(row.marker) if row.amount is not None else None,
    }
