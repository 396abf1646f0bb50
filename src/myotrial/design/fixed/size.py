"""How many patients a two-arm design needs, before and after rounding."""

from dataclasses import dataclass
from math import ceil

from scipy.special import ndtri

from myotrial.statistics.assumptions import checked_errors, checked_positive, checked_sides

__all__ = ["SampleSize", "quantiles", "split"]


@dataclass(frozen=True)
class SampleSize:
    """Patients of the two arms as a formula gives them, with decimals.

    Attributes:
        first: Patients of the first arm (treated).
        second: Patients of the second arm (control).
    """

    first: float
    second: float

    @property
    def total(self) -> float:
        """Patients of both arms, with decimals."""
        return self.first + self.second

    @property
    def whole(self) -> tuple[int, int]:
        """Each arm rounded up to whole patients (1e-6 above a whole number is not another one).

        >>> SampleSize(41.97, 41.97).whole
        (42, 42)
        """
        return ceil(self.first - 1e-6), ceil(self.second - 1e-6)


def split(total: float, ratio: float) -> SampleSize:
    """A total in two arms.

    Args:
        total: Patients of both arms.
        ratio: Patients of the first arm for one of the second.

    Raises:
        MyotrialError: The ratio is not above 0.

    >>> split(90, 2)
    SampleSize(first=60.0, second=30.0)
    """
    second = total / (1 + checked_positive("The allocation ratio", ratio))
    return SampleSize(ratio * second, second)


def quantiles(alpha: float, power: float, sides: int) -> tuple[float, float]:
    """The normal quantiles of the error of one side, and of the power.

    Raises:
        MyotrialError: alpha or power lies outside 0 to 1, or a test has neither 1 nor 2 sides.
    """
    checked_errors(alpha, power)
    return -float(ndtri(alpha / checked_sides(sides))), float(ndtri(power))
