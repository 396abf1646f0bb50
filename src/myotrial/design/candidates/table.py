"""The candidates of a plan side by side, in every scenario."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from myotrial.design.candidates import (
    bayesian,
    continuous,
    looks,
    parallel,
    reestimated,
    single_arm,
    stratified,
    unblinded,
    within,
)
from myotrial.design.candidates.accrual import enrolled, months_for
from myotrial.design.candidates.outcome import Evaluated, Outcome
from myotrial.design.planning.defaults import expected
from myotrial.design.planning.models import Plan, Scenario
from myotrial.design.protocols.assumed import Assumed
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol
from myotrial.statistics.beta_mixture import BetaMixture

__all__ = ["InScenario", "Row", "Unavailable", "compared", "evaluated"]

BINS = 30  # of a rate, over which power is averaged for the assurance
ROUNDING = 1e-6  # patients by which a computed mean may miss the planned number
LEAST = 1e-5  # pairs of bins with a smaller probability are left out


@dataclass(frozen=True)
class InScenario:
    """A candidate in one scenario.

    Attributes:
        scenario: Id of the scenario.
        outcome: What happens.
        months: Mean months from the first patient to the last analysis.
        entered: Mean number of patients enrolled when the trial ends: those whose outcome is not
            known at an early stop are enrolled all the same.
    """

    scenario: str
    outcome: Outcome
    months: float
    entered: float


@dataclass(frozen=True)
class Row:
    """A candidate with all that is told of it.

    Attributes:
        design: The candidate.
        scenarios: What it does in each scenario.
        assurance: Probability to succeed, averaged over what is believed of both rates.
        months: Months from the first patient to the last outcome, if it does not stop early.
    """

    design: Evaluated
    scenarios: tuple[InScenario, ...]
    assurance: float
    months: float

    def in_scenario(self, name: str) -> InScenario:
        """What it does in a scenario."""
        return next(item for item in self.scenarios if item.scenario == name)


@dataclass(frozen=True)
class Unavailable:
    """A candidate that cannot be had, and why."""

    id: str
    why: str


def evaluated(
    plan: Plan,
    protocol: Protocol,
    *,
    pilot_rate: float,
    doubtful: float,
    control: BetaMixture,
    assumed: Assumed | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> Iterator[Evaluated | Unavailable]:
    """Work out each candidate of a plan, in its order.

    Args:
        plan: The completed plan.
        protocol: The pilot's protocol.
        pilot_rate: Response rate of the pilot by the asked estimand, 0 to 1.
        doubtful: A control rate that the field's trials do not rule out.
        control: What is believed of the control rate, for a design that borrows it.
        assumed: The next trial as it is assumed to go, where means or times are compared.
        watch: Told each candidate's id before it is worked out.
    """
    aim, given = expected(plan), plan.candidates
    if plan.endpoint.kind != "response" and assumed is not None:
        yield from _continuous(assumed, aim, watch)
        return
    makers: list[tuple[str, Callable[[], Evaluated]]] = [
        *((item.id, lambda item=item: parallel.fixed(item, plan, aim)) for item in given.fixed),
        *(
            (item.id, lambda item=item: looks.group_sequential(item, plan, aim))
            for item in given.group_sequential
        ),
        *(
            (item.id, lambda item=item: reestimated.reestimation(item, plan, aim))
            for item in given.reestimation
        ),
        *(
            (item.id, lambda item=item: unblinded.unblinded(item, plan, aim))
            for item in given.unblinded
        ),
        *(
            (item.id, lambda item=item: stratified.stratified(item, plan, aim))
            for item in given.stratified
        ),
        *(
            (item.id, lambda item=item: bayesian.bayesian(item, plan, aim, control))
            for item in given.bayesian
        ),
        *(
            (item.id, lambda item=item: parallel.switch(item, plan, aim, protocol))
            for item in given.placebo_switch
        ),
        *(
            (
                item.id,
                lambda item=item: within.randomised_withdrawal(item, plan, aim, pilot_rate),
            )
            for item in given.randomised_withdrawal
        ),
        *(
            (item.id, lambda item=item: within.crossover(item, plan, aim))
            for item in given.crossover
        ),
        *(
            (item.id, lambda item=item: single_arm.two_stage(item, plan, aim, doubtful))
            for item in given.two_stage
        ),
    ]
    for name, make in makers:
        watch(name)
        try:
            yield make()
        except MyotrialError as error:
            yield Unavailable(name, str(error))


def _continuous(
    assumed: Assumed, aim: Scenario, watch: Callable[[str], None]
) -> Iterator[Evaluated | Unavailable]:
    """The candidates that compare means or times."""
    given = assumed.plan.candidates
    for item in (*given.fixed, *given.group_sequential):
        watch(item.id)
        try:
            yield continuous.continuous(item, assumed, aim)
        except MyotrialError as error:
            yield Unavailable(item.id, str(error))


def compared(
    design: Evaluated,
    plan: Plan,
    *,
    months: float,
    control: BetaMixture,
    treatment: BetaMixture,
) -> Row:
    """What a candidate does in every scenario, how long it takes, and its assurance.

    Args:
        design: The candidate.
        plan: The completed plan.
        months: Months from entry to the endpoint.
        control: What is believed of the control rate.
        treatment: What is believed of the treated rate.
    """
    wait = design.months if design.months is not None else months
    ends = _ends(design, plan, wait)
    found = tuple(_in_scenario(design, item, ends, plan, wait) for item in plan.scenarios)
    whole = months_for(design.enrolled, plan.accrual) + wait
    return Row(design, found, _assurance(design, control, treatment), whole)


def _ends(design: Evaluated, plan: Plan, wait: float) -> list[tuple[float, float]]:
    """Months and patients enrolled at each analysis."""
    share = design.enrolled / max(1, design.analyses[-1].n)
    found = []
    for analysis in design.analyses:
        month = months_for(analysis.n * share, plan.accrual) + wait
        found.append((month, min(float(design.enrolled), enrolled(month, plan.accrual))))
    return found


def _in_scenario(
    design: Evaluated,
    scenario: Scenario,
    ends: Sequence[tuple[float, float]],
    plan: Plan,
    wait: float,
) -> InScenario:
    outcome = design.at(scenario.control, scenario.treatment)
    last = [*ends[-len(outcome.stops) : -1], ends[-1]]
    grown = _grown(design, outcome)
    if grown > design.enrolled:
        last[-1] = months_for(grown, plan.accrual) + wait, grown
    months = sum(chance * end[0] for chance, end in zip(outcome.stops, last, strict=True))
    entered = sum(chance * end[1] for chance, end in zip(outcome.stops, last, strict=True))
    return InScenario(scenario.id, outcome, months, entered)


def _grown(design: Evaluated, outcome: Outcome) -> float:
    """Mean patients at the last analysis, where a trial may grow beyond those planned."""
    *early, end = outcome.stops
    if end <= 0:
        return 0.0
    seen = [item.n for item in design.analyses[-len(outcome.stops) :]][:-1]
    before = sum(chance * n for chance, n in zip(early, seen, strict=True))
    mean = (outcome.expected_n - before) / end
    planned = design.analyses[-1].n
    return mean * design.enrolled / planned if mean > planned + ROUNDING else 0.0


def _assurance(design: Evaluated, control: BetaMixture, treatment: BetaMixture) -> float:
    """Power averaged over both beliefs: exactly where the design offers it, else over bins."""
    if design.averaged is not None:
        return design.averaged(control, treatment)
    edges = np.linspace(0, 1, BINS + 1)
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    weights = [np.diff(belief.cdf(edges)).tolist() for belief in (control, treatment)]
    found = total = 0.0
    for rate0, weight0 in zip(middles, weights[0], strict=True):
        for rate1, weight1 in zip(middles, weights[1], strict=True):
            if weight0 * weight1 > LEAST:
                found += weight0 * weight1 * design.power_near(rate0, rate1)
                total += weight0 * weight1
    return found / total
