"""The odds ratio of a 2x2 table with its exact conditional interval.

Table    a, b / c, d: row 1 yes, row 1 no / row 2 yes, row 2 no.
Value    above 1 where yes is more frequent in row 1; 0 and infinity are possible values.
Empty    where the margins leave one possible table the value is undefined (None) and the interval
         runs from 0 to infinity.
Source   Cornfield J. Proc 3rd Berkeley Symp 1956;4:135-48; conditional likelihood: Fisher RA. J R
         Stat Soc 1935;98:39-54; the computation: Mehta CR, Patel NR, Gray R. J Am Stat Assoc
         1985;80:969-73.
"""

from collections.abc import Callable
from functools import lru_cache
from math import exp, inf, lgamma, nan

import numpy as np

from myotrial.statistics.counts import checked_level, checked_table
from myotrial.statistics.estimate import Estimate

__all__ = ["odds_ratio", "sample_odds_ratio"]

WIDEST = 700.0  # natural logarithm of the greatest odds ratio looked at; exp(700) is near the limit


def sample_odds_ratio(a: int, b: int, c: int, d: int) -> float | None:
    """The cross product ratio a d / (b c): inf if only b c is 0, None if both products are 0.

    >>> sample_odds_ratio(9, 4, 4, 10)
    5.625
    """
    a, b, c, d = checked_table(a, b, c, d)
    if b * c:
        return a * d / (b * c)
    return inf if a * d else None


@lru_cache(maxsize=65536)
def odds_ratio(a: int, b: int, c: int, d: int, *, level: float = 0.95) -> Estimate:
    """The conditional maximum likelihood odds ratio with the exact (Cornfield) interval.

    Both limits follow from the noncentral hypergeometric distribution of `a` given the margins,
    with half of 1 - level in each tail.

    Raises:
        MyotrialError: A count is negative or no whole number, or the level is not in (0, 1).

    >>> estimate = odds_ratio(3, 1, 1, 3)  # R's fisher.test: 6.4083
    >>> round(estimate.value, 4), round(estimate.low, 4)
    (6.4083, 0.2117)
    """
    a, b, c, d = checked_table(a, b, c, d)
    alpha = (1 - checked_level(level)) / 2
    first, last = max(0, a - d), min(a + b, a + c)
    if first == last:
        return Estimate(None, 0.0, inf, level)
    counts = np.arange(first, last + 1)
    logs = _log_weights(counts, a + b, c + d, a + c)

    def upper_tail(log_odds: float) -> float:
        return float(_chances(counts, logs, log_odds)[counts >= a].sum())

    def upper_tail_beyond(log_odds: float) -> float:
        return float(_chances(counts, logs, log_odds)[counts > a].sum())

    def mean(log_odds: float) -> float:
        return float(_chances(counts, logs, log_odds) @ counts)

    low = 0.0 if a == first else _rises_to(upper_tail, alpha)
    high = inf if a == last else _rises_to(upper_tail_beyond, 1 - alpha)
    value = 0.0 if a == first else inf if a == last else _rises_to(mean, a)
    return Estimate(value, low, high, level)


def _log_weights(counts: np.ndarray, n1: int, n2: int, yes: int) -> np.ndarray:
    """Logarithms of the hypergeometric weights."""
    return np.array([_log_comb(n1, x) + _log_comb(n2, yes - x) for x in counts.tolist()])


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _chances(counts: np.ndarray, logs: np.ndarray, log_odds: float) -> np.ndarray:
    """Probabilities of the counts under an odds ratio."""
    powers = logs + counts * log_odds
    chances = np.exp(powers - powers.max())
    return chances / chances.sum()


def _rises_to(function: Callable[[float], float], target: float) -> float:
    """The odds ratio at which a function rising in its logarithm reaches a target."""
    low, high, middle = -WIDEST, WIDEST, nan
    for _ in range(80):
        middle = (low + high) / 2
        if function(middle) < target:
            low = middle
        else:
            high = middle
    return exp(middle)
