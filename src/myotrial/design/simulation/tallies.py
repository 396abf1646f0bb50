"""What simulated trials add up to: sums of whole numbers, so that parts merge exactly."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from myotrial.design.simulation.scenario import Scenario
from myotrial.errors import MyotrialError
from myotrial.response import tis_2016

__all__ = ["SUMS", "Tallies", "empty"]


@dataclass(frozen=True)
class Tallies:
    """Sums over trials; parts of one scenario and seed merge by `+`.

    Attributes:
        key: Of the scenario.
        seed: Of the random numbers.
        ranges: First number and how many, of the trials that are in, in order.
        counts: Trials by endpoint, responders of the active arm and of controls
            (E, active + 1, controls + 1).
        rejected: Trials (E, 2) in which the pooled z test favours controls, the active arm.
        scores: Of both arms (2, 3): subjects whose last score counts, the sum and the sum of
            squares of these in steps of 2.5 points.
        better: Trials (2) in which the t test of scores favours controls, the active arm.
        seen: Subjects seen (2, visits).
    """

    key: str
    seed: int
    ranges: tuple[tuple[int, int], ...]
    counts: np.ndarray
    rejected: np.ndarray
    scores: np.ndarray
    better: np.ndarray
    seen: np.ndarray

    @property
    def trials(self) -> int:
        """How many trials are in."""
        return sum(number for _, number in self.ranges)

    def __add__(self, other: "Tallies") -> "Tallies":
        if (self.key, self.seed) != (other.key, other.seed):
            raise MyotrialError(
                "Only parts of one scenario and one seed add up: found "
                f"{self.key} with seed {self.seed}, and {other.key} with seed {other.seed}."
            )
        sums = (getattr(self, name) + getattr(other, name) for name in SUMS)
        return Tallies(self.key, self.seed, _joined(self.ranges + other.ranges), *sums)

    def share(self, endpoint: int, region: np.ndarray) -> float:
        """Share of trials that a test rejects.

        Args:
            endpoint: Position among the scenario's endpoints. One with the imputation "observed"
                has no fixed number of subjects; `rejected` has its z test.
            region: Truths (active + 1, controls + 1) by responders: where the test rejects.
        """
        if np.shape(region) != self.counts.shape[1:]:
            raise MyotrialError(
                f"expected a region of {self.counts.shape[1:]} (responders of the active arm and "
                f"of controls, from 0), found {np.shape(region)}"
            )
        return float(self.counts[endpoint][np.asarray(region, bool)].sum() / self.trials)

    def rates(self, endpoint: int) -> tuple[float, float]:
        """Mean share of responders among all randomised: controls, active arm."""
        counts = self.counts[endpoint]
        active, controls = (np.arange(size) for size in counts.shape)
        number = np.array([counts.sum(0) @ controls, counts.sum(1) @ active])
        sizes = np.array([counts.shape[1] - 1, counts.shape[0] - 1])
        return tuple((number / sizes / self.trials).tolist())

    def score(self, arm: int) -> tuple[float, float]:
        """Mean and standard deviation of the last score of an arm, in points."""
        number, total, square = self.scores[arm].tolist()
        mean = total / number
        spread = (square - total * mean) / (number - 1)
        return tis_2016.STEP * mean, tis_2016.STEP * spread**0.5


SUMS = tuple(field.name for field in fields(Tallies))[3:]


def empty(scenario: Scenario, seed: int) -> Tallies:
    """Tallies of no trial."""
    number = len(scenario.endpoints)
    counts = (number, scenario.active.size + 1, scenario.control.size + 1)
    shapes: list[Any] = [counts, (number, 2), (2, 3), (2,), (2, scenario.visits)]
    return Tallies(scenario.key, seed, (), *(np.zeros(shape, np.int64) for shape in shapes))


def _joined(ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, neighbours made one; the same trial twice is an error."""
    joined: list[tuple[int, int]] = []
    for first, number in sorted(ranges):
        end = sum(joined[-1]) if joined else None
        if end is not None and first < end:
            raise MyotrialError(f"trial {first} is in both parts and would count twice")
        if end == first:
            joined[-1] = (joined[-1][0], joined[-1][1] + number)
        else:
            joined.append((first, number))
    return tuple(joined)
