"""A verdict as one number a row; what it says is looked up once for each distinct number."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import polars as pl

__all__ = ["Coded", "combined", "distinct", "packed", "unpacked"]

TABLE = 2**24  # numbers beyond which a table of all possible ones is no longer kept


@dataclass(frozen=True)
class Coded:
    """A column as positions in the values it can take.

    Attributes:
        name: The column.
        codes: For each row a position in `levels`; beyond its end where missing.
        levels: Words, or numbers (None: missing).
        kind: "word" (few, known), "sentence" (many), "count" or "points".
    """

    name: str
    codes: np.ndarray
    levels: Sequence[str | float | None]
    kind: str

    def series(self) -> pl.Series:
        """The column in Polars."""
        kinds = {"word": pl.Categorical, "sentence": pl.Categorical, "count": pl.Int8}
        kind = kinds.get(self.kind, pl.Float64)
        plain = pl.Series(self.name, [*self.levels, None], pl.Float64 if kind == pl.Int8 else None)
        values = plain.cast(kind)
        return values.gather(self.codes)


def packed(parts: Sequence[np.ndarray], sizes: Sequence[int]) -> np.ndarray:
    """One number for the small numbers of each row, each from 0 to below its size."""
    key = parts[0].astype(np.int32)
    for part, size in zip(parts[1:], sizes[1:], strict=True):
        key *= size
        key += part.astype(np.int32)
    return key


def unpacked(keys: np.ndarray, sizes: Sequence[int]) -> tuple[np.ndarray, ...]:
    """The small numbers that were packed.

    >>> key = packed([np.array([1]), np.array([2])], [2, 3])
    >>> [part.tolist() for part in unpacked(key, [2, 3])]
    [[1], [2]]
    """
    return np.unravel_index(keys, tuple(sizes))


def distinct(keys: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct numbers among keys below `size`, in order, and the position of each key."""
    if size > TABLE:
        found, position = np.unique(keys, return_inverse=True)
        return found, position
    there = np.zeros(size, dtype=bool)
    there[keys] = True
    found = np.flatnonzero(there)
    place = np.empty(size, dtype=np.int32)
    place[found] = np.arange(len(found))
    return found, place[keys]


def combined(parts: Sequence[tuple[np.ndarray, Sequence[str]]]) -> tuple[np.ndarray, list[str]]:
    """Join one sentence of each part, with "; " between; each combination once.

    Args:
        parts: For each part the positions of the rows, and the sentences they stand for.

    Returns:
        Positions of the rows, and the joined sentences.
    """
    codes, told = parts[0][0], [*parts[0][1]]
    for more, sentences in parts[1:]:
        sizes = (len(told), len(sentences))
        keys = codes.astype(np.int64) * sizes[1] + more
        found, codes = distinct(keys, prod(sizes))
        pairs = zip(*(item.tolist() for item in unpacked(found, sizes)), strict=True)
        told = [f"{told[one]}; {sentences[other]}" for one, other in pairs]
    return codes, told
