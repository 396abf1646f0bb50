"""Capillaries: small rings between fibres, and how much of the chromogen lies in them.

In myositis interleukin-1 alpha is found in the endothelium of capillaries. A capillary in cross
section is a ring of a few micrometres with a pale middle, stained all around: whatever is open on
one side (a membrane, the rim of a group of nuclei) is none.

Shown on synthetic muscle only: no real section with such a truth was to be had.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.facts import Fact

__all__ = ["FACTS", "Capillaries", "find_capillaries"]

Plane = npt.NDArray[Any]  # float32, (height, width)

RADII = (2.0, 2.5, 3.0)  # micrometres of the ring's middle line
WALL = 0.6  # micrometres on both sides of that line
SECTORS = 8  # parts of a ring, each of which must be stained
LEAST = 0.1  # OD by which the palest part of a ring stands out from its middle
APART = 3.0  # micrometres between two capillaries, at least
REACH = 1.2  # micrometres beyond the ring's line that still belong to it
FACTS = (
    Fact("capillary: radius of its wall", f"{RADII[0]} to {RADII[-1]}", "µm", "", "assumed"),
    Fact("capillary: OD of its wall above its middle, at least", LEAST, "", "", "assumed"),
)


@dataclass(frozen=True)
class Capillaries:
    """Capillaries of a region.

    Attributes:
        x: Centres, in blocks from the left.
        y: The same from the top.
        radius: Micrometres.
        chromogen: OD above the floor, in the wall.
        positive: Whether the wall is stained.
        mask: 1 where a stained capillary lies, (height, width).
    """

    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    radius: npt.NDArray[Any]
    chromogen: npt.NDArray[Any]
    positive: npt.NDArray[np.bool_]
    mask: npt.NDArray[np.uint8]


def find_capillaries(
    haematoxylin: Plane,
    chromogen: Plane,
    tissue: Plane,
    block: float,
    floor: float,
    threshold: float,
) -> Capillaries:
    """Find the capillaries of a region, stained or not.

    Args:
        haematoxylin: OD of it, (height, width).
        chromogen: OD of it, of the same shape.
        tissue: 1 where tissue is measured, of the same shape.
        block: Micrometres of a pixel of these planes.
        floor: Chromogen OD of unstained tissue.
        threshold: Chromogen OD above the floor that is positive.
    """
    brown = chromogen.astype(np.float32) - np.float32(floor)
    signal = np.maximum(haematoxylin, 0).astype(np.float32) + np.maximum(brown, 0)
    scores = np.stack([_ring(signal, radius / block, block) for radius in RADII])
    best = np.where(tissue > 0, scores.max(axis=0), 0)
    side = 2 * max(1, round(APART / block)) + 1
    top = np.asarray(cv2.dilate(best, np.ones((side, side), np.uint8)))
    _, _, _, centres = cv2.connectedComponentsWithStats(
        ((best >= top) & (best > LEAST)).astype(np.uint8)
    )
    x, y = np.asarray(centres)[1:].T
    rows, columns = np.rint(y).astype(int), np.rint(x).astype(int)
    nearest = scores[:, rows, columns].argmax(axis=0)
    radius = np.array(RADII)[nearest]
    walls = np.stack([_mean(brown, one / block, block) for one in RADII])
    density = walls[nearest, rows, columns]
    positive = density > threshold
    drawn = np.zeros(brown.shape, np.uint8)
    for place in np.flatnonzero(positive):
        reach = round((radius[place] + REACH) / block)
        cv2.circle(drawn, (int(columns[place]), int(rows[place])), reach, 1, -1)
    return Capillaries(x, y, radius, density, positive, drawn)


def _ring(signal: Plane, radius: float, block: float) -> Plane:
    """By how much the palest part of a ring stands out from the middle of it."""
    far, angle = _polar(radius + 2 * WALL / block)
    wall = np.abs(far - radius) <= WALL / block
    middle = far <= max(0.5, radius - 2 * WALL / block)
    part = ((angle + np.pi) / (2 * np.pi) * SECTORS).astype(int) % SECTORS
    palest = np.full(signal.shape, np.inf, np.float32)
    for number in range(SECTORS):
        palest = np.minimum(palest, _filtered(signal, wall & (part == number)))
    return palest - _filtered(signal, middle)


def _mean(plane: Plane, radius: float, block: float) -> Plane:
    """Mean of a plane over a ring around each block."""
    far, _ = _polar(radius + 2 * WALL / block)
    return _filtered(plane, np.abs(far - radius) <= WALL / block)


def _polar(reach: float) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    side = int(np.ceil(reach))
    rows, columns = np.mgrid[-side : side + 1, -side : side + 1]
    return np.hypot(rows, columns), np.arctan2(rows, columns)


def _filtered(plane: Plane, kernel: npt.NDArray[np.bool_]) -> Plane:
    weight = kernel.astype(np.float32) / max(1, int(kernel.sum()))
    found = cv2.filter2D(plane, cv2.CV_32F, weight, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)
