"""Group-sequential trials of two arms with a binary endpoint, any number of looks, exactly.

Tier       0 of four: every outcome is enumerated, nothing is simulated.
Decision   at each look by the cumulative responders of both arms: stop for efficacy, stop for
           futility, or go on. After the last look what does not reject is no success.
Method     Given the responders of an arm at one look, those at the look before are hypergeometric,
           whatever the response rate. So the probability that the trial *got* to an outcome,
           given that outcome, is computed once, look by look, for all rates; each scenario then
           costs one product with its binomial probabilities, and the type I error is a polynomial
           in the common rate, whose supremum is found with a guarantee.
Futility   binding: the type I error takes the stops into account. Non-binding: the trial may go on
           regardless, `size` then leaves them out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import inf, isnan

import numpy as np

from myotrial.design.exact.binomials import conditional, pmf, pmf_table
from myotrial.design.exact.two_arm import Size, TestName, rejection_region, size_of
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import (
    checked_looks,
    checked_memory,
    checked_rate,
    checked_share,
)
from myotrial.statistics.counts import Alternative

__all__ = ["Characteristics", "Look", "SequentialDesign", "by_tests", "by_z"]

TIE = 1e-12  # a z so near to a boundary has reached it


@dataclass(frozen=True, eq=False)
class Look:
    """One analysis, by the cumulative responders of both arms.

    Attributes:
        n1: Cumulative patients of arm 1.
        n2: Cumulative patients of arm 2.
        efficacy: Outcomes that stop for efficacy, truth of shape (n1 + 1, n2 + 1).
        futility: Outcomes that stop for futility, same shape; none of them stops for efficacy.
    """

    n1: int
    n2: int
    efficacy: np.ndarray
    futility: np.ndarray


@dataclass(frozen=True)
class Characteristics:
    """Operating characteristics at one pair of response rates.

    Attributes:
        rate1: Response rate of arm 1.
        rate2: Response rate of arm 2.
        power: Probability to reject at any look.
        efficacy: Probability to stop for efficacy, by look.
        futility: Probability to stop for futility, by look; at the last look, of no success.
        expected_n1: Mean number of patients of arm 1.
        expected_n2: Mean number of patients of arm 2.
    """

    rate1: float
    rate2: float
    power: float
    efficacy: tuple[float, ...]
    futility: tuple[float, ...]
    expected_n1: float
    expected_n2: float

    @property
    def expected_n(self) -> float:
        """Mean number of patients of both arms."""
        return self.expected_n1 + self.expected_n2


@dataclass(frozen=True, eq=False)
class SequentialDesign:
    """A group-sequential design; see `by_z` and `by_tests` for the usual ones.

    Attributes:
        looks: The analyses in order; patients of both arms rise from look to look.
        binding: Whether a stop for futility may be relied on for the type I error.

    Raises:
        MyotrialError: The looks do not rise, or the shapes of their outcomes do not fit.
        TooLargeError: The outcomes do not fit into 1 GiB.
    """

    looks: tuple[Look, ...]
    binding: bool = False

    def __post_init__(self) -> None:
        n1 = checked_looks("Patients of arm 1 at the looks", [look.n1 for look in self.looks])
        n2 = checked_looks("Patients of arm 2 at the looks", [look.n2 for look in self.looks])
        _require_room(n1[-1], n2[-1], len(self.looks))
        for place, look in enumerate(self.looks, start=1):
            shape = (look.n1 + 1, look.n2 + 1)
            if look.efficacy.shape != shape or look.futility.shape != shape:
                raise MyotrialError(
                    f"The outcomes of look {place} must have the shape {shape} "
                    f"(got {look.efficacy.shape} and {look.futility.shape})"
                )
            if (look.efficacy & look.futility).any():
                raise MyotrialError(
                    f"An outcome of look {place} stops both for efficacy and for futility.\n"
                    "Hint: the bound for futility must lie below the bound for efficacy."
                )

    def characteristics(self, rate1: float, rate2: float) -> Characteristics:
        """Power, stopping and expected numbers at the arms' response rates, exactly.

        Raises:
            MyotrialError: A rate lies outside 0 to 1.
        """
        rate1, rate2 = checked_rate("The response rate", rate1), checked_rate("A rate", rate2)
        return self.averaged((rate1, rate2), partial(pmf, rate=rate1), partial(pmf, rate=rate2))

    def averaged(
        self,
        rates: tuple[float, float],
        first: Callable[[int], np.ndarray],
        second: Callable[[int], np.ndarray],
    ) -> Characteristics:
        """The same for any distributions of the arms' responders whose patients are exchangeable.

        Args:
            rates: Response rates to name in the answer.
            first: From patients of arm 1 to the probabilities of 0 to all of them responding.
            second: The same for arm 2.
        """
        efficacy, futility, n1, n2 = [], [], 0.0, 0.0
        for look, reach in zip(self.looks, self._reach, strict=True):
            left, right = first(look.n1), second(look.n2)
            win = float(left @ (reach * look.efficacy) @ right)
            stops = reach if look is self.looks[-1] else reach * (look.efficacy | look.futility)
            stop = float(left @ stops @ right)
            efficacy.append(win)
            futility.append(max(0.0, stop - win))
            n1, n2 = n1 + look.n1 * stop, n2 + look.n2 * stop
        return Characteristics(*rates, sum(efficacy), tuple(efficacy), tuple(futility), n1, n2)

    def size(self) -> Size:
        """The greatest type I error over all common response rates."""
        return size_of(self._by_total)

    def type_one_errors(self, rates: Sequence[float]) -> np.ndarray:
        """The type I error at each of several common response rates.

        Raises:
            MyotrialError: A rate lies outside 0 to 1.
        """
        last = self.looks[-1]
        common = np.array([checked_rate("The response rate", rate) for rate in rates])
        return pmf_table(last.n1 + last.n2, common) @ self._by_total

    def without_futility(self) -> "SequentialDesign":
        """The same design with no stop for futility."""
        never = (replace(k, futility=np.zeros_like(k.futility)) for k in self.looks)
        return SequentialDesign(tuple(never), binding=True)

    @cached_property
    def _reach(self) -> tuple[np.ndarray, ...]:
        """Of each look, the probability to have come to an outcome, given that outcome."""
        reached = [np.ones((self.looks[0].n1 + 1, self.looks[0].n2 + 1))]
        for before, after in zip(self.looks, self.looks[1:], strict=False):
            on = reached[-1] * ~(before.efficacy | before.futility)
            first = conditional(before.n1, after.n1 - before.n1)
            second = (
                first
                if (before.n1, after.n1) == (before.n2, after.n2)
                else conditional(before.n2, after.n2 - before.n2)
            )
            reached.append(first @ on @ second.T)
        return tuple(reached)

    @cached_property
    def _by_total(self) -> np.ndarray:
        """The probability to reject given the responders among all patients of a full trial."""
        if not self.binding and any(look.futility.any() for look in self.looks[:-1]):
            return self.without_futility()._by_total
        n = self.looks[-1].n1 + self.looks[-1].n2
        total = np.zeros(n + 1)
        for look, reach in zip(self.looks, self._reach, strict=True):
            m = look.n1 + look.n2
            second = np.arange(m + 1)[:, np.newaxis] - np.arange(look.n1 + 1)
            wins = (reach * look.efficacy)[np.arange(look.n1 + 1), np.clip(second, 0, look.n2)]
            here = (conditional(look.n1, look.n2) * wins).sum(axis=1)
            total += here if m == n else conditional(m, n - m) @ here
        return total


def by_z(
    n1: Sequence[int],
    n2: Sequence[int],
    efficacy: Sequence[float],
    futility: Sequence[float] | None = None,
    *,
    binding: bool = False,
) -> SequentialDesign:
    """A design that compares the pooled z statistic with boundaries.

    Args:
        n1: Cumulative patients of arm 1 at each look.
        n2: Cumulative patients of arm 2 at each look.
        efficacy: At each look, z from which it stops for efficacy; inf for no such stop.
        futility: At each look but the last, z up to which it stops for futility; -inf for no stop.
        binding: Whether the type I error relies on the stops for futility.

    Raises:
        MyotrialError: The numbers of looks differ, a boundary is missing, a bound for futility
            reaches the bound for efficacy, or patients do not rise.

    >>> design = by_z([30, 60], [30, 60], [2.79651, 1.977431])
    >>> round(design.characteristics(0.6, 0.3).power, 5)
    0.9252
    """
    n1 = checked_looks("Patients of arm 1 at the looks", n1)
    n2 = checked_looks("Patients of arm 2 at the looks", n2)
    lower = [*(futility if futility is not None else [-inf] * (len(n1) - 1)), -inf]
    if not len(n1) == len(n2) == len(efficacy) == len(lower):
        raise MyotrialError(
            f"Every look needs patients of both arms and a bound for efficacy, every look but the "
            f"last may have one for futility (got {len(n1)} and {len(n2)} numbers of patients, "
            f"{len(efficacy)} bounds for efficacy, {len(lower) - 1} for futility)"
        )
    if any(isnan(bound) for bound in (*efficacy, *lower)):
        raise MyotrialError("A boundary is missing.\nHint: inf or -inf stands for no stop.")
    _require_room(n1[-1], n2[-1], len(n1))
    looks = []
    for m1, m2, high, low in zip(n1, n2, efficacy, lower, strict=True):
        z = pooled_z(m1, m2)
        looks.append(Look(m1, m2, z >= high - TIE, z <= low + TIE))
    return SequentialDesign(tuple(looks), binding=binding)


def by_tests(
    n1: Sequence[int],
    n2: Sequence[int],
    test: TestName,
    levels: Sequence[float],
    *,
    alternative: Alternative = "greater",
) -> SequentialDesign:
    """A design that runs one test at each look, each at its own nominal level.

    Args:
        n1: Cumulative patients of arm 1 at each look.
        n2: Cumulative patients of arm 2 at each look.
        test: Name of the test; see `two_arm.rejection_region`.
        levels: Nominal level at each look.
        alternative: Direction of the test.

    Raises:
        MyotrialError: The numbers of looks differ, a level lies outside 0 to 1, or patients do not
            rise.
    """
    n1 = checked_looks("Patients of arm 1 at the looks", n1)
    n2 = checked_looks("Patients of arm 2 at the looks", n2)
    if not len(n1) == len(n2) == len(levels):
        raise MyotrialError(
            f"Every look needs patients of both arms and a level "
            f"(got {len(n1)}, {len(n2)} and {len(levels)})"
        )
    _require_room(n1[-1], n2[-1], len(n1))
    looks = []
    for m1, m2, level in zip(n1, n2, levels, strict=True):
        alpha = checked_share("The level of a look", level)
        reject = rejection_region(test, m1, m2, alpha=alpha, alternative=alternative).reject
        looks.append(Look(m1, m2, reject, np.zeros_like(reject)))
    return SequentialDesign(tuple(looks))


def pooled_z(n1: int, n2: int) -> np.ndarray:
    """The pooled z statistic of every outcome, shape (n1 + 1, n2 + 1); 0 where all agree."""
    x1, x2 = np.arange(n1 + 1.0)[:, np.newaxis], np.arange(n2 + 1.0)
    pooled = (x1 + x2) / (n1 + n2)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return np.where(spread > 0, (x1 / n1 - x2 / n2) / np.where(spread > 0, spread, 1.0), 0.0)


def _require_room(n1: int, n2: int, looks: int) -> None:
    numbers = 2 * (looks + 1) * (n1 + 1) * (n2 + 1) + 2 * (n1 + n2 + 1) ** 2
    checked_memory(f"{looks} looks at up to {n1} against {n2} patients", numbers)
