"""What counts must be before anything is computed from them."""

from operator import index
from typing import Literal, get_args

from myotrial.errors import MyotrialError

__all__ = [
    "Alternative",
    "checked_alternative",
    "checked_level",
    "checked_share",
    "checked_table",
]

Alternative = Literal["two-sided", "greater", "less"]


def checked_table(*cells: int) -> tuple[int, ...]:
    """The cells as plain integers.

    Raises:
        MyotrialError: A cell is negative or no whole number.
    """
    try:
        whole = tuple(index(cell) for cell in cells)
    except TypeError:
        whole = ()
    if not whole or min(whole) < 0:
        raise MyotrialError(f"The counts of a table must be whole and not negative (got {cells!r})")
    return whole


def checked_share(count: int, n: int) -> tuple[int, int]:
    """Count and total as plain integers, 0 <= count <= n.

    Raises:
        MyotrialError: They are not.
    """
    count, n = checked_table(count, n)
    if count > n:
        raise MyotrialError(f"A count must not exceed its total (got {count} of {n})")
    return count, n


def checked_level(level: float) -> float:
    """The confidence level, strictly between 0 and 1.

    Raises:
        MyotrialError: It is not.
    """
    if not 0 < level < 1:
        raise MyotrialError(f"A confidence level must lie between 0 and 1 (got {level!r})")
    return float(level)


def checked_alternative(alternative: str) -> None:
    """Check the name of an alternative hypothesis.

    Raises:
        MyotrialError: It is none of "two-sided", "greater" and "less".
    """
    if alternative not in get_args(Alternative):
        raise MyotrialError(
            f"alternative must be 'two-sided', 'greater' or 'less' (got {alternative!r})"
        )
