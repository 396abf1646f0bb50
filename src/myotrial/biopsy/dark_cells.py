"""Positive cells where the chromogen is so dark that the nucleus beneath cannot be seen.

Such a cell is a disc of chromogen, dark beside what surrounds it: it is where the mean over a disc
of a cell's size less that over a ring outside is largest. Densities are told in shares of the
batch's strong staining and capped, so that a grain of debris, however dark, weighs no more than the
place it takes.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.facts import Fact

__all__ = ["FACTS", "DarkCells", "find_dark_cells"]

Plane = npt.NDArray[Any]  # float32, (height, width)

RADIUS = 4.5  # micrometres of a cell
RING = (1.4, 1.9)  # radii between which its surroundings lie
APART = 5.0  # micrometres between two cells, at least
CAP = 0.65  # share of strong staining above which nothing counts more
CONTRAST = 0.3  # share of strong staining by which a cell is darker than what surrounds it
STAINED = 0.4  # share of strong staining from which chromogen counts
COVERED = 0.6  # share of the disc that is stained
SMOOTH = 0.7  # micrometres of the smoothing of contrast
TUNED = "chosen on the CD3/CD8 crops named in the documentation"
FACTS = (
    Fact("radius of a cell under dark chromogen", RADIUS, "µm", TUNED, "assumed"),
    Fact("dark cells lie apart, at least", APART, "µm", TUNED, "assumed"),
    Fact("contrast of a dark cell, share of strong staining", CONTRAST, "", TUNED, "assumed"),
    Fact("share of a dark cell that is stained", COVERED, "", TUNED, "assumed"),
)


@dataclass(frozen=True)
class DarkCells:
    """Cells, one row each.

    Attributes:
        x, y: Centres, in pixels of the planes.
        area: Square micrometres of the disc that was looked for.
        chromogen, haematoxylin: Mean OD in the disc.
    """

    x: Plane
    y: Plane
    area: Plane
    chromogen: Plane
    haematoxylin: Plane


def find_dark_cells(
    haematoxylin: Plane, chromogen: Plane, block: float, strong: float
) -> DarkCells:
    """Find cells that dark chromogen covers.

    Args:
        haematoxylin: OD of it, (height, width), smoothed.
        chromogen: OD of it above the floor, of the same shape.
        block: Micrometres of a pixel of these planes.
        strong: Chromogen OD above the floor of strong staining in the batch.
    """
    disc = _ring(0.0, RADIUS, block)
    dark = np.clip(chromogen / strong, 0, CAP) + np.clip(haematoxylin / strong, 0, CAP)
    around = _mean(dark, _ring(RING[0] * RADIUS, RING[1] * RADIUS, block))
    contrast = _mean(dark, disc) - around
    stained = (chromogen > STAINED * strong).astype(np.float32)
    found = _summits(contrast, block) & (contrast > CONTRAST) & (_mean(stained, disc) >= COVERED)
    count, _, _, centres = cv2.connectedComponentsWithStats(found.astype(np.uint8))
    x, y = np.asarray(centres, np.float32)[1:count].T.reshape(2, -1)
    place = np.rint(y).astype(int), np.rint(x).astype(int)
    return DarkCells(
        x=x,
        y=y,
        area=np.full(len(x), np.pi * RADIUS**2, np.float32),
        chromogen=_mean(chromogen, disc)[place],
        haematoxylin=_mean(haematoxylin, disc)[place],
    )


def _summits(contrast: Plane, block: float) -> npt.NDArray[np.bool_]:
    """Where no contrast within reach is larger."""
    smooth = np.asarray(cv2.GaussianBlur(contrast, (0, 0), SMOOTH / block))
    side = 2 * max(1, int(APART / block)) + 1
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return smooth >= np.asarray(cv2.dilate(smooth, near))


def _mean(plane: Plane, weights: Plane) -> Plane:
    return np.asarray(cv2.filter2D(plane, -1, weights, borderType=cv2.BORDER_REFLECT))


def _ring(inner: float, outer: float, block: float) -> Plane:
    """Equal weights between two radii, summing to 1; an inner radius of 0 gives a disc."""
    reach = int(np.ceil(outer / block))
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1] * block
    far = np.hypot(across, down)
    weights = ((far > inner) | (inner == 0)) & (far <= outer)
    return (weights / weights.sum()).astype(np.float32)
