"""Work out a plan: what the pilot says, every candidate, the recommendation and its sensitivity."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from myotrial import protocol as protocols
from myotrial.design.candidates.alternatives import sized
from myotrial.design.candidates.recommending import recommend
from myotrial.design.candidates.sensitivity import Variation, lost, variations
from myotrial.design.candidates.table import Row, Unavailable, compared, evaluated
from myotrial.design.candidates.trajectories import Found, found, scenario
from myotrial.design.pilot.counts import Count, asked, counts, known
from myotrial.design.pilot.saying import beliefs, of_counts, saying
from myotrial.design.planning.defaults import expected, later_visits
from myotrial.design.planning.field import reports_of
from myotrial.design.planning.models import DEFINITIONS, Plan
from myotrial.design.protocols.donors import Donors
from myotrial.design.protocols.following import follow
from myotrial.design.protocols.rehearsal import Rehearsal
from myotrial.design.protocols.text import text
from myotrial.design.recording import Design
from myotrial.design.simulation.scenario import Scenario as Simulated
from myotrial.design.simulation.tallies import Tallies
from myotrial.errors import MyotrialError
from myotrial.protocol.models import Protocol

__all__ = ["rehearsal", "whole_trials", "worked_out"]

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
    counted = counts(protocol, known(plan.endpoint.key, datasets), datasets)
    believed = beliefs(counted, plan)
    made = list(
        evaluated(
            plan,
            protocol,
            pilot_rate=_rate(counted, plan),
            doubtful=_doubtful(plan),
            control=believed.control,
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
    simulated, why = _simulated(protocol, plan, donors, chosen, simulate or _here(plan))
    return Design(
        protocol,
        plan,
        tuple(saying(count, plan) for count in counted),
        believed,
        rows,
        unavailable,
        advice,
        _variations(protocol, plan, donors, chosen),
        tuple(sized(plan)),
        simulated,
        why,
    )


def whole_trials(
    pilot: Protocol, plan: Plan, donors: Donors, sizes: tuple[int, int]
) -> tuple[Simulated, Protocol]:
    """The expected scenario as the kernel simulates it, and the next protocol.

    Raises:
        MyotrialError: The endpoint is none that is simulated, or no effect gives a rate.
    """
    following = _watched(pilot, plan)
    return scenario(following, plan, donors, expected(plan), sizes), following


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
    return Rehearsal(following, plan, donors, expected(plan)), written


def _watched(pilot: Protocol, plan: Plan) -> Protocol:
    """The pilot's protocol with the visits of the next trial: those up to the endpoint's."""
    later = later_visits(pilot)
    ends = [at for at, item in enumerate(later) if item.id == plan.endpoint.visit]
    left_out = {item.id for item in later[ends[0] + 1 :]} if ends else set()
    visits = tuple(item for item in pilot.visits if item.id not in left_out)
    return pilot.model_copy(update={"visits": visits})


def _variations(
    protocol: Protocol, plan: Plan, donors: Donors, chosen: Row | None
) -> tuple[Variation, ...]:
    if chosen is None:
        return ()
    if plan.endpoint.definition not in DEFINITIONS:
        return tuple(lost(chosen.design, plan))
    drawn, _ = rehearsal(protocol, plan, donors, chosen.design.sizes)
    return tuple(variations(chosen.design, plan, drawn))


def _simulated(
    protocol: Protocol, plan: Plan, donors: Donors, chosen: Row | None, simulate: Simulate
) -> tuple[tuple[Found, ...], str]:
    """What each endpoint finds at the recommended size, or why nothing was simulated."""
    if chosen is None:
        return (), "No design is recommended, so there is no size to simulate."
    try:
        made, following = whole_trials(protocol, plan, donors, chosen.design.sizes)
    except MyotrialError as error:
        return (), str(error)
    return tuple(found(simulate(made), made, following, plan.alpha)), ""


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
