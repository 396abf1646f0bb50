"""How much of the tissue holds how much chromogen: a histogram of optical density, in integers.

Pixels are first averaged in blocks of about half a micrometre, which removes most of the sensor's
noise and makes scanners of different resolution alike; each block is looked up in tables made from
the stain vectors, so that what is counted are integers: the same for any tile size, any number of
threads and any reader.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numba
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.presence import Fields
from myotrial.biopsy.reading import Slide
from myotrial.biopsy.reading.slide import Image
from myotrial.biopsy.stains import Stains, unmix
from myotrial.biopsy.tissue import Mask

__all__ = ["BIN", "EDGES", "Densities", "block_size", "densities", "tables"]

BLOCK = 0.5  # micrometres of a block, about
BIN = 0.01  # OD
LOW = -0.5  # OD at which the histogram begins; noise makes unmixed ODs negative
BINS = 300
FIELD = 32  # cells of the side of a field: about 128 µm
EDGES = LOW + BIN * np.arange(BINS + 1)
SHIFT = 14  # a bin is so many binary digits of an integer
FIRST = round(LOW / BIN) << SHIFT
FAINTEST = 0.5  # an intensity below this is taken for it: no scanner tells darker ones apart

Counts = npt.NDArray[np.int64]
Table = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Densities:
    """What was counted over the tissue of a slide.

    Attributes:
        by_field: Blocks by OD of the chromogen, (fields with tissue, bins); the edges of the bins
            are `EDGES`.
        block: Micrometres of the side of a block.
    """

    by_field: Counts
    block: float

    @property
    def counts(self) -> Counts:
        """Blocks by OD, over all fields."""
        return self.by_field.sum(axis=0)

    def fields(self, threshold: float) -> Fields:
        """Blocks of tissue and those above a threshold (to the bin), field by field."""
        first = int(np.clip(np.ceil((threshold - LOW) / BIN - 1e-9), 0, BINS))
        return Fields(self.by_field.sum(axis=1), self.by_field[:, first:].sum(axis=1))

    @property
    def tissue_mm2(self) -> float:
        """Area of tissue."""
        return float(self.counts.sum()) * self.block**2 / 1e6

    def share_above(self, threshold: float) -> float:
        """Share of tissue, 0 to 1, whose OD lies above a threshold; NaN without tissue."""
        counts = self.counts
        total = counts.sum()
        if total == 0:
            return float("nan")
        place = (threshold - LOW) / BIN
        first = int(np.clip(np.floor(place), 0, BINS - 1))
        inside = float(np.clip(place - first, 0.0, 1.0))  # within its bin, evenly spread
        above = counts[first + 1 :].sum() + (1 - inside) * counts[first]
        return float(above / total)

    def quantile(self, share: float) -> float:
        """OD below which a share of tissue lies; NaN without tissue."""
        total = self.counts.sum()
        if total == 0:
            return float("nan")
        below = np.concatenate([[0], np.cumsum(self.counts)]) / total
        return float(np.interp(share, below, EDGES))

    def mean(self, floor: float) -> float:
        """Mean OD above a floor, over all tissue; what lies below counts as nothing."""
        total = self.counts.sum()
        middle = np.maximum(EDGES[:-1] + BIN / 2 - floor, 0.0)
        return float((self.counts * middle).sum() / total) if total else float("nan")


def block_size(mpp: float) -> int:
    """Pixels of the side of a block: a power of two, about half a micrometre.

    >>> block_size(0.25), block_size(0.499)
    (2, 1)
    """
    return 1 << max(0, round(float(np.log2(BLOCK / mpp))))


def tables(stains: Stains, white: Sequence[float], stain: int = 1) -> Table:
    """What each intensity of a channel adds to the OD of one stain, in integers.

    Args:
        stains: Of the batch.
        white: Of the slide.
        stain: 0 haematoxylin, 1 chromogen, 2 the rest.

    Returns:
        (3, 256).
    """
    weights = unmix(stains)[:, stain]
    intensity = np.maximum(np.arange(256), FAINTEST)
    density = np.log10(np.asarray(white)[:, None]) - np.log10(intensity)
    return np.rint(density * weights[:, None] * ((1 << SHIFT) / BIN)).astype(np.int32)


def densities(
    slide: Slide, mask: Mask, cell: int, table: Table, block: int, *, threads: int = 1
) -> Densities:
    """Count the tissue of a slide by OD of its chromogen.

    Args:
        slide: The slide.
        mask: Tissue, in cells.
        cell: Pixels of a cell, a power of two and a multiple of `block`.
        table: From `tables`.
        block: Pixels of the side of a block.
        threads: At work at the same time.
    """
    grid = _fields(slide, cell)
    digits = cell.bit_length() - 1 - (block.bit_length() - 1)  # of a cell's side, in blocks
    rows: dict[int, list[tuple[int, int, int, int]]] = {}
    for window in slide.windows(block):
        if _any(mask, cell, window):
            rows.setdefault(window[1], []).append(window)

    def count(row: list[tuple[int, int, int, int]]) -> tuple[int, Counts]:
        y, height = row[0][1], row[0][3]
        first, last = y // (FIELD * cell), (y + height - 1) // (FIELD * cell)
        counts = np.zeros((last - first + 1, grid[1], BINS), np.int64)
        for x, _, width, _ in row:
            blocks = _blocks(slide.window(x, y, width, height), block)
            _count(blocks, x // block, y // block, mask, table, digits, counts, first)
        return first, counts

    total = np.zeros((*grid, BINS), np.int64)
    for first, counts in _mapped(count, list(rows.values()), threads):
        total[first : first + len(counts)] += counts
    by_field = total.reshape(-1, BINS)
    return Densities(by_field[by_field.any(axis=1)], block * slide.info.mpp)


def _mapped(task: Any, parts: list[Any], threads: int) -> Iterator[Any]:
    """Results in order, by several threads where asked."""
    if threads <= 1:
        yield from map(task, parts)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(task, parts)


def _blocks(pixels: Image, block: int) -> Image:
    """Means over blocks, rounded to whole intensities; a block cut by the edge is left out."""
    high, wide = pixels.shape[0] // block, pixels.shape[1] // block
    if block == 1 or min(high, wide) == 0:
        return np.ascontiguousarray(pixels[:high, :wide])
    whole = np.ascontiguousarray(pixels[: high * block, : wide * block])
    return np.asarray(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def _fields(slide: Slide, cell: int) -> tuple[int, int]:
    side = FIELD * cell
    return -(-slide.info.height // side), -(-slide.info.width // side)


def _any(mask: Mask, cell: int, window: tuple[int, int, int, int]) -> bool:
    x, y, width, height = window
    right, bottom = -(-(x + width) // cell), -(-(y + height) // cell)
    return bool(mask[y // cell : bottom, x // cell : right].any())


@numba.njit(nogil=True, cache=True)
def _count(
    blocks: Any, left: int, top: int, mask: Any, table: Any, digits: int, counts: Any, first: int
) -> None:  # pragma: no cover  (compiled)
    """Add the blocks of a window to the counts.

    `left` and `top` are in blocks, `digits` are the binary digits of a cell's side in blocks, and
    `first` is the row of fields at which `counts` begins. Shifts and unsigned places are for speed.
    """
    last = counts.shape[2] - 1
    reds, greens, blues = table[0], table[1], table[2]
    for row in range(blocks.shape[0]):
        y = (top + row) >> digits
        column = 0
        while column < blocks.shape[1]:
            x = (left + column) >> digits
            end = min(blocks.shape[1], ((x + 1) << digits) - left)
            if mask[y, x] != 0:
                field = counts[y // FIELD - first, x // FIELD]
                for k in range(column, end):
                    value = reds[blocks[row, k, 0]] + greens[blocks[row, k, 1]]
                    place = (value + blues[blocks[row, k, 2]] - FIRST) >> SHIFT
                    field[np.uint32(min(max(place, 0), last))] += 1
            column = end
