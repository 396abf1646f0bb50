"""TIFF, SVS and OME-TIFF: raw tiles read by offset and decoded one at a time."""

import hashlib
import re
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import imagecodecs
import numpy as np
import tifffile

from myotrial.biopsy.reading.pixels import pixel_size
from myotrial.biopsy.reading.plain import Held, checked
from myotrial.biopsy.reading.slide import Image, Slide, SlideInfo
from myotrial.errors import SlideError

__all__ = ["read_tiff"]

BROKEN = (
    tifffile.TiffFileError,
    imagecodecs.DelayedImportError,
    OSError,
    ValueError,
    RuntimeError,
    IndexError,
    KeyError,
    TypeError,
)
UNITS = {2: 25400.0, 3: 10000.0}  # micrometres an inch and a centimetre, by TIFF's number
ICC = 34675
SMALLER = 1.5  # a level is at least this much smaller than the one before


class _File:
    """Bytes of the file by place; a lock keeps seeking and reading together."""

    def __init__(self, tiff: tifffile.TiffFile) -> None:
        self._handle, self._lock = tiff.filehandle, threading.Lock()

    def read(self, offset: int, count: int) -> bytes:
        with self._lock:
            self._handle.seek(offset)
            return self._handle.read(count)


class TiledLevel:
    """One level of a tiled TIFF.

    Args:
        name: The slide, for messages.
        file: The open file, read by one thread at a time.
        page: tifffile's page.
    """

    def __init__(self, name: str, file: "_File", page: Any) -> None:
        self.name, self._file, self._page = name, file, page
        self.width, self.height = int(page.imagewidth), int(page.imagelength)
        self.tile = (int(page.tilewidth), int(page.tilelength))
        self._across = -(-self.width // self.tile[0])
        page.decode  # noqa: B018  (made once, before threads ask for it)

    def read(self, column: int, row: int) -> Image:
        """One tile; a tile the file leaves out is background."""
        index = row * self._across + column
        width = min(self.tile[0], self.width - column * self.tile[0])
        height = min(self.tile[1], self.height - row * self.tile[1])
        offset, count = self._page.dataoffsets[index], self._page.databytecounts[index]
        if count == 0:
            return np.full((height, width, 3), 255, np.uint8)
        data = self._file.read(offset, count)
        if len(data) < count:
            raise _cut(self.name)
        try:
            decoded = self._page.decode(data, index, jpegtables=self._page.jpegtables)[0]
        except BROKEN as error:
            raise _cut(self.name) from error
        return decoded[0, :height, :width, :3]


def _cut(name: str) -> SlideError:
    return SlideError(
        f"{name}: a part of the image cannot be decoded; the file is cut off or damaged.\n"
        "Hint: copy it again from the scanner, and compare the sizes."
    )


def read_tiff(path: Path, *, mpp: float | None) -> Slide:
    """Open a TIFF.

    Args:
        path: The file.
        mpp: Micrometres a pixel, if stated.

    Raises:
        SlideError: It cannot be read, is no brightfield colour image, or tells no pixel size.
    """
    tiff = None
    try:
        tiff = tifffile.TiffFile(path)
        return _slide(path, tiff, mpp)
    except BaseException as error:
        if tiff is not None:
            tiff.close()
        if isinstance(error, SlideError) or not isinstance(error, BROKEN):
            raise
        raise SlideError(
            f"{path.name}: the file is no TIFF that can be read ({_first_line(error)}).\n"
            "Hint: check its ending and its size; export or copy it again."
        ) from error


def _slide(path: Path, tiff: tifffile.TiffFile, mpp: float | None) -> Slide:
    page: Any = tiff.pages[0]
    pages = _levels(tiff)
    _require_colour(path.name, tiff, page)
    magnification = _number(r"AppMag\s*=\s*([\d.]+)", page.description)
    size = pixel_size(path.name, _told(tiff, page), stated=mpp, magnification=magnification)
    levels = _opened(path, tiff, pages)
    icc = page.tags.get(ICC)
    info = SlideInfo(
        name=path.name,
        width=levels[0].width,
        height=levels[0].height,
        mpp=size.mpp,
        mpp_source=size.source,
        magnification=magnification,
        scanner=_scanner(page),
        icc=hashlib.sha256(bytes(icc.value)).hexdigest() if icc else "",
        reader="tifffile",
        levels=tuple((level.width, level.height) for level in levels),
    )
    return Slide(info, levels, tiff.close)


def _levels(tiff: tifffile.TiffFile) -> list[Any]:
    """Full resolution and what is smaller of the same picture."""
    series = tiff.series[0]
    return [level.keyframe for level in series.levels]


def _require_colour(name: str, tiff: tifffile.TiffFile, page: Any) -> None:
    if tiff.is_ome and _channels(tiff) > 1:
        raise SlideError(
            f"{name}: the file holds {_channels(tiff)} channels of its own, as in fluorescence; "
            "stains are measured in brightfield colour.\nHint: name the brightfield scan."
        )
    sample = np.empty((1, 1, page.samplesperpixel), page.dtype)
    checked(name, sample if page.samplesperpixel > 1 else sample[..., 0])


def _channels(tiff: tifffile.TiffFile) -> int:
    root = _ome(tiff)
    if root is None:
        return 0
    pixels = root.find(".//{*}Pixels")
    return 0 if pixels is None else len(pixels.findall("{*}Channel"))


def _ome(tiff: tifffile.TiffFile) -> Any:
    if not tiff.is_ome or not tiff.ome_metadata:
        return None
    text = tiff.ome_metadata
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None  # no file of ours declares entities; they are how XML does harm
    try:
        return ET.fromstring(text)  # noqa: S314
    except ET.ParseError:
        return None


def _opened(path: Path, tiff: tifffile.TiffFile, pages: list[Any]) -> list[Any]:
    if not pages[0].is_tiled or pages[0].planarconfig != 1:
        try:
            pixels = checked(path.name, np.ascontiguousarray(_interleaved(pages[0])))
        except BROKEN as error:
            if isinstance(error, SlideError):
                raise
            raise _cut(path.name) from error
        return [Held(pixels)]
    end = path.stat().st_size
    last = max(o + c for o, c in zip(pages[0].dataoffsets, pages[0].databytecounts, strict=True))
    if last > end:
        raise _cut(path.name)
    file = _File(tiff)
    kept = [pages[0]]
    for page in pages[1:]:
        if page.is_tiled and page.imagewidth * SMALLER < kept[-1].imagewidth:
            kept.append(page)
    return [TiledLevel(path.name, file, page) for page in kept]


def _interleaved(page: Any) -> np.ndarray:
    pixels = page.asarray()
    planes = page.planarconfig == 2 and pixels.ndim == 3 and pixels.shape[0] in (3, 4)
    return np.moveaxis(pixels, 0, -1) if planes else pixels


def _told(tiff: tifffile.TiffFile, page: Any) -> list[tuple[str, float, float]]:
    told = []
    mpp = _number(r"MPP\s*=\s*([\d.]+)", page.description)
    if mpp:
        told.append(("MPP in the description", mpp, mpp))
    told += _ome_size(tiff)
    x, y = page.tags.get("XResolution"), page.tags.get("YResolution")
    unit = page.tags.get("ResolutionUnit")
    micrometres = UNITS.get(int(unit.value) if unit else 2)
    if x and y and micrometres:
        across, down = (v.value[0] / v.value[1] if v.value[1] else 0 for v in (x, y))
        if across > 0 and down > 0:
            told.append(("the TIFF's resolution", micrometres / across, micrometres / down))
    return told


def _ome_size(tiff: tifffile.TiffFile) -> list[tuple[str, float, float]]:
    root = _ome(tiff)
    pixels = None if root is None else root.find(".//{*}Pixels")
    if pixels is None:
        return []
    scale = {"µm": 1.0, "mm": 1e3, "nm": 1e-3, "cm": 1e4}
    sizes = []
    for axis in "XY":
        value = pixels.get(f"PhysicalSize{axis}")
        factor = scale.get(pixels.get(f"PhysicalSize{axis}Unit", "µm"))
        if value is None or factor is None:
            return []
        sizes.append(float(value) * factor)
    return [("OME's PhysicalSize", sizes[0], sizes[1])]


def _scanner(page: Any) -> str:
    named = [str(page.tags[tag].value) for tag in ("Make", "Model") if tag in page.tags]
    found = re.search(r"ScanScope ID\s*=\s*([^|]+)", page.description or "")
    return " ".join([*named, *([found.group(1).strip()] if found else [])])


def _number(pattern: str, text: str | None) -> float | None:
    found = re.search(pattern, text or "")
    return float(found.group(1)) if found else None


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
