"""Two parallel arms; go where the treated rate is probably higher."""

from myotrial.design.bayes.go import TwoArmRule
from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.parallel import EXACT, sizes_of
from myotrial.design.exact.sequential import Look, SequentialDesign
from myotrial.design.fixed import rates
from myotrial.design.planning.models import Bayesian, Plan, Scenario
from myotrial.design.wording import percent
from myotrial.errors import TooLargeError
from myotrial.statistics.beta_mixture import BetaMixture

__all__ = ["bayesian"]

LARGEST = 400  # patients of the control arm up to which a size is looked for
JEFFREYS = BetaMixture.single(0.5, 0.5)


def bayesian(candidate: Bayesian, plan: Plan, aim: Scenario, field: BetaMixture) -> Evaluated:
    """A candidate that goes by a posterior probability.

    Args:
        candidate: The candidate.
        plan: The completed plan.
        aim: The scenario the power is wanted in.
        field: What the field's placebo arms say of the control rate, for one that borrows.

    Raises:
        TooLargeError: More than 400 patients an arm would be needed.
    """
    prior = field if candidate.borrow else JEFFREYS
    given = sizes_of(candidate.n, candidate.ratio)
    rule = _rule(candidate, given, prior) if given else _sought(candidate, plan, aim, prior)
    goes = rule.posterior_probabilities > rule.go_above
    look = Look(rule.n1, rule.n2, goes, goes & ~goes)
    size = SequentialDesign((look,)).size()
    n = rule.n1 + rule.n2
    borrowed = ", with the field's placebo arms" if candidate.borrow else ""

    def at(control: float, treatment: float) -> Outcome:
        return Outcome(rule.chances(treatment, control).go, float(n))

    return Evaluated(
        candidate.id, "bayesian",
        candidate.label
        or f"Two arms, go at a probability of {percent(candidate.certainty)}{borrowed}",
        (rule.n1, rule.n2), n, at, size.value, size.rate, 0, EXACT, (Analysis(n),),
        averaged=lambda control, treatment: rule.assurance(treatment, control).go,
    )  # fmt: skip


def _rule(candidate: Bayesian, sizes: tuple[int, int], prior: BetaMixture) -> TwoArmRule:
    return TwoArmRule(
        *sizes, JEFFREYS, prior, go_above=candidate.certainty, margin=candidate.margin
    )


def _sought(candidate: Bayesian, plan: Plan, aim: Scenario, prior: BetaMixture) -> TwoArmRule:
    """The fewest patients that reach the power, from near those of the normal approximation."""
    one, other = candidate.ratio
    start = rates.sample_size(
        aim.treatment, aim.control, power=plan.power, alpha=1 - candidate.certainty,
        ratio=one / other,
    )  # fmt: skip
    for control in range(max(2, int(0.9 * start.second)), LARGEST + 1):
        rule = _rule(candidate, (round(control * one / other), control), prior)
        if rule.chances(aim.treatment, aim.control).go >= plan.power:
            return rule
    raise TooLargeError(
        f"{candidate.id} would need more than {LARGEST} patients an arm.\n"
        "Hint: name a larger effect as the expected scenario, or state n in design.yaml."
    )
