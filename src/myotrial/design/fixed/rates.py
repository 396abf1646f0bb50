"""Two independent rates compared by a normal approximation.

Test     z of the difference; variance under the null from both arms together (pooled), under the
         alternative from each arm. With a margin other than 0 the null variance is at the rates
         that are likeliest under the margin (Farrington and Manning).
Effect   p1 - p2, p1 that of the first (treated) arm; one-sided tests ask whether it exceeds the
         margin.
Limits   An approximation: with few patients the error is not alpha. Exact size and power are those
         of the exact designs.
Source   Fleiss JL, Levin B, Paik MC. Statistical Methods for Rates and Proportions, 3rd ed, 2003,
         chapter 4. Farrington CP, Manning G. Stat Med 1990;9:1447-54.
"""

from math import sqrt

from scipy.special import ndtr, ndtri

from myotrial.design.fixed.size import SampleSize, quantiles, split
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import (
    checked_positive,
    checked_rate,
    checked_share,
    checked_sides,
)
from myotrial.statistics.score import restricted

__all__ = ["deviations", "drift", "power", "sample_size"]


def sample_size(
    p1: float,
    p2: float,
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    margin: float = 0.0,
    pooled: bool = True,
) -> SampleSize:
    """Patients needed to show that p1 exceeds p2 by more than the margin.

    Args:
        p1: Rate of the first arm under the alternative.
        p2: Rate of the second arm.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2; with 2 the sign of the effect does not matter.
        ratio: Patients of the first arm for one of the second.
        margin: Difference p1 - p2 under the null; below 0 for non-inferiority.
        pooled: Variance under the null from both arms (or under the margin); else from each arm.

    Raises:
        MyotrialError: A rate lies outside 0 to 1, the ratio is not above 0, the margin is
            impossible or not exceeded, alpha or power lies outside 0 to 1.

    >>> round(sample_size(0.6, 0.3, power=0.8).total, 5)
    83.94051
    """
    at_alpha, at_power = quantiles(alpha, power, sides)
    effect = _effect(p1, p2, margin, sides)
    null, truth = deviations(p1, p2, ratio=ratio, margin=margin, pooled=pooled)
    return split(((at_alpha * null + at_power * truth) / effect) ** 2, ratio)


def power(
    p1: float,
    p2: float,
    n1: float,
    n2: float,
    *,
    alpha: float = 0.025,
    sides: int = 1,
    margin: float = 0.0,
    pooled: bool = True,
) -> float:
    """The chance to reject with n1 and n2 patients; arguments as in `sample_size`.

    With two sides only the side of the effect is counted. Without an effect this is the
    approximation's own alpha (of that side).
    """
    limit = -float(ndtri(checked_share("alpha", alpha) / checked_sides(sides)))
    return float(
        ndtr(drift(p1, p2, n1, n2, critical=limit, sides=sides, margin=margin, pooled=pooled)
             - limit)
    )  # fmt: skip


def drift(
    p1: float,
    p2: float,
    n1: float,
    n2: float,
    *,
    critical: float,
    sides: int = 1,
    margin: float = 0.0,
    pooled: bool = True,
) -> float:
    """The mean of a standard normal statistic that rejects as often as the test does.

    The statistic with the null variance passes `critical` when that with the true variance passes
    a little more; the difference is moved into the mean.

    Args:
        p1: Rate of the first arm.
        p2: Rate of the second arm.
        n1: Patients of the first arm.
        n2: Patients of the second arm.
        critical: Normal quantile at which the test rejects.
        sides: 1 or 2; with 2 the sign of the effect does not matter.
        margin: As in `sample_size`.
        pooled: As in `sample_size`.
    """
    checked_positive("Patients of the first arm", n1)
    checked_positive("Patients of the second arm", n2)
    effect = p1 - p2 - _checked_margin(margin)
    null, truth = deviations(p1, p2, ratio=n1 / n2, margin=margin, pooled=pooled)
    if truth == 0:
        raise MyotrialError(
            f"With rates of {p1!r} and {p2!r} every trial ends alike; nothing can be computed from "
            "a normal approximation.\nHint: use rates strictly between 0 and 1."
        )
    effect = abs(effect) if sides == 2 else effect
    return effect * sqrt(n1 + n2) / truth + critical * (1 - null / truth)


def deviations(
    p1: float, p2: float, *, ratio: float = 1.0, margin: float = 0.0, pooled: bool = True
) -> tuple[float, float]:
    """Standard deviation of the difference for a trial of one patient, under null and truth.

    Divided by the root of the patients of both arms they are standard errors.
    """
    p1, p2 = checked_rate("The first rate", p1), checked_rate("The second rate", p2)
    first = checked_positive("The allocation ratio", ratio) / (1 + ratio)
    second = 1 - first
    truth = sqrt(p1 * (1 - p1) / first + p2 * (1 - p2) / second)
    if not pooled:
        return truth, truth
    if _checked_margin(margin) == 0:
        both = p1 * first + p2 * second
        return sqrt(both * (1 - both) / (first * second)), truth
    low = float(restricted(p1 * first, first, p2 * second, second, margin))
    high = low + margin
    return sqrt(high * (1 - high) / first + low * (1 - low) / second), truth


def _effect(p1: float, p2: float, margin: float, sides: int) -> float:
    """How far the difference exceeds the margin."""
    effect = checked_rate("The first rate", p1) - checked_rate("The second rate", p2)
    effect -= _checked_margin(margin)
    if effect == 0 or (sides == 1 and effect < 0):
        raise MyotrialError(
            f"The difference of {p1!r} and {p2!r} does not exceed the margin of {margin!r}, so no "
            "number of patients can show that it does.\n"
            "Hint: put the arm with the higher rate first, or lower the margin."
        )
    return effect


def _checked_margin(margin: float) -> float:
    if not -1 < margin < 1:
        raise MyotrialError(
            f"A margin of a difference of rates must lie between -1 and 1 (got {margin!r})"
        )
    return float(margin)
