"""Bounds by the name of how they spend alpha, as plans name them and analyses check them."""

from collections.abc import Sequence
from itertools import accumulate
from types import MappingProxyType

from myotrial.statistics.sequential.boundaries import Boundary, boundary
from myotrial.statistics.sequential.shapes import FutilityBounds, HaybittlePeto, Shape
from myotrial.statistics.sequential.spending import (
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    SpentAt,
)

__all__ = ["SHAPES", "bounds", "shape"]

SHAPES: MappingProxyType[str, Shape] = MappingProxyType(
    {
        "obrien_fleming": LanDeMetsOBrienFleming(),
        "pocock": LanDeMetsPocock(),
        "haybittle_peto": HaybittlePeto(),
    }
)


def shape(name: str | None, information: Sequence[float], spent: Sequence[float] = ()) -> Shape:
    """How alpha is spent: as stated at each look, else by a name; O'Brien and Fleming's for None.

    Args:
        name: One of `SHAPES`.
        information: Information fraction of each look.
        spent: Alpha spent at each look, not its running total.
    """
    if spent:
        return SpentAt(tuple(information), tuple(accumulate(spent)))
    return SHAPES[name or "obrien_fleming"]


def bounds(
    name: str | None,
    information: Sequence[float],
    *,
    alpha: float,
    spent: Sequence[float] = (),
    futility: Sequence[float] = (),
    binding: bool = False,
) -> Boundary:
    """The bounds of a one-sided test; see `shape` for how alpha is named.

    Args:
        name: One of `SHAPES`, or None.
        information: Information fraction of each look, rising and ending at 1.
        alpha: One-sided type I error.
        spent: Alpha spent at each look, instead of a name.
        futility: z at or below which the trial stops, at each look before the last; none if empty.
        binding: Whether futility must be obeyed.

    >>> [round(z, 3) for z in bounds("obrien_fleming", (0.5, 1.0), alpha=0.025).efficacy]
    [2.963, 1.969]
    """
    given = FutilityBounds(tuple(futility), binding) if futility else None
    return boundary(shape(name, information, spent), information, alpha=alpha, futility=given)
