"""Futility bounds that spend the type II error.

The bounds of a look depend on the drift under which beta is spent, and the drift on the bounds: it
is that at which the futility bound meets the efficacy bound at the last look.

Source   Pampallona S, Tsiatis AA, Kim K. Drug Inf J 2001;35:1113-21.
"""

from math import inf

from scipy.special import ndtri

from myotrial.design.assumptions import checked_errors
from myotrial.design.roots import root
from myotrial.design.sequential.efficacy import efficacy_bounds
from myotrial.design.sequential.recursion import START, advance, below, lower_bound, upper_bound
from myotrial.design.sequential.shapes import BetaSpending, Shape
from myotrial.design.sequential.spending import Spending, increments
from myotrial.errors import MyotrialError

__all__ = ["futility_bounds"]


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

    def gap(drift: float) -> float:
        return _meeting(shape, looks, alpha, betas, drift, futility.binding)[1]

    highest = fixed
    while gap(highest) > 0:
        highest *= 1.25
        if highest > 10 * fixed:
            raise MyotrialError(
                "No trial size makes the efficacy and the futility bounds meet at the last look.\n"
                "Hint: spend beta later, or ask for less power."
            )
    drift = root(gap, 0.99 * fixed, highest, xtol=1e-10)
    low, rest = _meeting(shape, looks, alpha, betas, drift, futility.binding)
    if abs(rest) > 1e-6:
        raise MyotrialError(
            "The futility bounds would cross the efficacy bounds before the last look.\n"
            "Hint: spend beta later, or ask for less power."
        )
    return low


def _meeting(
    shape: Shape,
    looks: tuple[float, ...],
    alpha: float,
    betas: tuple[float, ...],
    drift: float,
    binding: bool,
) -> tuple[tuple[float, ...], float]:
    """Futility bounds at a drift, and how much beta too much is left to the last look.

    What is left is positive where the drift is too small: more trials than the last share of beta
    end below the last efficacy bound.
    """
    null = truth = START
    alphas = increments(shape, looks, alpha) if binding and isinstance(shape, Spending) else ()
    given = () if binding else efficacy_bounds(shape, looks, alpha, 1, (-inf,) * (len(looks) - 1))
    low: list[float] = []
    for k, t in enumerate(looks):
        high = upper_bound(null, t, alphas[k]) if binding else given[k]
        if k + 1 == len(looks):
            return tuple(low), below(truth, t, high, drift) - betas[k]
        low.append(lower_bound(truth, t, betas[k], drift))
        if low[k] >= high:
            return tuple(low), -1.0
        null = advance(null, t, looks[k + 1], low[k], high)
        truth = advance(truth, t, looks[k + 1], low[k], high, drift)
    raise AssertionError("a design has at least one look")
