"""DICOM whole slides, through wsidicom."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import wsidicom

from myotrial.biopsy.reading.pixels import pixel_size
from myotrial.biopsy.reading.plain import checked
from myotrial.biopsy.reading.slide import Image, Slide, SlideInfo
from myotrial.errors import SlideError

__all__ = ["read_dicom"]


class DicomLevel:
    """One level of a DICOM slide, in the tiles it is stored in.

    Args:
        slide: wsidicom's slide.
        level: wsidicom's level.
    """

    def __init__(self, slide: Any, level: Any) -> None:
        self._slide, self._number = slide, level.level
        self.width, self.height = int(level.size.width), int(level.size.height)
        self.tile = (int(level.tile_size.width), int(level.tile_size.height))

    def read(self, column: int, row: int) -> Image:
        """One tile."""
        x, y = column * self.tile[0], row * self.tile[1]
        size = (min(self.tile[0], self.width - x), min(self.tile[1], self.height - y))
        picture = self._slide.read_region((x, y), self._number, size)
        return checked("DICOM", np.asarray(picture))


def read_dicom(path: Path, *, mpp: float | None) -> Slide:
    """Open the DICOM slide whose instances lie in a folder, or the one file of it.

    Raises:
        SlideError: It cannot be read, or tells no pixel size.
    """
    try:
        slide = wsidicom.WsiDicom.open(path)
        levels = [DicomLevel(slide, level) for level in slide.pyramid]
    except Exception as error:
        raise SlideError(
            f"{path.name}: the DICOM slide cannot be read ({str(error) or type(error).__name__}).\n"
            "Hint: name the folder that holds all instances of one slide."
        ) from error
    base = slide.pyramid.base_level
    dataset = base.datasets[0].as_dataset()
    spacing = base.pixel_spacing
    told = [("DICOM's PixelSpacing", spacing.width * 1e3, spacing.height * 1e3)] if spacing else []
    size = pixel_size(path.name, told, stated=mpp)
    icc = _icc(dataset)
    info = SlideInfo(
        name=path.name,
        width=levels[0].width,
        height=levels[0].height,
        mpp=size.mpp,
        mpp_source=size.source,
        magnification=None,
        scanner=" ".join(
            str(dataset.get(key))
            for key in ("Manufacturer", "ManufacturerModelName")
            if dataset.get(key)
        ),
        icc=hashlib.sha256(icc).hexdigest() if icc else "",
        reader="wsidicom",
        levels=tuple((level.width, level.height) for level in levels),
    )
    return Slide(info, levels, slide.close)


def _icc(dataset: Any) -> bytes:
    path = dataset.get("OpticalPathSequence") or []
    return bytes(path[0].get("ICCProfile", b"")) if path else b""
