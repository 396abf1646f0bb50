"""Two parallel arms; go where the treated rate is probably higher."""

from functools import lru_cache

import numpy as np

from myotrial.design.candidates.outcome import Analysis, Evaluated
from myotrial.design.candidates.parallel import EXACT, by_reject, sizes_of
from myotrial.design.fixed import rates
from myotrial.design.pilot.beliefs import Mixture
from myotrial.design.planning.models import Bayesian, Plan, Scenario
from myotrial.errors import TooLargeError

__all__ = ["bayesian", "goes"]

LARGEST = 400  # patients of the control arm up to which a size is looked for
POINTS = 400  # rates over which the treated rate is compared
JEFFREYS = ((1.0, 0.5, 0.5),)
Components = tuple[tuple[float, float, float], ...]


def bayesian(candidate: Bayesian, plan: Plan, aim: Scenario, field: Mixture) -> Evaluated:
    """A candidate that goes by a posterior probability.

    Args:
        candidate: The candidate.
        plan: The completed plan.
        aim: The scenario the power is wanted in.
        field: What the field's placebo arms say of the control rate, for one that borrows.

    Raises:
        TooLargeError: More than 400 patients an arm would be needed.
    """
    control = field.components if candidate.borrow else JEFFREYS
    sizes = sizes_of(candidate.n, candidate.ratio) or _sought(candidate, plan, aim, control)
    at, size, rate = by_reject(goes(*sizes, control, candidate.certainty, candidate.margin))
    borrowed = ", with the field's placebo arms" if candidate.borrow else ""
    return Evaluated(
        candidate.id, "bayesian",
        candidate.label or f"Two arms, go at a probability of {candidate.certainty:.1%}{borrowed}",
        sizes, sum(sizes), at, size, rate, 0, EXACT, (Analysis(sum(sizes)),),
    )  # fmt: skip


@lru_cache(maxsize=64)
def goes(
    treated: int, control: int, prior: Components, certainty: float, margin: float = 0.0
) -> np.ndarray:
    """Which outcomes go: the treated rate exceeds the control rate by the margin, probably enough.

    Args:
        treated: Patients of the treated arm, whose rate has Jeffreys' prior.
        control: Patients of the control arm.
        prior: Components of the prior of the control rate.
        certainty: Probability from which it goes.
        margin: By how much the rate must be higher.

    Returns:
        Truth by responders of the treated and of the control arm.
    """
    edges = np.sin(np.linspace(0, np.pi / 2, POINTS + 1)) ** 2
    middles = (edges[:-1] + edges[1:]) / 2
    chances = np.array([
        np.diff([Mixture(prior).updated(x, control).cdf(edge) for edge in edges.tolist()])
        for x in range(control + 1)
    ])  # fmt: skip
    above = np.array([
        [1 - Mixture(JEFFREYS).updated(x, treated).cdf(rate + margin) for rate in middles.tolist()]
        for x in range(treated + 1)
    ])  # fmt: skip
    found = above @ chances.T >= certainty
    found.setflags(write=False)
    return found


def _sought(candidate: Bayesian, plan: Plan, aim: Scenario, prior: Components) -> tuple[int, int]:
    """The fewest patients that reach the power, from near those of the normal approximation."""
    one, other = candidate.ratio
    start = rates.sample_size(
        aim.treatment, aim.control, power=plan.power, alpha=1 - candidate.certainty,
        ratio=one / other,
    )  # fmt: skip
    for control in range(max(2, int(0.9 * start.second)), LARGEST + 1):
        sizes = round(control * one / other), control
        reject = goes(*sizes, prior, candidate.certainty, candidate.margin)
        if by_reject(reject)[0](aim.control, aim.treatment).power >= plan.power:
            return sizes
    raise TooLargeError(
        f"{candidate.id} would need more than {LARGEST} patients an arm.\n"
        "Hint: name a larger effect as the expected scenario, or state n in design.yaml."
    )
