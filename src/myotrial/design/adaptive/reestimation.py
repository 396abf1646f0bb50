"""Sample-size re-estimation, blinded and unblinded.

Blinded    looks at both arms together: the overall rate, or the standard deviation of all values.
           The planned effect is kept; the type I error is practically untouched.
Unblinded  looks at the effect. The stages must then be combined with the planned weights (see
           `combination`), which keeps the type I error whatever the next stage becomes.
Source     Gould AL. Stat Med 1992;11:55-66. Kieser M, Friede T. Stat Med 2003;22:3571-81. Friede T,
           Kieser M. Pharm Stat 2004;3:269-79. Wassmer G, Brannath W. Group Sequential and
           Confirmatory Adaptive Designs in Clinical Trials, 2016, chapter 7.
"""

from math import sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from myotrial.design.fixed import means, rates
from myotrial.design.fixed.size import SampleSize
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_positive, checked_rate, checked_share
from myotrial.statistics.sequential.boundaries import Boundary
from myotrial.statistics.sequential.conditional import checked_look

__all__ = [
    "blinded_means",
    "blinded_rates",
    "blinded_sd",
    "conditional_critical",
    "next_stage_power",
    "next_stage_size",
    "rates_stage_sizes",
    "within",
]


def blinded_rates(
    overall: float,
    effect: float,
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
) -> SampleSize:
    """Patients needed, from the rate of both arms together and the planned difference.

    Args:
        overall: Rate of all patients so far, with the arms as large as they will be.
        effect: Planned difference p1 - p2.
        power: Wanted power.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second.

    Raises:
        MyotrialError: The overall rate leaves no room for the effect, or an argument is out of
            range.

    >>> round(blinded_rates(0.45, 0.3, power=0.8).total, 5)  # rates 0.6 and 0.3
    83.94051
    """
    checked_rate("The overall rate", overall)
    first = checked_positive("The allocation ratio", ratio) / (1 + ratio)
    p1, p2 = overall + effect * (1 - first), overall - effect * first
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1):
        raise MyotrialError(
            f"An overall rate of {overall!r} leaves no room for a difference of {effect!r}: the "
            f"arms would have {p1:.3g} and {p2:.3g}.\nHint: plan a smaller difference."
        )
    return rates.sample_size(p1, p2, power=power, alpha=alpha, sides=sides, ratio=ratio)


def blinded_sd(overall: float, n: int, effect: float, *, ratio: float = 1.0) -> float:
    """The standard deviation within arms, from that of all values and the planned difference.

    Args:
        overall: Standard deviation of all values, arms unknown.
        n: Number of values.
        effect: Planned difference of means; 0 leaves the spread as it is but for a factor.
        ratio: Patients of the first arm for one of the second.

    Raises:
        MyotrialError: All values together vary less than the effect alone would make them.
    """
    first = checked_positive("The allocation ratio", ratio) / (1 + ratio)
    if n < 3:
        raise MyotrialError(f"Blinded re-estimation needs at least 3 values (got {n!r})")
    between = n * first * (1 - first) * effect**2 / (n - 1)
    left = checked_positive("The standard deviation", overall) ** 2 - between
    if left <= 0:
        raise MyotrialError(
            f"A standard deviation of {overall!r} of all values leaves nothing within arms if the "
            f"means differ by {effect!r}.\n"
            "Hint: plan a smaller difference, or do not adjust for it."
        )
    return sqrt((n - 1) / (n - 2) * left)


def blinded_means(
    overall: float,
    n: int,
    effect: float,
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    adjusted: bool = True,
) -> SampleSize:
    """Patients needed, from the standard deviation of all values and the planned difference.

    Args:
        overall: Standard deviation of all values, arms unknown.
        n: Number of values.
        effect: Planned difference of means.
        power: Wanted power.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second.
        adjusted: Whether the spread that the effect itself makes is taken out (`blinded_sd`).
    """
    sd = blinded_sd(overall, n, effect, ratio=ratio) if adjusted else overall
    return means.sample_size(effect, sd, power=power, alpha=alpha, sides=sides, ratio=ratio)


