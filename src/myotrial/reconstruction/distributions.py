"""Distributions as a recipe states them: from what papers print to a quantile function.

Papers print a median with quartiles, or a range; `quantiles` joins such points by straight lines.
A long right tail is `lognormal`, cut off where no value is believed.
"""

import math
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from myotrial.protocol.models import Number, Part, Positive
from myotrial.reconstruction.draws import NORMAL

__all__ = ["Distribution"]

Level = Annotated[float, Field(strict=False, ge=0, le=1)]
MEDIAN = 0.5


class LogNormal(Part):
    """A log-normal distribution between two ends."""

    median: Positive = Field(description="median before the ends are cut off")
    log_sd: Positive = Field(description="standard deviation of the natural logarithm")
    low: Positive = Field(description="lowest value")
    high: Positive = Field(description="highest value")

    @model_validator(mode="after")
    def _ordered(self) -> "LogNormal":
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self

    def at(self, level: float) -> float:
        low, high = (self._below(end) for end in (self.low, self.high))
        inside = NORMAL.inv_cdf(low + level * (high - low))
        value = self.median * math.exp(self.log_sd * inside)
        return min(max(value, self.low), self.high)

    def _below(self, value: float) -> float:
        return NORMAL.cdf(math.log(value / self.median) / self.log_sd)


class Distribution(Part):
    """A distribution of numbers: `quantiles` or `lognormal`, exactly one of them."""

    quantiles: dict[Level, Number] | None = Field(
        None,
        description="value at each level from 0 (lowest) to 1 (highest), joined by straight lines",
    )
    lognormal: LogNormal | None = Field(None, description="log-normal between two ends")

    @model_validator(mode="after")
    def _stated(self) -> "Distribution":
        if (self.quantiles is None) == (self.lognormal is None):
            raise ValueError("exactly one of quantiles and lognormal must be given")
        if self.quantiles is not None:
            levels = sorted(self.quantiles)
            values = [self.quantiles[level] for level in levels]
            if levels[:1] != [0] or levels[-1] != 1 or values != sorted(values):
                raise ValueError("quantiles must run from level 0 to level 1 and never fall")
        return self

    def at(self, level: float) -> float:
        """The value that a share `level` (0 to 1) of patients does not exceed.

        >>> Distribution(quantiles={0: 10, 0.5: 20, 1: 60}).at(0.75)
        40.0
        """
        if self.lognormal is not None:
            return self.lognormal.at(level)
        points = sorted((self.quantiles or {}).items())
        for (left, low), (right, high) in pairwise(points):
            if level <= right:
                return low + (high - low) * (level - left) / (right - left)
        return points[-1][1]

    @property
    def median(self) -> float:
        """The value at level 0.5."""
        return self.at(MEDIAN)
