"""Operating characteristics of a boundary: power, stopping, expected information, inflation.

Drift    The mean of Z at the last look: 0 under the null hypothesis. A fixed design of the same
         alpha and power has drift z(1 - alpha) + z(power), so that the ratio of the squared drifts
         is the ratio of the sizes: the inflation factor.
Futility A trial stops when it crosses a futility bound, binding or not, unless told otherwise; the
         type I error of a design with non-binding bounds is that without them.
Source   Jennison C, Turnbull BW. Group Sequential Methods, 2000, chapters 2 and 4.
"""

from dataclasses import dataclass
from math import inf

from scipy.special import ndtri

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_errors
from myotrial.statistics.roots import root
from myotrial.statistics.sequential.boundaries import Boundary
from myotrial.statistics.sequential.recursion import START, above, advance, below

__all__ = [
    "Characteristics",
    "Inflation",
    "characteristics",
    "drift_for",
    "fixed_drift",
    "inflation",
    "type_one_error",
]

LARGEST_DRIFT = 30.0


@dataclass(frozen=True)
class Characteristics:
    """What a boundary does under one drift.

    Attributes:
        drift: Mean of Z at the last look.
        efficacy: Chance to stop for efficacy at each look (with two sides: for either arm); the
            last look's included.
        futility: Chance to stop for futility at each look before the last.
        expected: Expected information at the end, as a share of that at the last look.
    """

    drift: float
    efficacy: tuple[float, ...]
    futility: tuple[float, ...]
    expected: float

    @property
    def power(self) -> float:
        """The chance to reject at any look."""
        return sum(self.efficacy)

    @property
    def early(self) -> float:
        """The chance to stop before the last look."""
        return sum(self.efficacy[:-1]) + sum(self.futility)


def characteristics(
    boundary: Boundary, drift: float, *, obey_futility: bool = True
) -> Characteristics:
    """What the boundary does under a drift.

    Args:
        boundary: The bounds.
        drift: Mean of Z at the last look.
        obey_futility: Whether futility bounds stop a trial; binding ones always do.

    >>> from myotrial.statistics.sequential.boundaries import boundary
    >>> from myotrial.statistics.sequential.shapes import OBrienFleming
    >>> round(characteristics(boundary(OBrienFleming, (0.5, 1.0)), 0.0).power, 6)
    0.025
    """
    obey = obey_futility or boundary.binding or boundary.sides == 2
    going, efficacy, futility, expected, before = START, [], [], 0.0, 0.0
    for look, (t, low, high) in enumerate(boundary.bounds, 1):
        expected += float(going.weights.sum()) * (t - before)
        low = low if obey else -inf
        up, down = above(going, t, high, drift), below(going, t, low, drift)
        efficacy.append(up + down if boundary.sides == 2 else up)
        if look < boundary.looks:
            futility.append(0.0 if boundary.sides == 2 else down)
            going = advance(going, t, boundary.information[look], low, high, drift)
        before = t
    return Characteristics(drift, tuple(efficacy), tuple(futility), expected)


def type_one_error(boundary: Boundary) -> float:
    """The chance to reject where there is no effect; non-binding futility bounds are overruled."""
    return characteristics(boundary, 0.0, obey_futility=False).power


def fixed_drift(alpha: float, power: float, sides: int = 1) -> float:
    """The drift that gives a design with one look its power; the far side is not counted.

    Raises:
        MyotrialError: alpha or power lies outside 0 to 1, or power does not exceed alpha.
    """
    checked_errors(alpha, power)
    return float(ndtri(power) - ndtri(alpha / sides))


def drift_for(boundary: Boundary, power: float) -> float:
    """The drift under which the boundary has the power; futility bounds are obeyed.

    Raises:
        MyotrialError: Power lies outside 0 to 1, does not exceed alpha, or cannot be reached.
    """
    checked_errors(boundary.alpha, power)

    def lack(drift: float) -> float:
        return characteristics(boundary, drift).power - power

    highest = 1.5 * fixed_drift(boundary.alpha, power, boundary.sides)
    while lack(highest) < 0:
        highest *= 1.5
        if highest > LARGEST_DRIFT:
            raise MyotrialError(
                f"No trial size gives these bounds a power of {power!r}.\n"
                "Hint: lower the futility bounds; each loses power whatever the size."
            )
    return root(lack, 0.0, highest, xtol=1e-11)


@dataclass(frozen=True)
class Inflation:
    """Sizes as multiples of the fixed design with the same alpha and power.

    Attributes:
        maximum: Size at the last look: the inflation factor.
        alternative: Expected size under the alternative.
        halfway: Expected size under half of the alternative's effect.
        null: Expected size under no effect.
    """

    maximum: float
    alternative: float
    halfway: float
    null: float


def inflation(boundary: Boundary, power: float) -> Inflation:
    """How much larger the design is than a fixed one, at most and on average.

    >>> from myotrial.statistics.sequential.boundaries import boundary
    >>> from myotrial.statistics.sequential.shapes import Pocock
    >>> round(inflation(boundary(Pocock, (1 / 3, 2 / 3, 1)), 0.9).maximum, 4)
    1.1506
    """
    drift = drift_for(boundary, power)
    factor = (drift / fixed_drift(boundary.alpha, power, boundary.sides)) ** 2
    expected = (characteristics(boundary, share * drift).expected for share in (1.0, 0.5, 0.0))
    return Inflation(factor, *(factor * share for share in expected))
