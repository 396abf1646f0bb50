"""What is not to be measured in tissue: pen, folds, parts out of focus, necrosis.

Pen has a colour that no mixture of the two stains gives. A fold is a line along which tissue lies
double, and haematoxylin with it. Out of focus is what shows less detail than the rest of the slide.
Necrosis is sharp tissue that holds no nucleus over an area in which living tissue holds many; what
chromogen hides is not called so, nor is anything on a slide that shows hardly any nucleus.

Pen, folds and focus were tried on synthetic muscle sections only, necrosis on drawn ones only: no
real section with such a truth was to be had.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.stains import Stains, optical_density, unmix
from myotrial.biopsy.tissue import BAND, Mask, White, chosen
from myotrial.facts import Fact

__all__ = ["FACTS", "Artefacts", "find_artefacts"]

FOREIGN = 0.25  # share of a colour's OD that no mixture of the stains explains: pen
DARK = 0.15  # OD (length of the vector) from which a colour is told
DOUBLE = 1.3  # times the usual haematoxylin of tissue, along a line: fold
LINE = 44.0  # micrometres of that line; longer than a group of nuclei is wide
TURNS = 8  # directions in which lines are sought
BLURRED = 0.78  # of the usual detail, less of which is out of focus
LONG = 100.0  # micrometres a fold reaches, at least; longer than a group of cells
SPECK, STRIP, SMALLEST = 400.0, 1200.0, 4000.0  # square micrometres of pen, fold, and blur
USUAL_CELL = 4.0  # micrometres of an overview's pixel, for which filters are told in pixels
EMPTY = 100.0  # micrometres of radius of a disc of tissue without any nucleus: necrosis
NUCLEUS = 0.06  # haematoxylin OD of a nucleus above the slide's median, in an overview
FEWEST = 0.005  # share of tissue that nuclei fill, below which nuclei are not counterstained
HIDDEN = 0.3  # chromogen OD under which no nucleus can be told to be missing
FACTS = (
    Fact("out of focus: detail, beside the slide's median, below", BLURRED, "", "", "assumed"),
    Fact("fold: haematoxylin along a line, beside the slide's median", DOUBLE, "", "", "assumed"),
    Fact("necrosis: radius of a disc of tissue without a nucleus", EMPTY, "µm", "", "assumed"),
    Fact("necrosis: haematoxylin OD of a nucleus above the median", NUCLEUS, "", "", "assumed"),
)

Detail = npt.NDArray[Any]  # float32, one number for each cell


@dataclass(frozen=True)
class Artefacts:
    """Masks in cells of the overview, 1 where the artefact is; pen beside tissue too."""

    pen: Mask
    fold: Mask
    blurred: Mask
    necrosis: Mask

    @property
    def any(self) -> Mask:
        """Where any of them is."""
        return self.pen | self.fold | self.blurred | self.necrosis


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
        detail: Of each cell, from `density.scanned`; None: focus is not judged.
    """
    haematoxylin, pen, hidden = _unmixed(overview, white, stains)
    pen = _large(pen, SPECK / cell**2)
    clear = tissue & ~pen & 1
    fold = _fold(haematoxylin, clear, cell)
    blurred = np.zeros_like(pen)
    if detail is not None:
        blurred = _blurred(detail, clear, cell) & ~fold & 1
    necrosis = _necrosis(haematoxylin, hidden, clear, fold | blurred, cell)
    return Artefacts(pen, fold, blurred, necrosis)


def _unmixed(overview: npt.NDArray[Any], white: White, stains: Stains) -> tuple[Detail, Mask, Mask]:
    """Haematoxylin; where a colour is foreign; and where chromogen hides what lies beneath.

    In bands of rows, so that a large overview needs no copies of itself in floating point.
    """
    table = optical_density(np.arange(256)[:, None], white.level).astype(np.float32)
    weights = unmix(stains).astype(np.float32)
    haematoxylin = np.empty(overview.shape[:2], np.float32)
    pen, hidden = np.empty(overview.shape[:2], np.uint8), np.empty(overview.shape[:2], np.uint8)
    for top in range(0, overview.shape[0], BAND):
        rows = slice(top, top + BAND)
        density = np.stack([table[:, c][overview[rows, :, c]] for c in range(3)], axis=2)
        parts = density @ weights
        length = np.linalg.norm(density, axis=2)
        foreign = np.abs(parts[..., 2]) > FOREIGN * np.maximum(length, DARK)
        haematoxylin[rows] = parts[..., 0]
        pen[rows] = foreign & (length > DARK)
        hidden[rows] = parts[..., 1] > HIDDEN
    return haematoxylin, pen, hidden


