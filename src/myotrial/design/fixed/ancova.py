"""Two means compared with adjustment for baseline (ANCOVA), by the normal approximation.

Adjustment  for a covariate whose correlation with the measure is rho leaves 1 - rho ** 2 of the
            variance.
Source      Borm GF, Fransen J, Lemmens WAJG. J Clin Epidemiol 2007;60:1234-8.
"""

from math import sqrt

from scipy.special import ndtr, ndtri

from myotrial.design.fixed.means import exceeds
from myotrial.design.fixed.size import SampleSize, quantiles, split
from myotrial.statistics.assumptions import (
    checked_correlation,
    checked_positive,
    checked_share,
    checked_sides,
)

__all__ = ["power", "residual_sd", "sample_size"]


def residual_sd(sd: float, correlation: float) -> float:
    """The standard deviation that adjustment leaves.

    Raises:
        MyotrialError: sd is not above 0 or the correlation is not strictly between -1 and 1.

    >>> residual_sd(20, 0.6)
    16.0
    """
    return checked_positive("The standard deviation", sd) * sqrt(
        1 - checked_correlation(correlation) ** 2
    )


def sample_size(
    effect: float,
    sd: float,
    correlation: float,
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
) -> SampleSize:
    """Patients needed to show an effect above 0.

    Args:
        effect: Difference of means at the end, first arm minus second.
        sd: Standard deviation at the end, within arms.
        correlation: Correlation of baseline and end, within arms.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        ratio: Patients of the first arm for one of the second.

    Raises:
        MyotrialError: The effect is not above 0, or an argument is out of range.

    >>> round(sample_size(12, 20, 0.6, power=0.8, alpha=0.05, sides=2).first, 4)
    27.9071
    """
    z = sum(quantiles(alpha, power, sides))
    scaled = residual_sd(sd, correlation) * z / exceeds(effect, 0.0, sides)
    return split(
        scaled**2 * (1 + ratio) ** 2 / checked_positive("The allocation ratio", ratio), ratio
    )


def power(
    effect: float,
    sd: float,
    correlation: float,
    n1: float,
    n2: float,
    *,
    alpha: float = 0.025,
    sides: int = 1,
) -> float:
    """The chance to reject with n1 and n2 patients; arguments as in `sample_size`."""
    checked_positive("Patients of the first arm", n1)
    checked_positive("Patients of the second arm", n2)
    error = residual_sd(sd, correlation) * sqrt(1 / n1 + 1 / n2)
    effect = abs(effect) if checked_sides(sides) == 2 else effect
    return float(ndtr(effect / error + ndtri(checked_share("alpha", alpha) / sides)))
