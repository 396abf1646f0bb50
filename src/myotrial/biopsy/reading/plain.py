"""Images without tiles: PNG, JPEG and whatever else is small enough to be held in memory."""

from pathlib import Path

import cv2
import numpy as np

from myotrial.biopsy.reading.slide import Image
from myotrial.errors import SlideError

__all__ = ["Held", "checked", "read_plain"]

SIDE = 1024


class Held:
    """A level held in memory, handed out in tiles.

    Args:
        pixels: (height, width, 3), red first.
        tile: Width and height of a tile.
    """

    def __init__(self, pixels: Image, tile: tuple[int, int] = (SIDE, SIDE)) -> None:
        self.pixels, self.tile = pixels, tile
        self.height, self.width = int(pixels.shape[0]), int(pixels.shape[1])

    def read(self, column: int, row: int) -> Image:
        """One tile."""
        x, y = column * self.tile[0], row * self.tile[1]
        return self.pixels[y : y + self.tile[1], x : x + self.tile[0]]


def read_plain(path: Path) -> Held:
    """Read a PNG or JPEG.

    Raises:
        SlideError: It cannot be decoded, or is no picture of 8-bit colour.
    """
    data = np.fromfile(path, np.uint8)
    # OpenCV answers a broken file with nothing or with an exception, as its version likes.
    try:
        pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    except cv2.error:
        pixels = None
    if pixels is None:
        raise SlideError(
            f"{path.name}: the image cannot be decoded; it may be cut off, or no image at all.\n"
            "Hint: open it in another program; export or copy it again."
        )
    if pixels.ndim == 3 and pixels.shape[2] >= 3:
        pixels = pixels[..., 2::-1]
    return Held(checked(path.name, np.ascontiguousarray(pixels)))


def checked(name: str, pixels: np.ndarray) -> Image:
    """The pixels, if they are 8-bit colour.

    Raises:
        SlideError: They are grey, or deeper than 8 bits: no stained section under a microscope.
    """
    if pixels.dtype != np.uint8:
        raise SlideError(
            f"{name}: expected 8 bits a channel, found {pixels.dtype}: this is no brightfield scan."
            "\nHint: export the slide as 8-bit RGB."
        )
    if pixels.ndim != 3 or pixels.shape[2] < 3:
        raise SlideError(
            f"{name}: expected red, green and blue, found a greyscale image: stains cannot be told "
            "apart.\nHint: export the slide as 8-bit RGB."
        )
    return pixels[..., :3]
