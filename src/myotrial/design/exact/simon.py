"""Simon's two-stage designs for one arm: optimal, minimax, and the admissible ones between them.

Design     n1 patients first; the trial stops if at most r1 of them respond, else goes on to n in
           all and succeeds if more than r respond.
Optimal    the smallest expected number of patients at p0. Minimax: the smallest n, and at that n
           the smallest expected number. Admissible: the smallest q n + (1 - q) E[N | p0] for some
           weight q between 0 and 1.
Search     every n from the smallest that could do (the most powerful randomised single-stage test
           of that n has the power; no two-stage design of that n has more) up to `max_n`; for each
           n every n1, r1 and r. Stages whose first part alone exceeds the best expected number
           are left out.
Source     Simon R. Control Clin Trials 1989;10:1-10. Jung SH, Lee T, Kim KM, George SL. Stat Med
           2004;23:561-9.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np

from myotrial.design.exact.binomials import pmf, tails
from myotrial.design.exact.single_arm import MultiStage, StageCharacteristics, checked_interest
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.assumptions import checked_n, checked_share

__all__ = ["Admissible", "SimonDesigns", "TwoStage", "simon"]

MAX_N = 100
LARGEST = 400  # patients up to which all designs are searched
SLACK = 1e-12  # relative, for levels that a design meets to the last digit


@dataclass(frozen=True)
class TwoStage:
    """One two-stage design.

    Attributes:
        r1: Responders up to which the first stage stops for futility.
        n1: Patients of the first stage.
        r: Responders up to which the whole trial fails.
        n: Patients of both stages.
        expected_n: Mean number of patients at p0.
        stops_early: Probability at p0 to stop after the first stage.
        size: Probability at p0 to succeed.
        power: Probability at p1 to succeed.
    """

    r1: int
    n1: int
    r: int
    n: int
    expected_n: float
    stops_early: float
    size: float
    power: float

    def characteristics(self, rate: float) -> StageCharacteristics:
        """Success, stopping and expected number at any response rate."""
        return MultiStage((self.n1, self.n), (self.r1, self.r)).characteristics(rate)


@dataclass(frozen=True)
class Admissible:
    """A design and the weights of the greatest number for which it is the best.

    Attributes:
        design: The design.
        weight_from: Smallest such weight q on n.
        weight_to: Greatest such weight.
    """

    design: TwoStage
    weight_from: float
    weight_to: float


@dataclass(frozen=True)
class SimonDesigns:
    """All designs of interest for one question.

    Attributes:
        optimal: Smallest expected number at p0.
        minimax: Smallest greatest number.
        admissible: From minimax to optimal, with their weights.
        searched_to: Greatest number of patients looked at; the optimum beyond is not known.
    """

    optimal: TwoStage
    minimax: TwoStage
    admissible: tuple[Admissible, ...]
    searched_to: int


def simon(
    p0: float, p1: float, *, alpha: float = 0.05, power: float = 0.8, max_n: int = MAX_N
) -> SimonDesigns:
    """Search all two-stage designs.

    Args:
        p0: Rate of no interest.
        p1: Rate of interest, above p0.
        alpha: Greatest probability to succeed at p0.
        power: Smallest probability to succeed at p1.
        max_n: Greatest number of patients to look at.

    Raises:
        MyotrialError: A rate or level is not valid, p1 does not exceed p0, or no design with at
            most `max_n` patients meets both levels.
        TooLargeError: `max_n` is above 400.

    >>> found = simon(0.1, 0.3, alpha=0.05, power=0.9)
    >>> [(d.r1, d.n1, d.r, d.n) for d in (found.optimal, found.minimax)]
    [(2, 18, 6, 35), (2, 22, 6, 33)]
    """
    checked_interest(p0, p1)
    checked_share("alpha", alpha)
    checked_share("power", power)
    if checked_n("max_n", max_n) > LARGEST:
        raise TooLargeError(f"Two-stage designs are searched up to {LARGEST} patients")
    best: list[TwoStage] = []  # of each n the best; each expects fewer patients than those before
    for n in range(2, max_n + 1):
        if _greatest_power(n, p0, p1, alpha) < power * (1 - SLACK):
            continue
        design = _best(n, p0, p1, alpha, power, best[-1].expected_n if best else inf)
        if design is not None:
            best.append(design)
    if not best:
        raise MyotrialError(
            f"No two-stage design with at most {max_n} patients meets alpha {alpha} and power "
            f"{power} for {p0} against {p1}.\nHint: raise max_n, or relax one of them."
        )
    return SimonDesigns(best[-1], best[0], tuple(_admissible(best)), max_n)


def _greatest_power(n: int, p0: float, p1: float, alpha: float) -> float:
    """The power of the most powerful randomised test with n patients (Neyman and Pearson)."""
    under_null, planned = tails(n, p0), tails(n, p1)
    first = int(np.argmax(under_null <= alpha))
    if not first:
        return 1.0
    room = under_null[first - 1] - under_null[first]
    share = (alpha - under_null[first]) / room if room > 0 else 1.0
    return float(planned[first] + share * (planned[first - 1] - planned[first]))


def _best(
    n: int, p0: float, p1: float, alpha: float, power: float, bound: float
) -> TwoStage | None:
    """The design of n patients that expects fewest at p0, if fewer than a bound."""
    found: TwoStage | None = None
    for n1 in range(1, n):
        if n1 >= bound:
            break
        design = _best_split(n, n1, (p0, p1), alpha, power, bound)
        if design is not None:
            found, bound = design, design.expected_n
    return found


def _best_split(
    n: int, n1: int, rates: tuple[float, float], alpha: float, power: float, bound: float
) -> TwoStage | None:
    """The same for one size of the first stage: the greatest r1 that can do, with its best r."""
    chances = pmf(n1, rates[0])
    stops = np.cumsum(chances)
    expected = n1 + (n - n1) * (1 - stops)
    useful = np.flatnonzero(expected[:-1] < bound * (1 - SLACK))
    if not len(useful):
        return None
    low = int(useful[0])
    goes_on = tails(n1, rates[1])[low + 1]
    if goes_on < power * (1 - SLACK):  # the trial stops too often whatever follows
        return None
    sizes = _successes(chances, tails(n - n1, rates[0]), low)
    powers = _successes(pmf(n1, rates[1]), tails(n - n1, rates[1]), low)
    valid = (sizes <= alpha * (1 + SLACK)) & (powers >= power * (1 - SLACK))
    rows = np.flatnonzero(valid.any(axis=1))
    if not len(rows):
        return None
    row = int(rows[-1])
    r, r1 = int(np.argmax(valid[row])), row + low
    return TwoStage(
        r1, n1, r, n, float(expected[r1]), float(stops[r1]), float(sizes[row, r]),
        float(powers[row, r]),
    )  # fmt: skip


def _successes(chances: np.ndarray, second: np.ndarray, low: int) -> np.ndarray:
    """Probability to succeed for every r1 from `low` to n1 - 1 and every r from 0 to n - 1.

    Args:
        chances: Probabilities of 0 to n1 responders in the first stage.
        second: Probabilities of at least 0 to at least n2 + 1 responders in the second.
        low: Smallest r1.
    """
    n1, n2 = len(chances) - 1, len(second) - 2
    first = np.arange(low + 1, n1 + 1)[:, np.newaxis]
    missing = np.clip(np.arange(n1 + n2)[np.newaxis] + 1 - first, 0, n2 + 1)
    each = chances[low + 1 :, np.newaxis] * second[missing]
    return np.cumsum(each[::-1], axis=0)[::-1]


def _admissible(best: list[TwoStage]) -> list[Admissible]:
    """The designs on the lower convex edge of n against expected n."""
    edge: list[TwoStage] = []
    for design in best:
        while len(edge) > 1 and _slope(edge[-2], design) <= _slope(edge[-2], edge[-1]):
            edge.pop()
        edge.append(design)
    turns = [1.0, *(_weight(a, b) for a, b in pairwise(edge)), 0.0]
    return [Admissible(d, turns[k + 1], turns[k]) for k, d in enumerate(edge)]


def _slope(a: TwoStage, b: TwoStage) -> float:
    return (b.expected_n - a.expected_n) / (b.n - a.n)


def _weight(a: TwoStage, b: TwoStage) -> float:
    """The weight on n at which two designs are equally good."""
    saved = a.expected_n - b.expected_n
    return saved / (saved + b.n - a.n)
