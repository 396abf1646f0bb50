"""The next trial as it is assumed to go: the one model that tables and tier 3 are drawn from.

Measures   baselines as the pilot's patients have them; changes with the plan's spread, of which
           `persistence` is the patient's own and the rest noise at each visit.
Effect     a mean change in percent of baseline, growing as 1 - 2**(-months / half_months) and whole
           at the last visit, found by bisection so that the endpoint has a stated value: a rate
           as it is counted, a mean or a share of responses in time as if nobody left.
Spread     of a change as the plan says; where a standard deviation of a mean's endpoint is stated,
           what gives it.
Diagnoses  of one effect, unless rates by diagnosis are stated: then each has its own.
Leaving    so many by each visit as the plan says, of both arms together. At random and for lack of
           efficacy, who was worse when last seen, or does not improve, is `MORE` times as likely to
           leave as others.
Enzyme     its range for the total improvement score is that of the mean of both sexes' limits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite

import numpy as np

from myotrial.design.planning.models import Dropout as Lost
from myotrial.design.planning.models import Plan, Question, Scenario
from myotrial.design.planning.question import CHANGE
from myotrial.design.protocols.donors import Donors
from myotrial.design.simulation.arrays import CRITERIA as ROWS
from myotrial.design.simulation.measured import Measured, measured
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.presets import one_factor
from myotrial.design.simulation.scenario import Arm, Course, Dropout, Endpoint, Measure
from myotrial.design.simulation.scenario import Scenario as Simulated
from myotrial.design.simulation.trials import run, simulate
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.protocol.models import Protocol, Visit
from myotrial.response.core_set import CoreSet

__all__ = ["FACTS", "Assumed", "index_of", "settled"]

POOL, TRIALS, FAR = 500, 100, 2**61  # subjects and trials that effects are found on, far from any
LEAST, MOST, STEPS = -200.0, 300.0, 16  # percent of baseline, and halvings of that range
SPREADS, NEAR = 12, 0.01  # tries of a spread, and how near its standard deviation must come
ROUNDS, TURNS = 2, 3  # of effects and leaving in turn; of leaving before one visit
ENZYME = (
    15.0  # upper limits of normal that the total improvement score takes a change in percent of
)
INDEX_LOADING = 0.5
MORE = 5.0
CRITERIA = {"imacs_2004": "DOI", "functional_index_20": "FI", "tis_20": "TIS20", "tis_40": "TIS40",
            "tis_60": "TIS60"}  # fmt: skip
FACTS = (
    Fact("correlation of the functional index' change with the patient's own", INDEX_LOADING, "",
         "no source says; myotrial's choice", "assumed"),
    Fact("how many times as likely to leave is who was worse, or does not improve", MORE, "",
         "no source says; myotrial's choice", "assumed"),
    Fact("correlation of the changes of the six core set measures", "not published",
         "", "no matrix was found in any publication that was read", "unknown"),
)  # fmt: skip


@dataclass(frozen=True)
class Assumed:
    """One next trial under one scenario.

    Attributes:
        protocol: Its protocol; the last visit is that of the endpoint.
        plan: The completed plan.
        donors: The pilot's patients.
        aim: The true values of both arms.
        by_diagnosis: Response rates (treated, control) of each diagnosis, where they differ.
        known: Effects that were found, by value and chances to leave.
    """

    protocol: Protocol
    plan: Plan
    donors: Donors
    aim: Scenario
    by_diagnosis: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    known: dict[tuple[float, Dropout], float] = field(default_factory=dict, compare=False)

    def at(self, control: float, treatment: float) -> "Assumed":
        """The same with other true values of both arms."""
        aim = self.aim.model_copy(update={"control": control, "treatment": treatment})
        return replace(self, aim=aim)

    def under(self, lost: Lost) -> Dropout:
        """The chances to leave for another reason, or of other shares."""
        return self._leaving(lost, self.effects)

    @property
    def measure(self) -> int | None:
        """Position of the measure whose mean change is asked for; None for any other endpoint."""
        asked = self.plan.endpoint
        return self.names.index(str(asked.measure)) if asked.definition == CHANGE else None

    def pooled(self) -> list[Measured]:
        """Score or change of the treated and of the control arm, nobody missing."""
        made = self._pool(self.effects, Dropout())
        return list(measured(made, TRIALS, self.plan.simulation.seed, self.measure, FAR))

    def retention(self) -> list[float]:
        """Share still there at each visit."""
        return [1 - share for share in self._shares(self.plan.dropout)]

    def trial(
        self,
        sizes: tuple[int, int],
        endpoints: Sequence[Endpoint] = (),
        strata: Sequence[tuple[str, tuple[int, int]]] = (),
    ) -> Simulated:
        """A trial as the kernel simulates it.

        Args:
            sizes: Treated and control patients.
            endpoints: What is counted; the endpoint asked for if left out.
            strata: Diagnoses in order with their treated and control patients; where rates by
                diagnosis are stated and no strata given, patients are shared as the plan says.

        Raises:
            MyotrialError: The endpoint is none that is simulated, or no effect gives a rate.
        """
        if self.by_diagnosis and not strata:
            strata = self._shared(sizes)
        listed = [item for item in strata if item[0] in self.by_diagnosis]
        arms = []
        for arm, (size, effect) in enumerate(zip(sizes, self.effects, strict=True)):
            own = tuple((part[arm], self.course(self._own[name][arm])) for name, part in listed)
            arms.append(Arm(size, self.course(effect), own))
        return replace(
            self._base, active=arms[0], control=arms[1], dropout=self.dropout,
            endpoints=tuple(endpoints) or self._base.endpoints,
        )  # fmt: skip

    @property
    def effects(self) -> tuple[float, float]:
        """The effect of the treated and of the control arm, percent of baseline at the last visit.

        Raises:
            MyotrialError: No effect gives the stated values.
        """
        return self._settled[0]

    @property
    def dropout(self) -> Dropout:
        """The chances to leave before each visit, and to miss one."""
        return self._settled[1]

    def rates(
        self, *, endpoint: Question | None = None, lost: Lost | None = None
    ) -> tuple[float, float]:
        """Response rates of the treated and of the control arm by another estimand or dropout."""
        asked = endpoint or self.plan.endpoint
        made = self._pool(self.effects, self.dropout if lost is None else self._leaving(
            lost, self.effects))  # fmt: skip
        names = [item.id for item in self.visits]
        until = names.index(asked.visit) + 1 if asked.visit in names else len(names)
        made = _until(replace(made, endpoints=(rule_of(asked),)), until)
        control, treated = simulate(made, TRIALS, self.plan.simulation.seed, FAR).rates(0)
        return treated, control

    def course(self, effect: float) -> Course:
        """Mean change of each measure at each visit, in the direction that is better."""
        half = self.plan.trajectory.half_months
        months = [item.month or 0.0 for item in self.visits]
        shares = [(1 - 2 ** (-month / half)) / (1 - 2 ** (-months[-1] / half)) for month in months]
        return tuple(
            tuple(share * effect / 100 * _unit(item) for item in self.measures) for share in shares
        )

    @property
    def visits(self) -> list[Visit]:
        """Scheduled visits after baseline, in order."""
        visits = self.protocol.visits
        return [item for item in visits if not (item.baseline or item.unscheduled)]

    @cached_property
    def names(self) -> list[str]:
        """The assessments that are simulated: the core set, then the functional index."""
        roles = CoreSet(**self.protocol.core_set.model_dump())
        index = index_of(self.protocol)
        return [*roles, *([index] if index else [])]

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What varies about each of them."""
        return tuple(self._measure(name) for name in self.names)

    @cached_property
    def _base(self) -> Simulated:
        small = Arm(POOL, self.course(0.0))
        return Simulated(
            self.measures, self._baselines(), self._correlation(), small, small,
            endpoints=(rule_of(self.plan.endpoint),), alpha=2 * self.plan.alpha,
            score_imputation="observed" if self.plan.endpoint.kind == "mean" else "non-responder",
        )  # fmt: skip

    @cached_property
    def _settled(self) -> tuple[tuple[float, float], Dropout]:
        """Effects and chances to leave that go together."""
        lost, wanted = self.plan.dropout, (self.aim.treatment, self.aim.control)
        dropout = self._by_chance(lost)
        effects = self._effects(wanted, dropout)
        if lost.mechanism != "completely_at_random" and lost.share > 0:
            for _ in range(ROUNDS):
                dropout = self._leaving(lost, effects)
                effects = self._effects(wanted, dropout)
        return effects, dropout

    @cached_property
    def _own(self) -> dict[str, tuple[float, float]]:
        """The effects of each diagnosis that has rates of its own."""
        return {
            name: self._effects(rates, self.dropout) for name, rates in self.by_diagnosis.items()
        }

    def _effects(self, wanted: tuple[float, float], dropout: Dropout) -> tuple[float, float]:
        treated, control = (self._effect(value, dropout) for value in wanted)
        return treated, control

    def _effect(self, wanted: float, dropout: Dropout) -> float:
        if self.plan.endpoint.kind != "response":
            dropout = Dropout()
        if (wanted, dropout) not in self.known:
            self.known[wanted, dropout] = self._found(wanted, dropout)
        return self.known[wanted, dropout]

    def _found(self, wanted: float, dropout: Dropout) -> float:
        low, high = LEAST, MOST
        if not self._value(low, dropout) <= wanted <= self._value(high, dropout):
            what = "mean" if self.plan.endpoint.kind == "mean" else "response rate"
            raise MyotrialError(
                f"No effect gives a {what} of {wanted:g} on simulated trajectories.\n"
                "Hint: lower the rate or the dropout in design.yaml; measures near the end of "
                "their scale cannot improve further."
            )
        for _ in range(STEPS):
            middle = (low + high) / 2
            if self._value(middle, dropout) < wanted:
                low = middle
            else:
                high = middle
        return high

    def _value(self, effect: float, dropout: Dropout) -> float:
        """What the endpoint asks for with an effect: a rate, or a mean."""
        arm, seed = Arm(POOL, self.course(effect)), self.plan.simulation.seed
        tried = replace(self._base, active=arm, control=replace(arm, size=1), dropout=dropout)
        if self.measure is not None:
            found = measured(tried, TRIALS, seed, self.measure, FAR)
            return float(np.mean([part.values[:, 1:, -1].mean() for part in found]))
        tallies = simulate(tried, TRIALS, seed, FAR)
        mean = self.plan.endpoint.kind == "mean"
        return tallies.score(1)[0] if mean else tallies.rates(0)[1]

    def _pool(self, effects: tuple[float, float], dropout: Dropout) -> Simulated:
        treated, control = (Arm(POOL, self.course(effect)) for effect in effects)
        return replace(self._base, active=treated, control=control, dropout=dropout)

    def _shares(self, lost: Lost) -> list[float]:
        """Share that has left before each visit."""
        names = [item.id for item in self.visits]
        even = {name: lost.share * (at + 1) / len(names) for at, name in enumerate(names)}
        return [min(lost.by_visit.get(name, even[name]), lost.share) for name in names]

    def _by_chance(self, lost: Lost) -> Dropout:
        """Everyone as likely to leave."""
        return Dropout(random=tuple(_steps(self._shares(lost))), missing=lost.missed)

    def _leaving(self, lost: Lost, effects: tuple[float, float]) -> Dropout:
        """The chances by which the stated shares leave, for the stated reason."""
        dropout = self._by_chance(lost)
        if lost.mechanism == "completely_at_random" or not lost.share:
            return dropout
        reason = "worse" if lost.mechanism == "at_random" else "inefficacy"
        shares, chances = self._shares(lost), [*dropout.at("random", len(self.visits))]
        before = 0.0
        for at, share in enumerate(shares):
            for _ in range(TURNS):
                dropout = _reasoned(chances, reason, lost.missed)
                found = self._left(effects, dropout)
                now = (found[at] - before) / (1 - before)
                step = (share - before) / (1 - before)
                chances[at] *= float(step / now) if now > 0 else 1.0
            before = float(self._left(effects, _reasoned(chances, reason, lost.missed))[at])
        return _reasoned(chances, reason, lost.missed)

    def _left(self, effects: tuple[float, float], dropout: Dropout) -> np.ndarray:
        """Share of both arms that has left before each visit."""
        made = self._pool(effects, dropout)
        kept = np.zeros((TRIALS, ROWS + 2, 2 * POOL), np.uint8)
        run(made, make_model(made), self.plan.simulation.seed, FAR, TRIALS, kept)
        bits = 1 << np.arange(made.visits)
        return 1 - (kept[:, -1, :, None] & bits > 0).mean((0, 1))

    def _shared(self, sizes: tuple[int, int]) -> list[tuple[str, tuple[int, int]]]:
        """Patients of each diagnosis, as the plan shares them."""
        edges = np.cumsum([item.share for item in self.plan.strata])
        parts = [np.diff(np.round(edges / edges[-1] * n), prepend=0).astype(int) for n in sizes]
        values = [item.value for item in self.plan.strata]
        return [
            (value, (int(one), int(other)))
            for value, one, other in zip(values, *parts, strict=True)
        ]

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
            int(scale.better), scale.step, log, extent,
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


