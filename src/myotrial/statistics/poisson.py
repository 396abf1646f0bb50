"""Events per time at risk, with their exact interval.

Value    events divided by exposure; higher means more frequent.
Empty    no exposure leaves the rate undefined (None) and the interval 0 to infinity.
Source   Garwood F. Biometrika 1936;28:437-42.
"""

from math import exp, inf, lgamma, log

from myotrial.errors import MyotrialError
from myotrial.statistics.binomial import binomial_test, clopper_pearson
from myotrial.statistics.counts import checked_level, checked_table
from myotrial.statistics.estimate import Estimate

__all__ = ["rate", "rate_ratio"]


def rate(events: int, exposure: float, *, level: float = 0.95) -> Estimate:
    """The rate of events with Garwood's exact interval.

    Args:
        events: Number of events.
        exposure: Time at risk, in the unit the rate is per; not negative.
        level: Coverage of the interval, which each tail falls short of by at most half.

    Raises:
        MyotrialError: A count or the exposure is impossible, or the level is not in (0, 1).

    >>> estimate = rate(10, 2.0)
    >>> round(estimate.value, 1), round(estimate.low, 3), round(estimate.high, 3)
    (5.0, 2.398, 9.195)
    """
    (events,) = checked_table(events)
    alpha = (1 - checked_level(level)) / 2
    if not exposure >= 0:
        raise MyotrialError(f"Exposure must not be negative (got {exposure!r})")
    if not exposure:
        return Estimate(None, 0.0, inf, level)
    low = _mean_with(events - 1, 1 - alpha) if events else 0.0
    return Estimate(events / exposure, low / exposure, _mean_with(events, alpha) / exposure, level)


def _mean_with(events: int, chance: float) -> float:
    """The mean at which at most so many events have the given chance."""
    low, high = 0.0, 10.0 + 2 * events + 50 * (1 - log(min(chance, 1 - chance)))
    for _ in range(80):
        middle = (low + high) / 2
        if _at_most(events, middle) > chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(events: int, mean: float) -> float:
    """The Poisson chance of at most so many events."""
    if mean == 0:
        return 1.0
    return sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(events + 1))


def rate_ratio(
    first: int, exposure: float, second: int, other: float, *, level: float = 0.95
) -> tuple[Estimate, float]:
    """The ratio of two rates with its exact interval, and the two-sided p-value that it is 1.

    Given all events, those of group 1 are binomial: the interval follows from Clopper and
    Pearson's, the p-value from the exact binomial test.

    Args:
        first: Events of group 1.
        exposure: Its time at risk.
        second: Events of group 2.
        other: Its time at risk.
        level: Coverage of the interval.

    Returns:
        The estimate, None without events or exposure, and p (1 where nothing can be said).

    Raises:
        MyotrialError: A count or an exposure is impossible, or the level is not in (0, 1).

    Source: Przyborowski J, Wilenski H. Biometrika 1940;31:313-23.

    >>> ratio, p_value = rate_ratio(10, 2.0, 5, 2.0)
    >>> ratio.value, round(p_value, 4)
    (2.0, 0.3018)
    """
    first, second = checked_table(first, second)
    if not (exposure >= 0 and other >= 0):
        raise MyotrialError(f"Exposure must not be negative (got {exposure!r} and {other!r})")
    if not (first + second and exposure and other):
        return Estimate(None, 0.0, inf, checked_level(level)), 1.0
    share = clopper_pearson(first, first + second, level=level)

    def ratio(chance: float) -> float:
        return inf if chance == 1 else chance / (1 - chance) * other / exposure

    value = inf if not second else first * other / (second * exposure)
    p_value = binomial_test(first, first + second, exposure / (exposure + other))
    return Estimate(value, ratio(share.low), ratio(share.high), level), p_value
