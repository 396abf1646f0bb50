"""Samples of whole-number scores with a given total and sum of squares.

The question behind SPRITE (Heathers JA, Anaya J, van der Zee T, Brown NJL. PeerJ Preprints
2018;6:e26968v1), answered exactly: a search that is either led to a sample or has looked
everywhere, so "there is none" is a proof. Values are chosen one after another, largest first; a
branch ends as soon as the most even and the most uneven completion show that the sum of squares
can no longer be met.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from myotrial.errors import TooLargeError

__all__ = ["Goal", "draw", "even_squares", "find", "uneven_squares"]

STEPS = 200_000  # branches looked at before a search is given up as too large
SWAPS = 20  # random moves per score when a sample is drawn


@dataclass(frozen=True)
class Goal:
    """What a sample of n whole numbers must be.

    Attributes:
        n: Number of scores.
        low: Least score.
        high: Greatest score.
        total: Sum of the scores.
        squares_low: Least sum of squares.
        squares_high: Greatest sum of squares.
    """

    n: int
    low: int
    high: int
    total: int
    squares_low: int
    squares_high: int


def even_squares(n: int, total: int) -> int:
    """Least sum of squares of n whole numbers with a total: all as equal as can be.

    >>> even_squares(3, 7)
    17
    """
    each, over = divmod(total, n)
    return (n - over) * each**2 + over * (each + 1) ** 2


def uneven_squares(n: int, low: int, high: int, total: int) -> int:
    """Greatest sum of squares of n whole numbers from low to high with a total.

    >>> uneven_squares(3, 1, 5, 7)
    27
    """
    if high == low:
        return n * low**2
    full, over = divmod(total - n * low, high - low)
    if full == n:
        return n * high**2
    return full * high**2 + (low + over) ** 2 + (n - full - 1) * low**2


def find(goal: Goal) -> list[int] | None:
    """Find a sample, or prove that there is none.

    Returns:
        The scores in descending order; None where no sample exists.

    Raises:
        TooLargeError: The search was given up.

    >>> find(Goal(n=3, low=1, high=5, total=7, squares_low=19, squares_high=20))
    [3, 3, 1]
    >>> find(Goal(n=3, low=1, high=5, total=7, squares_low=22, squares_high=26)) is None
    True
    """
    return _Search(goal).run()


def draw(goal: Goal, *, seed: int) -> list[int] | None:
    """Draw a sample by a seeded walk over samples that meet the goal.

    Starts from `find` and moves two scores one step apart or together, or three at once so that
    the sum of squares stays, keeping every move that still meets the goal; then shuffles. The
    same seed gives the same sample. Samples are not drawn with equal probability.

    Returns:
        The scores in random order; None where no sample exists.

    Raises:
        TooLargeError: The search for a first sample was given up.
    """
    sample = find(goal)
    if sample is None or goal.n < 2:
        return sample
    generator = random.Random(seed)  # noqa: S311 - no secret
    squares = sum(score**2 for score in sample)
    for _ in range(SWAPS * goal.n):
        squares = _move(sample, squares, goal, generator)
    generator.shuffle(sample)
    return sample


def _move(sample: list[int], squares: int, goal: Goal, generator: random.Random) -> int:
    """Move two or three scores in place if the goal still holds; the new sum of squares."""
    steps = generator.choice(((1, -1), (1, 1, -2), (-1, -1, 2)))
    if len(steps) > goal.n:
        return squares
    places = generator.sample(range(goal.n), len(steps))
    moved = [sample[place] + step for place, step in zip(places, steps, strict=True)]
    after = squares + sum(m**2 - sample[p] ** 2 for m, p in zip(moved, places, strict=True))
    inside = all(goal.low <= score <= goal.high for score in moved)
    if not inside or not goal.squares_low <= after <= goal.squares_high:
        return squares
    for place, score in zip(places, moved, strict=True):
        sample[place] = score
    return after


class _Search:
    """Depth-first search over descending samples."""

    def __init__(self, goal: Goal) -> None:
        self.goal = goal
        self.failed: set[tuple[int, int, int, int]] = set()
        self.steps = 0

    def run(self) -> list[int] | None:
        goal = self.goal
        if not self.possible(goal.n, goal.high, goal.total, 0):
            return None
        sample: list[int] = []
        options = [self.options(goal.n, goal.high, goal.total, 0)]
        total, squares = goal.total, 0
        while options:
            if len(sample) == goal.n:
                return sample
            score = next(options[-1], None)
            if score is None:
                options.pop()
                if sample:
                    self.failed.add((len(sample), sample[-1], total, squares))
                    total, squares = total + sample[-1], squares - sample.pop() ** 2
                continue
            sample.append(score)
            total, squares = total - score, squares + score**2
            options.append(self.options(goal.n - len(sample), score, total, squares))
        return None

    def possible(self, left: int, most: int, total: int, squares: int) -> bool:
        """Whether `left` scores up to `most` could still meet the goal, as far as bounds say."""
        goal = self.goal
        if left == 0:
            return total == 0 and goal.squares_low <= squares <= goal.squares_high
        if not left * goal.low <= total <= left * most:
            return False
        least = squares + even_squares(left, total)
        greatest = squares + uneven_squares(left, goal.low, most, total)
        bottom, top = max(least, goal.squares_low), min(greatest, goal.squares_high)
        return bottom < top or (bottom == top and (bottom - squares - total) % 2 == 0)

    def options(self, left: int, most: int, total: int, squares: int) -> Iterator[int]:
        """The next scores worth trying; first where the rest would be spread evenly."""
        if left == 0:
            return
        typical = self.typical(left, total, squares)
        for score in sorted(range(-(-total // left), most + 1), key=lambda s: abs(s - typical)):
            self.steps += 1
            if self.steps > STEPS:
                raise TooLargeError(
                    f"the search for {self.goal.n} scores from {self.goal.low} to "
                    f"{self.goal.high} with these sums was given up; narrow the range of scores"
                )
            key = (self.goal.n - left + 1, score, total - score, squares + score**2)
            if key not in self.failed and self.possible(left - 1, *key[1:]):
                yield score

    def typical(self, left: int, total: int, squares: int) -> float:
        """The greatest of `left` evenly spread scores with this mean and variance."""
        mean = total / left
        aim = (self.goal.squares_low + self.goal.squares_high) / 2 - squares
        variance = max(aim / left - mean**2, 0.0)
        return mean + math.sqrt(3 * variance) * (left - 1) / (left + 1)
