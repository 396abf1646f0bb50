"""The difference of two proportions by Bayes' rule.

Arms      independent given their rates; each a beta distribution or a mixture of them (see
          `beta_mixture`), which is where priors are stated and responders counted.
Interval  equal-tailed, from the chance that one rate exceeds the other by a margin.
Source    Spiegelhalter DJ, Abrams KR, Myles JP. Bayesian Approaches to Clinical Trials, 2004.
"""

from typing import Any

from scipy.optimize import brentq

from myotrial.statistics.beta_mixture import BetaMixture
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate

__all__ = ["difference"]

EDGE = 1 - 1e-12  # a difference of rates is sought inside this


def difference(first: BetaMixture, second: BetaMixture, *, level: float = 0.95) -> Estimate:
    """The mean difference of two rates with its equal-tailed credible interval.

    >>> uniform = BetaMixture.single(1, 1)
    >>> found = difference(uniform.posterior(7, 15), uniform.posterior(3, 12))
    >>> round(found.value, 3)
    0.185
    """
    tail = (1 - checked_level(level)) / 2

    def exceeded_with(share: float) -> float:
        found: Any = brentq(lambda at: first.exceeds(second, at) - share, -EDGE, EDGE, xtol=1e-9)
        return float(found)

    return Estimate(first.mean - second.mean, exceeded_with(1 - tail), exceeded_with(tail), level)
