"""The findings a set of criteria asks for: present, absent, or not assessed.

Scale    1 or True is present, 0 or False is absent; numbers such as an age are finite, 0 or more.
Missing  None, NaN, or a masked element of a NumPy array is not assessed, never absent.

The criteria are plain operators on what `read` gives: an item is surely present where it `== 1`
and can be where it `!= 0`, surely absent where it `== 0` and can be where it `!= 1`. The same lines
judge one patient or NumPy columns.
"""

from typing import Any, NamedTuple, TypeVar

import numpy as np

from myotrial.errors import SHOWN, MyotrialError

__all__ = ["Truths", "above", "can_any", "count", "from_", "read", "sure_any"]

Truths = Any  # truth, or a NumPy array of truths
Items = TypeVar("Items", bound=NamedTuple)


def read(items: Items, numbers: tuple[str, ...] = ()) -> Items:
    """The items as floats, or NumPy arrays of floats, NaN where not assessed.

    Args:
        items: True, False, None, 0, 1 or NaN each; or columns of these of one length.
        numbers: Names of the items that are numbers rather than present or absent.

    Returns:
        The same items, ready for plain operators.

    Raises:
        MyotrialError: A value is none of these; names the item and the first few values.
    """
    given = items._asdict().items()
    return items._replace(**{name: _read(name, value, name in numbers) for name, value in given})


def _read(name: str, value: Any, number: bool) -> Any:
    try:
        column = np.ma.filled(np.ma.asarray(value, dtype=float), np.nan)
    except (TypeError, ValueError):
        raise _refused(name, [value], number) from None
    taken = (column >= 0) & (column < np.inf) if number else (column == 0) | (column == 1)
    wrong = column[~(taken | np.isnan(column))]
    if wrong.size:
        raise _refused(name, wrong.tolist(), number)
    return column if column.ndim else float(column)


def _refused(name: str, values: list[Any], number: bool) -> MyotrialError:
    kind = "a finite number, 0 or more" if number else "True, False or None (not assessed)"
    shown = ", ".join(map(repr, values[:SHOWN]))
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    return MyotrialError(f"{name}: expected {kind}, found {shown}{more}")


def above(number: Any, limit: float) -> Any:
    """Whether a number is above a limit: 1, 0, or NaN where the number is missing.

    >>> above(46.0, 45), above(45.0, 45)
    (1.0, 0.0)
    """
    return (number > limit) + (number - number)


def from_(number: Any, limit: float) -> Any:
    """Whether a number is at or above a limit: 1, 0, or NaN where the number is missing.

    >>> from_(0.75, 0.75), from_(0.74, 0.75)
    (1.0, 0.0)
    """
    return (number >= limit) + (number - number)


def count(items: tuple[Any, ...]) -> tuple[Any, Any]:
    """How many items are present, at least and at most; every number between can be.

    >>> count((1.0, float("nan"), 0.0))
    (1, 2)
    """
    low = high = 0
    for item in items:
        low = low + (item == 1)
        high = high + (item != 0)
    return low, high


def sure_any(*items: Any) -> Truths:
    """Whether any item is surely present."""
    return count(items)[0] > 0


def can_any(*items: Any) -> Truths:
    """Whether any item is present or, not being assessed, can be."""
    return count(items)[1] > 0
