"""Whole trials simulated from trajectories (tier 3): what other endpoints would find at one size.

Measures   baselines as the pilot's patients have them; changes with the plan's spread, of which
           `persistence` is the patient's own and the rest noise at each visit.
Effect     a mean change in percent of baseline, growing as the plan says, found by bisection so
           that the endpoint that is asked for has the rates of the expected scenario in both arms.
Endpoints  whatever those two effects make of them: the definition of improvement, the total
           improvement score, the functional index; at the visit, at any visit, sustained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from myotrial.design.exact.two_arm import rejection_region
from myotrial.design.planning.models import Plan, Scenario
from myotrial.design.protocols.donors import Donors
from myotrial.design.simulation.presets import one_factor
from myotrial.design.simulation.scenario import Arm, Dropout, Endpoint, Measure
from myotrial.design.simulation.scenario import Scenario as Simulated
from myotrial.design.simulation.tallies import Tallies
from myotrial.design.simulation.trials import simulate
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.protocol.models import Protocol
from myotrial.response.core_set import CoreSet

__all__ = ["FACTS", "Found", "asked", "found", "scenario"]

TEST = "boschloo"
POOL, TRIALS = 500, 40  # patients of an arm, and trials, on which an effect is found
LEAST, MOST, STEPS = -200.0, 300.0, 16  # percent of baseline, and halvings of that range
ENZYME = (
    15.0  # upper limits of normal that the total improvement score takes a change in percent of
)
INDEX_LOADING = 0.5
CRITERIA = {"imacs_2004": "DOI", "functional_index_20": "FI", "tis_20": "TIS20", "tis_40": "TIS40",
            "tis_60": "TIS60"}  # fmt: skip
FACTS = (
    Fact("correlation of the functional index' change with the patient's own", INDEX_LOADING, "",
         "no source says; myotrial's choice", "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What one endpoint finds in simulated trials.

    Attributes:
        id: Short name.
        label: The endpoint in words.
        control: Response rate of the control arm, or its mean score.
        treatment: The same of the treated arm.
        unit: "%" for a rate (from 0 to 1), "points" for a mean score.
        power: Share of trials that find for the treatment.
        method: The test.
        trials: Trials simulated.
    """

    id: str
    label: str
    control: float
    treatment: float
    unit: str
    power: float
    method: str
    trials: int


def asked(protocol: Protocol) -> list[tuple[str, str, Endpoint]]:
    """Id, words and rule of each endpoint that is looked at; the total score's three first."""
    last = [item for item in protocol.visits if not (item.baseline or item.unscheduled)]
    place = last[-1].label.lower()
    items = [
        ("doi", f"Definition of improvement at {place}", Endpoint("DOI")),
        ("doi_ever", "Definition of improvement at any visit", Endpoint("DOI", "ever")),
        ("tis_20", f"TIS of at least 20 at {place}", Endpoint("TIS20")),
        ("tis_40", f"TIS of at least 40 at {place}", Endpoint("TIS40")),
        ("tis_60", f"TIS of at least 60 at {place}", Endpoint("TIS60")),
    ]
    if len(last) > 1:
        words = "Definition of improvement at two consecutive visits"
        items.append(("doi_sustained", words, Endpoint("DOI", "sustained")))
    if _index(protocol):
        items.append(("fi", f"Functional index improved at {place}", Endpoint("FI")))
    return items


def scenario(
    protocol: Protocol, plan: Plan, donors: Donors, aim: Scenario, sizes: tuple[int, int]
) -> Simulated:
    """The trial as the kernel simulates it, its effects found for the expected scenario.

    Args:
        protocol: The protocol of the next trial.
        plan: The completed plan.
        donors: The pilot's patients.
        aim: The true rates.
        sizes: Patients of the treated and of the control arm.

    Raises:
        MyotrialError: The endpoint is none that is simulated here, or no effect gives a rate.
    """
    made = _Maker(protocol, plan, donors)
    effects = [made.effect_for(rate) for rate in (aim.treatment, aim.control)]
    treated, control = (
        Arm(n, made.course(effect)) for n, effect in zip(sizes, effects, strict=True)
    )
    endpoints = tuple(rule for _, _, rule in asked(protocol))
    return replace(made.base, active=treated, control=control, endpoints=endpoints)


def found(
    tallies: Tallies, simulated: Simulated, protocol: Protocol, alpha: float
) -> Sequence[Found]:
    """What each endpoint finds, by Boschloo's test; the score by the t test."""
    sizes = simulated.active.size, simulated.control.size
    region = rejection_region(TEST, *sizes, alpha=alpha).reject
    items = []
    for place, (name, words, _) in enumerate(asked(protocol)):
        control, treated = tallies.rates(place)
        power = tallies.share(place, region)
        items.append(
            Found(name, words, control, treated, "%", power, "Boschloo's test", tallies.trials)
        )
    control, treated = (tallies.score(arm)[0] for arm in (0, 1))
    power = float(tallies.better[1] / tallies.trials)
    words = "Total improvement score, mean"
    return [
        *items,
        Found("tis", words, control, treated, "points", power, "t test", tallies.trials),
    ]


