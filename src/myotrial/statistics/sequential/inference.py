"""Estimates after a group-sequential trial, at the end or at any look.

Stagewise  For a trial that stopped. Results are ordered by where they stopped: earlier efficacy is
           the more extreme, then Z at that look. The interval covers as stated if the rules were
           followed; the estimate is median-unbiased.
Repeated   For any look, whether or not the rules were followed: wide enough to hold at all looks.
Effects    First arm minus second; positive favours the first.
Source     Tsiatis AA, Rosner GL, Mehta CR. Biometrics 1984;40:797-803. Jennison C, Turnbull BW.
           J R Stat Soc B 1989;51:305-61.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_positive
from myotrial.statistics.counts import checked_share
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.roots import root
from myotrial.statistics.score import score_z
from myotrial.statistics.sequential.boundaries import Boundary, boundary
from myotrial.statistics.sequential.conditional import checked_look
from myotrial.statistics.sequential.recursion import START, above, advance
from myotrial.statistics.sequential.shapes import HaybittlePeto, Shape

__all__ = [
    "Stagewise",
    "repeated_interval",
    "repeated_p_value",
    "repeated_rate_interval",
    "stagewise",
]

SMALLEST_P = 1e-10  # a repeated p-value below this is told as this


@dataclass(frozen=True)
class Stagewise:
    """Inference by the stagewise ordering.

    Attributes:
        p_value: Against no effect; one-sided for a one-sided design, else two-sided.
        estimate: Median-unbiased estimate with its interval, in units of the effect.
    """

    p_value: float
    estimate: Estimate


def stagewise(bounds: Boundary, look: int, z: float, *, standard_error: float) -> Stagewise:
    """Inference for a trial that stopped at a look.

    Futility bounds that do not bind are left out of the ordering, which errs on the safe side.

    Args:
        bounds: The design's bounds.
        look: Number of the look at which the trial stopped.
        z: The statistic there: effect over its standard error.
        standard_error: Standard error of the effect at that look, above 0.

    Returns:
        The p-value, and the estimate with the interval of level 1 - alpha (two-sided design) or
        1 - 2 alpha (one-sided design).

    Raises:
        MyotrialError: There is no such look, or the trial would have gone on there.
    """
    checked_look(bounds, look)
    checked_positive("The standard error", standard_error)
    _require_stopped(bounds, look, z)
    scale = standard_error * sqrt(bounds.information[look - 1])
    tail = bounds.alpha / bounds.sides

    def limit(chance: float) -> float:
        return scale * _solve(lambda drift: _as_extreme(bounds, look, z, drift) - chance)

    p = _as_extreme(bounds, look, z, 0.0)
    p = p if bounds.sides == 1 else min(1.0, 2 * min(p, 1 - p))
    return Stagewise(p, Estimate(limit(0.5), limit(tail), limit(1 - tail), 1 - 2 * tail))


def _require_stopped(bounds: Boundary, look: int, z: float) -> None:
    _, low, high = bounds.bounds[look - 1]
    if not isfinite(z):
        raise MyotrialError(f"The statistic must be finite (got {z!r})")
    if look < bounds.looks and low < z < high:
        raise MyotrialError(
            f"With Z = {z!r} between {low!r} and {high!r} the trial goes on after look {look}, and "
            "the stagewise ordering is for trials that stopped.\n"
            "Hint: use the repeated interval, which holds at every look."
        )


def _as_extreme(bounds: Boundary, look: int, z: float, drift: float) -> float:
    """The chance of a result at least as much in favour of the first arm."""
    obey = bounds.binding or bounds.sides == 2
    going, total = START, 0.0
    for k in range(look - 1):
        t, low, high = bounds.bounds[k]
        total += above(going, t, high, drift)
        then = bounds.information[k + 1]
        going = advance(going, t, then, low if obey else -inf, high, drift)
    return total + above(going, bounds.information[look - 1], z, drift)


def _solve(function: Callable[[float], float]) -> float:
    """Where a rising function of the drift is 0."""
    low, high = -8.0, 8.0
    while function(low) > 0:
        low *= 2
    while function(high) < 0:
        high *= 2
    return root(function, low, high, xtol=1e-10)


def repeated_interval(
    bounds: Boundary, look: int, effect: float, *, standard_error: float
) -> Estimate:
    """The repeated confidence interval of an effect that is estimated with normal error.

    Args:
        bounds: The design's bounds.
        look: Number of the look.
        effect: The estimated effect at that look.
        standard_error: Its standard error, above 0.

    Returns:
        The estimate with the interval of level 1 - alpha (two-sided) or 1 - 2 alpha (one-sided).
    """
    error = checked_positive("The standard error", standard_error)
    half = bounds.efficacy[checked_look(bounds, look) - 1] * error
    level = 1 - 2 * bounds.alpha / bounds.sides
    return Estimate(effect, effect - half, effect + half, level)


def repeated_rate_interval(
    bounds: Boundary, look: int, x1: int, n1: int, x2: int, n2: int
) -> Estimate:
    """The repeated confidence interval of a difference of rates, by the score test.

    The limits are the differences at which Farrington and Manning's statistic reaches the bound of
    the look.

    Args:
        bounds: The design's bounds.
        look: Number of the look.
        x1: Responders of the first arm up to that look.
        n1: Patients of the first arm up to that look.
        x2: Responders of the second arm.
        n2: Patients of the second arm.
    """
    (x1, n1), (x2, n2) = checked_share(x1, n1), checked_share(x2, n2)
    level = 1 - 2 * bounds.alpha / bounds.sides
    critical = bounds.efficacy[checked_look(bounds, look) - 1]
    if not (n1 and n2):
        return Estimate(None, -1.0, 1.0, level)
    value = x1 / n1 - x2 / n2
    if critical == inf:
        return Estimate(value, -1.0, 1.0, level)
    factor = sqrt((n1 + n2) / (n1 + n2 - 1))  # which Miettinen and Nurminen's statistic has more

    def beyond(difference: float, side: float) -> float:
        z = side * factor * float(score_z(x1, n1, x2, n2, difference))
        return min(max(z, -1e6), 1e6) - critical

    tiny = 1e-12
    low = -1.0 if value == -1 else root(lambda d: beyond(d, 1.0), tiny - 1, value)
    high = 1.0 if value == 1 else root(lambda d: beyond(d, -1.0), value, 1 - tiny)
    return Estimate(value, low, high, level)


def repeated_p_value(
    shape: Shape,
    information: Sequence[float],
    look: int,
    z: float,
    *,
    sides: int = 1,
) -> float:
    """The smallest alpha at which the design's bounds would reject at this look.

    Args:
        shape: How alpha is used, as for `boundary`; not `HaybittlePeto`, whose early bounds do not
            depend on alpha.
        information: Information fractions of all looks.
        look: Number of the look.
        z: The statistic there; with two sides its size counts.
        sides: 1 or 2.

    Returns:
        The p-value; 0.5 (of each side) stands for that and anything above, 1e-10 for that and
        anything below.
    """
    if isinstance(shape, HaybittlePeto):
        raise MyotrialError(
            "Haybittle and Peto's early bounds are the same for every alpha, so there is no "
            "repeated p-value.\nHint: use the stagewise p-value."
        )
    z = abs(z) if sides == 2 else z

    def gap(logit: float) -> float:
        alpha = sides / (2 * (1 + np.exp(-logit)))
        bounds = boundary(shape, information, alpha=float(alpha), sides=sides)
        return bounds.efficacy[checked_look(bounds, look) - 1] - z

    low, high = np.log(SMALLEST_P), 6.0
    if gap(low) < 0:
        return SMALLEST_P
    if gap(high) > 0:
        return sides * 0.5
    logit = root(gap, low, high, xtol=1e-9)
    return float(sides / (2 * (1 + np.exp(-logit))))
