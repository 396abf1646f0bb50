"""What a finished two-stage trial says about the response rate.

Estimate   the uniformly minimum variance unbiased estimate, which allows for the chance to have
           stopped after the first stage.
P-value    the probability at p0 to go on and to reach at least as many responders in all; for a
           trial that stopped, the binomial tail of its first stage.
Interval   of level 1 - 2 alpha. The lower limit is the rate at which that probability is alpha. The
           upper limit of Koyama and Chen is the rate at which it is 1 - alpha; the `guaranteed` one
           counts more responders only, so that a tail of at most alpha is left out; it stands for
           both where nobody responds.
Source     Jung SH, Kim KM. Stat Med 2004;23:881-96. Koyama T, Chen H. Stat Med 2008;27:3145-54.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

from scipy.optimize import root_scalar

from myotrial.design.exact.binomials import pmf, tails
from myotrial.errors import MyotrialError
from myotrial.statistics import counts
from myotrial.statistics.assumptions import checked_looks, checked_rate, checked_share

__all__ = ["TwoStageResult", "after_two_stages"]


@dataclass(frozen=True)
class TwoStageResult:
    """Estimate, p-value and interval after a two-stage trial.

    Attributes:
        estimate: Unbiased estimate of the response rate.
        p_value: One-sided p-value against p0.
        low: Lower limit, of one-sided level 1 - alpha.
        high: Upper limit after Koyama and Chen.
        guaranteed_high: Upper limit that leaves out at most alpha.
        level: Level of the interval, 1 - 2 alpha.
    """

    estimate: float
    p_value: float
    low: float
    high: float
    guaranteed_high: float
    level: float


def after_two_stages(
    x: int, *, r1: int, n1: int, n: int, p0: float, alpha: float = 0.05
) -> TwoStageResult:
    """Inference after a two-stage trial.

    Args:
        x: Responders in all; at most r1 means that the trial stopped after the first stage.
        r1: Responders up to which the first stage stopped.
        n1: Patients of the first stage.
        n: Patients of both stages.
        p0: Rate of no interest.
        alpha: One-sided level of each limit.

    Raises:
        MyotrialError: The design or the number of responders cannot be.

    >>> result = after_two_stages(7, r1=1, n1=10, n=29, p0=0.1)
    >>> round(result.estimate, 4), round(result.p_value, 4), round(result.low, 4)
    (0.2822, 0.0177, 0.1243)
    """
    n1, n = checked_looks("Patients at the looks", (n1, n))
    checked_rate("p0", p0)
    checked_share("alpha", alpha)
    if not 0 <= r1 < n1:
        raise MyotrialError(f"r1 must lie between 0 and n1 - 1 (got r1 = {r1!r}, n1 = {n1})")
    x, n = counts.checked_share(x, n)

    def at_least(rate: float) -> float:
        return _at_least(x, r1, n1, n, rate)

    def more(rate: float) -> float:
        return _at_least(x + 1, r1, n1, n, rate) if x != r1 else _beyond(r1, n1, rate)

    guaranteed = _reaches(more, 1 - alpha)
    return TwoStageResult(
        estimate=_unbiased(x, r1, n1, n),
        p_value=at_least(p0),
        low=_reaches(at_least, alpha) if x else 0.0,
        high=_reaches(at_least, 1 - alpha) if x else guaranteed,
        guaranteed_high=guaranteed,
        level=1 - 2 * alpha,
    )


def _unbiased(x: int, r1: int, n1: int, n: int) -> float:
    if x <= r1:
        return x / n1
    n2 = n - n1
    first = range(max(r1 + 1, x - n2), min(x, n1) + 1)
    above = sum(comb(n1 - 1, k - 1) * comb(n2, x - k) for k in first)
    return above / sum(comb(n1, k) * comb(n2, x - k) for k in first)


def _at_least(x: int, r1: int, n1: int, n: int, rate: float) -> float:
    """The probability of a result at least as high as x responders."""
    if x <= r1:
        return float(tails(n1, rate)[x])
    first, second = pmf(n1, rate), tails(n - n1, rate)
    return float(
        sum(first[k] * second[min(max(x - k, 0), n - n1 + 1)] for k in range(r1 + 1, n1 + 1))
    )


def _beyond(r1: int, n1: int, rate: float) -> float:
    """The probability to go on to the second stage."""
    return float(tails(n1, rate)[r1 + 1])


def _reaches(rising: Callable[[float], float], target: float) -> float:
    """The rate at which a probability that rises with it reaches a target; 1 if it never does."""
    if rising(1.0) < target:
        return 1.0
    found = root_scalar(
        lambda rate: rising(rate) - target, bracket=(0.0, 1.0), method="brentq", xtol=1e-12
    )
    return float(found.root)
