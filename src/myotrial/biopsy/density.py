"""How much of the tissue holds how much chromogen: a histogram of optical density, in integers.

Pixels are first averaged in blocks of about half a micrometre, which removes most of the sensor's
noise and makes scanners of different resolution alike; each block is looked up in tables made from
the stain vectors, so that what is counted are integers: the same for any tile size, any number of
threads and any reader. The same pass can tell how much fine detail each cell of the overview shows,
from which focus is judged (`scanned`).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.blocks import BIN, BINS, LANES, LOW, SHIFT, count, sharpness
from myotrial.biopsy.presence import Fields
from myotrial.biopsy.reading import Slide
from myotrial.biopsy.reading.slide import Image
from myotrial.biopsy.stains import Stains, unmix
from myotrial.biopsy.tissue import Mask, cell_size

__all__ = ["EDGES", "Densities", "Scan", "block_size", "densities", "scanned", "tables"]

BLOCK = 0.5  # micrometres of a block, about
FIELD = 32  # cells of 4 µm of the side of a field: about 128 µm
EDGES = LOW + BIN * np.arange(BINS + 1)
FAINTEST = 0.5  # an intensity below this is taken for it: no scanner tells darker ones apart

Counts = npt.NDArray[Any]  # whole numbers, (fields, bins)
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


@dataclass(frozen=True)
class Scan:
    """What one pass over the tissue of a slide has counted.

    Attributes:
        densities: Of all of it.
        detail: Mean absolute second difference of green in each cell, in intensities; 0 where no
            tissue is, (rows, columns) of the overview.
        less: Gives the densities without a part of the tissue: that part is counted again.
    """

    densities: Densities
    detail: npt.NDArray[np.float32]
    less: Callable[[Mask], Densities]


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
    pass_ = _Pass(slide, mask, cell, table, block)
    return pass_.densities(pass_.counted(mask, threads))


def scanned(
    slide: Slide, mask: Mask, cell: int, table: Table, block: int, *, threads: int = 1
) -> Scan:
    """As `densities`, and the detail of each cell, read in the same pass."""
    pass_ = _Pass(slide, mask, cell, table, block)
    detail = np.zeros(mask.shape, np.float32)
    counts = pass_.counted(mask, threads, detail)

    def less(part: Mask) -> Densities:
        again = part & mask
        left = counts - pass_.counted(again, threads) if again.any() else counts
        return pass_.densities(left)

    return Scan(pass_.densities(counts), detail, less)


class _Pass:
    """Counts the fields of a slide that have tissue; each has a place, row by row."""

    def __init__(self, slide: Slide, mask: Mask, cell: int, table: Table, block: int) -> None:
        self.slide, self.cell, self.table, self.block = slide, cell, table, block
        self.cells = max(1, FIELD * cell_size(slide.info.mpp) // cell)  # of the side of a field
        has = _pooled(mask, self.cells, self.cells)
        self.places = np.where(has, np.cumsum(has).reshape(has.shape) - 1, -1).astype(np.int32)
        self.many = int(has.sum())

    def densities(self, counts: Counts) -> Densities:
        """Of the fields that still have tissue."""
        return Densities(counts[counts.any(axis=1)], self.block * self.slide.info.mpp)

    def counted(self, mask: Mask, threads: int, detail: Any = None) -> Counts:
        """Count a part of the tissue; fill in its detail, if asked."""
        side = self.cell // self.block
        rows: dict[int, list[tuple[int, int, int, int]]] = {}
        steps = self.slide.steps(self.cell)
        has = _pooled(mask, *(step // self.cell for step in reversed(steps)))
        for window, tissue in zip(self.slide.windows(self.cell), has.ravel().tolist(), strict=True):
            if tissue:
                rows.setdefault(window[1], []).append(window)

        def counted(row: list[tuple[int, int, int, int]]) -> tuple[int, Counts]:
            first, last = self._span(row[0])
            counts = np.zeros((last - first, BINS), np.int32)
            lanes = np.zeros((LANES, BINS), np.int32)
            for x, y, width, height in row:
                blocks = _flat(_blocks(self.slide.window(x, y, width, height), self.block))
                if detail is not None:
                    sharpness(blocks, x // self.cell, y // self.cell, side, mask, detail)
                corner = x // self.block, y // self.block
                count(
                    blocks, *corner, side, mask, self.cells, self.places, self.table, lanes,
                    counts, first,
                )  # fmt: skip
            return first, counts

        total = np.zeros((self.many, BINS), np.int32)
        for first, counts in _mapped(counted, list(rows.values()), threads):
            total[first : first + len(counts)] += counts
        return total

    def _span(self, window: tuple[int, int, int, int]) -> tuple[int, int]:
        """First place of the rows of fields that a row of windows touches, and that after them."""
        side = self.cells * self.cell
        rows = self.places[window[1] // side : -(-(window[1] + window[3]) // side)]
        known = rows[rows >= 0]
        return int(known.min()), int(known.max()) + 1


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


def _flat(pixels: Image) -> Image:
    """Rows of red, green, blue, red …: (height, 3 x width)."""
    return np.ascontiguousarray(pixels).reshape(len(pixels), -1)


def _pooled(mask: Mask, down: int, across: int) -> npt.NDArray[np.bool_]:
    """Which rectangles of so many cells hold tissue.

    >>> _pooled(np.array([[0, 0, 1], [0, 0, 0], [0, 1, 0]], np.uint8), 2, 2).tolist()
    [[False, True], [True, False]]
    """
    rows = np.maximum.reduceat(mask, np.arange(0, mask.shape[0], down), 0)
    return np.maximum.reduceat(rows, np.arange(0, mask.shape[1], across), 1) > 0
