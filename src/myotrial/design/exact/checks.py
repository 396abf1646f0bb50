"""What rates, sizes and error levels must be before a design is computed from them."""

from collections.abc import Sequence
from itertools import pairwise
from operator import index

from myotrial.errors import MyotrialError, TooLargeError

__all__ = [
    "checked_chance",
    "checked_looks",
    "checked_memory",
    "checked_n",
    "checked_rate",
]

LARGEST_BYTES = 2**30  # working memory that one design may take
GIB = 2**30


def checked_rate(rate: float, *, what: str = "A response rate") -> float:
    """A probability as a float, both ends included.

    Raises:
        MyotrialError: It lies outside 0 to 1 or is missing.
    """
    if not 0 <= rate <= 1:
        raise MyotrialError(
            f"{what} must lie between 0 and 1 (got {rate!r}).\nHint: write 45 % as 0.45."
        )
    return float(rate)


def checked_chance(chance: float, *, what: str) -> float:
    """An error level or a power as a float, strictly between 0 and 1.

    Raises:
        MyotrialError: It is not.
    """
    if not 0 < chance < 1:
        raise MyotrialError(f"{what} must lie between 0 and 1, both excluded (got {chance!r})")
    return float(chance)


def checked_n(n: int, *, what: str = "A number of patients") -> int:
    """A number of patients as a plain integer of at least 1.

    Raises:
        MyotrialError: It is no whole number or below 1.
    """
    try:
        whole = index(n)
    except TypeError:
        whole = 0
    if whole < 1:
        raise MyotrialError(f"{what} must be a whole number of at least 1 (got {n!r})")
    return whole


def checked_looks(sizes: Sequence[int], *, what: str = "Patients at the looks") -> tuple[int, ...]:
    """Cumulative numbers of patients, each look with more than the one before.

    Raises:
        MyotrialError: There is no look, a size is no positive whole number, or they do not rise.
    """
    whole = tuple(checked_n(n, what=what) for n in sizes)
    if not whole or any(later <= earlier for earlier, later in pairwise(whole)):
        raise MyotrialError(
            f"{what} must rise from look to look (got {list(sizes)!r}).\n"
            "Hint: give cumulative numbers, as 50, 100, 150."
        )
    return whole


def checked_memory(numbers: int, *, what: str) -> None:
    """Refuse what would not fit into memory, before any of it is taken.

    Args:
        numbers: Floats of 8 bytes that have to be held at once.
        what: What they are, for the message.

    Raises:
        TooLargeError: They would take more than 1 GiB.
    """
    need = 8 * numbers
    if need > LARGEST_BYTES:
        raise TooLargeError(
            f"{what} would need {need / GIB:.1f} GiB of memory; "
            f"{LARGEST_BYTES / GIB:.0f} GiB is the limit here.\n"
            "Hint: use fewer patients, or simulate the counts (myotrial.design.counts)."
        )
