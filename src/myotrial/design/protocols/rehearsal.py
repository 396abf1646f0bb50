"""Simulated trials to rehearse the next one with: who is enrolled, allocated, and what is captured.

Effects   those of `Assumed`, found once so that the arms have the values of a scenario.
Trials    patients enrolled with diagnoses in the plan's shares, arms allocated by its method, then
          drawn by the kernel. The allocation is drawn with the seed of the simulation and is no
          part of the concealed list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from myotrial.design.planning.models import Dropout, Plan, Question, Scenario
from myotrial.design.protocols.assumed import Assumed
from myotrial.design.protocols.biopsies import readings
from myotrial.design.protocols.courses import draw
from myotrial.design.protocols.donors import Donors
from myotrial.design.protocols.tables import rows
from myotrial.protocol.models import Protocol
from myotrial.randomisation.blocks import permuted_blocks, sizes
from myotrial.randomisation.minimisation import minimise

__all__ = ["Rehearsal"]

Tables = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Rehearsal:
    """Draws trials of one protocol under one scenario.

    Attributes:
        protocol: The protocol of the next trial; its first arm is treated, its second control.
        assumed: The trial as it is assumed to go.
    """

    protocol: Protocol
    assumed: Assumed

    @property
    def plan(self) -> Plan:
        """The completed plan."""
        return self.assumed.plan

    @property
    def donors(self) -> Donors:
        """The pilot's patients."""
        return self.assumed.donors

    @property
    def scenario(self) -> Scenario:
        """The true values of both arms."""
        return self.assumed.aim

    def trial(self, seed: int) -> Tables:
        """The captured tables of one trial with as many patients as planned."""
        tables = self._tables(np.random.default_rng([seed, 1]), seed, 0)
        if self.protocol.biopsy is not None:
            drawn = np.random.default_rng([seed, 4])
            there = _attended(tables)
            tables["biopsies"] = readings(self.protocol, self.donors.biopsies, there, drawn)
        return tables

    def trials(self, count: int, seed: int) -> Iterator[Tables]:
        """The captured tables of several trials, each allocated anew; without biopsies."""
        generator = np.random.default_rng([seed, 2])
        for number in range(count):
            yield self._tables(generator, seed, number)

    def rates(
        self, *, endpoint: Question | None = None, dropout: Dropout | None = None
    ) -> tuple[float, float]:
        """Response rates of the treated and of the control arm by another estimand or dropout.

        The effects are those that give the scenario's rates by the plan's own.
        """
        return self.assumed.rates(endpoint=endpoint, lost=dropout)

    def _tables(self, generator: np.random.Generator, seed: int, number: int) -> Tables:
        donor = self._enrolled(generator)
        arms = self._allocated(donor, generator)
        people = draw(self.assumed, donor, arms, generator, seed, number)
        return rows(self.protocol, self.donors, people)

    def _enrolled(self, generator: np.random.Generator) -> np.ndarray:
        """The donor of each patient, in the order of enrolment."""
        n = sum(arm.planned for arm in self.protocol.arms)
        values = [item.value for item in self.plan.strata]
        shares = np.array([item.share for item in self.plan.strata])
        drawn = generator.choice(len(values), n, p=shares / shares.sum())
        donor = np.empty(n, dtype=int)
        for at, value in enumerate(values):
            here = drawn == at
            if here.any():
                donor[here] = generator.choice(self.donors.of(value), int(here.sum()))
        return donor

    def _allocated(self, donor: np.ndarray, generator: np.random.Generator) -> list[int]:
        """The number of the arm of each patient, in the order of enrolment."""
        by = self.plan.randomisation.by
        given = self.protocol.randomisation
        ratio = tuple(given.ratio.values()) if given else (1, 1)
        who = [
            {name: str(self.donors.attributes[one].get(name)) for name in by}
            for one in donor.tolist()
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
