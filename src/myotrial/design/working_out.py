"""Work out a plan: what the pilot says, every candidate, the recommendation and its sensitivity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from myotrial import protocol as protocols
from myotrial.design.candidates.alternatives import sized
from myotrial.design.candidates.recommending import recommend
from myotrial.design.candidates.sensitivity import Variation, lost, variations
from myotrial.design.candidates.stratified import rates_by_diagnosis
from myotrial.design.candidates.table import Row, Unavailable, compared, evaluated
from myotrial.design.candidates.trajectories import Found, found, scenario
from myotrial.design.pilot.counts import Count, asked, counts, known
from myotrial.design.pilot.saying import beliefs, of_counts, saying
from myotrial.design.planning.defaults import expected
from myotrial.design.planning.field import reports_of
from myotrial.design.planning.models import Plan
from myotrial.design.protocols.assumed import Assumed, settled
from myotrial.design.protocols.donors import Donors, assessed
from myotrial.design.protocols.following import follow
from myotrial.design.protocols.rehearsal import Rehearsal
from myotrial.design.protocols.text import text
from myotrial.design.recording import Design
from myotrial.design.simulation.scenario import Scenario as Simulated
from myotrial.design.simulation.tallies import Tallies
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol

__all__ = ["rehearsal", "worked_out"]

Simulate = Callable[[Simulated], Tallies]

UPPER = 0.975  # of what a placebo arm's counts leave open
LAST = "what dropout and estimand do"


def worked_out(
    protocol: Protocol,
    plan: Plan,
    datasets: Mapping[str, Sequence[Mapping[str, Any]]],
    donors: Donors,
    *,
    watch: Callable[[str], None] = lambda _: None,
    simulate: Simulate | None = None,
) -> Design:
    """Work out a completed plan.

    Args:
        protocol: The pilot's protocol.
        plan: The completed plan.
        datasets: Rows of the pilot's ADSL and ADRS.
        donors: The pilot's patients.
        watch: Told what is worked out next.
        simulate: Simulates the trials of a scenario; without it they are simulated here.

    Raises:
        MyotrialError: The pilot has no verdicts by the plan's definition, no candidate can be had,
            or no patient can be simulated.
    """
    assumed = _assumed(protocol, plan, donors)
    counted = counts(protocol, known(plan.endpoint.key, datasets), datasets)
    believed = beliefs(counted, plan)
    made = list(
        evaluated(
            plan,
            protocol,
            pilot_rate=_rate(counted, plan),
            doubtful=_doubtful(plan),
            control=believed.control,
            assumed=assumed,
            watch=watch,
        )
    )
    months = _months(protocol, plan)
    rows = tuple(
        compared(item, plan, months=months, control=believed.control, treatment=believed.treatment)
        for item in made
        if not isinstance(item, Unavailable)
    )
    unavailable = tuple(item for item in made if isinstance(item, Unavailable))
    if not rows:
        why = "\n".join(f"  {item.id}: {item.why}" for item in unavailable)
        raise MyotrialError(f"None of the candidates can be had:\n{why}")
    advice = recommend(rows, plan)
    chosen = next((row for row in rows if row.design.id == advice.id), None)
    watch(LAST)
    drawn = None if chosen is None else _drawn(assumed, chosen)
    simulated, varied, why = _simulated(drawn, plan, chosen, simulate or _here(plan))
    return Design(
        protocol,
        plan,
        tuple(saying(count, plan) for count in counted),
        believed,
        rows,
        unavailable,
        advice,
        varied,
        tuple(sized(plan)),
        simulated,
        why,
    )


def rehearsal(
    pilot: Protocol,
    plan: Plan,
    donors: Donors,
    sizes: tuple[int, int],
    words: str = "",
    candidate: Mapping[str, Any] | None = None,
) -> tuple[Rehearsal, str]:
    """What draws trials of the next protocol under the expected scenario, and that protocol.

    Args:
        pilot: The pilot's protocol.
        plan: The completed plan.
        donors: The pilot's patients.
        sizes: Patients of the treated and of the control arm.
        words: The chosen design in one sentence.
        candidate: The chosen candidate, as the design's record holds it, for its primary analysis.

    Returns:
        The rehearsal, and the text of the protocol without a head.
    """
    written = text(follow(pilot, plan, sizes, words, candidate), "")
    following = protocols.parse(written, file="study.yaml")
    made = settled(Assumed(following, plan, assessed(donors, following), expected(plan)))
    return Rehearsal(following, _of_candidate(made, candidate)), written


def _assumed(pilot: Protocol, plan: Plan, donors: Donors) -> Assumed:
    """The next trial as it is assumed to go, whatever its size."""
    written = text(follow(pilot, plan, (2, 2), ""), "")
    following = protocols.parse(written, file="study.yaml")
    return settled(Assumed(following, plan, assessed(donors, following), expected(plan)))


def _drawn(assumed: Assumed, chosen: Row) -> Rehearsal:
    """What draws trials of the recommended size."""
    candidate = {"kind": chosen.design.kind, "id": chosen.design.id}
    return Rehearsal(assumed.protocol, _of_candidate(assumed, candidate))


def _of_candidate(assumed: Assumed, candidate: Mapping[str, Any] | None) -> Assumed:
    """The same with the rates by diagnosis that a stratified candidate states."""
    plan = assumed.plan
    listed = plan.candidates.stratified if candidate and candidate["kind"] == "stratified" else ()
    stated = [item for item in listed if candidate and item.id == candidate["id"] and item.control]
    if not stated:
        return assumed
    return replace(assumed, by_diagnosis=rates_by_diagnosis(stated[0], plan, assumed.aim))


def _simulated(
    drawn: Rehearsal | None, plan: Plan, chosen: Row | None, simulate: Simulate
) -> tuple[tuple[Found, ...], tuple[Variation, ...], str]:
    """What each endpoint finds at the recommended size, and what dropout and estimand do to it.

    Or why nothing was simulated.
    """
    if chosen is None or drawn is None:
        return (), (), "No design is recommended, so there is no size to simulate."
    try:
        made = scenario(drawn.assumed, chosen.design.sizes)
        varied = tuple(variations(chosen.design, plan, drawn))
    except MyotrialError as error:
        return (), tuple(lost(chosen.design, plan)), str(error)
    return tuple(found(simulate(made), made, drawn.protocol, plan.alpha)), varied, ""


def _here(plan: Plan) -> Simulate:
    from myotrial.design.simulation.trials import simulate  # compiles on its first call

    return lambda made: simulate(made, plan.simulation.trials, plan.simulation.seed)


def _rate(counted: Sequence[Count], plan: Plan) -> float:
    """The pilot's rate by the asked estimand, a little away from 0 and 1 as its mean is believed.

    Where the pilot did not look at the asked visit, by any visit.
    """
    at = plan.endpoint.visit or plan.endpoint.estimand
    known = {item.estimand for item in counted}
    count = asked(counted, at if at in known else "ever")
    return of_counts(count.responders, count.n).mean


def _doubtful(plan: Plan) -> float:
    """The highest control rate that the field's nearest trial does not rule out."""
    stated = expected(plan).control
    upper = of_counts(*reports_of(plan.endpoint.key)[0].control).quantile(UPPER)
    return max(stated, round(upper, 2))


def _months(protocol: Protocol, plan: Plan) -> float:
    """Months from entry to the endpoint."""
    months = {item.id: item.month or 0.0 for item in protocol.visits}
    return months[plan.endpoint.visit] if plan.endpoint.visit else max(months.values())
