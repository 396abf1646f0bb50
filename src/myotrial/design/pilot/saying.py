"""What the pilot supports: its posterior against what the field's placebo arms had.

Placebo  each placebo rate is uncertain too: it has the posterior of its own counts.
Control  the meta-analytic-predictive prior of the placebo arms by the same definition (trials
         differ), with a vague part in case this trial is like none of them.
Treated  the pilot's posterior with the plan's weight, else what is believed of the control: the
         treatment may do nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from myotrial.design.bayes.beta_fit import fitted
from myotrial.design.bayes.map_prior import Heterogeneity, PastStudy, map_prior
from myotrial.design.pilot.counts import Count, asked
from myotrial.design.planning.field import Report, reports_of
from myotrial.design.planning.models import Plan, Prior
from myotrial.facts import Fact
from myotrial.statistics.beta_mixture import BetaMixture

__all__ = ["FACTS", "VAGUE", "Against", "Beliefs", "Saying", "beliefs", "of_counts", "of_prior",
           "saying"]  # fmt: skip

VAGUE, SPREAD = 0.2, 0.5
LEVEL = 0.95
FACTS = (
    Fact("weight of a vague prior beside that of the field's placebo arms", VAGUE, "",
         "no source says; myotrial's choice", "assumed"),
    Fact("scale of the half-normal spread of placebo rates between trials", SPREAD, "logit",
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

    control: BetaMixture
    treatment: BetaMixture


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
    posterior: BetaMixture
    low: float
    high: float
    against: tuple[Against, ...]


def saying(count: Count, plan: Plan) -> Saying:
    """What a count says, from the plan's prior of the pilot."""
    posterior = of_prior(plan.priors.pilot).posterior(count.responders, count.n)
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
    control = of_prior(stated.control) if stated.control else _control(plan.endpoint.key)
    if stated.treatment:
        return Beliefs(control, of_prior(stated.treatment))
    at = plan.endpoint.visit or plan.endpoint.estimand
    known = {item.estimand for item in found}
    count = asked(found, at if at in known else "ever")
    pilot = of_prior(stated.pilot)
    if count.definition == plan.endpoint.key:  # by another definition it says nothing of this rate
        pilot = pilot.posterior(count.responders, count.n)
    return Beliefs(control, _blended(pilot, control, stated.pilot_weight))


def of_prior(prior: Prior) -> BetaMixture:
    """The mixture that a plan states."""
    return BetaMixture(
        tuple(item.weight for item in prior.components),
        tuple(item.responders for item in prior.components),
        tuple(item.others for item in prior.components),
    )


def of_counts(responders: int, n: int) -> BetaMixture:
    """What counts alone say, from Jeffreys' prior.

    >>> of_counts(7, 15).a, of_counts(7, 15).b
    ((7.5,), (8.5,))
    """
    return BetaMixture.single(0.5, 0.5).posterior(responders, n)


def _control(definition: str) -> BetaMixture:
    arms = [item.control for item in reports_of(definition) if item.definition == definition]
    if not arms:
        return BetaMixture.single(1.0, 1.0)
    prior = map_prior([PastStudy(*counts) for counts in arms], Heterogeneity(spread=SPREAD))
    return fitted(prior.cdf, components=2).mixture.robust(VAGUE)


def _blended(one: BetaMixture, other: BetaMixture, weight: float) -> BetaMixture:
    """One mixture with a weight, and another with the rest."""
    pairs = [(weight, one), (1 - weight, other)]
    kept = [
        (share * w, a, b)
        for share, mixture in pairs
        for w, a, b in zip(mixture.weights, mixture.a, mixture.b, strict=True)
        if share > 0
    ]
    weights, first, second = zip(*kept, strict=True)
    return BetaMixture(weights, first, second)
