"""Describing a sample of numbers.

Missing    None and NaN are left out and counted; what is left decides.
Quartiles  averages at jumps of the distribution function (definition 2 of Hyndman and Fan, the
           default of SAS): with n p a whole number, the mean of that value and the next; else the
           next value up.
SD         divided by n - 1; None for fewer than two values.
Source     Hyndman RJ, Fan Y. Am Stat 1996;50:361-5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, fsum, isnan, sqrt

__all__ = ["Summary", "difference", "quantile", "summarise"]


@dataclass(frozen=True)
class Summary:
    """What describes a sample; None where too few values are left."""

    n: int
    missing: int
    mean: float | None
    sd: float | None
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    smallest: float | None
    largest: float | None


def summarise(values: Iterable[float | None]) -> Summary:
    """Describe the values that are not missing.

    >>> summarise([2.0, 4.0, None, 9.0]).mean
    5.0
    """
    listed = list(values)
    found = sorted(float(v) for v in listed if v is not None and not isnan(v))
    n, missing = len(found), len(listed) - len(found)
    if not found:
        return Summary(0, missing, None, None, None, None, None, None, None)
    mean = fsum(found) / n
    sd = sqrt(fsum((value - mean) ** 2 for value in found) / (n - 1)) if n > 1 else None
    lower, median, upper = (quantile(found, Fraction(k, 4)) for k in (1, 2, 3))
    return Summary(n, missing, mean, sd, median, lower, upper, found[0], found[-1])


def difference(first: float, second: float) -> float:
    """First minus second, as the decimals they are written with: equal changes stay equal.

    >>> 0.62 - 0.37 == 1.1 - 0.85, difference(0.62, 0.37) == difference(1.1, 0.85)
    (False, True)
    """
    return float(Decimal(repr(float(first))) - Decimal(repr(float(second))))


def quantile(ordered: Sequence[float], share: Fraction) -> float:
    """The value below which a share of an ordered, non-empty sample lies.

    >>> quantile([1.0, 2.0, 3.0, 4.0], Fraction(1, 4))
    1.5
    """
    place = len(ordered) * share
    if place.denominator == 1 and 0 < place < len(ordered):
        return (ordered[int(place) - 1] + ordered[int(place)]) / 2
    return ordered[min(max(ceil(place), 1), len(ordered)) - 1]
