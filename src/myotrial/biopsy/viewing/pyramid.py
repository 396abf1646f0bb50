"""The pyramid of a slide, made as it is asked for: any tile at any power of two.

Every section of a session is laid on one canvas, of one size and one resolution, with its own
white around it: neither the size of an image nor that of its pixels tells which it is.
Level 0 fits into one tile; each further level has twice the resolution.
"""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from myotrial.biopsy.reading import Slide, SlideInfo
from myotrial.biopsy.reading.plain import Held
from myotrial.biopsy.reading.slide import Image
from myotrial.errors import SlideError

__all__ = ["TILE", "Canvas", "Pyramid", "canvas_of"]

TILE = 256  # pixels of the side of a tile
STEEP = 16  # pixels of a level that go into one of a tile, across, at most
SMALL = 4096  # pixels of the longer side of an overview that is made where the file has none

Box = tuple[float, float, float, float]  # x, y, width, height


@dataclass(frozen=True)
class Canvas:
    """What every section is laid on: pixels, and micrometres of a pixel."""

    width: int
    height: int
    mpp: float

    @property
    def finest(self) -> int:
        """The level of full resolution.

        >>> Canvas(1024, 300, 0.5).finest
        2
        """
        return max(0, math.ceil(math.log2(max(self.width, self.height) / TILE)))

    def tiles(self, level: int) -> tuple[int, int]:
        """Columns and rows of tiles of a level."""
        side = TILE << (self.finest - level)
        return -(-self.width // side), -(-self.height // side)


def canvas_of(infos: Sequence[SlideInfo]) -> Canvas:
    """The canvas that holds each of some slides, at the coarsest of their resolutions."""
    mpp = max(info.mpp for info in infos)
    return Canvas(
        max(math.ceil(info.width * info.mpp / mpp) for info in infos),
        max(math.ceil(info.height * info.mpp / mpp) for info in infos),
        mpp,
    )


class Pyramid:
    """A slide in the middle of a canvas.

    Args:
        slide: The slide, open.
        canvas: What it is laid on.
        ground: What lies around it: red, green, blue.
    """

    def __init__(self, slide: Slide, canvas: Canvas, ground: Sequence[float]) -> None:
        self.slide, self.canvas = slide, canvas
        self._ground = np.rint(ground).astype(np.uint8)
        self.scale = canvas.mpp / slide.info.mpp  # pixels of the slide in one of the canvas
        self.left = (canvas.width - math.ceil(slide.info.width / self.scale)) // 2
        self.top = (canvas.height - math.ceil(slide.info.height / self.scale)) // 2
        self._levels = [(slide.info.width / level.width, level) for level in slide.levels]
        self._made: Any = None
        self._lock = threading.Lock()

    def to_slide(self, x: float, y: float) -> tuple[float, float]:
        """A point of the canvas, in pixels of the slide."""
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        """A point of the slide, in pixels of the canvas."""
        return x / self.scale + self.left, y / self.scale + self.top

    def place(self, level: int, column: int, row: int) -> tuple[int, int, int, int, int]:
        """Where a tile lies: x, y on the canvas, its own pixels across and down, and the step.

        Raises:
            SlideError: There is no such tile.
        """
        across, down = self.canvas.tiles(level) if 0 <= level <= self.canvas.finest else (0, 0)
        if not (0 <= column < across and 0 <= row < down):
            raise SlideError("there is no such tile.")
        step = 1 << (self.canvas.finest - level)
        x, y = column * TILE * step, row * TILE * step
        wide = min(TILE, -(-(self.canvas.width - x) // step))
        high = min(TILE, -(-(self.canvas.height - y) // step))
        return x, y, wide, high, step

    def tile(self, level: int, column: int, row: int) -> Image:
        """One tile, (height, width, 3); smaller than `TILE` at the canvas's edge.

        Raises:
            SlideError: There is no such tile, or the slide cannot be decoded.
        """
        return self.region(*self.place(level, column, row))

    def region(self, x: float, y: float, wide: int, high: int, step: float) -> Image:
        """Part of the canvas, (high, wide, 3), with `step` pixels of the canvas in each of its.

        Raises:
            SlideError: The slide cannot be decoded.
        """
        out = np.empty((high, wide, 3), np.uint8)
        out[:] = self._ground
        shrink, level = self._level(step * self.scale)
        left, top = (round(end / shrink) for end in self.to_slide(x, y))
        ends = self.to_slide(x + wide * step, y + high * step)
        right, bottom = (
            max(round(end / shrink), at + 1) for end, at in zip(ends, (left, top), strict=True)
        )
        inner = (max(left, 0), max(top, 0), min(right, level.width), min(bottom, level.height))
        if inner[0] >= inner[2] or inner[1] >= inner[3]:
            return out
        across, down = wide / (right - left), high / (bottom - top)
        x0, x1 = (round((end - left) * across) for end in (inner[0], inner[2]))
        y0, y1 = (round((end - top) * down) for end in (inner[1], inner[3]))
        if x1 > x0 and y1 > y0:
            pixels = np.ascontiguousarray(self.slide.part(level, *inner))
            if pixels.shape[:2] != (y1 - y0, x1 - x0):
                pixels = np.asarray(
                    cv2.resize(pixels, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
                )
            out[y0:y1, x0:x1] = pixels
        return out

    def _level(self, wanted: float) -> tuple[float, Any]:
        """The coarsest level that is fine enough, with what it is shrunk by."""
        fine = [found for found in self._levels if found[0] <= wanted * 1.001] or self._levels[:1]
        shrink, level = fine[-1]
        return (
            (shrink, level) if wanted / shrink <= STEEP else self._overview(wanted, shrink, level)
        )

    def _overview(self, wanted: float, shrink: float, level: Any) -> tuple[float, Any]:
        """A level that the file lacks, made once; or the given one, where that is coarser."""
        info = self.slide.info
        longer = max(info.width, info.height)
        factor = 1 << max(0, math.ceil(math.log2(longer / SMALL)))
        if not shrink < factor <= wanted:
            return shrink, level
        with self._lock:
            if self._made is None:
                self._made = Held(self.slide.overview(factor), (TILE, TILE))
        return factor, self._made
