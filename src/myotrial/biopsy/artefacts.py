"""What is not to be measured in tissue: pen, folds, parts out of focus.

Pen has a colour that no mixture of the two stains gives. A fold is a line along which tissue lies
double, and haematoxylin with it. Out of focus is what shows less detail than the rest of the slide.
Necrosis is not told; a pathologist marks it.

Tried on synthetic muscle sections only: no real section with such a truth was to be had.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.reading import Slide
from myotrial.biopsy.stains import Stains, optical_density, unmix
from myotrial.biopsy.tissue import Mask, White
from myotrial.facts import Fact

__all__ = ["FACTS", "Artefacts", "find_artefacts", "sharpness"]

FOREIGN = 0.25  # share of a colour's OD that no mixture of the stains explains: pen
DARK = 0.15  # OD (length of the vector) from which a colour is told
DOUBLE = 1.3  # times the usual haematoxylin of tissue, along a line: fold
LINE = 11  # cells of that line; longer than a group of nuclei is wide
TURNS = 8  # directions in which lines are sought
BLURRED = 0.78  # of the usual detail, less of which is out of focus
LONG = 100.0  # micrometres a fold reaches, at least; longer than a group of cells
SPECK, STRIP, SMALLEST = 400.0, 1200.0, 4000.0  # square micrometres of pen, fold, and blur
FACTS = (
    Fact("out of focus: detail, beside the slide's median, below", BLURRED, "", "", "assumed"),
    Fact("fold: haematoxylin along a line, beside the slide's median", DOUBLE, "", "", "assumed"),
)

Detail = npt.NDArray[Any]  # float32, one number for each cell


@dataclass(frozen=True)
class Artefacts:
    """Masks in cells of the overview, 1 where the artefact is; pen beside tissue too."""

    pen: Mask
    fold: Mask
    blurred: Mask

    @property
    def any(self) -> Mask:
        """Where any of them is."""
        return self.pen | self.fold | self.blurred


def find_artefacts(
    overview: npt.NDArray[Any],
    tissue: Mask,
    white: White,
    stains: Stains,
    *,
    cell: float,
    detail: Detail | None = None,
) -> Artefacts:
    """Find artefacts.

    Args:
        overview: Mean intensities, (height, width, 3).
        tissue: Where tissue is.
        white: Of the slide.
        stains: Of its batch.
        cell: Micrometres of an overview's pixel.
        detail: From `sharpness`; None: focus is not judged.
    """
    density = optical_density(overview.astype(np.float64), white.level)
    parts = density @ unmix(stains)
    length = np.linalg.norm(density, axis=2)
    pen = (np.abs(parts[..., 2]) > FOREIGN * np.maximum(length, DARK)) & (length > DARK)
    pen = _large(pen.astype(np.uint8), SPECK / cell**2)
    clear = tissue & ~pen & 1
    fold = _fold(parts[..., 0].astype(np.float32), clear, cell)
    blurred = np.zeros_like(pen)
    if detail is not None:
        blurred = _blurred(detail, clear, SMALLEST / cell**2)
    return Artefacts(pen, fold, blurred & ~fold & 1)


def sharpness(slide: Slide, tissue: Mask, cell: int) -> Detail:
    """Mean absolute Laplacian of grey in each cell with tissue, at full resolution."""
    detail = np.zeros(tissue.shape, np.float32)
    side = 64 * cell
    for y in range(0, slide.info.height, side):
        for x in range(0, slide.info.width, side):
            rows, columns = slice(y // cell, y // cell + 64), slice(x // cell, x // cell + 64)
            if not tissue[rows, columns].any():
                continue
            pixels = np.ascontiguousarray(slide.region(x, y, side, side))
            grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)).astype(np.float32)
            edges = np.abs(np.asarray(cv2.Laplacian(grey, cv2.CV_32F)))
            part = detail[rows, columns]
            shape = (part.shape[1], part.shape[0])
            part[:] = np.asarray(cv2.resize(edges, shape, interpolation=cv2.INTER_AREA))
    return detail


def _fold(haematoxylin: Detail, clear: Mask, cell: float) -> Mask:
    if not clear.any():
        return np.zeros_like(clear)
    usual = float(np.median(haematoxylin[clear > 0]))
    along = np.max(
        [
            np.asarray(cv2.morphologyEx(haematoxylin, cv2.MORPH_OPEN, _line(turn)))
            for turn in range(TURNS)
        ],
        axis=0,
    )
    double = (along > DOUBLE * max(usual, 0.02)).astype(np.uint8) & clear
    return _large(double, STRIP / cell**2, LONG / cell)


def _blurred(detail: Detail, clear: Mask, least: float) -> Mask:
    if not clear.any():
        return np.zeros_like(clear)
    weight = np.asarray(cv2.GaussianBlur(clear.astype(np.float32), (0, 0), 1.0))
    near = np.asarray(cv2.GaussianBlur(detail * clear, (0, 0), 1.0)) / np.maximum(weight, 1e-3)
    low = (near < BLURRED * float(np.median(detail[clear > 0]))).astype(np.uint8) & clear
    low = np.asarray(cv2.morphologyEx(low, cv2.MORPH_OPEN, _square(5)))
    low = np.asarray(cv2.morphologyEx(low, cv2.MORPH_CLOSE, _square(5)), np.uint8)
    return _large(low & clear, least)


def _large(mask: npt.NDArray[Any], least: float, longest: float = 0.0) -> Mask:
    """Pieces of so many cells at least, that reach so far at least."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    reach = np.hypot(stats[:count, cv2.CC_STAT_WIDTH], stats[:count, cv2.CC_STAT_HEIGHT])
    kept = ((stats[:count, cv2.CC_STAT_AREA] >= least) & (reach >= longest)).astype(np.uint8)
    kept[0] = 0
    return kept[np.asarray(labels, np.int64)]


def _square(side: int) -> Mask:
    return np.ones((side, side), np.uint8)


def _line(turn: int) -> Mask:
    angle, reach = np.pi * turn / TURNS, (LINE - 1) / 2
    across, down = np.cos(angle) * reach, np.sin(angle) * reach
    kernel = np.zeros((LINE, LINE), np.uint8)
    ends = [(round(reach + sign * across), round(reach + sign * down)) for sign in (-1, 1)]
    return np.asarray(cv2.line(kernel, ends[0], ends[1], 1), np.uint8)
