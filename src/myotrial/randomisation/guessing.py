"""How often the next allocation can be guessed by who knows all those before.

Two arms, one to one. The guesser knows the procedure, every allocation so far and, where factors
are balanced, every patient's factors: more than a blinded site can know, so that the rates are
upper limits. One half is what a coin reaches.

convergence    the arm that was given less often so far; a coin where both were alike.
last in block  the other arm where one has filled its half of a block; a coin before that. Where
               sizes vary in secret, the guesser counts blocks of one size.
minimisation   the arm that leaves the arms most alike; a coin where both do.

Source   Blackwell D, Hodges JL. Ann Math Stat 1957;28:449-60 (convergence); Matts JP, Lachin JM.
         Control Clin Trials 1988;9:327-44 (blocks); Efron B. Biometrika 1971;58:403-17 (one factor
         with a chance is the biased coin). The closed forms below are derived in their docstrings
         and checked by enumeration.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import comb

import numpy as np

from myotrial.randomisation.minimisation import imbalance
from myotrial.randomisation.sealed import Sealed

__all__ = [
    "biased_coin_rate",
    "convergence",
    "convergence_rate",
    "last_in_block",
    "last_in_block_rate",
    "minimisation",
]

Source = np.random.Generator | Sealed


def convergence(given: Sequence[int], generator: Source) -> int:
    """Right guesses of the convergence strategy on one list of arms 0 and 1."""
    ahead = right = 0  # how much oftener arm 1 was given
    for arm in given:
        guess = int(generator.random() < 0.5) if ahead == 0 else int(ahead < 0)
        right += guess == arm
        ahead += 2 * arm - 1
    return right


def last_in_block(given: Sequence[int], size: int, generator: Source) -> int:
    """Right guesses of one who counts blocks of `size` from the first patient on."""
    right, counts = 0, [0, 0]
    for place, arm in enumerate(given):
        if place % size == 0:
            counts = [0, 0]
        full = [2 * count >= size for count in counts]
        guess = full.index(False) if any(full) else int(generator.random() < 0.5)
        right += guess == arm
        counts[arm] += 1
    return right


def minimisation(patients: Sequence[tuple[Mapping[str, str], int]], generator: Source) -> int:
    """Right guesses of one who minimises along, for patients with their factors and arms."""
    right = 0
    for number, (patient, arm) in enumerate(patients):
        costs = imbalance(patient, patients[:number], (1, 1))
        alike = abs(costs[0] - costs[1]) < 1e-9  # sums of whole numbers
        guess = int(generator.random() < 0.5) if alike else int(costs[1] < costs[0])
        right += guess == arm
    return right


def convergence_rate(sizes: Sequence[int]) -> Fraction:
    """Share of right guesses by convergence, for blocks whose size is drawn alike from `sizes`.

    In a block of 2m every step towards balance is guessed. Such steps are m: each way from 0 to 0
    has as many towards as away. Steps away from an unbalanced state are all missed, those from
    balance are guessed half the time; so m and half the expected number of times the block stands
    in balance before its end, which is 4^m / C(2m, m) - 1, that at the start included. Balance at
    the end of each block makes the strategy right whether or not the sizes are known.

    >>> convergence_rate([4]), convergence_rate([2, 4, 6])
    (Fraction(17, 24), Fraction(253, 360))
    """
    right = Fraction(0)
    for size in sizes:
        even = Fraction(4 ** (size // 2), comb(size, size // 2)) - 1
        right += (size + even) / 2
    return right / sum(sizes)


def last_in_block_rate(size: int) -> Fraction:
    """Share of right guesses by the last of each block, for blocks of one known size.

    The last run of a block of 2m is expected to be 2m / (m + 1) long; all of it is known, and half
    of the rest is guessed.

    >>> last_in_block_rate(4)
    Fraction(2, 3)
    """
    known = Fraction(1, size // 2 + 1)  # of all allocations
    return known + (1 - known) / 2


def biased_coin_rate(probability: float) -> float:
    """Share of right guesses where one factor with one value is minimised, in the long run.

    The difference of the arms is a walk that steps towards 0 with the chance p and away with q. In
    the long run it stands at 0 a share 1/2 - q/(2p) of the time.

    >>> round(biased_coin_rate(0.8), 4)
    0.6875
    """
    even = (1 - (1 - probability) / probability) / 2
    return even / 2 + probability * (1 - even)
