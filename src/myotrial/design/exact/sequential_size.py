"""Patients of a group-sequential trial by exact power, and boundaries that hold the level exactly.

Boundaries from the normal approximation let responder counts exceed their level by a little, at
some common response rate. `holding_level` scales them by one factor until the greatest type I error
over all common rates is at most the level: larger boundaries reject less, at every rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from myotrial.design.exact.sample_size import BEYOND
from myotrial.design.exact.sequential import Characteristics, SequentialDesign, by_z
from myotrial.design.exact.two_arm import Size
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.assumptions import checked_rate, checked_share

__all__ = ["HeldLevel", "SequentialSize", "holding_level", "sequential_size"]

LARGEST = 1000  # patients of arm 2 up to which a size is looked for
FACTORS = 0.5, 4.0  # of the boundaries, between which the level is sought
CLOSE = 1e-6  # of the factor


@dataclass(frozen=True, eq=False)
class HeldLevel:
    """A design whose boundaries were scaled to hold the level.

    Attributes:
        design: The design.
        factor: What every boundary for efficacy was multiplied by; below 1 where there was room.
        efficacy: The scaled boundaries.
        size: Greatest type I error over all common rates.
    """

    design: SequentialDesign
    factor: float
    efficacy: tuple[float, ...]
    size: Size


@dataclass(frozen=True, eq=False)
class SequentialSize:
    """The smallest group-sequential trial that reaches a power.

    Attributes:
        design: The smallest design.
        planned: Its characteristics at the planned rates.
        stays: Patients of arm 2 from which every size looked at reaches the power.
        looked_to: Patients of arm 2 of the greatest size looked at.
    """

    design: SequentialDesign
    planned: Characteristics
    stays: int
    looked_to: int


def holding_level(
    n1: Sequence[int],
    n2: Sequence[int],
    efficacy: Sequence[float],
    futility: Sequence[float] | None = None,
    *,
    alpha: float = 0.025,
    binding: bool = False,
) -> HeldLevel:
    """The design with the smallest common factor on its boundaries that holds the level exactly.

    Args:
        n1: Cumulative patients of arm 1 at each look.
        n2: Cumulative patients of arm 2 at each look.
        efficacy: Boundaries of the pooled z, positive, as the normal approximation gives them.
        futility: As in `sequential.by_z`; these boundaries are left as they are.
        alpha: One-sided level.
        binding: Whether the type I error relies on the stops for futility.

    Raises:
        MyotrialError: The design or the level is not valid, or no factor from 0.5 to 4 holds it.

    >>> held = holding_level([20, 40, 60], [20, 40, 60], [2.289478] * 3)
    >>> held.size.value <= 0.025, 1 < held.factor < 1.02
    (True, True)
    """
    checked_share("alpha", alpha)
    if any(bound <= 0 for bound in efficacy):
        raise MyotrialError(f"Boundaries for efficacy must be above 0 (got {list(efficacy)!r})")

    def scaled(factor: float) -> HeldLevel:
        bounds = tuple(factor * bound for bound in efficacy)
        design = by_z(n1, n2, bounds, futility, binding=binding)
        return HeldLevel(design, factor, bounds, design.size())

    low, high = FACTORS
    held = scaled(high)
    if held.size.value > alpha:
        raise MyotrialError(f"No factor up to {high} on these boundaries holds the level {alpha}")
    while high - low > CLOSE:
        middle = scaled((low + high) / 2)
        if middle.size.value <= alpha:
            held, high = middle, middle.factor
        else:
            low = middle.factor
    return held


def sequential_size(
    rate1: float,
    rate2: float,
    fractions: Sequence[float],
    efficacy: Sequence[float],
    futility: Sequence[float] | None = None,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
) -> SequentialSize:
    """The patients that a group-sequential trial needs, by exact power.

    Args:
        rate1: Response rate of arm 1, above that of arm 2.
        rate2: Response rate of arm 2.
        fractions: Share of the patients at each look, rising to 1; looks round up.
        efficacy: Boundaries of the pooled z at the looks.
        futility: As in `sequential.by_z`.
        power: Power to reach.
        ratio: Patients of arm 1 for each of arm 2; arm 1 is rounded to the nearest whole.

    Raises:
        MyotrialError: Rates, fractions, boundaries, the power or the ratio are not valid.
        TooLargeError: More than 1000 patients of arm 2 would be needed.

    >>> found = sequential_size(0.6, 0.3, [0.5, 1], [2.79651, 1.977431], power=0.9)
    >>> [look.n1 for look in found.design.looks]
    [29, 57]
    """
    _check(rate1, rate2, fractions, power, ratio)
    first: tuple[SequentialDesign, Characteristics] | None = None
    looked_to, n = 1, len(fractions)
    stays = n
    while first is None or n <= looked_to:
        if n > LARGEST:
            raise TooLargeError(
                f"More than {LARGEST} patients an arm would be needed.\n"
                "Hint: plan with the normal approximation at this size."
            )
        design = _sized(n, fractions, efficacy, futility, ratio)
        planned = design.characteristics(rate1, rate2) if design else None
        if design is None or planned is None or planned.power < power:
            stays = n + 1
        elif first is None:
            first, looked_to = (design, planned), n + max(BEYOND, ceil(n / 2))
        n += 1
    return SequentialSize(*first, stays, looked_to)


def _sized(
    n: int,
    fractions: Sequence[float],
    efficacy: Sequence[float],
    futility: Sequence[float] | None,
    ratio: float,
) -> SequentialDesign | None:
    """The design with n patients of arm 2; None where looks would fall together."""
    n2 = [ceil(fraction * n - 1e-9) for fraction in fractions]
    n1 = [max(1, round(ratio * each)) for each in n2]
    if any(after <= before for sizes in (n1, n2) for before, after in pairwise(sizes)):
        return None
    return by_z(n1, n2, efficacy, futility)


def _check(
    rate1: float, rate2: float, fractions: Sequence[float], power: float, ratio: float
) -> None:
    if checked_rate("The response rate", rate1) <= checked_rate("A response rate", rate2):
        raise MyotrialError(
            f"No size gives power where arm 1 responds no more often (got {rate1!r} and {rate2!r})"
        )
    rising = [0.0, *fractions]
    if not fractions or fractions[-1] != 1 or any(b <= a for a, b in pairwise(rising)):
        raise MyotrialError(
            f"The fractions of patients at the looks must rise from above 0 to 1 "
            f"(got {list(fractions)!r})"
        )
    checked_share("power", power)
    if not ratio > 0:
        raise MyotrialError(f"ratio must be above 0 (got {ratio!r})")
