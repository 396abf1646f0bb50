"""Where a continuous function of one number is 0."""

from collections.abc import Callable
from typing import Any

from scipy import optimize

__all__ = ["root"]


def root(
    function: Callable[[float], float], low: float, high: float, *, xtol: float = 1e-11
) -> float:
    """The root between two numbers at which the function has opposite signs (Brent's method).

    Args:
        function: A continuous function.
        low: One end.
        high: The other end.
        xtol: How near to the root the answer lies.

    >>> round(root(lambda x: x * x - 2, 0.0, 2.0), 6)
    1.414214
    """
    brent: Any = optimize.brentq  # its published types leave the answer open
    return float(brent(function, low, high, xtol=xtol, rtol=1e-14))
