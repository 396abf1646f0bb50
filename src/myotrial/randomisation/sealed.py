"""Randomness from a secret seed: the same seed and label, the same numbers; without the seed, none.

Stream  HMAC-SHA-256 of label and counter under the seed. Whoever has seen any number of draws and
        lacks the seed cannot tell the next one, unlike with the generators of simulations, whose
        state follows from what they gave.
Source  Barker E, Kelsey J. NIST SP 800-90A Rev. 1, 2015: counter mode over a keyed hash is the
        idea; this is no implementation of its HMAC_DRBG, which cannot be read out again by label.
"""

import hmac
import secrets
from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np

from myotrial.errors import MyotrialError

__all__ = ["BITS", "Sealed", "fresh"]

BITS = 256  # of a seed
WORD = 8  # bytes of one draw
FRACTION = 53  # bits of a number between 0 and 1


def fresh() -> int:
    """A seed from the system's source of randomness."""
    return secrets.randbits(BITS)


class Sealed:
    """Draws under a secret seed, with the few methods of `numpy.random.Generator` used here."""

    def __init__(self, seed: int, label: str) -> None:
        """Begin the stream of a label.

        Args:
            seed: The secret, 0 or more, below 2 to the power of 256.
            label: What is drawn: each label has a stream of its own.

        Raises:
            MyotrialError: The seed is out of range; it is not shown.
        """
        if not 0 <= seed < 1 << BITS:
            raise MyotrialError(f"A sealed seed must be a whole number of at most {BITS} bits.")
        self._words = _words(seed.to_bytes(BITS // 8, "big"), label)

    def below(self, end: int) -> int:
        """A whole number from 0 to below `end`, each with the same chance."""
        whole = 1 << (8 * WORD)
        while (word := next(self._words)) >= whole - whole % end:
            pass  # the last, incomplete round would favour small numbers
        return word % end

    def random(self) -> float:
        """A number from 0 to below 1."""
        return (next(self._words) >> (8 * WORD - FRACTION)) / (1 << FRACTION)

    def permutation(self, items: np.ndarray) -> np.ndarray:
        """The items in random order (Fisher-Yates).

        >>> sorted(Sealed(1, "x").permutation(np.arange(5)).tolist())
        [0, 1, 2, 3, 4]
        """
        found = items.copy()
        for last in range(len(found) - 1, 0, -1):
            other = self.below(last + 1)
            found[[last, other]] = found[[other, last]]
        return found

    def choice(self, items: int | Sequence[int], p: np.ndarray | None = None) -> int:
        """One of the items, or of the numbers below one; by their chances if these are given."""
        known = range(items) if isinstance(items, int) else items
        if p is None:
            return known[self.below(len(known))]
        place = int(np.searchsorted(np.cumsum(p), self.random() * p.sum(), side="right"))
        return known[min(place, len(known) - 1)]

    def sample(self, end: int, n: int) -> list[int]:
        """Different whole numbers from 0 to below `end`, in random order.

        Raises:
            MyotrialError: There are not so many.
        """
        if n > end:
            raise MyotrialError(f"There are only {end} different numbers (asked for {n}).")
        found: dict[int, None] = {}
        while len(found) < n:
            found.setdefault(self.below(end))
        return list(found)


def _words(key: bytes, label: str) -> Iterator[int]:
    start = label.encode() + b"\0"
    for number in count():
        block = hmac.digest(key, start + number.to_bytes(8, "big"), "sha256")
        for at in range(0, len(block), WORD):
            yield int.from_bytes(block[at : at + WORD], "big")
