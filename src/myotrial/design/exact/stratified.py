"""Two arms stratified by diagnosis: power of the exact conditional test, by enumeration.

Test     `statistics.mantel_haenszel`: the sum over the strata of the responders of arm 1, given
         the responders of each stratum. It holds its level whatever the strata's response rates.
Method   every combination of responders of the strata is listed; given it, the distribution of the
         sum is a convolution, under the null hypothesis and at the planned rates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from myotrial.design.exact.binomials import conditional, pmf
from myotrial.design.exact.orderings import TIE, no_more_probable, outcomes
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.assumptions import checked_n, checked_rate, checked_share
from myotrial.statistics.counts import Alternative, checked_alternative

__all__ = ["Stratum", "enumerable", "rejected", "stratified_exact"]

MOST = 2**31  # multiplications that one enumeration may take, some seconds


@dataclass(frozen=True)
class Stratum:
    """The patients of one diagnosis.

    Attributes:
        n1: Patients of arm 1.
        n2: Patients of arm 2.
        rate1: Response rate of arm 1.
        rate2: Response rate of arm 2.

    Raises:
        MyotrialError: A number is no positive whole number or a rate lies outside 0 to 1.
    """

    n1: int
    n2: int
    rate1: float
    rate2: float

    def __post_init__(self) -> None:
        checked_n("Patients of arm 1", self.n1)
        checked_n("Patients of arm 2", self.n2)
        checked_rate("The response rate", self.rate1)
        checked_rate("The response rate", self.rate2)


def enumerable(strata: Sequence[Stratum]) -> bool:
    """Whether all combinations of responders of the strata can be listed in some seconds."""
    return _work(strata) <= MOST


def _work(strata: Sequence[Stratum]) -> int:
    combinations = prod(s.n1 + s.n2 + 1 for s in strata)
    return combinations * (sum(s.n1 for s in strata) + 1) * (1 + strata[-1].n1)


def stratified_exact(
    strata: Sequence[Stratum], *, alpha: float = 0.025, alternative: Alternative = "greater"
) -> float:
    """The power of the exact conditional test over all strata.

    Args:
        strata: Patients and rates of each stratum.
        alpha: Level: one-sided for "greater" and "less", two-sided for "two-sided".
        alternative: "greater" asks whether arm 1 responds more often.

    Raises:
        MyotrialError: There is no stratum, or the level or the alternative is not valid.
        TooLargeError: The combinations are too many to list.

    >>> round(stratified_exact([Stratum(10, 10, 0.6, 0.2), Stratum(8, 8, 0.5, 0.3)]), 4)
    0.3822
    """
    checked_strata(strata)
    checked_share("alpha", alpha)
    checked_alternative(alternative)
    if not enumerable(strata):
        raise TooLargeError(
            f"{len(strata)} strata of this size would need {_work(strata):.1e} multiplications; "
            f"{MOST:.1e} is the limit here.\nHint: simulate the counts (myotrial.design.counts)."
        )
    head, *rest = sorted(strata, key=lambda s: s.n1 + s.n2, reverse=True)
    null, planned = _tables(head)
    return sum(
        _power_of(null[k : k + 1], planned[k : k + 1], rest, alpha, alternative)
        for k in range(len(null))
    )


def checked_strata(strata: Sequence[Stratum]) -> None:
    """Check that there is a stratum.

    Raises:
        MyotrialError: There is none.
    """
    if not strata:
        raise MyotrialError("A stratified design needs at least one stratum (got none)")


def _power_of(
    null: np.ndarray,
    planned: np.ndarray,
    rest: Sequence[Stratum],
    alpha: float,
    alternative: Alternative,
) -> float:
    """The part of the power that one number of responders of the first stratum contributes."""
    for stratum in rest:
        null_here, planned_here = _tables(stratum)
        null, planned = _convolved(null, null_here), _convolved(planned, planned_here)
    return float(planned[rejected(null, alpha, alternative)].sum())


def rejected(null: np.ndarray, alpha: float, alternative: Alternative) -> np.ndarray:
    """Which sums reject, from their null probabilities, one combination a row."""
    if alternative == "greater":
        p_values = np.cumsum(null[:, ::-1], axis=1)[:, ::-1]
    elif alternative == "less":
        p_values = np.cumsum(null, axis=1)
    else:
        p_values = no_more_probable(null)
    return (null > 0) & (p_values <= alpha * (1 + TIE))


def _tables(stratum: Stratum) -> tuple[np.ndarray, np.ndarray]:
    """By responders in all and in arm 1: null probability given all; joint planned probability."""
    _, second, possible = outcomes(stratum.n1, stratum.n2)
    first = pmf(stratum.n1, stratum.rate1)
    other = pmf(stratum.n2, stratum.rate2)[np.clip(second, 0, stratum.n2)]
    return conditional(stratum.n1, stratum.n2), np.where(possible, first * other, 0.0)


def _convolved(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Sums of independent counts for each pair of rows, left rows outermost."""
    wide, narrow = left.shape[1], right.shape[1]
    sums = np.zeros((len(left), len(right), wide + narrow - 1))
    for x in range(narrow):
        sums[:, :, x : x + wide] += left[:, np.newaxis] * right[np.newaxis, :, x : x + 1]
    return sums.reshape(-1, wide + narrow - 1)
