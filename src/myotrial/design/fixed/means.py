"""Two independent means compared by the t-test, with one standard deviation within arms.

Effect   mean of the first arm minus that of the second; one-sided tests ask whether it exceeds the
         margin. Where lower is better, give effect and margin with the sign turned.
Source   Noncentral t; Chow SC, Shao J, Wang H, Lokhnygina Y. Sample Size Calculations in Clinical
         Research, 3rd ed, 2017, chapter 3.
"""

from math import sqrt

from myotrial.design.fixed.size import SampleSize, split
from myotrial.design.fixed.t_test import rejection, total_for
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_positive

__all__ = ["exceeds", "power", "sample_size"]


def sample_size(
    effect: float,
    sd: float,
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    margin: float = 0.0,
) -> SampleSize:
    """Patients needed to show that the effect exceeds the margin.

    Args:
        effect: Difference of means under the alternative.
        sd: Standard deviation within arms.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2; with 2 the sign of the effect does not matter.
        ratio: Patients of the first arm for one of the second.
        margin: Difference under the null; below 0 for non-inferiority.

    Raises:
        MyotrialError: The effect does not exceed the margin, sd or ratio is not above 0, alpha or
            power lies outside 0 to 1.

    >>> round(sample_size(8, 18, power=0.8).total, 3)
    160.883
    """
    exceeds(effect, margin, sides)
    split(1.0, ratio)

    def power_of(total: float) -> float:
        arms = split(total, ratio)
        return _power(effect - margin, sd, arms.first, arms.second, alpha, sides)

    return split(total_for(power_of, alpha, power, 2.0), ratio)


def power(
    effect: float,
    sd: float,
    n1: float,
    n2: float,
    *,
    alpha: float = 0.025,
    sides: int = 1,
    margin: float = 0.0,
) -> float:
    """The chance to reject with n1 and n2 patients; arguments as in `sample_size`.

    With two sides only the side of the effect is counted.
    """
    return _power(effect - margin, sd, n1, n2, alpha, sides)


def _power(effect: float, sd: float, n1: float, n2: float, alpha: float, sides: int) -> float:
    checked_positive("Patients of the first arm", n1)
    checked_positive("Patients of the second arm", n2)
    error = checked_positive("The standard deviation", sd) * sqrt(1 / n1 + 1 / n2)
    effect = abs(effect) if sides == 2 else effect
    return rejection(effect / error, n1 + n2 - 2, alpha, sides)


def exceeds(effect: float, margin: float, sides: int) -> float:
    """How far the effect exceeds the margin; with two sides how far it is from it.

    Raises:
        MyotrialError: It does not.
    """
    more = abs(effect - margin) if sides == 2 else effect - margin
    if not more > 0:
        raise MyotrialError(
            f"An effect of {effect!r} does not exceed the margin of {margin!r}, so no number of "
            "patients can show that it does.\n"
            "Hint: a positive effect favours the first arm; turn the signs where lower is better."
        )
    return more
