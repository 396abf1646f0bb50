"""An estimate with its interval, as the functions of this room return it."""

from dataclasses import dataclass
from math import inf

__all__ = ["Estimate"]


@dataclass(frozen=True)
class Estimate:
    """A point estimate and a two-sided interval on the same scale.

    Attributes:
        value: The estimate; None where the data leave it undefined.
        low: Lower end; -inf or the end of the scale where the data set none.
        high: Upper end; inf or the end of the scale where the data set none.
        level: Coverage the interval aims at.
        coverage: Coverage guaranteed by an interval whose possible levels are discrete, else None.
    """

    value: float | None
    low: float = -inf
    high: float = inf
    level: float = 0.95
    coverage: float | None = None
