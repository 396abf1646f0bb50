"""Go/no-go decisions by posterior probability, their operating characteristics and assurance.

Go        the posterior probability that the effect exceeds its target is above a limit.
No-go     that probability is below a lower limit; between both, consider.
Effect    one arm: its response rate. Two arms: the rate of arm 1 minus that of arm 2.
Exact     the decision of every outcome is computed once; its probability at given rates is a sum of
          binomial probabilities, under a design prior a sum of predictive ones (assurance).
Priors    those in the rule are used for the analysis; design priors say what is believed of the
          rates when the trial is planned. They need not be the same.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from myotrial.design.exact.binomials import pmf
from myotrial.design.exact.sequential import Characteristics, SequentialDesign
from myotrial.design.exact.two_arm import Region
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_memory, checked_n, checked_rate
from myotrial.statistics.beta_mixture import BetaMixture, exceedances

__all__ = ["Chances", "OneArmRule", "TwoArmRule", "assurance", "sequential_assurance"]


@dataclass(frozen=True)
class Chances:
    """Probabilities of the three decisions; together 1."""

    go: float
    consider: float
    no_go: float


@dataclass(frozen=True)
class OneArmRule:
    """Go if the rate of one arm exceeds a target with enough posterior probability.

    Attributes:
        n: Patients.
        prior: Prior of the analysis.
        target: Rate to exceed.
        go_above: Posterior probability above which it is a go.
        no_go_below: Posterior probability below which it is a no-go.

    Raises:
        MyotrialError: The number, the target or a limit is not valid.

    >>> rule = OneArmRule(20, BetaMixture.single(1, 1), target=0.3, go_above=0.975)
    >>> rule.boundary, round(rule.chances(0.6).go, 4)
    (11, 0.7553)
    """

    n: int
    prior: BetaMixture
    target: float
    go_above: float
    no_go_below: float = 0.0

    def __post_init__(self) -> None:
        checked_memory(
            f"Posteriors of {self.n} patients", 1000 * checked_n("A number of patients", self.n)
        )
        checked_rate("The target", self.target)
        _check_limits(self.go_above, self.no_go_below)

    @cached_property
    def posterior_probabilities(self) -> np.ndarray:
        """Posterior probability to exceed the target by responders, shape (n + 1,)."""
        above = (self.prior.posterior(x, self.n).above(self.target) for x in range(self.n + 1))
        return np.fromiter(above, float, self.n + 1)

    @property
    def boundary(self) -> int | None:
        """Responders from which it is a go; None if it never is."""
        go = np.flatnonzero(self.posterior_probabilities > self.go_above)
        return int(go[0]) if len(go) else None

    def chances(self, rate: float) -> Chances:
        """Probability of each decision at a response rate.

        Raises:
            MyotrialError: The rate lies outside 0 to 1.
        """
        return self._chances(pmf(self.n, checked_rate("The response rate", rate)))

    def assurance(self, design_prior: BetaMixture) -> Chances:
        """Probability of each decision averaged over a design prior of the rate."""
        return self._chances(design_prior.predictive(self.n))

    def _chances(self, outcomes: np.ndarray) -> Chances:
        seen = self.posterior_probabilities
        go = float(outcomes @ (seen > self.go_above))
        no_go = float(outcomes @ (seen < self.no_go_below))
        return Chances(go, max(0.0, 1 - go - no_go), no_go)


@dataclass(frozen=True)
class TwoArmRule:
    """Go if arm 1 responds more often than arm 2 with enough posterior probability.

    Attributes:
        n1: Patients of arm 1.
        n2: Patients of arm 2.
        prior1: Prior of the analysis for arm 1.
        prior2: Prior for arm 2, such as a MAP prior of past control arms.
        go_above: Posterior probability above which it is a go.
        no_go_below: Posterior probability below which it is a no-go.
        margin: Difference of the rates to exceed.

    Raises:
        MyotrialError: A number, the margin or a limit is not valid.
        TooLargeError: The outcomes do not fit into 1 GiB.

    >>> flat = BetaMixture.single(1, 1)
    >>> round(TwoArmRule(24, 6, flat, flat, go_above=0.95).chances(0.6, 0.3).go, 6)
    0.345415
    """

    n1: int
    n2: int
    prior1: BetaMixture
    prior2: BetaMixture
    go_above: float
    no_go_below: float = 0.0
    margin: float = 0.0

    def __post_init__(self) -> None:
        checked_n("Patients of arm 1", self.n1)
        checked_n("Patients of arm 2", self.n2)
        _check_limits(self.go_above, self.no_go_below)
        what = f"Posteriors of {self.n1} against {self.n2} patients"
        components = len(self.prior1.weights) * self.n1 + len(self.prior2.weights) * self.n2
        checked_memory(what, (self.n1 + 1) * (self.n2 + 1) + 1000 * components)

    @cached_property
    def posterior_probabilities(self) -> np.ndarray:
        """Posterior probability to exceed the margin, by responders: shape (n1 + 1, n2 + 1)."""
        first = [self.prior1.posterior(x, self.n1) for x in range(self.n1 + 1)]
        second = [self.prior2.posterior(x, self.n2) for x in range(self.n2 + 1)]
        return exceedances(first, second, self.margin)

    def chances(self, rate1: float, rate2: float) -> Chances:
        """Probability of each decision at the arms' response rates.

        Raises:
            MyotrialError: A rate lies outside 0 to 1.
        """
        return self._chances(
            pmf(self.n1, checked_rate("The response rate", rate1)),
            pmf(self.n2, checked_rate("The response rate", rate2)),
        )

    def assurance(self, design1: BetaMixture, design2: BetaMixture) -> Chances:
        """Probability of each decision averaged over independent design priors of both rates."""
        return self._chances(design1.predictive(self.n1), design2.predictive(self.n2))

    def _chances(self, first: np.ndarray, second: np.ndarray) -> Chances:
        seen = self.posterior_probabilities
        go = float(first @ (seen > self.go_above) @ second)
        no_go = float(first @ (seen < self.no_go_below) @ second)
        return Chances(go, max(0.0, 1 - go - no_go), no_go)


def assurance(region: Region, design1: BetaMixture, design2: BetaMixture) -> float:
    """The power of a test averaged over design priors of both response rates."""
    return float(design1.predictive(region.n1) @ region.reject @ design2.predictive(region.n2))


def sequential_assurance(
    design: SequentialDesign, design1: BetaMixture, design2: BetaMixture
) -> Characteristics:
    """A group-sequential design's characteristics averaged over design priors of both rates.

    The rates in the answer are the means of the priors.
    """
    means = design1.mean, design2.mean
    return design.averaged(means, design1.predictive, design2.predictive)


def _check_limits(go_above: float, no_go_below: float) -> None:
    if not 0 < go_above < 1 or not 0 <= no_go_below <= go_above:
        raise MyotrialError(
            "The limits of posterior probability must hold 0 <= no-go <= go, and go between 0 and "
            f"1 (got {no_go_below!r} and {go_above!r})"
        )