def within(size: SampleSize, least: SampleSize, most: SampleSize) -> SampleSize:
    """A re-estimated size, kept between the least and the most that the protocol allows.

    Raises:
        MyotrialError: The least exceeds the most.
    """
    if least.total > most.total:
        raise MyotrialError(f"The least size {least!r} exceeds the most {most!r}")
    return min(max(size, least, key=lambda s: s.total), most, key=lambda s: s.total)


def conditional_critical(boundary: Boundary, look: int, z: float | np.ndarray) -> np.ndarray:
    """What the next stage's own statistic must reach to cross the next efficacy bound.

    Args:
        boundary: The planned bounds.
        look: Number of the look that was made, from 1 to that before the last.
        z: Combined statistic there; a number or an array.

    Returns:
        The critical value, in the shape of z.
    """
    if checked_look(boundary, look) == boundary.looks:
        raise MyotrialError("After the last look there is no stage.\nHint: ask at an earlier one.")
    now, then = boundary.information[look - 1], boundary.information[look]
    reached = boundary.efficacy[look] * sqrt(then) - np.asarray(z) * sqrt(now)
    return reached / sqrt(then - now)


def next_stage_power(
    boundary: Boundary, look: int, z: float, p1: float, p2: float, n1: float, n2: float
) -> float:
    """The chance to cross the next efficacy bound if the rates are p1 and p2.

    Args:
        boundary: The planned bounds.
        look: Number of the look that was made.
        z: Combined statistic there.
        p1: Rate of the first arm in the next stage.
        p2: Rate of the second arm.
        n1: Patients of the first arm in the next stage.
        n2: Patients of the second arm.
    """
    critical = float(conditional_critical(boundary, look, z))
    return float(ndtr(rates.drift(p1, p2, n1, n2, critical=critical) - critical))


def next_stage_size(
    boundary: Boundary,
    look: int,
    z: float,
    p1: float,
    p2: float,
    *,
    power: float,
    least: float,
    most: float,
    ratio: float = 1.0,
) -> float:
    """Patients of both arms in the next stage for the wanted chance to cross its efficacy bound.

    Args:
        boundary: The planned bounds.
        look: Number of the look that was made.
        z: Combined statistic there.
        p1: Rate of the first arm, such as that observed so far.
        p2: Rate of the second arm.
        power: Wanted conditional power.
        least: Fewest patients of a stage.
        most: Most patients of a stage; taken where p1 does not exceed p2.
        ratio: Patients of the first arm for one of the second.
    """
    checked_rate("The first rate", p1)
    checked_rate("The second rate", p2)
    sizes = rates_stage_sizes(
        conditional_critical(boundary, look, z), np.array(p1), np.array(p2),
        power=power, least=least, most=most, ratio=ratio,
    )  # fmt: skip
    return float(sizes)


def rates_stage_sizes(
    critical: np.ndarray,
    p1: np.ndarray,
    p2: np.ndarray,
    *,
    power: float,
    least: float,
    most: float,
    ratio: float = 1.0,
) -> np.ndarray:
    """`next_stage_size` for many trials at once.

    Args:
        critical: What each next stage must reach (`conditional_critical`).
        p1: Rates of the first arm.
        p2: Rates of the second arm, all of one shape.
        power: Wanted conditional power.
        least: Fewest patients of a stage.
        most: Most patients of a stage.
        ratio: Patients of the first arm for one of the second.

    Returns:
        Patients of both arms, with decimals, in the same shape.
    """
    if not 0 < least <= most:
        raise MyotrialError(
            f"A stage needs a least size above 0, no more than its most (got {least!r}, {most!r})"
        )
    at_power = float(ndtri(checked_share("power", power)))
    first = checked_positive("The allocation ratio", ratio) / (1 + ratio)
    second = 1 - first
    both = p1 * first + p2 * second
    null = np.sqrt(both * (1 - both) / (first * second))
    truth = np.sqrt(p1 * (1 - p1) / first + p2 * (1 - p2) / second)
    reach = np.maximum(critical * null + at_power * truth, 0.0)
    effect = np.maximum(p1 - p2, 1e-12)
    return np.clip((reach / effect) ** 2, least, most)
