"""One arm watched by predictive probability: stop where success at the end has become unlikely.

Success    at the end, the posterior probability that the rate exceeds p0 is above a limit.
Watching   at each look, the predictive probability of that success, over the patients still to
           come, given those seen: below a lower limit the trial stops for futility, above an upper
           one, if wanted, for success.
Source     Lee JJ, Liu DD. Clin Trials 2008;5:93-106.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from myotrial.design.exact.single_arm import MultiStage, StageCharacteristics
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_looks, checked_n, checked_rate, checked_share
from myotrial.statistics.beta_mixture import BetaMixture

__all__ = ["PredictiveDesign", "predictive_design", "predictive_probabilities"]


@dataclass(frozen=True)
class PredictiveDesign:
    """A design by predictive probability.

    Attributes:
        looks: Patients and bounds of each look, the last one included.
        needed: Responders from which the full trial succeeds.
    """

    looks: MultiStage
    needed: int

    def characteristics(self, rate: float) -> StageCharacteristics:
        """Success, stopping and expected number at a response rate, exactly."""
        return self.looks.characteristics(rate)


def predictive_design(
    prior: BetaMixture,
    p0: float,
    looks: Sequence[int],
    *,
    success_above: float,
    futility_below: float,
    stop_for_success_above: float | None = None,
) -> PredictiveDesign:
    """The bounds of a trial watched by predictive probability.

    Args:
        prior: Prior of the response rate.
        p0: Rate to exceed.
        looks: Cumulative patients at each look; the last is the full trial.
        success_above: Posterior probability above which the full trial succeeds.
        futility_below: Predictive probability below which a look stops for futility.
        stop_for_success_above: Predictive probability above which it stops for success; None never.

    Raises:
        MyotrialError: A rate, a look or a limit is not valid, or no outcome would be a success.

    >>> design = predictive_design(BetaMixture.single(0.2, 0.8), 0.2, range(10, 37),
    ...     success_above=0.922, futility_below=0.001)
    >>> design.needed, round(design.characteristics(0.2).success, 4)
    (11, 0.0878)
    """
    sizes = checked_looks("Patients at the looks", list(looks))
    checked_rate("p0", p0)
    checked_share("The limit of success", success_above)
    checked_share("The limit of futility", futility_below)
    upper = 1.0 if stop_for_success_above is None else stop_for_success_above
    if not futility_below < upper <= 1:
        raise MyotrialError(
            f"The upper limit of predictive probability must lie above the lower one and not above "
            f"1 (got {upper!r} and {futility_below!r})"
        )
    needed = _needed(prior, p0, sizes[-1], success_above)
    futility, success = [], []
    for n in sizes[:-1]:
        chances = predictive_probabilities(prior, n, sizes[-1], needed)
        futility.append(int(np.searchsorted(chances, futility_below)) - 1)
        success.append(int(np.searchsorted(chances, upper, side="right")))
    bounds = MultiStage(sizes, (*futility, needed - 1), (*success, needed))
    return PredictiveDesign(bounds, needed)


def predictive_probabilities(prior: BetaMixture, n: int, of: int, needed: int) -> np.ndarray:
    """The predictive probability of success by responders seen so far.

    Args:
        prior: Prior of the response rate.
        n: Patients seen.
        of: Patients of the full trial, above n.
        needed: Responders from which the full trial succeeds.

    Returns:
        Shape (n + 1,), rising.

    Raises:
        MyotrialError: The numbers of patients do not rise.
    """
    checked_looks("Patients at the looks", (checked_n("A number of patients", n), of))
    chances = np.empty(n + 1)
    for x in range(n + 1):
        to_come = prior.posterior(x, n).predictive(of - n)
        chances[x] = to_come[max(0, needed - x) :].sum()
    return np.minimum(chances, 1.0)


def _needed(prior: BetaMixture, p0: float, n: int, success_above: float) -> int:
    for x in range(n + 1):
        if prior.posterior(x, n).above(p0) > success_above:
            return x
    raise MyotrialError(
        f"No outcome of {n} patients is a success: the posterior probability never exceeds "
        f"{success_above}.\nHint: take more patients, or a lower limit."
    )
