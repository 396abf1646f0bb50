"""What dropout and estimand do to the power of one design, with everything else as planned.

Lost      patients beyond those that the rates allow for: both rates shrink by their share.
Others    another reason to leave, or another estimand, changes the rates that the same effects
          give; found on simulated trajectories (tier 3), the power at these rates as before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from myotrial.design.candidates.outcome import Evaluated
from myotrial.design.planning.defaults import expected, label, later_visits
from myotrial.design.planning.models import Dropout, Plan, Question
from myotrial.design.protocols.rehearsal import Rehearsal
from myotrial.design.wording import percent

__all__ = ["Variation", "lost", "variations"]

WHY = {
    "completely_at_random": "Patients leave by chance",
    "at_random": "Patients leave by what was seen of them and by chance",
    "lack_of_efficacy": "Patients leave for lack of efficacy",
}


@dataclass(frozen=True)
class Variation:
    """One change of the plan, and what becomes of the power.

    Attributes:
        id: Short name.
        kind: "planned", "lost", "why" or "estimand".
        label: The change in words.
        control: Response rate of the control arm under it.
        treatment: Response rate of the treated arm under it.
        power: Power of the design at these rates.
        tier: Tier by which the rates were found.
    """

    id: str
    kind: str
    label: str
    control: float
    treatment: float
    power: float
    tier: int


def variations(design: Evaluated, plan: Plan, rehearsal: Rehearsal) -> Iterator[Variation]:
    """Every change of the plan that is looked at, the plan itself first.

    Args:
        design: The design.
        plan: The completed plan.
        rehearsal: Draws its trials under the expected scenario.
    """
    if design.under is not None:
        yield from _left(design, plan)
        return
    vary = partial(_varied, design)
    yield from lost(design, plan)
    for why in get_args(Dropout.model_fields["mechanism"].annotation):
        if why != plan.dropout.mechanism and plan.dropout.share:
            other = plan.dropout.model_copy(update={"mechanism": why})
            yield vary(why, "why", WHY[why], rehearsal.rates(dropout=other), 3)
    for name, question in _questions(plan, rehearsal):
        rates = rehearsal.rates(endpoint=question)
        yield vary(name, "estimand", label(question, rehearsal.protocol), rates, 3)


def _left(design: Evaluated, plan: Plan) -> Iterator[Variation]:
    """The plan itself, more patients lost, and other reasons, where means or times are compared.

    Their true values are as if nobody left, so that only the power changes.
    """
    aim = expected(plan)

    def vary(name: str, kind: str, words: str, power: float) -> Variation:
        return Variation(name, kind, words, aim.control, aim.treatment, power, design.tier)

    yield vary("planned", "planned", "As planned", design.at(aim.control, aim.treatment).power)
    stay = 1 - plan.dropout.share
    changes: list[tuple[str, str, str, dict[str, Any]]] = [
        (_lost_id(share), "lost", f"A further {percent(share)} of patients lost",
         {"share": 1 - stay * (1 - share), "by_visit": {}})
        for share in plan.dropout.further
    ]  # fmt: skip
    changes += [
        (why, "why", WHY[why], {"mechanism": why})
        for why in get_args(Dropout.model_fields["mechanism"].annotation)
        if why != plan.dropout.mechanism and plan.dropout.share
    ]
    for name, kind, words, change in changes:
        if design.under is not None:
            other = plan.dropout.model_copy(update=change)
            power = design.under(aim.control, aim.treatment, other).power
            yield vary(name, kind, words, power)


def _lost_id(share: float) -> str:
    return f"lost_{share * 100:g}".replace(".", "_")


def lost(design: Evaluated, plan: Plan) -> Iterator[Variation]:
    """The plan itself, and further patients lost; no patient is simulated for these."""
    aim = expected(plan)
    vary = partial(_varied, design)
    yield vary("planned", "planned", "As planned", (aim.treatment, aim.control), 0)
    for share in plan.dropout.further:
        rates = aim.treatment * (1 - share), aim.control * (1 - share)
        words = f"A further {percent(share)} of patients lost, counted as no responders"
        yield vary(_lost_id(share), "lost", words, rates, 0)


def _varied(
    design: Evaluated, name: str, kind: str, words: str, rates: tuple[float, float], tier: int
) -> Variation:
    treated, control = rates
    power = design.at(control, treated).power
    return Variation(name, kind, words, control, treated, power, tier)


def _questions(plan: Plan, rehearsal: Rehearsal) -> Iterator[tuple[str, Question]]:
    """The other estimands of the same definition."""
    base = plan.endpoint.model_copy(update={"label": "", "visit": None, "consecutive": None})
    visits = later_visits(rehearsal.protocol)
    for visit in visits:
        if plan.endpoint.estimand != "at_visit" or visit.id != plan.endpoint.visit:
            change = {"estimand": "at_visit", "visit": visit.id}
            yield f"at_{visit.id}", base.model_copy(update=change)
    if plan.endpoint.estimand != "ever":
        yield "ever", base.model_copy(update={"estimand": "ever"})
    if plan.endpoint.estimand != "sustained" and len(visits) > 1:
        change = {"estimand": "sustained", "consecutive": 2}
        yield "sustained", base.model_copy(update=change)
