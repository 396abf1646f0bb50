"""Ranks as whole numbers, and how often each rank sum occurs by chance.

Ties     share the mean of their ranks; ranks are doubled here, so that they are whole numbers.
Missing  a value that is no finite number is refused; leave missing values out first.
"""

from collections.abc import Sequence
from itertools import groupby
from math import isfinite

import numpy as np

from myotrial.errors import MyotrialError, TooLargeError

__all__ = ["doubled", "finite", "signed_sums", "split_sums", "two_sided"]

LARGEST = 200  # values ranked together


def finite(values: Sequence[float], *, what: str) -> list[float]:
    """The values as floats.

    Raises:
        MyotrialError: One is missing or not finite.
        TooLargeError: More than 200.
    """
    numbers = [float("nan") if value is None else float(value) for value in values]
    if not all(isfinite(number) for number in numbers):
        raise MyotrialError(f"{what} must be finite numbers; leave missing values out first")
    if len(numbers) > LARGEST:
        raise TooLargeError(
            f"Exact rank methods are limited to {LARGEST} values here (got {len(numbers)})."
        )
    return numbers


def doubled(values: Sequence[float]) -> list[int]:
    """Twice the rank of each value, smallest first.

    >>> doubled([0.5, 2.0, 0.5])
    [3, 6, 3]
    """
    ranks = [0] * len(values)
    before = 0
    for _, group in groupby(sorted(range(len(values)), key=values.__getitem__), values.__getitem__):
        tied = list(group)
        for place in tied:
            ranks[place] = 2 * before + len(tied) + 1
        before += len(tied)
    return ranks


def signed_sums(ranks: Sequence[int]) -> np.ndarray:
    """Chance of each sum of the ranks with a plus, every sign a fair coin: entry s for sum s."""
    chances = np.zeros(sum(ranks) + 1)
    chances[0] = 1.0
    for rank in ranks:
        moved = np.zeros_like(chances)
        moved[rank:] = chances[: len(chances) - rank]
        chances = (chances + moved) / 2
    return chances


def split_sums(ranks: Sequence[int], chosen: int) -> np.ndarray:
    """Chance of each sum of `chosen` of the ranks, every choice equally likely."""
    chances = np.zeros((chosen + 1, sum(ranks) + 1))
    chances[0, 0] = 1.0
    for seen, rank in enumerate(ranks):
        share = (chosen - np.arange(chosen + 1)) / (len(ranks) - seen)
        taken = np.zeros_like(chances)
        taken[1:, rank:] = (chances * share[:, np.newaxis])[:-1, : chances.shape[1] - rank]
        chances = chances * (1 - share)[:, np.newaxis] + taken
    return chances[chosen]


def two_sided(chances: np.ndarray, observed: int, *, total: int) -> float:
    """Chance of a sum at least as far from total / 2 as the observed one, on either side."""
    distance = np.abs(2 * np.arange(len(chances)) - total)
    return min(1.0, float(chances[distance >= abs(2 * observed - total)].sum()))
