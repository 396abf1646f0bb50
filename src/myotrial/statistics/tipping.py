"""The tipping point: how much worse the missing values must be for a result to be lost."""

from collections.abc import Callable
from typing import Any

from scipy.optimize import brentq

__all__ = ["shift_to_lose"]

DOUBLINGS = 10  # of the standard error, before no shift is said to tip


def shift_to_lose(beyond: Callable[[float], float], error: float) -> float | None:
    """The least shift, in the unit of the outcome, at which a result no longer holds.

    Args:
        beyond: How far the result is beyond its limit after a shift of 0 or more against it;
            0 or less where it no longer holds.
        error: Standard error of the result: the search doubles it.

    Returns:
        The shift; 0 where the result does not hold as it is, None where none was found.

    >>> shift_to_lose(lambda shift: 3.0 - 2.0 * shift, 1.0)
    1.5
    """
    if beyond(0.0) <= 0:
        return 0.0
    far = error
    for _ in range(DOUBLINGS):
        if beyond(far) <= 0:
            found: Any = brentq(beyond, 0.0, far, xtol=1e-9 * far)
            return float(found)
        far *= 2
    return None
