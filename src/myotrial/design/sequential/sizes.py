"""Size and power of a group-sequential trial, from those of the fixed one.

A group-sequential design needs as many patients as the fixed design of the same alpha and power,
times the inflation factor of its boundary. So any fixed design (rates, means, slopes, MMRM, events)
becomes a sequential one. Means are treated as if their standard deviation were known.
"""

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri

from myotrial.design.fixed import rates
from myotrial.design.fixed.size import SampleSize
from myotrial.design.sequential.characteristics import (
    Characteristics,
    characteristics,
    inflation,
)
from myotrial.statistics.assumptions import checked_positive
from myotrial.statistics.sequential.boundaries import Boundary

__all__ = ["SequentialSize", "of_means", "of_rates", "sequential_size"]


@dataclass(frozen=True)
class SequentialSize:
    """Patients of a group-sequential design, with decimals.

    Attributes:
        maximum: Patients of both arms at the last look.
        at_looks: Patients of both arms together at each look.
        null: Expected patients of both arms under no effect.
        halfway: The same under half of the alternative's drift.
        alternative: The same under the alternative.
    """

    maximum: SampleSize
    at_looks: tuple[float, ...]
    null: float
    halfway: float
    alternative: float


def sequential_size(fixed: SampleSize, boundary: Boundary, power: float) -> SequentialSize:
    """The size of the design with this boundary.

    Args:
        fixed: The fixed design's size at the boundary's alpha, sides and the same power.
        boundary: The bounds.
        power: Power of both designs.

    >>> from myotrial.statistics.sequential.boundaries import boundary
    >>> from myotrial.statistics.sequential.shapes import OBrienFleming
    >>> bounds = boundary(OBrienFleming, (0.5, 1.0))
    >>> round(sequential_size(rates.sample_size(0.6, 0.3, power=0.8), bounds, 0.8).maximum.total, 4)
    84.5941
    """
    factors = inflation(boundary, power)
    largest = SampleSize(fixed.first * factors.maximum, fixed.second * factors.maximum)
    return SequentialSize(
        largest,
        tuple(largest.total * t for t in boundary.information),
        fixed.total * factors.null,
        fixed.total * factors.halfway,
        fixed.total * factors.alternative,
    )


def of_rates(
    boundary: Boundary, p1: float, p2: float, n1: float, n2: float, *, margin: float = 0.0
) -> Characteristics:
    """Operating characteristics with n1 and n2 patients at the last look, rates p1 and p2.

    A normal approximation with the null variance pooled, taken at the quantile of the fixed test;
    for few patients see the exact designs.
    """
    critical = -float(ndtri(boundary.alpha / boundary.sides))
    return characteristics(boundary, rates.drift(p1, p2, n1, n2, critical=critical, margin=margin))


def of_means(boundary: Boundary, effect: float, sd: float, n1: float, n2: float) -> Characteristics:
    """Operating characteristics with n1 and n2 patients at the last look.

    Args:
        boundary: The bounds.
        effect: Mean of the first arm minus that of the second.
        sd: Standard deviation within arms, taken as known.
        n1: Patients of the first arm at the last look.
        n2: Patients of the second arm at the last look.
    """
    checked_positive("The standard deviation", sd)
    checked_positive("Patients of the first arm", n1)
    checked_positive("Patients of the second arm", n2)
    return characteristics(boundary, effect / (sd * sqrt(1 / n1 + 1 / n2)))
