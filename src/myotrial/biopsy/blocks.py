"""Passes over the blocks of a window, compiled: how much chromogen, and how much detail."""

from typing import Any

import numba
import numpy as np

__all__ = ["BIN", "BINS", "LANES", "LOW", "SHIFT", "count", "sharpness"]

BIN = 0.01  # OD
LOW = -0.5  # OD at which the histogram begins; noise makes unmixed ODs negative
BINS = 300
SHIFT = 14  # a bin is so many binary digits of an integer
FIRST = round(LOW / BIN) << SHIFT
LANES = 4  # histograms counted side by side: an addition need not wait for the one before
SAMPLED = 2  # of so many rows of blocks one tells how much detail there is


@numba.njit(nogil=True, cache=True)
def count(
    blocks: Any, left: int, top: int, side: int, mask: Any, cells: int, places: Any, table: Any,
    lanes: Any, counts: Any, first: int,
) -> None:  # fmt: skip  # pragma: no cover  (compiled)
    """Add the blocks of a window to the counts of their fields.

    `left` and `top` are in blocks, `side` is that of a cell in blocks, `cells` that of a field in
    cells, `first` the place at which `counts` begins. Unsigned places are for speed.
    """
    last = np.int32(BINS - 1)
    reds, greens, blues = table[0], table[1], table[2]
    high, wide = blocks.shape[0], blocks.shape[1] // 3
    if high == 0 or wide == 0:
        return
    per = cells * side
    for down in range(top // per, (top + high - 1) // per + 1):
        for across in range(left // per, (left + wide - 1) // per + 1):
            place = places[down, across]
            if place < 0:
                continue
            for y in range(max(down * per, top), min((down + 1) * per, top + high)):
                row, cell_row = blocks[y - top], mask[y // side]
                x, end = max(across * per, left), min((across + 1) * per, left + wide)
                while x < end:
                    stop = min(end, (x // side + 1) * side)
                    if cell_row[x // side] != 0:
                        at = np.uint32(3 * (x - left))
                        for k in range(np.uint32(stop - x)):
                            value = reds[row[at]] + greens[row[at + np.uint32(1)]]
                            value = (value + blues[row[at + np.uint32(2)]] - FIRST) >> SHIFT
                            lanes[
                                k & np.uint32(LANES - 1), np.uint32(min(max(value, 0), last))
                            ] += 1
                            at += np.uint32(3)
                    x = stop
            _emptied(lanes, counts[place - first])


@numba.njit(nogil=True, cache=True)
def _emptied(lanes: Any, field: Any) -> None:  # pragma: no cover  (compiled)
    """Add what the lanes have counted to a field, and begin anew."""
    for k in range(BINS):
        for lane in range(LANES):
            field[k] += lanes[lane, k]
            lanes[lane, k] = 0


@numba.njit(nogil=True, cache=True)
def sharpness(
    blocks: Any, left: int, top: int, side: int, mask: Any, detail: Any
) -> None:  # pragma: no cover  (compiled)
    """Mean absolute Laplacian of green, inside each cell of a window that has tissue.

    `left` and `top` are in cells, `side` is that of a cell in blocks. Only what lies within a cell
    is looked at, so that the result does not depend on windows; of its rows, one in `SAMPLED`.
    """
    high, wide = blocks.shape[0], blocks.shape[1] // 3
    for y in range(top, top + (high + side - 1) // side):
        for x in range(left, left + (wide + side - 1) // side):
            if mask[y, x] == 0:
                continue
            begin = (x - left) * side
            stop = min(begin + side, wide) - 1
            total, number = np.int64(0), 0
            for line in range((y - top) * side + 1, min((y - top + 1) * side, high) - 1, SAMPLED):
                above, here, below = blocks[line - 1], blocks[line], blocks[line + 1]
                at = np.uint32(3 * (begin + 1) + 1)
                for _ in range(begin + 1, stop):
                    beside = np.int32(here[at - np.uint32(3)]) + np.int32(here[at + np.uint32(3)])
                    over = np.int32(above[at]) + np.int32(below[at])
                    total += abs(np.int32(4) * np.int32(here[at]) - beside - over)
                    at += np.uint32(3)
                    number += 1
            if number:
                detail[y, x] = total / number
