"""Simulated trials to rehearse the next one with: who is enrolled, allocated, and what is captured.

Effects   found once for each arm on a large pool of patients, so that the pool's response rates
          are those of a scenario.
Trials    patients taken from pools in order; arms allocated by the plan's method. The allocation
          is drawn with the seed of the simulation and is no part of the concealed list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from myotrial.design.planning.models import Dropout, Plan, Question, Scenario
from myotrial.design.protocols.biopsies import readings
from myotrial.design.protocols.courses import Model, Patients
from myotrial.design.protocols.donors import Donors
from myotrial.design.protocols.tables import Enrolled, rows
from myotrial.protocol.models import Protocol
from myotrial.randomisation.blocks import permuted_blocks, sizes
from myotrial.randomisation.minimisation import minimise

__all__ = ["POOL", "Rehearsal"]

POOL = 20_000  # patients on whom the effect is found
Tables = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Rehearsal:
    """Draws trials of one protocol under one scenario.

    Attributes:
        protocol: The protocol of the next trial; its first arm is treated, its second control.
        plan: The completed plan.
        donors: The pilot's patients.
        scenario: The true rates.
    """

    protocol: Protocol
    plan: Plan
    donors: Donors
    scenario: Scenario

    def trial(self, seed: int) -> Tables:
        """The captured tables of one trial with as many patients as planned."""
        generator = np.random.default_rng([seed, 1])
        people = self._pool(generator, max(POOL // 4, self._planned))
        people = people.take(slice(self._planned))
        tables = self._tables(people, generator)
        if self.protocol.biopsy is not None:
            drawn = np.random.default_rng([seed, 4])
            there = _attended(tables)
            tables["biopsies"] = readings(self.protocol, self.donors.biopsies, there, drawn)
        return tables

    def trials(self, count: int, seed: int) -> Iterator[Tables]:
        """The captured tables of several trials, each allocated anew; without biopsies."""
        generator = np.random.default_rng([seed, 2])
        people = self._pool(generator, count * self._planned)
        for first in range(0, count * self._planned, self._planned):
            yield self._tables(people.take(slice(first, first + self._planned)), generator)

    @cached_property
    def effects(self) -> tuple[float, float]:
        """The effect of each arm, percent of baseline at the endpoint's visit."""
        people = self._pool(np.random.default_rng([self.plan.simulation.seed, 3]), POOL)
        rates = self.scenario.treatment, self.scenario.control
        treated, control = (self._model.effect_for(people, rate) for rate in rates)
        return treated, control

    def rates(
        self, *, endpoint: Question | None = None, dropout: Dropout | None = None
    ) -> tuple[float, float]:
        """Response rates of the treated and of the control arm by another estimand or dropout.

        The effects are those that give the scenario's rates by the plan's own, on the same pool.
        """
        generator = np.random.default_rng([self.plan.simulation.seed, 3])
        model = self._changed(endpoint or self.plan.endpoint, dropout or self.plan.dropout)
        people = self._pool(generator, POOL, model)
        treated, control = (model.with_effect(people, one).responds.mean() for one in self.effects)
        return float(treated), float(control)

    @cached_property
    def _model(self) -> Model:
        return self._changed(self.plan.endpoint, self.plan.dropout)

    def _changed(self, endpoint: Question, dropout: Dropout) -> Model:
        return Model(
            self.protocol, self.donors, endpoint, self.plan.trajectory, dropout,
            self.plan.endpoint.visit,
        )  # fmt: skip

    @cached_property
    def _planned(self) -> int:
        return sum(arm.planned for arm in self.protocol.arms)

    def _pool(self, generator: np.random.Generator, n: int, model: Model | None = None) -> Patients:
        values = [item.value for item in self.plan.strata]
        shares = np.array([item.share for item in self.plan.strata])
        diagnoses = generator.choice(np.array(values, dtype=object), n, p=shares / shares.sum())
        return (model or self._model).draw(diagnoses, generator)

    def _tables(self, people: Patients, generator: np.random.Generator) -> Tables:
        arms = np.array(self._allocated(people, generator))
        enrolled = []
        for number, (arm, effect) in enumerate(zip(self.protocol.arms, self.effects, strict=True)):
            here = np.flatnonzero(arms == number)
            cohort = self._model.with_effect(people.take(here), effect)
            enrolled.append(Enrolled(arm, cohort, (here + 1).tolist()))
        return rows(self.protocol, self.donors, enrolled)

    def _allocated(self, people: Patients, generator: np.random.Generator) -> list[int]:
        """The number of the arm of each patient, in the order of enrolment."""
        by = self.plan.randomisation.by
        given = self.protocol.randomisation
        ratio = tuple(given.ratio.values()) if given else (1, 1)
        who = [
            {name: str(self.donors.attributes[donor].get(name)) for name in by}
            for donor in people.donor.tolist()
        ]
        if self.plan.randomisation.method == "minimisation":
            before: list[tuple[dict[str, str], int]] = []
            chance = self.plan.randomisation.probability
            for patient in who:
                arm = minimise(patient, before, ratio, generator, probability=chance)
                before.append((patient, arm))
            return [arm for _, arm in before]
        return _by_blocks([tuple(patient.values()) for patient in who], ratio, generator)


def _attended(tables: Tables) -> list[tuple[str, dict[str, int]]]:
    """Each subject with the study day of each visit that took place."""
    found: dict[str, dict[str, int]] = {row["USUBJID"]: {} for row in tables["subjects"]}
    for row in tables["visits"]:
        found[row["USUBJID"]][row["VISIT"]] = row["VISITDY"]
    return list(found.items())


def _by_blocks(
    strata: Sequence[tuple[str, ...]], ratio: tuple[int, ...], generator: np.random.Generator
) -> list[int]:
    lists = {
        stratum: iter(
            permuted_blocks(strata.count(stratum), ratio, generator, multiples=sizes(ratio))
        )
        for stratum in dict.fromkeys(strata)
    }
    return [next(lists[stratum]) for stratum in strata]
