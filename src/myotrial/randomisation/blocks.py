"""Permuted blocks of varied sizes, one sequence for each stratum.

Blocks   each holds every arm in the planned ratio; its size is drawn anew from the sizes allowed,
         so that the last allocations of a block cannot be foretold.
Source   Matts JP, Lachin JM. Control Clin Trials 1988;9:327-44.
"""

from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.randomisation.sealed import Sealed

__all__ = ["permuted_blocks", "sizes", "strata"]


def permuted_blocks(
    n: int,
    ratio: Sequence[int],
    generator: np.random.Generator | Sealed,
    *,
    multiples: Iterable[int],
) -> list[int]:
    """Draw the allocations of one stratum.

    Args:
        n: Allocations needed; the last block is completed, so at least as many come back.
        ratio: Patients of each arm in the smallest block: (2, 1) for two to one.
        generator: Source of randomness.
        multiples: How many times the smallest block a block may be.

    Returns:
        The number of the arm, counted from 0, for each allocation in order.

    Raises:
        MyotrialError: The ratio or the sizes are not whole numbers above 0.

    >>> drawn = permuted_blocks(8, (1, 1), np.random.default_rng(1), multiples=(1, 2))
    >>> sorted(drawn[:8]) == [0] * 4 + [1] * 4
    True
    """
    times = sorted(set(multiples))
    if not times or min(times) < 1 or not ratio or min(ratio) < 1:
        raise MyotrialError(
            f"Blocks need a ratio and sizes of whole numbers above 0 (got ratio {tuple(ratio)}, "
            f"sizes {times}).\nHint: ratio (1, 1) with sizes 1, 2 and 3 gives blocks of 2, 4 and 6."
        )
    smallest = np.repeat(np.arange(len(ratio)), ratio)
    found: list[int] = []
    while len(found) < n:
        block = np.tile(smallest, int(generator.choice(times)))
        found += generator.permutation(block).tolist()
    return found


def sizes(ratio: Sequence[int]) -> tuple[int, ...]:
    """How many times the smallest block a block may be, so that sizes stay between 4 and 8.

    >>> sizes((1, 1)), sizes((2, 1))
    ((2, 3, 4), (2,))
    """
    smallest = sum(ratio)
    found = tuple(times for times in range(1, 5) if 4 <= times * smallest <= 8)
    return found or (1, 2)


def strata(values: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Every combination of the values of the stratifying attributes, in order.

    >>> strata([["PM", "DM"], ["F", "M"]])
    [('PM', 'F'), ('PM', 'M'), ('DM', 'F'), ('DM', 'M')]
    """
    return [tuple(found) for found in product(*values)]