def settled(assumed: Assumed) -> Assumed:
    """The same with the spread of changes that gives the stated standard deviation, if one is.

    Raises:
        MyotrialError: No spread gives it.
    """
    wanted = assumed.plan.endpoint.sd
    if wanted is None:
        return assumed
    found = 0.0
    for _ in range(SPREADS):
        trajectory = assumed.plan.trajectory
        found = float(
            np.mean([part.values[:, : part.controls, -1].std() for part in assumed.pooled()])
        )
        if abs(found / wanted - 1) < NEAR:
            return assumed
        more = trajectory.model_copy(update={"spread": trajectory.spread * wanted / found})
        plan = assumed.plan.model_copy(update={"trajectory": more})
        assumed = replace(assumed, plan=plan, known={})
    raise MyotrialError(
        f"No spread of the measures' changes gives a standard deviation of {wanted:g} within arms "
        f"(found {found:.3g} at most or at least).\n"
        "Hint: leave `sd` out of the endpoint; that of simulated patients is then taken."
    )


def rule_of(asked: Question) -> Endpoint:
    """The endpoint as the kernel counts it.

    Raises:
        MyotrialError: It is none that is simulated.
    """
    if asked.kind == "mean":
        return Endpoint()
    criterion = CRITERIA.get(asked.key)
    if criterion is None:
        raise MyotrialError(f"Trials with the endpoint {asked.key!r} are not simulated here.")
    names = {"at_visit": "at", "time_to_response": "ever"}
    estimand = names.get(asked.estimand, asked.estimand)
    return Endpoint(criterion, estimand, consecutive=asked.consecutive or 2)


