"""A continuous measure in a crossover trial: each patient receives both treatments.

Analysis  Each patient's difference between treatments. Without a period effect that is the paired
          t-test (patients less one degrees of freedom); with one, half of the patients start with
          each treatment and the sequences are compared (patients less two).
Spread    The standard deviation of the difference is sd sqrt(2 (1 - correlation)), with sd that of
          one measurement and the correlation of two measurements of one patient.
Source    Senn S. Cross-over Trials in Clinical Research, 2nd ed, 2002, chapters 3 and 9.
"""

from math import sqrt

from myotrial.design.fixed.means import exceeds
from myotrial.design.fixed.t_test import rejection, total_for
from myotrial.statistics.assumptions import checked_correlation, checked_positive

__all__ = ["difference_sd", "power", "sample_size"]


def difference_sd(sd: float, correlation: float) -> float:
    """The standard deviation of a patient's difference between treatments.

    Raises:
        MyotrialError: sd is not above 0 or the correlation is not strictly between -1 and 1.

    >>> difference_sd(10, 0.5)
    10.0
    """
    return checked_positive("The standard deviation", sd) * sqrt(
        2 * (1 - checked_correlation(correlation))
    )


def sample_size(
    effect: float,
    sd: float,
    correlation: float,
    *,
    power: float,
    alpha: float = 0.025,
    sides: int = 1,
    period: bool = True,
) -> float:
    """Patients, with decimals, needed to show an effect above 0.

    Args:
        effect: Mean difference between the treatments.
        sd: Standard deviation of one measurement.
        correlation: Correlation of two measurements of one patient.
        power: Wanted chance to reject.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        period: Whether a period effect is estimated.

    Raises:
        MyotrialError: The effect is not above 0, or an argument is out of range.
    """
    exceeds(effect, 0.0, sides)
    lost = 2 if period else 1

    def power_of(n: float) -> float:
        return _power(effect, difference_sd(sd, correlation), n, alpha, sides, lost)

    return total_for(power_of, alpha, power, float(lost))


def power(
    effect: float,
    sd: float,
    correlation: float,
    n: float,
    *,
    alpha: float = 0.025,
    sides: int = 1,
    period: bool = True,
) -> float:
    """The chance to reject with n patients who complete both periods; see `sample_size`."""
    spread = difference_sd(sd, correlation)
    return _power(effect, spread, n, alpha, sides, 2 if period else 1)


def _power(effect: float, spread: float, n: float, alpha: float, sides: int, lost: int) -> float:
    error = spread / sqrt(checked_positive("Patients", n))
    effect = abs(effect) if sides == 2 else effect
    return rejection(effect / error, n - lost, alpha, sides)
