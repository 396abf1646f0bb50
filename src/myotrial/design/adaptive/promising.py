"""The promising zone: a trial grows only where its interim result is promising.

Zones     by conditional power under the trend so far. Favourable: at least the wanted power; go on
          as planned. Promising: less, but so much that a larger trial cannot raise the type I error
          of the ordinary final test; grow until conditional power is as wanted, up to a cap.
          Unfavourable: go on as planned.
Sizes     are multiples of the planned number of patients.
Source    Mehta CR, Pocock SJ. Stat Med 2011;30:3267-84. Chen YHJ, DeMets DL, Lan KKG. Stat Med
          2004;23:1023-38.
"""

from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite, sqrt
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_errors, checked_share
from myotrial.statistics.roots import root

__all__ = ["Adaptation", "PromisingZone"]

Zone = Literal["unfavourable", "promising", "favourable"]
GRID = 2000  # interim results looked at before the edge of the zone is narrowed down


@dataclass(frozen=True)
class Adaptation:
    """What an interim result leads to.

    Attributes:
        zone: Where it lies.
        conditional_power: Under the trend so far, with the planned size.
        size: Patients at the end as a multiple of those planned, at least 1.
    """

    zone: Zone
    conditional_power: float
    size: float


@dataclass(frozen=True)
class PromisingZone:
    """A rule for growing at one interim analysis.

    Attributes:
        fraction: Information fraction of the interim analysis, strictly between 0 and 1.
        cap: Most patients at the end, as a multiple of those planned, above 1.
        power: Wanted conditional power.
        alpha: One-sided type I error; there is no early stopping.
    """

    fraction: float
    cap: float
    power: float
    alpha: float = 0.025

    def __post_init__(self) -> None:
        checked_share("The information fraction of the interim analysis", self.fraction)
        checked_errors(self.alpha, self.power)
        if not (self.cap > 1 and isfinite(self.cap)):
            raise MyotrialError(
                f"The cap must be finite and above 1, the planned size (got {self.cap!r}).\n"
                "Hint: 1.5 allows half as many patients again."
            )

    @property
    def critical(self) -> float:
        """The ordinary critical value of the final test."""
        return -float(ndtri(self.alpha))

    def conditional_power(self, z: float) -> float:
        """Conditional power under the trend so far, with the planned size."""
        t = self.fraction
        return float(ndtr((z * sqrt(t) - self.critical) / sqrt(1 - t) + z * sqrt((1 - t) / t)))

    def size(self, z: float) -> float:
        """The size that has the wanted conditional power under the trend, from 1 to the cap."""
        if z <= 0:
            return self.cap
        t = self.fraction
        wanted = (self.critical - z * sqrt(t)) / sqrt(1 - t) + float(ndtri(self.power))
        return min(max(t + t * (max(wanted, 0.0) / z) ** 2, 1.0), self.cap)

    def valid_critical(self, z: float) -> float:
        """The critical value at the end that would keep the type I error exactly, after growing."""
        t, total = self.fraction, self.size(z)
        stretch = sqrt((total - t) / (1 - t))
        return (stretch * (self.critical - z * sqrt(t)) + z * sqrt(t)) / sqrt(total)

    @cached_property
    def floor(self) -> float:
        """The least conditional power of the promising zone; `power` where there is no zone.

        >>> round(PromisingZone(0.5, 1.5, 0.9).floor, 2)
        0.41
        """
        return min(self.conditional_power(self._lowest), self.power)

    @cached_property
    def _lowest(self) -> float:
        """The least interim result from which on growing keeps the type I error."""

        def surplus(z: float) -> float:
            return self.valid_critical(z) - self.critical

        favourable = root(lambda z: self.conditional_power(z) - self.power, -10.0, 20.0)
        points = np.linspace(1e-6, favourable, GRID)[:-1]
        too_high = [k for k, z in enumerate(points) if surplus(float(z)) > 0]
        if not too_high:
            return float(points[0])
        if too_high[-1] + 1 == len(points):
            return inf
        return root(surplus, float(points[too_high[-1]]), float(points[too_high[-1] + 1]))

    def decide(self, z: float) -> Adaptation:
        """What an interim result leads to.

        Args:
            z: The statistic at the interim analysis.

        Raises:
            MyotrialError: z is not finite.
        """
        if not isfinite(z):
            raise MyotrialError(f"The statistic must be finite (got {z!r})")
        chance = self.conditional_power(z)
        if chance >= self.power:
            return Adaptation("favourable", chance, 1.0)
        if z < self._lowest:
            return Adaptation("unfavourable", chance, 1.0)
        return Adaptation("promising", chance, self.size(z))
