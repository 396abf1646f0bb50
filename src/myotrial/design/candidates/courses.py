"""Every course of a trial whose second stage is set by the counts of both arms in the first.

Both kinds hold, for each pair of counts of the first stage, the size of the second. Patients of a
stage are those of both arms together, each arm rounded up.
"""

from functools import lru_cache
from typing import Protocol

import numpy as np
from scipy.special import ndtri

from myotrial.design.adaptive.combination import weights
from myotrial.design.adaptive.promising import PromisingZone
from myotrial.design.adaptive.reestimation import conditional_critical, rates_stage_sizes
from myotrial.design.adaptive.simulation import arms, pooled_z
from myotrial.design.candidates.outcome import Outcome
from myotrial.design.exact.binomials import conditional, pmf
from myotrial.statistics.sequential.boundaries import Boundary

__all__ = ["Course", "PromisingCourse", "WeightedCourse"]

Sizes = tuple[int, int]
TIE = 1e-9  # z within this of a bound has reached it


class Course(Protocol):
    """What is asked of the courses of a trial.

    `span` are the fewest and the most patients of a trial that goes on to its last look.
    """

    stages: tuple[float, ...]
    arms: tuple[Sizes, ...]
    upper: tuple[float, ...]
    last: float
    trials: int
    span: Sizes

    def at(self, control: float, treatment: float, /) -> Outcome:
        """What happens at a pair of true rates."""
        ...


class PromisingCourse:
    """A promising zone at one look; the ordinary pooled z of all patients decides at the end."""

    trials = 0

    def __init__(
        self,
        stages: tuple[float, ...],
        ratio: float,
        most: float,
        wanted: float,
        alpha: float,
        more: float = 0.0,
    ) -> None:
        self.stages = stages
        self.upper: tuple[float, ...] = ()
        self.arms = tuple(arms(size, ratio) for size in stages)
        self.last = -float(ndtri(alpha)) + more
        self.reached = _promising(self.arms, ratio, most, wanted, alpha)
        self.rejects = {sizes: _z(sizes) >= self.last - TIE for sizes in self.reached}
        self.span: Sizes = min(map(sum, self.reached)), max(map(sum, self.reached))

    def at(self, control: float, treatment: float, /) -> Outcome:
        """What happens at a pair of true rates."""
        power = expected = 0.0
        for sizes, reach in self.reached.items():
            first, second = pmf(sizes[0], treatment), pmf(sizes[1], control)
            power += float(first @ (reach * self.rejects[sizes]) @ second)
            expected += float(first @ reach @ second) * sum(sizes)
        return Outcome(power, expected, (0.0, 1.0))


class WeightedCourse:
    """Two stages combined by the inverse-normal method with their planned weights."""

    trials = 0

    def __init__(
        self,
        stages: tuple[float, ...],
        ratio: float,
        most: float,
        wanted: float,
        bounds: Boundary,
    ) -> None:
        self.stages, self.last = stages, bounds.efficacy[-1]
        self.upper: tuple[float, ...] = bounds.efficacy
        self.arms = tuple(arms(size, ratio) for size in stages)
        first = self.arms[0]
        z = _z(first)
        self.won = z >= bounds.efficacy[0]
        going = np.argwhere(~self.won)
        rows, columns = going.T
        sizes = rates_stage_sizes(
            conditional_critical(bounds, 1, z[~self.won]),
            rows / first[0], columns / first[1],
            power=wanted, least=stages[1], most=stages[1] + (most - 1) * sum(stages), ratio=ratio,
        )  # fmt: skip
        mine, its = weights(bounds.information)
        needed = (bounds.efficacy[1] - mine * z[~self.won]) / its
        whole = [arms(size, ratio) for size in sizes.tolist()]
        self.parts = [
            _Part(second, rows[at], columns[at], needed[at])
            for second in sorted(set(whole))
            if len(at := np.array([k for k, item in enumerate(whole) if item == second]))
        ]
        ends = [sum(first) + sum(part.sizes) for part in self.parts]
        self.span: Sizes = min(ends), max(ends)

    def at(self, control: float, treatment: float, /) -> Outcome:
        """What happens at a pair of true rates."""
        first = self.arms[0]
        chance = np.outer(pmf(first[0], treatment), pmf(first[1], control))
        early = float(chance[self.won].sum())
        power, expected = early, float(sum(first))
        for part in self.parts:
            here = chance[part.rows, part.columns]
            power += float(here @ part.rejection(control, treatment))
            expected += float(here.sum()) * sum(part.sizes)
        return Outcome(power, expected, (early, 1 - early), early)


class _Part:
    """The counts of the first stage that lead to one size of the second."""

    def __init__(
        self, sizes: Sizes, rows: np.ndarray, columns: np.ndarray, needed: np.ndarray
    ) -> None:
        self.sizes, self.rows, self.columns = sizes, rows, columns
        z = _z(sizes).ravel()
        self.order = np.argsort(z, kind="stable")
        self.places = np.searchsorted(z[self.order], needed - TIE)

    def rejection(self, control: float, treatment: float) -> np.ndarray:
        """The chance that the second stage's z reaches what is needed, for each pair of counts."""
        chance = np.outer(pmf(self.sizes[0], treatment), pmf(self.sizes[1], control)).ravel()
        above = np.append(np.cumsum(chance[self.order][::-1])[::-1], 0.0)
        return above[self.places]


@lru_cache(maxsize=4)
def _promising(
    planned: tuple[Sizes, ...], ratio: float, most: float, wanted: float, alpha: float
) -> dict[Sizes, np.ndarray]:
    """For each final size, the probability to have come to its counts, given these."""
    first, total = planned[0], sum(map(sum, planned))
    rule = PromisingZone(sum(first) / total, most, wanted, alpha)
    z = _z(first)
    leading: dict[Sizes, list[float]] = {}
    for value in np.unique(z).tolist():
        size = rule.decide(value).size
        second = arms(size * total - sum(first), ratio) if size > 1 else planned[1]
        leading.setdefault(second, []).append(value)
    return {
        _both(first, second): _reach(first, second, np.isin(z, values))
        for second, values in leading.items()
    }


def _both(one: Sizes, other: Sizes) -> Sizes:
    return one[0] + other[0], one[1] + other[1]


def _z(sizes: Sizes) -> np.ndarray:
    """The pooled z of every pair of counts, shape (n1 + 1, n2 + 1)."""
    x1, x2 = np.meshgrid(np.arange(sizes[0] + 1.0), np.arange(sizes[1] + 1.0), indexing="ij")
    return pooled_z(np.stack([x1, np.full_like(x1, sizes[0]), x2, np.full_like(x2, sizes[1])]))


def _reach(first: Sizes, second: Sizes, here: np.ndarray) -> np.ndarray:
    """The probability to have come by one of the marked counts, given those at the end."""
    return conditional(first[0], second[0]) @ here @ conditional(first[1], second[1]).T
