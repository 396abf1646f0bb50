"""Items of an instrument: which values are possible, and sums and means of what was answered.

Items    floats, or NumPy arrays of one shape: one array an item, one element a subject and visit.
Missing  NaN is not answered. A value that the item's scale does not have leaves the whole score
         missing, also where items that were not answered would be left out: no score is made of
         marks in mm taken for cm. `impossible` finds such values.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add, or_
from typing import Any

import numpy as np

from myotrial.errors import MyotrialError

__all__ = [
    "Numbers",
    "Truths",
    "answered",
    "bounds",
    "checked",
    "impossible",
    "mean",
    "possible",
    "share",
    "total",
    "unspoiled",
]

Numbers = Any  # a number, or an array of numbers
Truths = Any  # a truth, or an array of truths


def impossible(value: Numbers, low: float, high: float, *, whole: bool = True) -> Truths:
    """Say where a value was given that the scale does not have.

    Args:
        value: A number or an array; NaN where nothing was given.
        low: Lowest value of the scale.
        high: Highest value of the scale.
        whole: The scale has whole numbers only.

    >>> [bool(impossible(value, 0, 3)) for value in (3.0, 4.0, 1.5, float("nan"))]
    [False, True, True, False]
    """
    wrong = (value < low) | (value > high)
    if whole:
        wrong = wrong | ((value == value) & (value != np.floor(value)))
    return wrong


def possible(value: Numbers, low: float, high: float, *, whole: bool = True) -> Numbers:
    """The value; NaN where the scale does not have it (see `impossible`)."""
    return np.where(impossible(value, low, high, whole=whole), np.nan, value)[()]


def checked(
    values: Sequence[Numbers], number: int, low: float, high: float, *, of: str, whole: bool = True
) -> list[Numbers]:
    """The items as `possible` leaves them, after counting them.

    Raises:
        MyotrialError: There are fewer or more items than the instrument has.
    """
    if len(values) != number:
        raise MyotrialError(
            f"{of} has {number} items (got {len(values)}).\n"
            "Hint: give NaN for an item that was not answered."
        )
    return [possible(value, low, high, whole=whole) for value in values]


def unspoiled(
    score: Numbers,
    items: Sequence[Numbers],
    low: float,
    high: float,
    *,
    whole: bool = True,
) -> Numbers:
    """The score; NaN where one of its items has a value that the scale does not have.

    >>> float(unspoiled(0.5, [5.0, float("nan")], 0.0, 10.0))
    0.5
    """
    wrong = reduce(or_, (impossible(item, low, high, whole=whole) for item in items))
    return np.where(wrong, np.nan, score)[()]


def total(items: Sequence[Numbers]) -> Numbers:
    """The sum; NaN where an item was not answered.

    >>> total([1.0, 2.0, 3.0])
    6.0
    """
    return reduce(add, items)


def answered(items: Sequence[Numbers]) -> Numbers:
    """How many items were answered.

    >>> answered([1.0, float("nan"), 3.0])
    2
    """
    return sum((item == item) * 1 for item in items)


def mean(items: Sequence[Numbers], *, at_least: int = 1) -> Numbers:
    """The mean of the items that were answered; NaN where fewer than `at_least` were.

    >>> float(mean([1.0, float("nan"), 2.0]))
    1.5
    """
    count = answered(items)
    known = sum(np.where(np.isnan(item), 0.0, item)[()] for item in items)
    return known / np.where(count >= max(at_least, 1), count, np.nan)[()]


def share(items: Sequence[Numbers], highest: float, *, at_least: int = 1) -> Numbers:
    """The sum of the answered items in what it could be at most: a fraction 0 to 1.

    >>> float(share([5.0, float("nan"), 10.0], 10.0))
    0.75
    """
    return mean(items, at_least=at_least) / highest


def bounds(items: Sequence[Numbers], low: float, high: float) -> tuple[Numbers, Numbers]:
    """The sum if every item that was not answered were lowest, and highest.

    >>> tuple(map(float, bounds([3.0, float("nan")], 0.0, 10.0)))
    (3.0, 13.0)
    """
    lowest = total([np.where(np.isnan(item), low, item)[()] for item in items])
    highest = total([np.where(np.isnan(item), high, item)[()] for item in items])
    return lowest, highest
