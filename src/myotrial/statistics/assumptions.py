"""What a design rests on, checked before anything is computed from it.

Shares   rates, error probabilities and power are shares of 1, never percent.
Ratio    patients of the first arm for one of the second.
Memory   is asked for before any of it is taken.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from operator import index

import numpy as np

from myotrial.errors import MyotrialError, TooLargeError

__all__ = [
    "checked_correlation",
    "checked_errors",
    "checked_fractions",
    "checked_looks",
    "checked_memory",
    "checked_n",
    "checked_not_negative",
    "checked_positive",
    "checked_rate",
    "checked_share",
    "checked_sides",
    "definite",
]

LARGEST_BYTES = 2**30  # working memory that one design may take
GIB = 2**30


def checked_rate(name: str, value: float) -> float:
    """A rate from 0 to 1.

    Raises:
        MyotrialError: It is not.
    """
    if not 0 <= value <= 1:
        raise MyotrialError(
            f"{name} must be a rate from 0 to 1 (got {value!r})"
            + ("\nHint: write 45 % as 0.45." if 1 < value <= 100 else "")
        )
    return float(value)


def checked_share(name: str, value: float) -> float:
    """A share strictly between 0 and 1, such as an error probability or a power.

    Raises:
        MyotrialError: It is not.
    """
    if not 0 < value < 1:
        raise MyotrialError(
            f"{name} must lie strictly between 0 and 1 (got {value!r})"
            + ("\nHint: write 2.5 % as 0.025." if 1 <= value <= 100 else "")
        )
    return float(value)


def checked_errors(alpha: float, power: float) -> tuple[float, float]:
    """Type I error and power, the power above the error.

    Raises:
        MyotrialError: One is not strictly between 0 and 1, or power is no more than alpha.
    """
    alpha, power = checked_share("alpha", alpha), checked_share("power", power)
    if power <= alpha:
        raise MyotrialError(
            f"power must exceed alpha, which a test without patients has (got {power!r} and "
            f"{alpha!r}).\nHint: power is 1 - beta, not beta."
        )
    return alpha, power


def checked_positive(name: str, value: float) -> float:
    """A finite number above 0.

    Raises:
        MyotrialError: It is not.
    """
    if not (value > 0 and isfinite(value)):
        raise MyotrialError(f"{name} must be finite and above 0 (got {value!r})")
    return float(value)


def checked_not_negative(name: str, value: float) -> float:
    """A finite number of at least 0.

    Raises:
        MyotrialError: It is not.
    """
    if not (value >= 0 and isfinite(value)):
        raise MyotrialError(f"{name} must be finite and at least 0 (got {value!r})")
    return float(value)


def checked_correlation(value: float) -> float:
    """A correlation strictly between -1 and 1.

    Raises:
        MyotrialError: It is not.
    """
    if not -1 < value < 1:
        raise MyotrialError(f"A correlation must lie strictly between -1 and 1 (got {value!r})")
    return float(value)


def checked_sides(sides: int) -> int:
    """One- or two-sided.

    Raises:
        MyotrialError: Neither.
    """
    if sides not in (1, 2):
        raise MyotrialError(f"A test has 1 or 2 sides (got {sides!r})")
    return int(sides)


def checked_fractions(information: Sequence[float]) -> tuple[float, ...]:
    """Information fractions of the looks: above 0, increasing, the last one 1.

    Raises:
        MyotrialError: They are not.
    """
    fractions = tuple(float(item) for item in information)
    rising = all(a < b for a, b in zip((0.0, *fractions), fractions, strict=False))
    if not fractions or not rising or abs(fractions[-1] - 1) > 1e-9:
        raise MyotrialError(
            "Information fractions must be above 0, increase from look to look and end at 1 "
            f"(got {list(information)!r}).\n"
            "Hint: divide the patients analysed at each look by those at the last one."
        )
    return (*fractions[:-1], 1.0)


def checked_n(name: str, n: int) -> int:
    """A number of patients as a plain integer of at least 1.

    Raises:
        MyotrialError: It is no whole number or below 1.
    """
    try:
        whole = index(n)
    except TypeError:
        whole = 0
    if whole < 1:
        raise MyotrialError(f"{name} must be a whole number of at least 1 (got {n!r})")
    return whole


def checked_looks(name: str, sizes: Sequence[int]) -> tuple[int, ...]:
    """Cumulative numbers of patients, each look with more than the one before.

    Raises:
        MyotrialError: There is no look, a size is no positive whole number, or they do not rise.
    """
    whole = tuple(checked_n(name, n) for n in sizes)
    if not whole or any(later <= earlier for earlier, later in pairwise(whole)):
        raise MyotrialError(
            f"{name} must rise from look to look (got {list(sizes)!r}).\n"
            "Hint: give cumulative numbers, as 50, 100, 150."
        )
    return whole


def checked_memory(what: str, numbers: int) -> None:
    """Refuse what would not fit into memory, before any of it is taken.

    Args:
        what: What has to be held, for the message.
        numbers: Floats of 8 bytes that have to be held at once.

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


def definite(name: str, matrix: np.ndarray | Sequence[Sequence[float]]) -> np.ndarray:
    """A covariance or correlation matrix as an array: square, symmetric, positive definite.

    Raises:
        MyotrialError: It is not.
    """
    array = np.asarray(matrix, float)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not np.isfinite(array).all():
        raise MyotrialError(
            f"{name} must be a square matrix of finite numbers (got shape {array.shape})"
        )
    if not np.allclose(array, array.T, rtol=1e-9, atol=1e-12):
        raise MyotrialError(f"{name} must be symmetric (got {array.tolist()!r})")
    smallest = float(np.linalg.eigvalsh(array)[0])
    if smallest <= 1e-12 * float(np.abs(array).max(initial=0.0)):
        raise MyotrialError(
            f"{name} must be positive definite, but its smallest eigenvalue is {smallest:.3g}.\n"
            "Hint: no measurements can be correlated in this way; lower the correlations, or "
            "make them fit together."
        )
    return array
