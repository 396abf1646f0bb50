"""Simulated patients as rows of captured tables, each marked as simulated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from myotrial.design.protocols.courses import Cohort
from myotrial.design.protocols.donors import Donors
from myotrial.protocol.models import Arm, Protocol, Visit
from myotrial.terms import SIMULATED

__all__ = ["TABLES", "Enrolled", "rows"]

Row = dict[str, Any]
TABLES = ("subjects", "visits", "disposition", "exposure", "concomitant")
REASON = "Withdrawal by subject"
OMITTED = ("USUBJID", "STUDYID", "ARM", "RFSTDTC", "ORIGIN")


@dataclass(frozen=True)
class Enrolled:
    """The patients of one arm with their place in the order of enrolment.

    Attributes:
        arm: The arm.
        cohort: The patients.
        numbers: Number of each patient in the order of enrolment, from 1.
    """

    arm: Arm
    cohort: Cohort
    numbers: Sequence[int]


def rows(protocol: Protocol, donors: Donors, enrolled: Sequence[Enrolled]) -> dict[str, list[Row]]:
    """The captured tables of a simulated trial.

    Args:
        protocol: The protocol of the trial.
        donors: The pilot's patients.
        enrolled: The patients of each arm.

    Returns:
        Rows by table name, in the order of enrolment.
    """
    plan = _Plan(protocol, donors)
    order = sorted(
        (number, arm, at)
        for arm, group in enumerate(enrolled)
        for at, number in enumerate(group.numbers)
    )
    found: dict[str, list[Row]] = {name: [] for name in TABLES}
    for number, arm, at in order:
        subject = f"{protocol.study.id}-{number:04d}"
        for table, made in plan.patient(subject, enrolled[arm], at):
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

    def patient(self, subject: str, group: Enrolled, at: int) -> Iterator[tuple[str, Row]]:
        """The rows of one patient, each with its table."""
        cohort, who = group.cohort, {"USUBJID": subject}
        donor = int(cohort.patients.donor[at])
        left = int(cohort.patients.left[at])
        mark = {"ORIGIN": SIMULATED}
        given = {
            name: value
            for name, value in self.donors.attributes[donor].items()
            if name not in OMITTED
        }
        study = {"STUDYID": self.protocol.study.id}
        yield "subjects", {**study, **who, "ARM": group.arm.id, **given, **mark}
        yield "visits", {**who, **self._visit(self.start, cohort, at, -1), **mark}
        for position, visit in enumerate(self.later[:left]):
            yield "visits", {**who, **self._visit(visit, cohort, at, position), **mark}
        whole = left == len(self.later)
        last = self._last(left)
        reason = {
            "DSDECOD": "COMPLETED" if whole else "WITHDRAWN",
            "DSREAS": None if whole else REASON,
            "DSSTDY": last,
        }
        yield "disposition", {**who, **reason, **mark}
        for treatment in group.arm.treatments:
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

    def _visit(self, visit: Visit, cohort: Cohort, at: int, position: int) -> Row:
        """The visit's row; `position` is -1 for the baseline."""
        values: dict[str, np.ndarray] = cohort.patients.baseline
        row: Row = {"VISIT": visit.id, "VISITDY": visit.day}
        for item in self.protocol.assessments:
            known = item.id in self.due[visit.id]
            if position < 0:
                row[item.id] = float(values[item.id][at]) if known and item.id in values else None
            else:
                changed = cohort.values.get(item.id)
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
