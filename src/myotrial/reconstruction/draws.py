"""Random numbers by patient and purpose, so that no patient's values depend on another's.

Each stream is seeded with the run's seed, the patient's number and a word for what is drawn. Only
uniform numbers are taken from NumPy and turned into everything else here: the bit stream of a
generator is kept from one NumPy release to the next, its distributions are not.
"""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar
from zlib import crc32

import numpy as np

__all__ = ["Stream", "stream"]

Item = TypeVar("Item")
NORMAL = NormalDist()
SMALLEST = 2.0**-54  # keeps a uniform number off 0, where the normal quantile is infinite


class Stream:
    """Uniform numbers of one patient and purpose, and what is made from them."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def uniform(self) -> float:
        """A number between 0 and 1, neither included."""
        return max(float(self._generator.random()), SMALLEST)

    def normal(self) -> float:
        """A standard normal number."""
        return NORMAL.inv_cdf(self.uniform())

    def chance(self, probability: float) -> bool:
        """True with a probability; one number is taken whatever the probability is."""
        return self.uniform() < probability

    def count(self, mean: float) -> int:
        """A Poisson count with this mean, by multiplying uniform numbers (Knuth)."""
        limit, product, found = math.exp(-mean), self.uniform(), 0
        while product > limit:
            product *= self.uniform()
            found += 1
        return found

    def pick(self, items: Sequence[Item]) -> Item:
        """One of some items, each as likely."""
        return items[int(self.uniform() * len(items))]

    def word(self, weights: Mapping[str, float]) -> str:
        """One of some words, as often as its weight says."""
        level = self.uniform() * sum(weights.values())
        for word, weight in weights.items():
            level -= weight
            if level <= 0:
                return word
        return list(weights)[-1]

    def order(self, weights: Mapping[Item, float]) -> list[Item]:
        """The items in random order; one with twice the weight is twice as likely to come first.

        Efraimidis PS, Spirakis PG. Inf Process Lett 2006;97:181-5.
        """
        keys = {item: -math.log(self.uniform()) / weight for item, weight in weights.items()}
        return sorted(keys, key=keys.__getitem__)


def stream(seed: int, patient: int, purpose: str, attempt: int = 0) -> Stream:
    """The stream of one patient for one purpose.

    Args:
        seed: Seed of the whole reconstruction, at least 0.
        patient: 1-based number of the patient; 0 for what concerns no single patient.
        purpose: What is drawn: "core set", "biopsy IL1B" …
        attempt: 0-based number of the attempt, where values are drawn again until they fit.
    """
    key = (patient, crc32(purpose.encode()), attempt)
    sequence = np.random.SeedSequence(seed, spawn_key=key)
    return Stream(np.random.Generator(np.random.PCG64(sequence)))
