"""What lies over a section for a reader: how much chromogen, where tissue is, which cells count.

Optical densities are told above the floor and on the scale of the reference scanner, as they are
measured: the operating point is the same for every section, whichever scanner it comes from.
A layer's tile is a picture whose red is the OD in steps of `STEP` (0: not measured there) and whose
green is what the place is; the page draws it, so that a new threshold needs no new tile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.artefacts import find_artefacts
from myotrial.biopsy.blocks import BIN, SHIFT
from myotrial.biopsy.density import block_size, densities, tables
from myotrial.biopsy.reading import Slide
from myotrial.biopsy.reading.slide import Image
from myotrial.biopsy.rejecting import Region, rejected
from myotrial.biopsy.stains import HAEMATOXYLIN, Stains, estimate, optical_density
from myotrial.biopsy.tissue import White, cell_size, find_tissue, find_white
from myotrial.biopsy.viewing.pyramid import Box, Pyramid

__all__ = [
    "FOLD", "PEN", "STEP", "STEPS", "TISSUE", "Cells", "Layers", "Stained", "png", "stained",
]  # fmt: skip

STEP, STEPS = 0.01, 151  # OD of one step, and how many thresholds shares are told for
TISSUE, PEN, FOLD = 1, 2, 3
MOST_CELLS = 4000  # told at once
MOST_PIXELS = 1 << 24  # counted at once; of a larger part, a sample
CELLS = 1 << 22  # of an overview, at most
FIELD = 32  # cells of the side of a field of the sample


@dataclass(frozen=True)
class Stained:
    """How the chromogen of a slide is told.

    Attributes:
        stains: Vectors of its batch.
        white: Intensity where there is nothing.
        floor: Chromogen OD of unstained tissue, on its own scanner.
        factor: Reference OD over this scanner's.
        operating: OD above the floor that counts as positive, on the reference.
        measured: Whether all this comes from a measurement of the batch; else from this slide
            alone, which is a preview and no measurement.
    """

    stains: Stains
    white: tuple[float, float, float]
    floor: float
    factor: float
    operating: float
    measured: bool

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Stained":
        """From the record that a measurement keeps of a slide."""
        settings, found = record["settings"], record["stains"]
        chromogen = settings["chromogen"]
        vectors = [found[name] for name in (HAEMATOXYLIN, chromogen)]
        stains = Stains(
            chromogen,
            (tuple(vectors[0]["vector"]), tuple(vectors[1]["vector"])),
            (vectors[0]["pixels"], vectors[1]["pixels"]),
        )
        calibration = record["calibration"] or {"factor": 1.0}
        white = tuple(record["white"]["level"])
        floor, factor = record["floor"]["od"], calibration["factor"]
        return cls(stains, white, floor, factor, settings["operating"], True)


def stained(slide: Slide, chromogen: str, operating: float) -> Stained:
    """How the chromogen is told where nothing was measured: from the slide alone.

    Raises:
        SlideError: It holds no background, or its stains cannot be told apart.
    """
    overview = slide.overview(_cell(slide))
    white = find_white("the section", overview)
    tissue = find_tissue(overview, white, _cell(slide) * slide.info.mpp) > 0
    density = optical_density(overview[tissue].astype(np.float64), white.level)
    if not len(density):
        density = optical_density(overview.reshape(-1, 3).astype(np.float64), white.level)
    stains = estimate(chromogen, density, np.ones(len(density), bool))
    table = tables(stains, white.level)
    floor = float(np.median(_density(overview[tissue][None], table))) if tissue.any() else 0.0
    return Stained(stains, white.level, floor, 1.0, operating, False)


@dataclass(frozen=True)
class Cells:
    """Centres of nuclei in pixels of the slide, and which are positive."""

    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    positive: npt.NDArray[np.bool_]


class Layers:
    """The layers of one section.

    Args:
        pyramid: The section on its canvas.
        stained: How its chromogen is told.
        cells: Its nuclei, where they were counted.
    """

    def __init__(self, pyramid: Pyramid, stained: Stained, cells: Cells | None = None) -> None:
        self.pyramid, self.stained, self._cells = pyramid, stained, cells
        slide = pyramid.slide
        self.cell = _cell(slide)
        overview, white = slide.overview(self.cell), White(stained.white, True)
        self.tissue = find_tissue(overview, white, self.cell * slide.info.mpp)
        found = find_artefacts(
            overview, self.tissue, white, stained.stains, cell=self.cell * slide.info.mpp
        )
        self.places = self.tissue.copy()
        self.places[(found.fold & self.tissue) > 0] = FOLD
        self.places[found.pen > 0] = PEN
        self._table = tables(stained.stains, stained.white)

    @property
    def counted(self) -> bool:
        """Whether nuclei were counted."""
        return self._cells is not None

    def tile(self, level: int, column: int, row: int) -> Image:
        """One tile of the layer, (height, width, 3).

        No finer than what is measured: pixels are averaged to about half a micrometre first.

        Raises:
            SlideError: There is no such tile, or the slide cannot be decoded.
        """
        x, y, wide, high, step = self.pyramid.place(level, column, row)
        block = block_size(step * self.pyramid.canvas.mpp)
        across, down, coarse = -(-wide // block), -(-high // block), step * block
        pixels = self.pyramid.region(x, y, across, down, coarse)
        places = self._places(x, y, across, down, coarse)
        above = (_density(pixels, self._table) - self.stained.floor) * self.stained.factor
        out = np.zeros((down, across, 3), np.uint8)
        steps = np.clip(np.floor(above / STEP) + 1, 1, 255).astype(np.uint8)
        out[..., 0] = np.where((places == TISSUE) | (places == FOLD), steps, 0)
        out[..., 1] = places
        return out.repeat(block, 0).repeat(block, 1)[:high, :wide]

    def _places(self, x: int, y: int, across: int, down: int, step: int) -> Image:
        """What each pixel is, by the cell its middle lies in."""
        columns, _ = self.pyramid.to_slide(x + (np.arange(across) + 0.5) * step, 0.0)  # pyright: ignore[reportArgumentType]
        _, rows = self.pyramid.to_slide(0.0, y + (np.arange(down) + 0.5) * step)  # pyright: ignore[reportArgumentType]
        columns, rows = (np.floor(np.asarray(at) / self.cell).astype(int) for at in (columns, rows))
        high, wide = self.places.shape
        found = self.places[np.clip(rows, 0, high - 1)][:, np.clip(columns, 0, wide - 1)]
        outside = ((rows < 0) | (rows >= high))[:, None] | ((columns < 0) | (columns >= wide))
        return np.where(outside, 0, found)

    def shares(self, box: Box, without: Sequence[Region] = ()) -> dict[str, Any]:
        """The positive share of the tissue in a part of the canvas, threshold by threshold.

        Counted as in a measurement, at full resolution; of a large part, on a sample of fields.

        Args:
            box: The part.
            without: Rejected regions, in pixels of the slide.

        Returns:
            "shares": percent of tissue above 0, 0.01, 0.02 … OD, empty where there is no tissue;
            "tissue_mm2": tissue counted; "sampled": percent of the tissue there that was counted.
        """
        slide, mask = self.pyramid.slide, self._inside(box)
        mask &= 1 - rejected(without, mask.shape, self.cell)
        whole, mask = int(mask.sum()), self._sample(mask)
        counted = int(mask.sum())
        block = block_size(slide.info.mpp)
        found = densities(slide, mask, self.cell, self._table, block)
        levels = [self.stained.floor + step * STEP / self.stained.factor for step in range(STEPS)]
        shares = [100 * found.share_above(level) for level in levels] if found.tissue_mm2 else []
        return {
            "shares": [round(share, 4) for share in shares],
            "tissue_mm2": round(found.tissue_mm2, 6),
            "sampled": round(100 * counted / whole) if whole else 100,
        }

    def _inside(self, box: Box) -> Image:
        """Measured tissue whose cells lie in a part of the canvas."""
        left, top = self.pyramid.to_slide(box[0], box[1])
        right, bottom = self.pyramid.to_slide(box[0] + box[2], box[1] + box[3])
        high, wide = self.places.shape
        x0, x1 = (int(np.clip(round(end / self.cell), 0, wide)) for end in (left, right))
        y0, y1 = (int(np.clip(round(end / self.cell), 0, high)) for end in (top, bottom))
        mask = np.zeros_like(self.places)
        part = self.places[y0:y1, x0:x1]
        mask[y0:y1, x0:x1] = (part == TISSUE) | (part == FOLD)
        return mask

    def _sample(self, mask: Image) -> Image:
        """The mask, or every so many-th of its fields, so that no more is read than can be."""
        every = -(-int(mask.sum()) * self.cell**2 // MOST_PIXELS)
        if every <= 1:
            return mask
        rows, columns = (np.arange(size) // FIELD for size in mask.shape)
        # Steps that share no factor with the number of fields in a row spread over the whole.
        chosen = (rows[:, None] * 7 + columns * 11) % every == 0
        return mask * chosen.astype(np.uint8)

    def cells(self, box: Box) -> dict[str, Any]:
        """Nuclei in a part of the canvas: [x, y, 1 if positive], and whether there are more."""
        if self._cells is None:
            return {"cells": [], "more": False}
        left, top = self.pyramid.to_slide(box[0], box[1])
        right, bottom = self.pyramid.to_slide(box[0] + box[2], box[1] + box[3])
        x, y = self._cells.x, self._cells.y
        inside = np.flatnonzero((x >= left) & (x < right) & (y >= top) & (y < bottom))
        told = []
        for index in inside[:MOST_CELLS]:
            across, down = self.pyramid.to_canvas(float(x[index]), float(y[index]))
            told.append([round(across, 1), round(down, 1), int(self._cells.positive[index])])
        return {"cells": told, "more": len(inside) > MOST_CELLS}


def _cell(slide: Slide) -> int:
    """Pixels of a cell: about 4 µm, more on slides so large that an overview would be."""
    return cell_size(slide.info.mpp, slide.info.width * slide.info.height, CELLS)


def _density(pixels: Image, table: Any) -> npt.NDArray[np.float64]:
    """Chromogen OD of pixels, (height, width), from the tables that measurements use."""
    found = [np.asarray(table[channel])[pixels[..., channel]] for channel in range(3)]
    return np.sum(found, axis=0) * (BIN / (1 << SHIFT))


def png(pixels: Image) -> bytes:
    """A tile as a PNG without any tag."""
    return cv2.imencode(".png", np.ascontiguousarray(pixels[..., ::-1]))[1].tobytes()
