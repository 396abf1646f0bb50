"""One proportion: its intervals and its exact test.

Value    x of n as a share from 0 to 1.
Empty    n = 0 leaves the share undefined (None) and the interval 0 to 1.
"""

from collections.abc import Callable
from functools import lru_cache
from math import comb, exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level, checked_share
from myotrial.statistics.estimate import Estimate

__all__ = ["binomial_test", "clopper_pearson", "mid_p", "probability", "wilson"]

SMALL = 60  # trials up to which binomial coefficients are used as they are, not as logarithms


@lru_cache(maxsize=65536)
def clopper_pearson(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """The share with its exact interval: each tail holds at most half of 1 - level.

    Source: Clopper CJ, Pearson ES. Biometrika 1934;26:404-13.

    >>> estimate = clopper_pearson(7, 15)
    >>> round(estimate.low, 3), round(estimate.high, 3)
    (0.213, 0.734)
    """
    x, n = checked_share(x, n)
    alpha = (1 - checked_level(level)) / 2
    if not n:
        return Estimate(None, 0.0, 1.0, level)
    low = 0.0 if x == 0 else _falls_to(lambda chance: _tail(x - 1, n, chance), 1 - alpha)
    high = 1.0 if x == n else _falls_to(lambda chance: _tail(x, n, chance), alpha)
    return Estimate(x / n, low, high, level)


@lru_cache(maxsize=65536)
def mid_p(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """The share with its mid-P interval: the observed count is half inside each tail.

    Shorter than Clopper and Pearson's; its coverage is near the level, not always above it.

    Source: Lancaster HO. J Am Stat Assoc 1961;56:223-34; Berry G, Armitage P. Statistician
    1995;44:417-23.
    """
    x, n = checked_share(x, n)
    alpha = (1 - checked_level(level)) / 2
    if not n:
        return Estimate(None, 0.0, 1.0, level)

    def half_tail(chance: float) -> float:
        return _tail(x, n, chance) - probability(x, n, chance) / 2

    low = 0.0 if x == 0 else _falls_to(half_tail, 1 - alpha)
    high = 1.0 if x == n else _falls_to(half_tail, alpha)
    return Estimate(x / n, low, high, level)


def wilson(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """The share with Wilson's score interval.

    Source: Wilson EB. J Am Stat Assoc 1927;22:209-12.
    """
    x, n = checked_share(x, n)
    z = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    if not n:
        return Estimate(None, 0.0, 1.0, level)
    centre = (x + z**2 / 2) / (n + z**2)
    half = z * sqrt(x * (n - x) / n + z**2 / 4) / (n + z**2)
    low = 0.0 if x == 0 else centre - half
    high = 1.0 if x == n else centre + half
    return Estimate(x / n, low, high, level)


def binomial_test(x: int, n: int, chance: float = 0.5) -> float:
    """The exact two-sided p-value: all counts no more probable than the observed one.

    Args:
        x: Successes.
        n: Trials.
        chance: Probability of success under the null hypothesis, 0 to 1.

    Raises:
        MyotrialError: The counts are impossible or the chance is outside 0 to 1.

    >>> round(binomial_test(682, 682 + 243, 0.75), 4)  # R's binom.test: 0.3825
    0.3825
    """
    x, n = checked_share(x, n)
    if not 0 <= chance <= 1:
        raise MyotrialError(f"A chance must lie between 0 and 1 (got {chance!r})")
    if chance == 0.5:
        observed = comb(n, x)
        return sum(w for w in (comb(n, k) for k in range(n + 1)) if w <= observed) / 2**n
    chances = [probability(k, n, chance) for k in range(n + 1)]
    return min(1.0, sum(p for p in chances if p <= chances[x] * (1 + 1e-7)))


def probability(x: int, n: int, chance: float) -> float:
    """The probability of x successes in n trials."""
    if chance in (0, 1):
        return float(x == n * chance)
    if n <= SMALL:
        return comb(n, x) * chance**x * (1 - chance) ** (n - x)
    return exp(_log_ways(n)[x] + x * log(chance) + (n - x) * log1p(-chance))


def _tail(x: int, n: int, chance: float) -> float:
    """The probability of at most x successes."""
    if n <= SMALL or chance in (0, 1):
        return sum(probability(k, n, chance) for k in range(x + 1))
    counts = np.arange(x + 1)
    logs = _log_ways(n)[: x + 1] + counts * log(chance) + (n - counts) * log1p(-chance)
    return float(np.exp(logs).sum())


@lru_cache(maxsize=8)
def _log_ways(n: int) -> np.ndarray:
    """Logarithms of the binomial coefficients."""
    factorials = np.array([lgamma(k + 1) for k in range(n + 1)])
    return factorials[-1] - factorials - factorials[::-1]


def _falls_to(function: Callable[[float], float], target: float) -> float:
    """The chance at which a function falling from 1 to 0 reaches a target."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if function(middle) > target:
            low = middle
        else:
            high = middle
    return (low + high) / 2
