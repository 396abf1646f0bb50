"""The search for efficacy bounds, with futility bounds given."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import inf

from scipy.special import ndtri

from myotrial.design.roots import root
from myotrial.design.sequential.recursion import START, above, advance, upper_bound
from myotrial.design.sequential.shapes import HaybittlePeto, Shape, WangTsiatis
from myotrial.design.sequential.spending import increments
from myotrial.errors import MyotrialError

__all__ = ["efficacy_bounds", "require_apart"]


@lru_cache(maxsize=512)
def efficacy_bounds(
    shape: Shape,
    looks: tuple[float, ...],
    alpha: float,
    sides: int,
    low: tuple[float, ...],
) -> tuple[float, ...]:
    """Efficacy bounds.

    Args:
        shape: What is asked for.
        looks: Checked information fractions.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        low: Futility bounds that are obeyed, one for each look before the last; -inf for none.
            Only a spending function takes credit for them.
    """
    if isinstance(shape, WangTsiatis):
        return _constant(shape, looks, alpha, sides)
    if isinstance(shape, HaybittlePeto):
        return _haybittle_peto(shape, looks, alpha, sides)
    going, bounds = START, []
    for k, chance in enumerate(increments(shape, looks, alpha / sides)):
        high = upper_bound(going, looks[k], chance)
        bounds.append(high)
        if k + 1 < len(looks):
            lowest = -high if sides == 2 else low[k]
            require_apart(k + 1, lowest, high)
            going = advance(going, looks[k], looks[k + 1], lowest, high)
    return tuple(bounds)


def _constant(
    shape: WangTsiatis, looks: tuple[float, ...], alpha: float, sides: int
) -> tuple[float, ...]:
    """Bounds c t ** (delta - 1/2), with the c that has size alpha."""
    factors = [t ** (shape.delta - 0.5) for t in looks]

    def excess(c: float) -> float:
        return sides * _crossing([c * factor for factor in factors], looks, sides) - alpha

    single = -float(ndtri(alpha / sides))  # no bound lies below that of a single look,
    bonferroni = -float(ndtri(alpha / sides / len(looks)))  # nor all of them above this one
    if single <= 0:
        raise MyotrialError(f"alpha of each side must be below 0.5 (got {alpha / sides!r})")
    least = min(factors)
    if len(looks) == 1:
        return (single,)
    c = root(excess, 0.9999 * single / least, 1.0001 * bonferroni / least, xtol=1e-11)
    return tuple(c * factor for factor in factors)


def _haybittle_peto(
    shape: HaybittlePeto, looks: tuple[float, ...], alpha: float, sides: int
) -> tuple[float, ...]:
    going, left = START, alpha / sides
    for t, then in pairwise(looks):
        left -= above(going, t, shape.z)
        going = advance(going, t, then, -shape.z if sides == 2 else -inf, shape.z)
    if left <= 0:
        raise MyotrialError(
            f"Bounds of {shape.z!r} at {len(looks) - 1} looks use more than the alpha of {alpha!r}."
            "\nHint: raise z, or take fewer looks."
        )
    return (shape.z,) * (len(looks) - 1) + (upper_bound(going, 1.0, left),)


def _crossing(bounds: Sequence[float], looks: tuple[float, ...], sides: int) -> float:
    """The chance to cross an upper bound at any look under no effect; one side of `sides`."""
    going, total = START, 0.0
    for k, (t, high) in enumerate(zip(looks, bounds, strict=True)):
        total += above(going, t, high)
        if k + 1 < len(looks):
            low = -high if sides == 2 else -inf
            going = advance(going, t, looks[k + 1], low, high)
    return total


def require_apart(look: int, low: float, high: float) -> None:
    """Check that there is room to go on between the bounds of a look.

    Raises:
        MyotrialError: There is none.
    """
    if not low < high:
        raise MyotrialError(
            f"At look {look} the futility bound {low!r} is not below the efficacy bound {high!r}.\n"
            "Hint: between the two bounds the trial goes on; lower the futility bound."
        )
