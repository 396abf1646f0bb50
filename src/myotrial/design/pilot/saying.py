"""What the pilot supports: its posterior against what the field's placebo arms had.

Placebo  each placebo rate is uncertain too: it has the posterior of its own counts.
Control  the placebo arms by the same definition, each worth half its patients because trials
         differ, and a flat part in case this trial is like none of them.
Treated  the pilot's posterior with the plan's weight, else what is believed of the control: the
         treatment may do nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from myotrial.design.pilot.beliefs import Mixture, of_counts, of_prior
from myotrial.design.pilot.counts import Count, asked
from myotrial.design.planning.field import Report, reports_of
from myotrial.design.planning.models import Plan
from myotrial.facts import Fact

__all__ = ["DISCOUNT", "FACTS", "FLAT", "Against", "Beliefs", "Saying", "beliefs", "saying"]

DISCOUNT = 0.5
FLAT = 0.2
LEVEL = 0.95
FACTS = (
    Fact("patients that a placebo arm of another trial counts for, of its own", DISCOUNT, "",
         "no source says; myotrial's choice", "assumed"),
    Fact("weight of a flat prior beside those of the field's placebo arms", FLAT, "",
         "no source says; myotrial's choice", "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Against:
    """The pilot against one placebo arm.

    Attributes:
        report: The trial.
        same: Whether it used the pilot's definition of response.
        higher: Probability that the pilot's rate is above its placebo rate.
    """

    report: Report
    same: bool
    higher: float


@dataclass(frozen=True)
class Beliefs:
    """What is believed of both arms' rates before the next trial."""

    control: Mixture
    treatment: Mixture


@dataclass(frozen=True)
class Saying:
    """What one count of the pilot says.

    Attributes:
        count: The count.
        posterior: What is believed of its rate.
        low: Lower end of the central 95 % interval.
        high: Upper end.
        against: The pilot against each placebo arm of the field.
    """

    count: Count
    posterior: Mixture
    low: float
    high: float
    against: tuple[Against, ...]


def saying(count: Count, plan: Plan) -> Saying:
    """What a count says, from the plan's prior of the pilot."""
    posterior = of_prior(plan.priors.pilot).updated(count.responders, count.n)
    reports = reports_of(count.definition)
    others = [item for item in reports_of("") if item not in reports]
    against = tuple(
        Against(
            item, item.definition == count.definition, posterior.exceeds(of_counts(*item.control))
        )
        for item in (*reports, *others)
    )
    tail = (1 - LEVEL) / 2
    return Saying(count, posterior, posterior.quantile(tail), posterior.quantile(1 - tail), against)


def beliefs(found: Sequence[Count], plan: Plan) -> Beliefs:
    """What is believed of both rates: as the plan states, else from the field and the pilot."""
    stated = plan.priors
    control = of_prior(stated.control) if stated.control else _control(plan.endpoint.definition)
    if stated.treatment:
        return Beliefs(control, of_prior(stated.treatment))
    at = plan.endpoint.visit or plan.endpoint.estimand
    known = {item.estimand for item in found}
    count = asked(found, at if at in known else "ever")
    pilot = of_prior(stated.pilot).updated(count.responders, count.n)
    return Beliefs(control, pilot.with_weight(stated.pilot_weight, control))


def _control(definition: str) -> Mixture:
    reports = [item for item in reports_of(definition) if item.definition == definition]
    flat = Mixture(((1.0, 1.0, 1.0),))
    if not reports:
        return flat
    worth = [(DISCOUNT * x, DISCOUNT * n) for x, n in (item.control for item in reports)]
    parts = tuple((1 / len(worth), x + 0.5, n - x + 0.5) for x, n in worth)
    return Mixture(parts).with_weight(1 - FLAT, flat)
