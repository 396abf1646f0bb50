"""What an interim result says of the end: conditional rejection probability and conditional power.

Interim  Z at a look, whatever the bounds there said of it.
Source   Lan KKG, Simon R, Halperin M. Commun Stat C 1982;1:207-19. Müller HH, Schäfer H.
         Biometrics 2001;57:886-91 (conditional rejection probability).
"""

from math import inf, isfinite, sqrt

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.statistics.sequential.boundaries import Boundary
from myotrial.statistics.sequential.recursion import Going, above, advance, below

__all__ = ["checked_look", "conditional_power", "conditional_rejection"]


def conditional_rejection(boundary: Boundary, look: int, z: float) -> float:
    """The chance to reject at a later look if there is no effect, given Z at this look.

    Any change of the rest of the trial that keeps this chance keeps the type I error. Futility
    bounds that do not bind are overruled.

    Args:
        boundary: The bounds.
        look: Number of the look, from 1 to that before the last.
        z: The statistic there.

    Raises:
        MyotrialError: There is no such look, no look after it, or z is not finite.
    """
    return _later(boundary, look, z, 0.0, boundary.binding or boundary.sides == 2)


def conditional_power(
    boundary: Boundary, look: int, z: float, *, drift: float | None = None
) -> float:
    """The chance to reject at a later look, given Z at this look; futility bounds are obeyed.

    Args:
        boundary: The bounds.
        look: Number of the look, from 1 to that before the last.
        z: The statistic there.
        drift: Mean of Z at the last look; by default the trend seen so far, z / sqrt(t).

    Raises:
        MyotrialError: There is no such look, no look after it, or z is not finite.

    >>> bounds = Boundary((0.5, 1.0), (float("inf"), 1.959964), (float("-inf"),), 0.025)
    >>> round(conditional_power(bounds, 1, 1.5), 4)
    0.5903
    """
    checked_look(boundary, look)
    trend = z / sqrt(boundary.information[look - 1]) if drift is None else drift
    return _later(boundary, look, z, trend, obey=True)


def checked_look(boundary: Boundary, look: int) -> int:
    """The number of a look of the boundary, from 1.

    Raises:
        MyotrialError: The boundary has no such look.
    """
    if not 1 <= look <= boundary.looks:
        raise MyotrialError(
            f"The design has looks 1 to {boundary.looks} (got {look!r}).\n"
            "Hint: looks are numbered from 1."
        )
    return look


def _later(boundary: Boundary, look: int, z: float, drift: float, obey: bool) -> float:
    """The chance to reject after a look, from a score known there."""
    if checked_look(boundary, look) == boundary.looks:
        raise MyotrialError(
            "At the last look nothing is left to come.\nHint: ask at an earlier one."
        )
    if not (isfinite(z) and isfinite(drift)):
        raise MyotrialError(f"The statistic and the drift must be finite (got {z!r}, {drift!r})")
    now = boundary.information[look - 1]
    going = Going(now, np.array([z * sqrt(now)]), np.ones(1))
    total = 0.0
    for k in range(look, boundary.looks):
        t, low, high = boundary.bounds[k]
        total += above(going, t, high, drift)
        total += below(going, t, low, drift) if boundary.sides == 2 else 0.0
        if k + 1 < boundary.looks:
            low = low if obey else -inf
            going = advance(going, t, boundary.information[k + 1], low, high, drift)
    return total
