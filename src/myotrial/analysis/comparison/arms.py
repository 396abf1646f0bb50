"""Who is compared with whom: two arms, their subjects, and the strata."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Record, Rows, Trial
from myotrial.documents import nearest
from myotrial.errors import MyotrialError

__all__ = ["NO_PATIENTS", "Pair", "pairs"]

STEP = "comparison"
NO_PATIENTS = "One of the two arms has no patients with a known outcome: nothing to compare."
UNKNOWN = "not known"


@dataclass(frozen=True)
class Pair:
    """One arm against the control.

    Attributes:
        trial: The study.
        arm: The arm, as the plan has it.
        control: The control arm.
    """

    trial: Trial
    arm: Record
    control: Record

    @property
    def key(self) -> str:
        """How the ids of its results start."""
        return f"comparison.{self.arm['id']}"

    def option(self, name: str, default: Any) -> Any:
        """What the plan says of comparisons."""
        value = (self.trial.plan.get("comparison") or {}).get(name)
        return value or default

    def sheet(self, rule: str) -> Sheet:
        """What all results have in common."""
        return Sheet(
            "comparison",
            f"myotrial.analysis.comparison.{rule}",
            population=f"full analysis set, {_label(self.arm)} against {_label(self.control)}",
        )

    @cached_property
    def people(self) -> Rows:
        """The subjects of both arms in the full analysis set."""
        columns = ("USUBJID", "TRT01P", "FASFL", "DIAG", "SAFFL", *self.strata)
        return self.trial.rows("ADSL", columns, step=STEP).where(
            lambda row: row["FASFL"] == "Y" and self._side(row["TRT01P"]) is not None
        )

    @cached_property
    def treated(self) -> dict[str, bool]:
        """For each subject whether it was allocated to the arm, not to the control."""
        return {row["USUBJID"]: self._side(row["TRT01P"]) is True for row in self.people}

    @property
    def strata(self) -> tuple[str, ...]:
        """Subject attributes that comparisons are stratified by."""
        given = (self.trial.plan.get("randomisation") or {}).get("by")
        return tuple(self.option("strata", given or ("DIAG",)))

    @property
    def by(self) -> str:
        """The attributes that make the strata, in words."""
        known = self.trial.plan.get("subject") or {}
        labels = [str((known.get(name) or {}).get("label") or name) for name in self.strata]
        return ", ".join(label[:1].lower() + label[1:] for label in labels)

    @cached_property
    def stratum(self) -> dict[str, str]:
        """The stratum of each subject, in words."""
        return {
            row["USUBJID"]: ", ".join(str(row[name] or UNKNOWN) for name in self.strata)
            for row in self.people
        }

    @cached_property
    def layers(self) -> list[str]:
        """The strata that occur, in order."""
        return sorted(set(self.stratum.values()))

    @property
    def leading(self) -> Record:
        """The primary endpoint, else the first."""
        endpoints = self.trial.plan["endpoints"]
        return next((item for item in endpoints if item.get("role") == "primary"), endpoints[0])

    @property
    def labels(self) -> dict[bool, str]:
        """Names of the arm (True) and of the control (False)."""
        return {True: _label(self.arm), False: _label(self.control)}

    def split(self, rows: Rows) -> tuple[Rows, Rows]:
        """The rows of the arm and of the control."""
        side = self.treated
        return (
            rows.where(lambda row: side.get(row["USUBJID"]) is True),
            rows.where(lambda row: side.get(row["USUBJID"]) is False),
        )

    def table(self, rows: Rows, yes: Callable[[Record], bool]) -> tuple[int, int, int, int]:
        """Arm yes, arm no, control yes, control no; rows one a subject."""
        first, second = self.split(rows)
        a, c = len(first.where(yes)), len(second.where(yes))
        return a, len(first) - a, c, len(second) - c

    def tables(self, rows: Rows, yes: Callable[[Record], bool]) -> list[tuple[int, int, int, int]]:
        """The same for each stratum."""
        return [
            self.table(
                rows.where(lambda row, at=layer: self.stratum.get(row["USUBJID"]) == at), yes
            )
            for layer in self.layers
        ]

    def _side(self, value: object) -> bool | None:
        """True for the arm, False for the control, None for another."""
        for arm, side in ((self.arm, True), (self.control, False)):
            if value is not None and value in (arm["id"], arm.get("label")):
                return side
        return None


def pairs(trial: Trial) -> Iterator[Pair]:
    """Each arm against the control; none in a study with one arm.

    Raises:
        MyotrialError: The plan's control is no arm.
    """
    arms: Sequence[Mapping[str, Any]] = trial.plan.get("arms") or ()
    if len(arms) < 2:
        return
    named = (trial.plan.get("comparison") or {}).get("control")
    known = [arm["id"] for arm in arms]
    if named and named not in known:
        raise MyotrialError(
            f"comparison.control is {named!r}, but the arms are {known}.\n"
            f"Hint: {nearest(named, known)}".rstrip()
        )
    control = arms[known.index(named)] if named else arms[-1]
    for arm in arms:
        if arm["id"] != control["id"]:
            yield Pair(trial, arm, control)


def _label(arm: Record) -> str:
    return str(arm.get("label") or arm["id"])
