"""One estimand as data: whose outcomes, at which visits, and what strategies left open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np

from myotrial.analysis.comparison.arms import Pair, pairs
from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Record, Rows, Trial

__all__ = ["MISSING", "Question", "questions"]

RULE = "myotrial.analysis.estimands.results"
E9 = "ICH E9(R1) Addendum on Estimands and Sensitivity Analysis in Clinical Trials, 2019."
POPULATIONS = {"full": "full analysis set", "treated": "all treated patients"}
WAYS = {
    "treatment_policy": "treatment policy",
    "while_on_treatment": "while on treatment",
    "principal_stratum": "principal stratum",
}
MISSING = {
    "NRI": "non-responder imputation",
    "OC": "observed cases",
    "MAR": "missing at random, imputed",
    "J2R": "jump to reference, imputed",
    "CIR": "copy increments in reference, imputed",
    "CR": "copy reference, imputed",
}
COLUMNS = ("USUBJID", "ESTID", "VISITID", "AVAL", "DTYPE")


@dataclass(frozen=True)
class Question:
    """One estimand and the trial that is asked.

    Attributes:
        trial: The study.
        estimand: The estimand, as the plan has it.
        endpoint: Its endpoint.
    """

    trial: Trial
    estimand: Mapping[str, Any]
    endpoint: Mapping[str, Any]

    reference = E9

    @property
    def key(self) -> str:
        """How the ids of its results start."""
        return f"estimand.{self.estimand['id']}"

    @property
    def is_score(self) -> bool:
        """Whether the endpoint is a number of points."""
        return self.endpoint["definition"] == "tis_2016" and not self.endpoint.get("threshold")

    @property
    def missing(self) -> str:
        """How what is missing for other reasons is handled, as in "NRI" and "MAR"."""
        return str(self.estimand["missing"])

    @property
    def copies(self) -> int:
        """Completed copies in multiple imputation."""
        return int((self.trial.plan.get("comparison") or {}).get("copies") or 100)

    @property
    def seed(self) -> int:
        """Seed of its draws: the study's, made its own by its id."""
        seed = int((self.trial.plan.get("study") or {}).get("seed") or 0)
        return seed + crc32(self.key.encode())

    def way(self, event: str) -> str:
        """The strategy for an event, in words."""
        given = self.estimand["strategies"][event]
        return WAYS.get(given) or str(given)

    @cached_property
    def sheet(self) -> Sheet:
        """What all results have in common."""
        ways = [
            f"{event['label'][:1].lower()}{event['label'][1:]}: {self.way(event['id'])}"
            for event in self.trial.plan["intercurrent_events"]
        ]
        told = [self.trial.asked(self.endpoint), *ways, MISSING[self.missing]]
        return Sheet(
            "estimands",
            RULE,
            population=POPULATIONS[self.estimand["population"]],
            estimand="; ".join(told),
        )

    @property
    def arms(self) -> list[Record]:
        """The arms, in the plan's order."""
        return list(self.trial.plan["arms"])

    @staticmethod
    def label(arm: Record) -> str:
        """An arm's name."""
        return str(arm.get("label") or arm["id"])

    @cached_property
    def people(self) -> dict[str, list[str]]:
        """The subjects of the population by the id of the arm they were allocated to."""
        columns = ("USUBJID", "TRT01P", "FASFL", "SAFFL")
        flag = "FASFL" if self.estimand["population"] == "full" else "SAFFL"
        rows = self.trial.rows("ADSL", columns, step="estimands").where(
            lambda row: row[flag] == "Y"
        )
        return {
            arm["id"]: rows.where(
                lambda row, arm=arm: row["TRT01P"] in (arm["id"], arm.get("label"))
            ).subjects()
            for arm in self.arms
        }

    @cached_property
    def who(self) -> list[str]:
        """All subjects of the population, arm by arm."""
        return [one for arm in self.people.values() for one in arm]

    @cached_property
    def pairs(self) -> list[Pair]:
        """Each arm against the control; none with a single arm."""
        return list(pairs(self.trial))

    @cached_property
    def rows(self) -> Rows:
        """The outcomes of its subjects."""
        rows = self.trial.rows("ADESTV", COLUMNS, step="estimands")
        return rows.where(ESTID=self.estimand["id"]).of(self.who)

    @cached_property
    def visits(self) -> list[Record]:
        """Scheduled visits at which any outcome is known, and that of the endpoint."""
        seen = {*self.rows.known("AVAL").values("VISITID"), self.endpoint.get("visit")}
        return [visit for visit in self.trial.visits if visit["id"] in seen]

    def at(self, visit: str) -> int:
        """The place of a visit among `visits`."""
        return [one["id"] for one in self.visits].index(visit)

    def table(self, who: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Outcomes of subjects at `visits`, NaN where open, and where an event made them so.

        Returns:
            Values and truths, each of shape (subjects, visits); true where the value is that of a
            composite, which says nothing of what others would have had.
        """
        place = {one: at for at, one in enumerate(who)}
        column = {visit["id"]: at for at, visit in enumerate(self.visits)}
        values = np.full((len(who), len(column)), np.nan)
        composite = np.zeros(values.shape, bool)
        for row in self.rows.of(who):
            if row["VISITID"] in column and row["AVAL"] is not None:
                cell = place[row["USUBJID"]], column[row["VISITID"]]
                values[cell] = row["AVAL"]
                composite[cell] = row["DTYPE"] == "COMPOSITE"
        return values, composite

    def between(self, who: Sequence[str]) -> np.ndarray:
        """Of which subjects an unscheduled assessment met the response, shape (subjects,)."""
        scheduled = {visit["id"] for visit in self.trial.visits}
        met = self.rows.where(
            lambda row: row["VISITID"] not in scheduled and row["AVAL"] == 1
        ).subjects()
        return np.isin(np.array(who, object), met)


def questions(trial: Trial) -> Iterator[Question]:
    """Every estimand of the plan."""
    endpoints = {endpoint["id"]: endpoint for endpoint in trial.plan["endpoints"]}
    for estimand in trial.plan.get("estimands") or ():
        yield Question(trial, estimand, endpoints[estimand["endpoint"]])
