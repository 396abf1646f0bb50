"""Blocks of simulated trials, each with a random stream of its own."""

from collections.abc import Iterator
from math import sqrt
from operator import index

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.statistics.assumptions import checked_n

__all__ = ["BLOCK", "blocks", "checked_shard", "standard_error"]

BLOCK = 2**15  # trials drawn at once; another size gives other trials


def blocks(
    trials: int, seed: int, shard: tuple[int, int] = (1, 1)
) -> Iterator[tuple[np.random.Generator, int]]:
    """The generator and the number of trials of each block of a shard.

    Args:
        trials: Trials of all shards together.
        seed: Seed, not negative.
        shard: Number of the shard, from 1, and how many there are.

    Raises:
        MyotrialError: The number of trials, the seed or the shard is not valid.
    """
    trials = checked_n("The number of trials", trials)
    number, of = checked_shard(shard)
    if index(seed) < 0:
        raise MyotrialError(f"A seed must not be negative (got {seed!r})")
    for block in range(number - 1, -(-trials // BLOCK), of):
        stream = np.random.SeedSequence(seed, spawn_key=(block,))
        size = min(BLOCK, trials - block * BLOCK)
        yield np.random.Generator(np.random.Philox(stream)), size


def checked_shard(shard: tuple[int, int]) -> tuple[int, int]:
    """Number of the shard and of all shards.

    Raises:
        MyotrialError: The number is not between 1 and the number of shards.
    """
    number, of = shard
    if not 1 <= number <= of:
        raise MyotrialError(f"A shard is a number from 1 to how many there are (got {shard!r})")
    return number, of


def standard_error(share: float, trials: int) -> float:
    """The Monte Carlo standard error of a share of trials."""
    return sqrt(share * (1 - share) / trials)