class _Maker:
    """Turns a plan and the pilot's baselines into what the kernel takes."""

    def __init__(self, protocol: Protocol, plan: Plan, donors: Donors) -> None:
        self.protocol, self.plan, self.donors = protocol, plan, donors
        index = _index(protocol)
        roles = CoreSet(**protocol.core_set.model_dump())
        self.names = [*roles, *([index] if index else [])]
        self.measures = tuple(self._measure(name) for name in self.names)
        correlation = self._correlation()
        small = Arm(POOL, self.course(0.0))
        self.base = Simulated(
            self.measures, self._baselines(), correlation, small, small,
            endpoints=(self._endpoint(),), dropout=self._dropout(), alpha=2 * plan.alpha,
        )  # fmt: skip

    def course(self, effect: float) -> tuple[tuple[float, ...], ...]:
        """Mean change of each measure at each visit, in the direction that is better."""
        half = self.plan.trajectory.half_months
        months = [item.month or 0.0 for item in self._visits()]
        shares = [(1 - 2 ** (-month / half)) / (1 - 2 ** (-months[-1] / half)) for month in months]
        return tuple(
            tuple(share * effect / 100 * self._unit(item) for item in self.measures)
            for share in shares
        )

    def effect_for(self, rate: float) -> float:
        """The effect with which a share of the patients responds.

        Raises:
            MyotrialError: No effect gives the rate.
        """
        low, high = LEAST, MOST
        if not self._rate(low) <= rate <= self._rate(high):
            raise MyotrialError(
                f"No effect gives a response rate of {rate:g} on simulated trajectories.\n"
                "Hint: lower the rate or the dropout in design.yaml."
            )
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._rate(middle) < rate else (low, middle)
        return high

    def _rate(self, effect: float) -> float:
        arm = Arm(POOL, self.course(effect))
        tried = replace(self.base, active=arm)
        return simulate(tried, TRIALS, self.plan.simulation.seed).rates(0)[1]

    @staticmethod
    def _unit(item: Measure) -> float:
        """What one hundred percent of baseline is, in the unit of the measure's mean."""
        return 1.0 if item.log else item.mean

    def _measure(self, name: str) -> Measure:
        scale, values = self.donors.scales[name], self.donors.baseline[name]
        log = not isfinite(scale.high)
        values = np.log(values) if log else values
        mean, sd = float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0
        unit = 1.0 if log else mean
        change = self.plan.trajectory.spread / 100 * unit
        kept = self.plan.trajectory.persistence
        limit = self._limit(name)
        extent = ENZYME * limit if log else scale.high - scale.low
        return Measure(
            name, mean, sd, change * kept**0.5, change * (1 - kept) ** 0.5,
            max(scale.low, scale.step) if log else scale.low, 1e6 if log else scale.high,
            int(scale.better), 0.0 if log else scale.step, log, extent,
            scale.rise if isfinite(scale.rise) else limit,
        )  # fmt: skip

    def _limit(self, name: str) -> float:
        """Upper limit of normal of a measure without a ceiling; the mean of both sexes'."""
        item = next(one for one in self.protocol.assessments if one.id == name)
        limits = list((item.upper_limit or {}).values())
        return sum(limits) / len(limits) if limits else 1.0

    def _correlation(self) -> tuple[tuple[float, ...], ...]:
        stated = self.plan.trajectory.correlation
        more = (INDEX_LOADING,) * (len(self.names) - len(CoreSet._fields))
        if not stated:
            return one_factor((*self.plan.trajectory.loadings, *more))
        rows = [list(map(float, row)) for row in stated]
        function = rows[CoreSet._fields.index("function")]
        for _ in more:
            new = [INDEX_LOADING * value for value in function]
            rows = [[*row, value] for row, value in zip(rows, new, strict=True)] + [[*new, 1.0]]
        return tuple(map(tuple, rows))

    def _baselines(self) -> tuple[tuple[float, ...], ...]:
        """No correlation between baselines is known beyond few donors: none is assumed."""
        size = len(self.names)
        return tuple(tuple(float(row == column) for column in range(size)) for row in range(size))

    def _endpoint(self) -> Endpoint:
        asked_for = self.plan.endpoint
        criterion = CRITERIA.get(asked_for.key)
        if criterion is None:
            raise MyotrialError(
                f"Trials with the endpoint {asked_for.key!r} are not simulated here."
            )
        estimand = "at" if asked_for.estimand == "at_visit" else asked_for.estimand
        return Endpoint(criterion, estimand, consecutive=asked_for.consecutive or 2)

    def _dropout(self) -> Dropout:
        """The chance to leave before each visit that adds up to the plan's share."""
        visits, share = len(self._visits()), self.plan.dropout.share
        each = 1 - (1 - share) ** (1 / visits)
        field = {"completely_at_random": "random", "at_random": "worse",
                 "lack_of_efficacy": "inefficacy"}[self.plan.dropout.mechanism]  # fmt: skip
        return Dropout(**{field: each})

    def _visits(self) -> list:
        visits = self.protocol.visits
        return [item for item in visits if not (item.baseline or item.unscheduled)]


def _index(protocol: Protocol) -> str:
    found_ = (item.id for item in protocol.assessments if item.instrument == "functional_index")
    return next(found_, "")
