"""The win ratio: every patient of one arm against every patient of the other, by priority.

Win      a pair is decided by the first outcome, in order of priority, in which the two differ by
         more than its margin; a pair that no outcome decides is a tie. Higher is better.
Missing  an outcome that one of the two lacks does not decide; the next one does.
Value    wins of arm 1 divided by wins of arm 2; above 1 favours arm 1. The net benefit is the
         difference of both in units of all pairs, the win odds count ties half to either side.
Interval from the variance of a two-sample U-statistic, on the logarithmic scale for ratios.
Source   Pocock SJ, Ariti CA, Collier TJ, Wang D. Eur Heart J 2012;33:176-82. Bebu I, Lachin JM.
         Biostatistics 2016;17:178-87. Brunner E, Vandemeulebroecke M, Mütze T. Stat Med
         2021;40:3367-84 (win odds).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import NormalDist

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.statistics.counts import checked_level
from myotrial.statistics.estimate import Estimate

__all__ = ["Wins", "compare"]


@dataclass(frozen=True)
class Wins:
    """All pairs of two arms, decided.

    Attributes:
        wins: Pairs won by arm 1, for each outcome that decided.
        losses: Pairs won by arm 2, for each outcome.
        ties: Pairs that nothing decided.
        ratio: The win ratio.
        odds: The win odds.
        benefit: The net benefit, from -1 to 1.
        p_value: Two-sided p-value that wins and losses are equally likely, from the net benefit and
            its standard error; None for an empty arm or where nothing varies.
    """

    wins: tuple[int, ...]
    losses: tuple[int, ...]
    ties: int
    ratio: Estimate
    odds: Estimate
    benefit: Estimate
    p_value: float | None


def compare(
    first: Sequence[Sequence[float]],
    second: Sequence[Sequence[float]],
    *,
    margins: Sequence[float] | None = None,
    level: float = 0.95,
) -> Wins:
    """Compare all pairs of two arms.

    Args:
        first: For each patient of arm 1 the outcomes in order of priority; NaN where missing.
        second: The same for arm 2.
        margins: For each outcome the difference that must be exceeded; 0 if not given.
        level: Coverage of the intervals.

    Raises:
        MyotrialError: Patients differ in the number of outcomes, or the level is not in (0, 1).

    >>> compare([[2.0], [3.0]], [[1.0], [2.0]]).wins
    (3,)
    """
    outcomes = {len(row) for row in (*first, *second)}
    if len(outcomes) > 1:
        raise MyotrialError("Every patient needs the same outcomes, NaN where one is missing")
    quantile = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    if not (len(first) and len(second)):
        none = Estimate(None, 0.0, inf, level)
        return Wins((), (), 0, none, none, Estimate(None, -1.0, 1.0, level), None)
    result, wins, losses = _decided(np.array(first, float), np.array(second, float), margins)
    n1, n2 = result.shape
    won, lost = (result > 0).astype(float), (result < 0).astype(float)
    means = np.array([won.mean(), lost.mean()])
    spread = _covariance(won, lost)
    net = np.array([1.0, -1.0])
    error = sqrt(max(float(net @ spread @ net), 0.0))
    value = float(net @ means)
    benefit = Estimate(
        value, max(-1.0, value - quantile * error), min(1.0, value + quantile * error), level
    )
    up, down = means.tolist()
    half = (1 - up - down) / 2
    p_value = 2 * NormalDist().cdf(-abs(value) / error) if error else None
    return Wins(
        wins,
        losses,
        int(n1 * n2 - won.sum() - lost.sum()),
        _ratio(up, down, spread, np.array([[1, 0], [0, 1]]), quantile, level),
        _ratio(up + half, down + half, spread,
               np.array([[0.5, -0.5], [-0.5, 0.5]]), quantile, level),
        benefit,
        p_value,
    )  # fmt: skip


def _decided(
    first: np.ndarray, second: np.ndarray, margins: Sequence[float] | None
) -> tuple[np.ndarray, tuple[int, ...], tuple[int, ...]]:
    """1, -1 or 0 for each pair, and how many pairs each outcome decided."""
    result = np.zeros((len(first), len(second)), dtype=int)
    wins, losses = [], []
    for at in range(first.shape[1]):
        margin = 0.0 if margins is None else margins[at]
        gap = first[:, at, np.newaxis] - second[np.newaxis, :, at]
        open_ = result == 0
        won, lost = open_ & (gap > margin), open_ & (gap < -margin)
        result[won], result[lost] = 1, -1
        wins.append(int(won.sum()))
        losses.append(int(lost.sum()))
    return result, tuple(wins), tuple(losses)


def _covariance(won: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """Covariance of the shares of pairs won and lost: both one-sample parts of the U-statistic."""
    parts = np.zeros((2, 2))
    for axis in (1, 0):
        means = np.stack([won.mean(axis=axis), lost.mean(axis=axis)])
        count = means.shape[1]
        if count > 1:
            parts += np.cov(means) / count
    return parts


def _ratio(
    up: float, down: float, spread: np.ndarray, turn: np.ndarray, quantile: float, level: float
) -> Estimate:
    """A ratio of two shares with an interval on the logarithmic scale."""
    if up <= 0 or down <= 0:
        return Estimate(inf if up > 0 else 0.0 if down > 0 else None, 0.0, inf, level)
    turned = turn @ spread @ turn.T
    slopes = np.array([1 / up, -1 / down])
    half = quantile * sqrt(max(float(slopes @ turned @ slopes), 0.0))
    middle = log(up / down)
    return Estimate(up / down, exp(middle - half), exp(middle + half), level)
