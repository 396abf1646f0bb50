"""Values of the assessments: at baseline, and later at a stated change that fits on the scale.

Baseline  one shared severity and a part of its own for each measure (one-factor Gaussian copula),
          turned into the measure's stated distribution.
Later     a change in percent of baseline, moved to the nearest recordable value whose change lies
          in the band that is asked for: a change is never stretched past the ends of the scale.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from myotrial.protocol.models import Protocol
from myotrial.reconstruction.draws import NORMAL, Stream
from myotrial.reconstruction.recipe import Measure
from myotrial.response.core_set import CoreSet, improvement

__all__ = ["Band", "Scale", "baseline", "core_measures"]

NEAR = 1e-9  # of a step: what rounding in binary leaves behind
ROUNDED = 1.0  # of a step: more than what rounding to decimals can move


@dataclass(frozen=True)
class Band:
    """Changes between two ends, both included, in percent of baseline, positive is better."""

    low: float
    high: float


@dataclass(frozen=True)
class Scale:
    """One assessment with its direction.

    Attributes:
        measure: Its part of the recipe.
        better: 1 where a higher value is better, -1 where a lower one is.
    """

    measure: Measure
    better: float

    def change(self, before: float, after: float) -> float:
        """Improvement in percent of baseline, positive is better."""
        return float(improvement(before, after, self.better, math.inf))

    def reach(self, before: float, band: Band) -> range:
        """Numbers of the recordable values whose change from baseline lies in a band.

        From a baseline of zero no percentage exists: there a patient stays at zero.
        """
        if before == 0:
            return range(int(band.low <= 0 <= band.high))
        ends = [before * (1 + self.better * end / 100) for end in (band.low, band.high)]
        low, high = self.measure.range
        steps = self.measure.steps
        first = math.ceil(max(min(ends) * steps - ROUNDED, low * steps - NEAR))
        last = math.floor(min(max(ends) * steps + ROUNDED, high * steps + NEAR))
        while first <= last and not self._inside(before, first, band):
            first += 1
        while first <= last and not self._inside(before, last, band):
            last -= 1
        return range(first, last + 1)

    def _inside(self, before: float, index: int, band: Band) -> bool:
        return band.low <= self.change(before, self.measure.recorded(index)) <= band.high

    def changed(self, before: float, percent: float, within: range) -> float | int:
        """The recordable value that comes nearest to a change, among those in reach."""
        wanted = self.measure.index(before * (1 + self.better * percent / 100))
        index = min(max(wanted, within[0]), within[-1])
        value = self.measure.recorded(index)
        return value if self.measure.decimals else int(value)


def baseline(scales: Mapping[str, Scale], draws: Stream) -> dict[str, float | int]:
    """One patient's values at baseline, by assessment."""
    severity = draws.normal()
    return {name: _correlated(scale.measure, severity, draws) for name, scale in scales.items()}


def _correlated(measure: Measure, severity: float, draws: Stream) -> float | int:
    own = math.sqrt(1 - measure.loading**2)
    level = NORMAL.cdf(measure.loading * severity + own * draws.normal())
    low, high = measure.range
    return measure.nearest(min(max(measure.baseline.at(level), low), high))


def core_measures(protocol: Protocol) -> CoreSet:
    """Ids of the six core set measures; a protocol that is drawn for has one enzyme."""
    return CoreSet(**{**dict(protocol.core_set), "enzyme": protocol.core_set.enzyme[0]})
