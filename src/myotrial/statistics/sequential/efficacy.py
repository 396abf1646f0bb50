"""The search for efficacy bounds, with futility bounds given."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from scipy.special import ndtri

from myotrial.errors import MyotrialError
from myotrial.statistics.roots import root
from myotrial.statistics.sequential.recursion import START, above, advance, upper_bound
from myotrial.statistics.sequential.shapes import HaybittlePeto, Shape, WangTsiatis
from myotrial.statistics.sequential.spending import increments

__all__ = ["efficacy_bounds", "require_apart", "require_left", "shape_factors"]


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
    """
    if isinstance(shape, WangTsiatis):
        return _constant(shape, looks, alpha, sides, low)
    if isinstance(shape, HaybittlePeto):
        return _haybittle_peto(shape, looks, alpha, sides, low)
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
    shape: WangTsiatis, looks: tuple[float, ...], alpha: float, sides: int, low: tuple[float, ...]
) -> tuple[float, ...]:
    """Bounds c t ** (delta - 1/2), with the c that has size alpha."""
    factors = shape_factors(shape, looks)
    single = -float(ndtri(alpha / sides))
    if single <= 0:
        raise MyotrialError(f"alpha of each side must be below 0.5 (got {alpha / sides!r})")
    if len(looks) == 1:
        return (single,)

    def excess(c: float) -> float:
        return sides * _crossing([c * factor for factor in factors], looks, sides, low) - alpha

    bonferroni = -float(ndtri(alpha / sides / len(looks)))  # not all bounds lie above this
    c = root(excess, 0.0, 1.0001 * bonferroni / min(factors))
    bounds = tuple(c * factor for factor in factors)
    for look, pair in enumerate(zip(low, bounds, strict=False), 1):
        require_apart(look, *pair)
    return bounds


def shape_factors(shape: WangTsiatis, looks: tuple[float, ...]) -> tuple[float, ...]:
    """What the constant is multiplied with at each look; 1 at the last."""
    return tuple(t ** (shape.delta - 0.5) for t in looks)


def _haybittle_peto(
    shape: HaybittlePeto,
    looks: tuple[float, ...],
    alpha: float,
    sides: int,
    low: tuple[float, ...],
) -> tuple[float, ...]:
    going, left = START, alpha / sides
    for k, (t, then) in enumerate(pairwise(looks)):
        lowest = -shape.z if sides == 2 else low[k]
        require_apart(k + 1, lowest, shape.z)
        left -= above(going, t, shape.z)
        going = advance(going, t, then, lowest, shape.z)
    require_left(left, shape, looks, alpha)
    return (shape.z,) * (len(looks) - 1) + (upper_bound(going, 1.0, left),)


def require_left(left: float, shape: HaybittlePeto, looks: tuple[float, ...], alpha: float) -> None:
    """Check that the early looks leave some alpha to the last.

    Raises:
        MyotrialError: They do not.
    """
    if left <= 0:
        raise MyotrialError(
            f"Bounds of {shape.z!r} at {len(looks) - 1} looks use more than the alpha of {alpha!r}."
            "\nHint: raise z, or take fewer looks."
        )


def _crossing(
    bounds: Sequence[float], looks: tuple[float, ...], sides: int, low: tuple[float, ...]
) -> float:
    """The chance to cross an upper bound at any look under no effect; one side of `sides`."""
    going, total = START, 0.0
    for k, (t, high) in enumerate(zip(looks, bounds, strict=True)):
        total += above(going, t, high)
        if k + 1 < len(looks):
            lowest = -high if sides == 2 else low[k]
            going = advance(going, t, looks[k + 1], lowest, high)
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
