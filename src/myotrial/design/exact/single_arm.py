"""One arm, one binary endpoint: the exact one-sided test against a rate of no interest.

Reject   where at least a critical number of patients respond: the smallest number that as many
         patients reach with a probability of at most alpha at the rate p0.
Looks    with several looks at cumulative numbers, each stops for futility at or below a bound and,
         if wanted, for success at or above another; after the last look what has not succeeded
         has failed.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil

import numpy as np

from myotrial.design.exact.binomials import conditional, pmf, tails
from myotrial.design.exact.sample_size import BEYOND
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.assumptions import (
    checked_looks,
    checked_memory,
    checked_n,
    checked_rate,
    checked_share,
)

__all__ = [
    "MultiStage",
    "SingleStage",
    "SingleStageSize",
    "StageCharacteristics",
    "single_stage",
    "single_stage_size",
]

LARGEST = 5000  # patients up to which a size is looked for


@dataclass(frozen=True)
class SingleStage:
    """A single-stage design.

    Attributes:
        n: Patients.
        critical: Responders from which it succeeds; n + 1 if it cannot succeed.
        size: Probability to succeed at p0.
        power: Probability to succeed at p1.
    """

    n: int
    critical: int
    size: float
    power: float


@dataclass(frozen=True)
class SingleStageSize:
    """The single-stage designs that reach a power.

    Attributes:
        first: The smallest design that reaches it.
        stays: The smallest from which every design looked at reaches it.
        looked_to: Patients of the greatest design looked at.
    """

    first: SingleStage
    stays: SingleStage
    looked_to: int


@dataclass(frozen=True)
class StageCharacteristics:
    """Operating characteristics of a design with looks at one response rate.

    Attributes:
        rate: Response rate.
        success: Probability to succeed at any look.
        stopped: Probability to stop before the last look, for futility or for success.
        expected_n: Mean number of patients.
        success_by_look: Probability to succeed, by look.
        futility_by_look: Probability to stop for futility (at the last look: to fail), by look.
    """

    rate: float
    success: float
    stopped: float
    expected_n: float
    success_by_look: tuple[float, ...]
    futility_by_look: tuple[float, ...]


@dataclass(frozen=True)
class MultiStage:
    """One arm with looks at cumulative responders.

    Attributes:
        n: Cumulative patients at each look.
        futility: Responders up to which each look stops for futility, -1 for no such stop; at the
            last look the greatest number that fails.
        success: Responders from which each look stops for success; None: only the last look can
            succeed, and does so where it does not fail.

    Raises:
        MyotrialError: Looks do not rise, their numbers differ, or bounds cross.
    """

    n: tuple[int, ...]
    futility: tuple[int, ...]
    success: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        sizes = checked_looks("Patients at the looks", self.n)
        steps = ((after + 1) * (before + 1) for before, after in pairwise(sizes))
        numbers = 3 * max(steps, default=0) + 8 * sizes[-1]
        checked_memory(f"Looks at up to {sizes[-1]} patients", numbers)
        success = self._success
        if not len(self.n) == len(self.futility) == len(success):
            raise MyotrialError(
                f"Each of {len(self.n)} looks needs one bound of a kind "
                f"(got {len(self.futility)} for futility, {len(success)} for success)"
            )
        if any(low >= high for low, high in zip(self.futility, success, strict=True)):
            raise MyotrialError(
                f"Each look must stop for futility below the number that succeeds "
                f"(got {self.futility} and {success})"
            )

    @property
    def _success(self) -> tuple[int, ...]:
        if self.success is not None:
            return self.success
        return (*(n + 1 for n in self.n[:-1]), self.futility[-1] + 1)

    def characteristics(self, rate: float) -> StageCharacteristics:
        """Success, stopping and expected number at a response rate, exactly.

        Raises:
            MyotrialError: The rate lies outside 0 to 1.
        """
        checked_rate("The response rate", rate)
        wins, losses, stops = [], [], []
        for n, low, high, reach in zip(
            self.n, self.futility, self._success, self._reach, strict=True
        ):
            chances = pmf(n, rate) * reach
            wins.append(float(chances[high:].sum()))
            losses.append(float(chances[: (high if n == self.n[-1] else low + 1)].sum()))
            stops.append(wins[-1] + losses[-1])
        return StageCharacteristics(
            rate=rate,
            success=sum(wins),
            stopped=sum(stops[:-1]),
            expected_n=sum(n * stop for n, stop in zip(self.n, stops, strict=True)),
            success_by_look=tuple(wins),
            futility_by_look=tuple(losses),
        )

    @cached_property
    def _reach(self) -> tuple[np.ndarray, ...]:
        """Of each look, the probability to have come to a number of responders, given it."""
        reached = [np.ones(self.n[0] + 1)]
        for place, (before, after) in enumerate(pairwise(self.n)):
            on = reached[-1].copy()
            on[: self.futility[place] + 1] = 0.0
            on[self._success[place] :] = 0.0
            reached.append(conditional(before, after - before) @ on)
        return tuple(reached)


def single_stage(n: int, p0: float, p1: float, *, alpha: float = 0.05) -> SingleStage:
    """The single-stage design with n patients.

    Args:
        n: Patients.
        p0: Rate of no interest.
        p1: Rate of interest, above p0.
        alpha: One-sided level.

    Raises:
        MyotrialError: The number, a rate or the level is not valid, or p1 does not exceed p0.

    >>> single_stage(25, 0.2, 0.467, alpha=0.025).critical
    10
    """
    checked_memory(f"A design of {n} patients", 8 * checked_n("A number of patients", n))
    checked_interest(p0, p1)
    checked_share("alpha", alpha)
    under_null = tails(n, p0)
    critical = int(np.argmax(under_null <= alpha * (1 + 1e-12)))
    return SingleStage(n, critical, float(under_null[critical]), float(tails(n, p1)[critical]))


def single_stage_size(
    p0: float, p1: float, *, alpha: float = 0.05, power: float = 0.8
) -> SingleStageSize:
    """The patients a single-stage design needs.

    Raises:
        MyotrialError: A rate, the level or the power is not valid, or p1 does not exceed p0.
        TooLargeError: More than 5000 patients would be needed.

    >>> size = single_stage_size(0.3, 0.5, alpha=0.05, power=0.9)
    >>> size.first.n, size.first.critical, size.stays.n
    (53, 22, 57)
    """
    checked_share("power", power)
    first: SingleStage | None = None
    stays: SingleStage | None = None
    looked_to = n = 1
    while first is None or n <= looked_to:
        if n > LARGEST:
            raise TooLargeError(f"More than {LARGEST} patients would be needed")
        design = single_stage(n, p0, p1, alpha=alpha)
        if design.power < power:
            stays = None
        elif stays is None:
            stays = design
        if first is None and stays is not None:
            first, looked_to = design, n + max(BEYOND, ceil(n / 2))
        n += 1
    if stays is None:
        raise TooLargeError(f"No size up to {looked_to} holds the power from there on")
    return SingleStageSize(first, stays, looked_to)


def checked_interest(p0: float, p1: float) -> None:
    """Check a pair of rates, of no interest and of interest.

    Raises:
        MyotrialError: One lies outside 0 to 1, or p1 does not exceed p0.
    """
    checked_rate("p0", p0)
    checked_rate("p1", p1)
    if p1 <= p0:
        raise MyotrialError(
            f"p1 must be above p0 (got p0 = {p0!r}, p1 = {p1!r}).\n"
            "Hint: p0 is the response rate of no interest, p1 the one worth finding."
        )
