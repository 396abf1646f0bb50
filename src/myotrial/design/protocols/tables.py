"""Simulated patients as rows of captured tables, each marked as simulated."""

from collections.abc import Iterator
from typing import Any

from myotrial.design.protocols.courses import Patients
from myotrial.design.protocols.donors import Donors
from myotrial.protocol.models import Protocol, Visit
from myotrial.terms import SIMULATED

__all__ = ["TABLES", "rows"]

Row = dict[str, Any]
TABLES = ("subjects", "visits", "disposition", "exposure", "concomitant")
REASON = "Withdrawal by subject"
OMITTED = ("USUBJID", "STUDYID", "ARM", "RFSTDTC", "ORIGIN")


def rows(protocol: Protocol, donors: Donors, people: Patients) -> dict[str, list[Row]]:
    """The captured tables of a simulated trial.

    Args:
        protocol: The protocol of the trial.
        donors: The pilot's patients.
        people: The patients.

    Returns:
        Rows by table name, in the order of enrolment.
    """
    plan = _Plan(protocol, donors)
    found: dict[str, list[Row]] = {name: [] for name in TABLES}
    for at in range(len(people.donor)):
        subject = f"{protocol.study.id}-{at + 1:04d}"
        for table, made in plan.patient(subject, people, at):
            found[table].append(made)
    return found


class _Plan:
    """What the rows of every patient share."""

    def __init__(self, protocol: Protocol, donors: Donors) -> None:
        self.protocol, self.donors = protocol, donors
        self.start = next(visit for visit in protocol.visits if visit.baseline)
        planned = [item for item in protocol.visits if not (item.baseline or item.unscheduled)]
        self.later: list[Visit] = planned
        self.due = {
            visit.id: [item.id for item in protocol.assessments if visit.id in item.visits]
            for visit in (self.start, *planned)
        }

    def patient(self, subject: str, people: Patients, at: int) -> Iterator[tuple[str, Row]]:
        """The rows of one patient, each with its table."""
        who, arm = {"USUBJID": subject}, self.protocol.arms[int(people.arm[at])]
        donor = int(people.donor[at])
        left = int(people.left[at])
        mark = {"ORIGIN": SIMULATED}
        given = {
            name: value
            for name, value in self.donors.attributes[donor].items()
            if name not in OMITTED
        }
        study = {"STUDYID": self.protocol.study.id}
        yield "subjects", {**study, **who, "ARM": arm.id, **given, **mark}
        yield "visits", {**who, **self._visit(self.start, people, at, -1), **mark}
        for position, visit in enumerate(self.later[:left]):
            if people.seen[position, at]:
                yield "visits", {**who, **self._visit(visit, people, at, position), **mark}
        whole = left == len(self.later)
        last = self._last(left)
        reason = {
            "DSDECOD": "COMPLETED" if whole else "WITHDRAWN",
            "DSREAS": None if whole else REASON,
            "DSSTDY": last,
        }
        yield "disposition", {**who, **reason, **mark}
        for treatment in arm.treatments:
            end = min(last, treatment.to_day)
            doses = int((end - treatment.from_day) // treatment.every_days) + 1
            given = {
                "EXTRT": treatment.name,
                "EXDOSE": treatment.dose,
                "EXDOSU": treatment.unit,
                "EXSTDY": treatment.from_day,
                "EXENDY": end,
                "EXPLAN": doses,
                "EXTAKEN": doses,
            }
            yield "exposure", {**who, **given, **mark}
        for taken in self.donors.therapy[donor]:
            row = {key: value for key, value in taken.items() if key not in OMITTED}
            yield "concomitant", {**who, **row, "CMENDY": None, **mark}

    def _visit(self, visit: Visit, people: Patients, at: int, position: int) -> Row:
        """The visit's row; `position` is -1 for the baseline."""
        values = people.baseline
        row: Row = {"VISIT": visit.id, "VISITDY": visit.day}
        for item in self.protocol.assessments:
            known = item.id in self.due[visit.id]
            if position < 0:
                row[item.id] = float(values[item.id][at]) if known and item.id in values else None
            else:
                changed = people.values.get(item.id)
                row[item.id] = (
                    float(changed[position, at]) if known and changed is not None else None
                )
        return row

    def _last(self, left: int) -> int:
        """The study day a patient was last seen: the last visit, or halfway to the one missed."""
        days = [self.start.day or 1, *(visit.day or 1 for visit in self.later)]
        if left == len(self.later):
            return days[-1]
        return max(1, (days[left] + days[left + 1]) // 2)