def _fold(haematoxylin: Detail, clear: Mask, cell: float) -> Mask:
    if not clear.any():
        return np.zeros_like(clear)
    usual = float(np.median(haematoxylin[clear > 0]))
    along = np.full_like(haematoxylin, -np.inf)
    for turn in range(TURNS):
        opened = cv2.morphologyEx(haematoxylin, cv2.MORPH_OPEN, _line(turn, cell))
        np.maximum(along, np.asarray(opened), out=along)
    double = (along > DOUBLE * max(usual, 0.02)).astype(np.uint8) & clear
    return _large(double, STRIP / cell**2, LONG / cell)


def _blurred(detail: Detail, clear: Mask, cell: float) -> Mask:
    if not clear.any():
        return np.zeros_like(clear)
    near = (0, 0), USUAL_CELL / cell
    weight = np.asarray(cv2.GaussianBlur(clear.astype(np.float32), *near))
    mean = np.asarray(cv2.GaussianBlur(detail * clear, *near)) / np.maximum(weight, 1e-3)
    low = (mean < BLURRED * float(np.median(detail[clear > 0]))).astype(np.uint8) & clear
    square = _square(_odd(5 * USUAL_CELL / cell))
    low = np.asarray(cv2.morphologyEx(low, cv2.MORPH_OPEN, square))
    low = np.asarray(cv2.morphologyEx(low, cv2.MORPH_CLOSE, square), np.uint8)
    return _large(low & clear, SMALLEST / cell**2)


def _necrosis(haematoxylin: Detail, hidden: Mask, clear: Mask, spoilt: Mask, cell: float) -> Mask:
    """Discs of tissue that hold no nucleus; in places that are spoilt none could be seen."""
    if not clear.any():
        return np.zeros_like(clear)
    dark = haematoxylin > float(np.median(haematoxylin[clear > 0])) + NUCLEUS
    if (dark & (clear > 0)).sum() < FEWEST * clear.sum():
        return np.zeros_like(clear)
    free = (clear & ~spoilt & ~hidden & 1) * (~dark).astype(np.uint8)
    far = np.asarray(cv2.distanceTransform(_framed(free), cv2.DIST_L2, 5))[1:-1, 1:-1]
    middle = (far < EMPTY / cell).astype(np.uint8)
    if middle.all():
        return np.zeros_like(clear)
    reach = np.asarray(cv2.distanceTransform(middle, cv2.DIST_L2, 5))
    return (reach < EMPTY / cell).astype(np.uint8) & free


def _framed(mask: Mask) -> Mask:
    """A mask with nothing around it: what lies beyond the edge is not known to be empty."""
    return np.pad(mask, 1)


def _large(mask: npt.NDArray[Any], least: float, longest: float = 0.0) -> Mask:
    """Pieces of so many cells at least, that reach so far at least."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    reach = np.hypot(stats[:count, cv2.CC_STAT_WIDTH], stats[:count, cv2.CC_STAT_HEIGHT])
    kept = ((stats[:count, cv2.CC_STAT_AREA] >= least) & (reach >= longest)).astype(np.uint8)
    kept[0] = 0
    return chosen(np.asarray(labels), kept)


def _square(side: int) -> Mask:
    return np.ones((side, side), np.uint8)


def _odd(width: float) -> int:
    """The odd number nearest to a width, at least 3.

    >>> _odd(11.0), _odd(5.5), _odd(0.2)
    (11, 5, 3)
    """
    return max(3, 2 * int(width / 2) + 1)


def _line(turn: int, cell: float) -> Mask:
    side = _odd(LINE / cell)
    angle, reach = np.pi * turn / TURNS, (side - 1) / 2
    across, down = np.cos(angle) * reach, np.sin(angle) * reach
    kernel = np.zeros((side, side), np.uint8)
    ends = [(round(reach + sign * across), round(reach + sign * down)) for sign in (-1, 1)]
    return np.asarray(cv2.line(kernel, ends[0], ends[1], 1), np.uint8)
