"""A slide as the rest of the room sees it: pixels of one size, read by tile, region or overview."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from math import gcd
from typing import Any, Protocol, Self

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.errors import SlideError

__all__ = ["Image", "Level", "Slide", "SlideInfo"]

Image = npt.NDArray[Any]  # uint8, (height, width, 3), red first
CACHED = 1 << 25  # bytes of decoded tiles kept
WINDOW = 256  # pixels of the side of a window, at least about


@dataclass(frozen=True)
class SlideInfo:
    """What a slide says of itself.

    Attributes:
        name: The file's name.
        width, height: In pixels of full resolution.
        mpp: Micrometres a pixel.
        mpp_source: Who says so: "stated", or a field of the file.
        magnification: Of the objective; None: not told.
        scanner: Maker and model or serial, "" if not told.
        icc: SHA-256 of the ICC profile's bytes, "" where the file holds none. Recorded; colours
            are measured as stored.
        reader: The library that read it.
        levels: Width and height of each level, full resolution first.
    """

    name: str
    width: int
    height: int
    mpp: float
    mpp_source: str
    magnification: float | None
    scanner: str
    icc: str
    reader: str
    levels: tuple[tuple[int, int], ...]

    def as_record(self) -> dict[str, Any]:
        """All of it as plain data."""
        return asdict(self)


class Level(Protocol):
    """One resolution of a slide, in tiles that end where the image ends."""

    width: int
    height: int
    tile: tuple[int, int]  # width, height

    def read(self, column: int, row: int) -> Image:
        """One tile, (height, width, 3), without what lies beyond the image's edge."""
        ...


class Slide:
    """A slide.

    Args:
        info: What it says of itself.
        levels: Full resolution first.
        close: Lets the file go.
    """

    def __init__(
        self, info: SlideInfo, levels: list[Any], close: Callable[[], object] = lambda: None
    ) -> None:
        self.info, self.levels, self.close = info, levels, close
        width, height = levels[0].tile
        kept = max(4, CACHED // (width * height * 3))
        self._tile = lru_cache(maxsize=kept)(levels[0].read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def region(self, x: int, y: int, width: int, height: int) -> Image:
        """Pixels of full resolution; a region that reaches over the edge is cut there."""
        right, bottom = min(x + width, self.info.width), min(y + height, self.info.height)
        return _assemble(self.levels[0], self._tile, max(x, 0), max(y, 0), right, bottom)

    def part(self, level: Any, left: int, top: int, right: int, bottom: int) -> Image:
        """Pixels of a level, which lies inside; tiles of full resolution are kept for a while."""
        read = self._tile if level is self.levels[0] else level.read
        return _assemble(level, read, left, top, right, bottom)

    def window(self, x: int, y: int, width: int, height: int) -> Image:
        """Pixels of one of `windows`: whole tiles, which are not kept, since none is read twice."""
        level = self.levels[0]
        return _assemble(level, level.read, x, y, x + width, y + height)

    def windows(self, multiple: int = 1) -> Iterator[tuple[int, int, int, int]]:
        """Cover the slide by whole tiles, a few together where they are small: x, y, width, height.

        Args:
            multiple: Windows begin at multiples of this.
        """
        across, down = self.steps(multiple)
        for y in range(0, self.info.height, down):
            for x in range(0, self.info.width, across):
                yield (
                    x,
                    y,
                    min(across, self.info.width - x),
                    min(down, self.info.height - y),
                )

    def steps(self, multiple: int = 1) -> tuple[int, int]:
        """Pixels from one of `windows` to the next, across and down."""
        tile_width, tile_height = self.levels[0].tile
        return _step(tile_width, multiple), _step(tile_height, multiple)

    def overview(self, cell: int) -> Image:
        """The slide shrunk so that a pixel is the mean of `cell` by `cell` pixels.

        Taken from the smallest level that is large enough; without a pyramid, from full resolution.
        """
        wide, high = -(-self.info.width // cell), -(-self.info.height // cell)
        if min(wide, high) < 1:
            raise SlideError(f"{self.info.name}: the image is empty.")
        best = max(
            (level for level in self.levels if level.width >= wide and level.height >= high),
            key=lambda level: -level.width,
        )
        factor = max(1, round(best.width / wide))
        small = _shrunk(best, factor)
        if small.shape[:2] != (high, wide):
            small = np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_AREA))
        return small.astype(np.uint8, copy=False)


def _step(tile: int, multiple: int) -> int:
    """The side of a window: of whole tiles, a multiple of `multiple`, and not too small."""
    least = tile * multiple // gcd(tile, multiple)
    return least * max(1, WINDOW // least)


def _shrunk(level: Any, factor: int) -> Image:
    """Means over blocks of `factor` pixels, in bands of whole tiles."""
    band = level.tile[1] * factor // gcd(level.tile[1], factor)
    rows = []
    for y in range(0, level.height, band):
        bottom = min(y + band, level.height)
        pixels = _assemble(level, level.read, 0, y, level.width, bottom)
        rows.append(_means(pixels, factor))
    return np.concatenate(rows)


def _means(pixels: Image, factor: int) -> Image:
    if factor == 1:
        return pixels
    high, wide = pixels.shape[0], pixels.shape[1]
    short = (-high % factor, -wide % factor)
    if any(short):
        pixels = np.asarray(
            cv2.copyMakeBorder(pixels, 0, short[0], 0, short[1], cv2.BORDER_REPLICATE)
        )
    size = (pixels.shape[1] // factor, pixels.shape[0] // factor)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)).astype(np.uint8)


def _assemble(level: Any, read: Any, left: int, top: int, right: int, bottom: int) -> Image:
    width, height = level.tile
    if left % width == 0 and top % height == 0 and right <= left + width and bottom <= top + height:
        whole = read(left // width, top // height)
        return whole[: bottom - top, : right - left]
    out = np.empty((bottom - top, right - left, 3), np.uint8)
    for row in range(top // height, -(-bottom // height)):
        for column in range(left // width, -(-right // width)):
            tile = read(column, row)
            x, y = column * width, row * height
            x0, y0 = max(left, x), max(top, y)
            x1, y1 = min(right, x + tile.shape[1]), min(bottom, y + tile.shape[0])
            out[y0 - top : y1 - top, x0 - left : x1 - left] = tile[y0 - y : y1 - y, x0 - x : x1 - x]
    return out
