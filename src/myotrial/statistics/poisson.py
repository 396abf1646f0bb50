"""Events per time at risk, with their exact interval.

Value    events divided by exposure; higher means more frequent.
Empty    no exposure leaves the rate undefined (None) and the interval 0 to infinity.
Source   Garwood F. Biometrika 1936;28:437-42.
"""

from math import exp, inf, lgamma, log

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level, checked_table
from myotrial.statistics.estimate import Estimate

__all__ = ["rate"]


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
