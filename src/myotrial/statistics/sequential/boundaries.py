"""Stopping boundaries of group-sequential designs.

Scale    Bounds are values of the standardised statistic Z; positive favours the first arm.
Look k   Z_k at or above `efficacy[k]`: stop for efficacy. At or below `futility[k]`: stop for
         futility. With two sides, |Z_k| at or above `efficacy[k]` stops.
Alpha    The whole error of the test: one-sided with one side, both sides together with two.
Binding  A binding futility bound must be obeyed: efficacy bounds take credit for the trials that it
         stops. A non-binding one may be overruled: efficacy bounds are those without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_fractions, checked_share, checked_sides
from myotrial.statistics.sequential.efficacy import efficacy_bounds, require_apart
from myotrial.statistics.sequential.futility import futility_bounds
from myotrial.statistics.sequential.shapes import (
    BetaSpending,
    FutilityBounds,
    Shape,
)

__all__ = ["Boundary", "boundary"]


@dataclass(frozen=True)
class Boundary:
    """The bounds of a design, look by look.

    Attributes:
        information: Information fraction of each look; the last is 1.
        efficacy: Upper bound on Z (with two sides: on |Z|) of each look; inf where none.
        futility: Lower bound on Z of each look before the last; -inf where none.
        alpha: Type I error of the whole test.
        sides: 1 or 2.
        binding: Whether the futility bounds must be obeyed.
    """

    information: tuple[float, ...]
    efficacy: tuple[float, ...]
    futility: tuple[float, ...]
    alpha: float
    sides: int = 1
    binding: bool = False

    def __post_init__(self) -> None:
        checked_fractions(self.information)
        checked_share("alpha", self.alpha)
        checked_sides(self.sides)
        looks = len(self.information)
        if (len(self.efficacy), len(self.futility)) != (looks, looks - 1):
            raise MyotrialError(
                f"{looks} looks need {looks} efficacy and {looks - 1} futility bounds "
                f"(got {len(self.efficacy)} and {len(self.futility)})"
            )
        for look, (low, high) in enumerate(zip(self.futility, self.efficacy, strict=False), 1):
            require_apart(look, low, high)
        if self.sides == 2 and max(self.futility, default=-inf) > -inf:
            raise MyotrialError(
                "Futility bounds are offered for one-sided tests only.\n"
                "Hint: test one-sided at half of alpha; the sizes are the same."
            )

    @property
    def looks(self) -> int:
        """Number of looks."""
        return len(self.information)

    @property
    def bounds(self) -> tuple[tuple[float, float, float], ...]:
        """Information fraction, lower and upper bound of going on; at the last look both equal."""
        lower = [-high if self.sides == 2 else low for high, low in self._pairs()]
        return tuple(zip(self.information, lower, self.efficacy, strict=True))

    def _pairs(self) -> list[tuple[float, float]]:
        last = self.efficacy[-1]
        return list(zip(self.efficacy, (*self.futility, last), strict=True))


def boundary(
    shape: Shape,
    information: Sequence[float],
    *,
    alpha: float = 0.025,
    sides: int = 1,
    futility: FutilityBounds | BetaSpending | None = None,
) -> Boundary:
    """The bounds of a shape or an error-spending function.

    Args:
        shape: `OBrienFleming`, `Pocock`, `WangTsiatis(delta)`, `HaybittlePeto(z)`, or any
            `Spending`.
        information: Information fraction of each look, rising and ending at 1.
        alpha: Type I error of the whole test.
        sides: 1, or 2 for a symmetric two-sided test; a spending function then spends alpha / 2
            on each side.
        futility: Given bounds, or a spending of beta; one-sided tests only.

    Raises:
        MyotrialError: Fractions do not rise to 1, alpha or power lies outside 0 to 1, an error is
            spent twice or not at all, a futility bound reaches the efficacy bound, or Haybittle
            and Peto's bounds use up alpha before the last look.

    >>> from myotrial.statistics.sequential.shapes import OBrienFleming
    >>> [round(z, 3) for z in boundary(OBrienFleming, (1 / 3, 2 / 3, 1)).efficacy]
    [3.471, 2.454, 2.004]
    """
    looks = checked_fractions(information)
    checked_share("alpha", alpha)
    checked_sides(sides)
    _require_offered(looks, sides, futility)
    none = (-inf,) * (len(looks) - 1)
    if isinstance(futility, BetaSpending):
        low = futility_bounds(shape, looks, alpha, futility)
    else:
        low = futility.z if futility else none
    binding = bool(futility and futility.binding)
    efficacy = efficacy_bounds(shape, looks, alpha, sides, low if binding else none)
    return Boundary(looks, efficacy, low, alpha, sides, binding)


def _require_offered(
    looks: tuple[float, ...],
    sides: int,
    futility: FutilityBounds | BetaSpending | None,
) -> None:
    """Say what is wrong with the request as a whole."""
    if futility is None:
        return
    if sides == 2:
        raise MyotrialError(
            "Futility bounds are offered for one-sided tests only.\n"
            "Hint: test one-sided at half of alpha; the sizes are the same."
        )
    if isinstance(futility, FutilityBounds) and len(futility.z) != len(looks) - 1:
        raise MyotrialError(
            f"{len(looks)} looks need {len(looks) - 1} futility bounds, one before each later look "
            f"(got {len(futility.z)})"
        )
