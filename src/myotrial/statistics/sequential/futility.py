"""Futility bounds that spend the type II error.

The bounds of a look depend on the drift under which beta is spent, and the drift on the bounds: it
is that at which the futility bound meets the efficacy bound at the last look.

Source   Pampallona S, Tsiatis AA, Kim K. Drug Inf J 2001;35:1113-21.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy import optimize
from scipy.special import ndtri

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_errors
from myotrial.statistics.roots import root
from myotrial.statistics.sequential.efficacy import efficacy_bounds, require_left, shape_factors
from myotrial.statistics.sequential.recursion import (
    START,
    Going,
    above,
    advance,
    below,
    lower_bound,
    upper_bound,
)
from myotrial.statistics.sequential.shapes import BetaSpending, HaybittlePeto, Shape, WangTsiatis
from myotrial.statistics.sequential.spending import increments

__all__ = ["futility_bounds"]

CROSSING = (
    "The futility bounds would cross the efficacy bounds before the last look.\n"
    "Hint: spend beta later, ask for less power, or raise the efficacy bounds."
)


def futility_bounds(
    shape: Shape, looks: tuple[float, ...], alpha: float, futility: BetaSpending
) -> tuple[float, ...]:
    """Futility bounds of each look before the last, for efficacy bounds of the given shape.

    Raises:
        MyotrialError: The power is none, beta is spent twice, or the bounds cross.
    """
    checked_errors(alpha, futility.power)
    betas = increments(futility.spending, looks, 1 - futility.power)
    fixed = float(ndtri(futility.power) - ndtri(alpha))
    if futility.binding and isinstance(shape, WangTsiatis):
        met = _jointly(shape, looks, alpha, betas, fixed)
    else:
        met = _meeting(_high(shape, looks, alpha, futility.binding), looks, betas, fixed)
    if abs(met.left) > 1e-6:
        raise MyotrialError(CROSSING)
    return met.low


@dataclass(frozen=True)
class _Walk:
    """One pass over all looks under a drift.

    Attributes:
        low: Futility bounds of each look before the last.
        left: By how much more trials than the last share of beta end below the last efficacy
            bound: positive where the drift is too small, -1 where the bounds crossed before.
        crossed: The chance to cross an efficacy bound under no effect, obeying the bounds.
    """

    low: tuple[float, ...]
    left: float
    crossed: float


High = Callable[[int, Going, float], float]


def _meeting(
    high_of: High, looks: tuple[float, ...], betas: tuple[float, ...], fixed: float
) -> _Walk:
    """The pass under the drift at which the bounds meet; `fixed` is that of the fixed design."""

    def gap(drift: float) -> float:
        return _walk(high_of, looks, betas, drift).left

    lowest = highest = 0.99 * fixed  # no design of the same errors has a lower drift
    if gap(lowest) <= 0:
        raise MyotrialError(CROSSING)
    while gap(highest) > 0:
        highest *= 1.25
        if highest > 10 * fixed:
            raise MyotrialError(
                "No trial size makes the efficacy and the futility bounds meet at the last look.\n"
                "Hint: spend beta later, or ask for less power."
            )
    return _walk(high_of, looks, betas, root(gap, lowest, highest, xtol=1e-10))


def _jointly(
    shape: WangTsiatis,
    looks: tuple[float, ...],
    alpha: float,
    betas: tuple[float, ...],
    fixed: float,
) -> _Walk:
    """The pass with efficacy bounds c t ** (delta - 1/2): c and the drift are found together."""
    factors = shape_factors(shape, looks)
    free = efficacy_bounds(shape, looks, alpha, 1, (-inf,) * (len(looks) - 1))[-1]

    def walk(c: float, drift: float) -> _Walk:
        return _walk(lambda k, *_: c * factors[k], looks, betas, drift)

    def off(unknown: np.ndarray) -> tuple[float, float]:
        met = walk(float(unknown[0]), float(unknown[1]))
        return (met.crossed - alpha) / alpha, met.left

    found = optimize.root(off, np.array([0.97 * free, 1.1 * fixed]), tol=1e-11)
    met = walk(float(found.x[0]), float(found.x[1]))
    if abs(met.crossed - alpha) > 1e-9:
        raise MyotrialError(
            "No bounds of this shape keep alpha and meet the futility bounds at the last look.\n"
            "Hint: spend beta later, let the futility bounds not bind, or use a spending function."
        )
    return met


def _high(shape: Shape, looks: tuple[float, ...], alpha: float, binding: bool) -> High:
    """The efficacy bound of each look of a pass."""
    if not binding or isinstance(shape, WangTsiatis):
        given = efficacy_bounds(shape, looks, alpha, 1, (-inf,) * (len(looks) - 1))
        return lambda k, *_: given[k]
    if isinstance(shape, HaybittlePeto):
        return _haybittle_peto(shape, looks, alpha)
    alphas = increments(shape, looks, alpha)
    return lambda k, null, _: upper_bound(null, looks[k], alphas[k])


def _haybittle_peto(shape: HaybittlePeto, looks: tuple[float, ...], alpha: float) -> High:
    def high(k: int, null: Going, crossed: float) -> float:
        if k + 1 < len(looks):
            return shape.z
        require_left(alpha - crossed, shape, looks, alpha)
        return upper_bound(null, looks[k], alpha - crossed)

    return high


def _walk(high_of: High, looks: tuple[float, ...], betas: tuple[float, ...], drift: float) -> _Walk:
    """One pass over all looks.

    Args:
        high_of: The efficacy bound of a look (from 0), given the trials that go on under no effect
            and the chance that they crossed before.
        looks: Information fractions.
        betas: Type II error that each look spends.
        drift: Mean of Z at the last look under the alternative.
    """
    null = truth = START
    crossed, low = 0.0, []
    for k, t in enumerate(looks):
        high = high_of(k, null, crossed)
        crossed += above(null, t, high)
        if k + 1 == len(looks):
            return _Walk(tuple(low), below(truth, t, high, drift) - betas[k], crossed)
        low.append(lower_bound(truth, t, betas[k], drift))
        if low[k] >= high:
            break
        null = advance(null, t, looks[k + 1], low[k], high)
        truth = advance(truth, t, looks[k + 1], low[k], high, drift)
    return _Walk(tuple(low), -1.0, crossed)
