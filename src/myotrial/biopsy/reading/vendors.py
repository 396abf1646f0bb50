"""NDPI, MRXS and what else only OpenSlide reads."""

import hashlib
from pathlib import Path

import numpy as np
import openslide

from myotrial.biopsy.reading.pixels import pixel_size
from myotrial.biopsy.reading.slide import Image, Slide, SlideInfo
from myotrial.errors import SlideError

__all__ = ["read_vendor"]

SIDE = 1024


class VendorLevel:
    """One level, in tiles of our own size; what the scanner left out is background.

    Args:
        slide: OpenSlide's slide.
        number: Of the level.
        left, top: Where the scanned area begins, in pixels of full resolution.
        size: Of the level.
    """

    def __init__(
        self, slide: openslide.OpenSlide, number: int, left: int, top: int, size: tuple[int, int]
    ) -> None:
        self._slide, self._number, self._corner = slide, number, (left, top)
        self._scale = slide.level_downsamples[number]
        self.width, self.height = size
        self.tile = (SIDE, SIDE)

    def read(self, column: int, row: int) -> Image:
        """One tile."""
        x, y = column * SIDE, row * SIDE
        size = (min(SIDE, self.width - x), min(SIDE, self.height - y))
        place = (
            self._corner[0] + round(x * self._scale),
            self._corner[1] + round(y * self._scale),
        )
        try:
            pixels = np.asarray(self._slide.read_region(place, self._number, size))
        except openslide.OpenSlideError as error:
            raise SlideError(
                f"a part of the slide cannot be decoded ({error}).\nHint: copy the file again."
            ) from error
        # Alpha 0 marks what was never scanned: background, not black stain.
        seen = pixels[..., 3:] > 0
        return np.where(seen, pixels[..., :3], np.uint8(255))


def read_vendor(path: Path, *, mpp: float | None) -> Slide:
    """Open a slide through OpenSlide.

    Raises:
        SlideError: OpenSlide cannot read it, or it tells no pixel size.
    """
    try:
        slide = openslide.OpenSlide(str(path))
    except (openslide.OpenSlideError, OSError) as error:
        raise SlideError(
            f"{path.name}: no reader knows this file as a slide ({error}).\n"
            "Hint: check its ending and its size; export it as TIFF, SVS, OME-TIFF or DICOM."
        ) from error
    told = slide.properties
    across, down = told.get("openslide.mpp-x"), told.get("openslide.mpp-y")
    field = [("OpenSlide's mpp", float(across), float(down))] if across and down else []
    power = told.get("openslide.objective-power")
    magnification = float(power) if power else None
    size = pixel_size(path.name, field, stated=mpp, magnification=magnification)
    levels = _levels(slide)
    icc = told.get("openslide.icc-size") and slide.color_profile
    info = SlideInfo(
        name=path.name,
        width=levels[0].width,
        height=levels[0].height,
        mpp=size.mpp,
        mpp_source=size.source,
        magnification=magnification,
        scanner=_scanner(slide),
        icc=hashlib.sha256(icc.tobytes()).hexdigest() if icc else "",
        reader="openslide",
        levels=tuple((level.width, level.height) for level in levels),
    )
    return Slide(info, levels, slide.close)


def _levels(slide: openslide.OpenSlide) -> list[VendorLevel]:
    """Each level, cut to the area that was scanned: its padding is no part of the section."""
    told = slide.properties
    bounds = [told.get(f"openslide.bounds-{name}") for name in ("x", "y", "width", "height")]
    left, top, width, height = (
        (int(value or 0) for value in bounds) if all(bounds) else (0, 0, *slide.dimensions)
    )
    return [
        VendorLevel(slide, number, left, top, (int(width / scale), int(height / scale)))
        for number, scale in enumerate(slide.level_downsamples)
    ]


def _scanner(slide: openslide.OpenSlide) -> str:
    told = slide.properties
    named = [told.get("openslide.vendor", ""), told.get("aperio.ScanScope ID", "")]
    return " ".join(name for name in named if name)
