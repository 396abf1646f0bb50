"""Fibres and capillaries of a whole slide, in windows that overlap so that none is cut.

A fibre or a capillary belongs to the window in whose core its centre lies; memory is that of a
window, whatever the slide's size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.capillaries import find_capillaries
from myotrial.biopsy.cells import Cells
from myotrial.biopsy.density import block_size
from myotrial.biopsy.fibres import find_fibres
from myotrial.biopsy.infiltrates import COMPARTMENTS, compartments
from myotrial.biopsy.membrane import Membrane, measure_membrane
from myotrial.biopsy.reading import Slide
from myotrial.biopsy.stains import Stains, optical_density, unmix
from myotrial.biopsy.tissue import Mask, White

__all__ = ["Structures", "find_structures"]

CORE, HALO = 2048, 256  # blocks


@dataclass(frozen=True)
class Structures:
    """What lies in a slide besides cells.

    Attributes:
        areas: Square micrometres of each fibre.
        membrane: Of the same fibres.
        capillaries: How many capillaries there are.
        stained_capillaries: How many of them are stained.
        stained: Positive blocks, and those of them that belong to a capillary.
        compartment: Of each cell; "" where it cannot be told; None: no cells were given.
        reasons: Why fibres were not found somewhere.
    """

    areas: npt.NDArray[Any]
    membrane: Membrane
    capillaries: int
    stained_capillaries: int
    stained: tuple[int, int]
    compartment: npt.NDArray[np.str_] | None
    reasons: tuple[str, ...]

    @property
    def in_capillaries(self) -> float | None:
        """Percent of the positive area that lies in capillaries; None without positive area."""
        total, inside = self.stained
        return 100 * inside / total if total else None

    @property
    def per_fibre(self) -> float | None:
        """Capillaries for each fibre; None without fibres."""
        return self.capillaries / len(self.areas) if len(self.areas) else None

    def as_record(self, tissue_mm2: float) -> dict[str, Any]:
        """Plain data, with units in the names."""
        found = len(self.areas)
        return {
            "fibres": found,
            "fibre_area_um2_median": float(np.median(self.areas)) if found else None,
            "fibres_positive": int(self.membrane.positive.sum()),
            "fibres_positive_percent": self.membrane.percent,
            "mhc_grade": self.membrane.grade,
            "capillaries": self.capillaries,
            "capillaries_stained": self.stained_capillaries,
            "capillaries_per_mm2": self.capillaries / tissue_mm2 if tissue_mm2 else None,
            "capillaries_per_fibre": self.per_fibre,
            "positive_area_in_capillaries_percent": self.in_capillaries,
            "reasons": list(self.reasons),
        }

    def places(self, cells: Cells) -> dict[str, int] | None:
        """Positive cells by compartment; none is told to be around a vessel if none was marked."""
        if self.compartment is None:
            return None
        told = self.compartment[cells.positive]
        return {name: int((told == name).sum()) for name in COMPARTMENTS}


def find_structures(
    slide: Slide,
    mask: Mask,
    cell: int,
    stains: Stains,
    white: White,
    floor: float,
    threshold: float,
    *,
    factor: float = 1.0,
    cells: Cells | None = None,
    vessels: npt.NDArray[Any] | None = None,
) -> Structures:
    """Find the fibres and the capillaries of a slide.

    Args:
        slide: The slide.
        mask: Tissue, in cells of the overview.
        cell: Pixels of such a cell.
        stains: Of the batch.
        white: Of the slide.
        floor: Chromogen OD of unstained tissue.
        threshold: Chromogen OD above the floor that is positive, on this scanner.
        factor: Reference OD over this scanner's.
        cells: Nuclei whose compartment is wanted, in pixels of full resolution.
        vessels: Points on vessels that were marked, in such pixels, (n, 2); None: nobody looked.
    """
    block = block_size(slide.info.mpp)
    size = block * slide.info.mpp
    areas: list[Any] = []
    densities: list[Any] = []
    positive: list[Any] = []
    reasons: list[str] = []
    capillaries = stained = total = inside = 0
    told = None if cells is None else np.full(len(cells.x), "", "<U12")
    for left, top, core in _windows(slide, mask, cell, block):
        blue, brown, tissue = _planes(slide, left, top, core, mask, cell, block, stains, white)
        fibres = find_fibres(blue, brown, tissue, size, floor)
        if fibres.reason:
            reasons.append(fibres.reason)
        membrane = measure_membrane(fibres, brown, floor, factor=factor)
        mine = _centred(fibres.labels, fibres.count, core)
        areas.append(fibres.areas[mine])
        densities.append(membrane.density[mine])
        positive.append(membrane.positive[mine])
        found = find_capillaries(blue, brown, tissue, size, floor, threshold)
        here = _inside(found.x, found.y, core)
        capillaries += int(here.sum())
        stained += int((found.positive & here).sum())
        marked = _part((brown - floor > threshold) & (tissue > 0), core)
        total += int(marked.sum())
        inside += int((marked & _part(found.mask > 0, core)).sum())
        if cells is not None and told is not None:
            x, y = cells.x / block - left, cells.y / block - top
            chosen = _inside(x, y, core)
            near = None if vessels is None else (vessels / block - (left, top)) * size
            where = compartments(x[chosen] * size, y[chosen] * size, fibres, near)
            if where is not None:
                told[chosen] = where
    joined = [np.concatenate(part) if part else np.zeros(0) for part in (areas, densities)]
    yes = np.concatenate(positive) if positive else np.zeros(0, bool)
    membranes = Membrane(joined[1].astype(np.float32), yes)
    why = tuple(sorted(set(reasons)))
    return Structures(joined[0], membranes, capillaries, stained, (total, inside), told, why)


Core = tuple[int, int, int, int]  # left, top, right, bottom, in blocks of the window


def _windows(slide: Slide, mask: Mask, cell: int, block: int) -> Iterator[tuple[int, int, Core]]:
    """Corner of each window with tissue, in blocks of the slide, and its core."""
    wide, high = slide.info.width // block, slide.info.height // block
    for y in range(0, high, CORE):
        for x in range(0, wide, CORE):
            right, bottom = min(x + CORE, wide), min(y + CORE, high)
            rows = slice(y * block // cell, -(-bottom * block // cell))
            columns = slice(x * block // cell, -(-right * block // cell))
            if mask[rows, columns].any():
                left, top = max(0, x - HALO), max(0, y - HALO)
                yield left, top, (x - left, y - top, right - left, bottom - top)


def _planes(
    slide: Slide,
    left: int,
    top: int,
    core: Core,
    mask: Mask,
    cell: int,
    block: int,
    stains: Stains,
    white: White,
) -> tuple[Any, Any, Any]:
    """Haematoxylin, chromogen and tissue of a window, in blocks."""
    sides = ((core[2] + HALO) * block, (core[3] + HALO) * block)
    pixels = slide.region(left * block, top * block, *sides)
    high, wide = pixels.shape[0] // block, pixels.shape[1] // block
    small = np.ascontiguousarray(pixels[: high * block, : wide * block])
    if block > 1:
        small = np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    levels = np.arange(256)[:, None]
    table = optical_density(levels, white.level).astype(np.float32)
    density = np.stack([table[:, channel][small[..., channel]] for channel in range(3)], axis=2)
    parts = density @ unmix(stains).astype(np.float32)
    rows: Any = np.minimum((np.arange(high) + top) * block // cell, mask.shape[0] - 1)
    columns: Any = np.minimum((np.arange(wide) + left) * block // cell, mask.shape[1] - 1)
    blue, brown = (np.ascontiguousarray(parts[..., stain]) for stain in (0, 1))
    return blue, brown, np.take(np.take(mask, rows, 0), columns, 1)


def _centred(labels: npt.NDArray[np.int32], count: int, core: Core) -> npt.NDArray[np.bool_]:
    """Which labels, from 1 on, have their centre in the core."""
    rows, columns = np.nonzero(labels)
    owner = labels[rows, columns]
    size = np.maximum(np.bincount(owner, minlength=count + 1)[1:], 1)
    y = np.bincount(owner, weights=rows, minlength=count + 1)[1:] / size
    x = np.bincount(owner, weights=columns, minlength=count + 1)[1:] / size
    return _inside(x, y, core)


def _inside(x: Any, y: Any, core: Core) -> npt.NDArray[np.bool_]:
    left, top, right, bottom = core
    return (x >= left) & (x < right) & (y >= top) & (y < bottom)


def _part(plane: Any, core: Core) -> Any:
    left, top, right, bottom = core
    return plane[top:bottom, left:right]
