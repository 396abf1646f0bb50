"""Two arms, one binary endpoint, one analysis: which outcomes reject, power and size as they are.

Direction  "greater" asks whether arm 1 responds more often than arm 2.
Tests      fisher: conditional on the responders in all. boschloo, z-pooled (Suissa and Shuster,
           Barnard's test on the score statistic) and z-unpooled: unconditional, at their greatest
           level over the nuisance rate. chi-square: the normal approximation without continuity
           correction, which may exceed its level; `size` says by how much.
Region     an unconditional test rejects all outcomes at least as extreme as a critical level, the
           mildest at which P(reject) <= alpha for every common rate; that supremum is found with a
           guarantee (see `statistics.bernstein`), not on a grid.
Source     Suissa S, Shuster JJ. J R Stat Soc A 1985;148:317-27. Boschloo RD. Stat Neerl
           1970;24:1-35.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np

from myotrial.design.exact.binomials import conditional, pmf, pmf_table
from myotrial.design.exact.orderings import TIE, fisher_table, levels, z_table
from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import (
    checked_memory,
    checked_n,
    checked_rate,
    checked_share,
)
from myotrial.statistics.bernstein import exceeds, supremum
from myotrial.statistics.counts import Alternative, checked_alternative

__all__ = ["Region", "Size", "TestName", "rejection_region", "size_of"]

TestName = Literal["fisher", "boschloo", "z-pooled", "z-unpooled", "chi-square"]
GRID = 96  # common rates that a critical level must pass before it is proven for all of them


@dataclass(frozen=True)
class Size:
    """The type I error as it really is.

    Attributes:
        value: Supremum of the probability to reject over all common response rates.
        rate: A common rate at which it is attained.
    """

    value: float
    rate: float


@dataclass(frozen=True, eq=False)
class Region:
    """The outcomes that reject equality of the arms.

    Attributes:
        test: Name of the test.
        alternative: Direction of the test.
        alpha: Level of the test, for the alternative as a whole.
        n1: Patients of arm 1.
        n2: Patients of arm 2.
        reject: Read-only truth of shape (n1 + 1, n2 + 1), by responders of arm 1 and of arm 2.
    """

    test: TestName
    alternative: Alternative
    alpha: float
    n1: int
    n2: int
    reject: np.ndarray

    def power(self, rate1: float, rate2: float) -> float:
        """The probability to reject at the arms' response rates.

        Raises:
            MyotrialError: A rate lies outside 0 to 1.
        """
        first, second = (
            checked_rate("The response rate", rate1),
            checked_rate("The response rate", rate2),
        )
        return float(pmf(self.n1, first) @ self.reject @ pmf(self.n2, second))

    def size(self) -> Size:
        """The greatest type I error over all common response rates."""
        return size_of(_by_total(self.reject))

    def type_one_errors(self, rates: Sequence[float]) -> np.ndarray:
        """The type I error at each of several common response rates.

        Raises:
            MyotrialError: A rate lies outside 0 to 1.
        """
        common = np.array([checked_rate("The response rate", rate) for rate in rates])
        return pmf_table(self.n1 + self.n2, common) @ _by_total(self.reject)


def rejection_region(
    test: TestName,
    n1: int,
    n2: int,
    *,
    alpha: float = 0.025,
    alternative: Alternative = "greater",
) -> Region:
    """The outcomes for which a test rejects.

    Args:
        test: "fisher", "boschloo", "z-pooled", "z-unpooled" or "chi-square".
        n1: Patients of arm 1.
        n2: Patients of arm 2.
        alpha: Level: one-sided for "greater" and "less", two-sided for "two-sided".
        alternative: "greater" asks whether arm 1 responds more often.

    Raises:
        MyotrialError: A size, the level, the name of the test or of the alternative is not valid.
        TooLargeError: The outcomes do not fit into 1 GiB.

    >>> region = rejection_region("boschloo", 20, 20)
    >>> round(region.power(0.6, 0.2), 4), round(region.size().value, 4)
    (0.7279, 0.0232)
    """
    n1, n2 = checked_n("Patients of arm 1", n1), checked_n("Patients of arm 2", n2)
    alpha = checked_share("alpha", alpha)
    checked_alternative(alternative)
    if test not in get_args(TestName):
        known = ", ".join(get_args(TestName))
        raise MyotrialError(f"test must be one of {known} (got {test!r})")
    cells = (n1 + n2 + 1) * (n1 + 1)
    checked_memory(f"A test of {n1} against {n2} patients", 6 * cells + 2 * (n1 + n2 + 1) ** 2)
    weights = conditional(n1, n2)
    mildness = _mildness(test, weights, n2, alternative)
    level = _critical(test, mildness, weights, alpha, alternative)
    rows = np.arange(n1 + 1)[:, np.newaxis]
    reject = mildness[rows + np.arange(n2 + 1), rows] <= level
    reject.setflags(write=False)
    return Region(test, alternative, alpha, n1, n2, reject)


def _mildness(test: TestName, weights: np.ndarray, n2: int, alternative: Alternative) -> np.ndarray:
    if test in ("fisher", "boschloo"):
        return fisher_table(weights, n2, alternative)
    variance = "unpooled" if test == "z-unpooled" else "pooled"
    return z_table(weights.shape[1] - 1, n2, alternative, variance)


def _critical(
    test: TestName,
    mildness: np.ndarray,
    weights: np.ndarray,
    alpha: float,
    alternative: Alternative,
) -> float:
    """The mildest level that rejects."""
    if test == "fisher":
        return alpha * (1 + TIE)
    if test == "chi-square":
        tail = alpha / 2 if alternative == "two-sided" else alpha
        quantile = NormalDist().inv_cdf(1 - tail)
        return -quantile * abs(quantile) * (1 - TIE)
    return _unconditional(mildness, weights, alpha)


def _unconditional(mildness: np.ndarray, weights: np.ndarray, alpha: float) -> float:
    """The mildest level at which no common rate lets the probability to reject exceed alpha.

    Regions grow with their level, so does the supremum of their probability: the mildest level that
    passes on a few rates is proven for all of them; a rate that disproves it joins the few.
    """
    candidates = levels(mildness)
    rates = np.sin(np.linspace(0, np.pi / 2, GRID)) ** 2
    chances = pmf_table(len(weights) - 1, rates)

    def by_total(place: int) -> np.ndarray:
        return np.where(mildness <= candidates[place], weights, 0.0).sum(axis=1)

    passed, failed = -1, len(candidates)
    while True:
        while failed - passed > 1:
            middle = (passed + failed) // 2
            if (chances @ by_total(middle)).max() <= alpha * (1 + TIE):
                passed = middle
            else:
                failed = middle
        rate = exceeds(by_total(passed), alpha) if passed >= 0 else None
        if rate is None:
            return float(candidates[passed]) if passed >= 0 else -np.inf
        chances = pmf_table(len(weights) - 1, np.array([rate]))
        passed, failed = -1, passed


def _by_total(reject: np.ndarray) -> np.ndarray:
    """The probability to reject given the responders in all, shape (n1 + n2 + 1,)."""
    n1, n2 = reject.shape[0] - 1, reject.shape[1] - 1
    second = np.arange(n1 + n2 + 1)[:, np.newaxis] - np.arange(n1 + 1)
    held = reject[np.arange(n1 + 1), np.clip(second, 0, n2)]
    return (conditional(n1, n2) * held).sum(axis=1)


def size_of(by_total: np.ndarray) -> Size:
    """The supremum over the common rate, from the probability to reject given all responders."""
    value, rate = supremum(by_total)
    return Size(value, rate)
