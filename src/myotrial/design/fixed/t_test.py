"""The chance that a t-test rejects, and the patients that it needs."""

from collections.abc import Callable

from scipy.special import nctdtr, ndtr, stdtrit

from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.assumptions import checked_errors, checked_share, checked_sides
from myotrial.statistics.roots import root

__all__ = ["rejection", "total_for"]

NORMAL = 1e6  # degrees of freedom from which on t is taken as normal
LARGEST = 1e9  # patients


def rejection(noncentrality: float, df: float, alpha: float, sides: int) -> float:
    """The chance that t passes its upper critical value; with two sides the far one is not counted.

    Args:
        noncentrality: The effect in standard errors.
        df: Degrees of freedom, above 0; need not be whole.
        alpha: Type I error of the whole test.
        sides: 1 or 2.

    Raises:
        MyotrialError: No degrees of freedom are left, or an argument is out of range.
    """
    tail = checked_share("alpha", alpha) / checked_sides(sides)
    if not df > 0:
        raise MyotrialError(
            f"A t-test needs at least one degree of freedom (got {df!r}).\n"
            "Hint: more patients than estimated means."
        )
    critical = float(stdtrit(min(df, NORMAL), 1 - tail))
    if df >= NORMAL:
        return float(ndtr(noncentrality - critical))
    return float(1 - nctdtr(df, noncentrality, critical))


def total_for(
    power_of: Callable[[float], float], alpha: float, power: float, least: float
) -> float:
    """The number of patients, with decimals, at which a rising power reaches what is wanted.

    The answer leaves at least one degree of freedom, whatever the power is there.

    Args:
        power_of: Power at a number of patients above `least`.
        alpha: Type I error, which the wanted power must exceed.
        power: The wanted power.
        least: Patients that leave no degree of freedom.

    Raises:
        MyotrialError: alpha or power lies outside 0 to 1, or power does not exceed alpha.
        TooLargeError: More than a thousand million patients would be needed.
    """
    checked_errors(alpha, power)
    low = high = least + 1
    if power_of(low) >= power:
        return low
    while power_of(high) < power:
        low, high = high, 2 * high
        if high > LARGEST:
            raise TooLargeError(
                "The effect is so small that no trial of patients could show it.\n"
                "Hint: check the units of the effect and of the standard deviation."
            )
    return root(lambda n: power_of(n) - power, low, high, xtol=1e-9)
