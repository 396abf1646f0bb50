"""Two proportions by Bayes' rule: beta posteriors, their difference, and the chance to be better.

Prior    a beta distribution for each arm, stated by its two parameters: a earlier successes and b
         earlier failures, so to say; (1, 1) is uniform, (0.5, 0.5) is Jeffreys'.
Arms     independent given their rates.
Numbers  of the difference by quadrature over one arm's posterior, to 1e-8.
Source   Jeffreys H. Theory of Probability, 3rd ed., 1961. Spiegelhalter DJ, Abrams KR, Myles JP.
         Bayesian Approaches to Clinical Trials, 2004.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level, checked_share
from myotrial.statistics.estimate import Estimate

__all__ = ["JEFFREYS", "UNIFORM", "Posterior", "chance_above", "difference", "posterior"]

UNIFORM, JEFFREYS = (1.0, 1.0), (0.5, 0.5)
NODES = 200
_SHARES, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)


@dataclass(frozen=True)
class Posterior:
    """A beta distribution of one rate."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """The mean rate."""
        return self.a / (self.a + self.b)

    def interval(self, *, level: float = 0.95) -> Estimate:
        """The mean with the equal-tailed credible interval."""
        tail = (1 - checked_level(level)) / 2
        low, high = (float(betaincinv(self.a, self.b, share)) for share in (tail, 1 - tail))
        return Estimate(self.mean, low, high, level)

    def above(self, rate: float) -> float:
        """The chance that the rate exceeds a given one."""
        return 1 - float(betainc(self.a, self.b, min(max(rate, 0.0), 1.0)))


def posterior(x: int, n: int, prior: tuple[float, float] = UNIFORM) -> Posterior:
    """What x of n responders leave of a prior.

    Raises:
        MyotrialError: The counts are impossible, or a parameter of the prior is not positive.

    >>> posterior(7, 15).mean
    0.47058823529411764
    """
    x, n = checked_share(x, n)
    if not (prior[0] > 0 and prior[1] > 0):
        raise MyotrialError(f"A beta prior needs two positive parameters (got {prior!r})")
    return Posterior(prior[0] + x, prior[1] + n - x)


def chance_above(first: Posterior, second: Posterior, margin: float = 0.0) -> float:
    """The chance that the first rate exceeds the second by more than a margin.

    >>> chance_above(posterior(1, 2), posterior(1, 2))
    0.5
    """
    if first == second and margin == 0:
        return 0.5
    rates = betaincinv(second.a, second.b, (_SHARES + 1) / 2)  # equal steps of the posterior
    beyond = np.clip(rates + margin, 0.0, 1.0)
    over = np.where(rates + margin < 0, 1.0, 1 - betainc(first.a, first.b, beyond))
    return float(min(max(_WEIGHTS @ over / 2, 0.0), 1.0))


def difference(first: Posterior, second: Posterior, *, level: float = 0.95) -> Estimate:
    """The mean difference of two rates with its equal-tailed credible interval."""
    tail = (1 - checked_level(level)) / 2

    def exceeded_with(share: float) -> float:
        found: Any = brentq(lambda at: chance_above(first, second, at) - share, -1.0, 1.0)
        return float(found)

    return Estimate(first.mean - second.mean, exceeded_with(1 - tail), exceeded_with(tail), level)