def index_of(protocol: Protocol) -> str:
    """The id of the functional index among the assessments; "" where it is not assessed."""
    found = (item.id for item in protocol.assessments if item.instrument == "functional_index")
    return next(found, "")


def _unit(item: Measure) -> float:
    """What one hundred percent of baseline is, in the unit of the measure's mean."""
    return 1.0 if item.log else item.mean


def _steps(shares: Sequence[float]) -> list[float]:
    """The chance to leave before each visit of who is still there, from shares that have left.

    >>> [round(chance, 3) for chance in _steps([0.1, 0.28])]
    [0.1, 0.2]
    """
    before = [0.0, *shares[:-1]]
    return [(now - then) / (1 - then) for now, then in zip(shares, before, strict=True)]


def _reasoned(chances: Sequence[float], reason: str, missed: float) -> Dropout:
    """Chances of everyone, and `MORE` times these where the reason holds."""
    often = [min(1.0, MORE * chance) for chance in chances]
    extra = tuple(
        1 - (1 - more) / (1 - chance) for chance, more in zip(chances, often, strict=True)
    )
    return replace(Dropout(random=tuple(chances), missing=missed), **{reason: extra})


def _until(made: Simulated, visits: int) -> Simulated:
    """The same trial up to one of its visits."""
    rule = made.dropout
    arms = {
        name: replace(arm, course=arm.course[:visits])
        for name, arm in (("control", made.control), ("active", made.active))
    }
    chances = {
        name: rule.at(name, made.visits)[:visits]
        for name in ("random", "worse", "inefficacy", "missing")
    }
    return replace(made, dropout=Dropout(**chances), **arms)
