"""Nuclei, where they lie, and which of them are positive.

Detection runs on blocks of about half a micrometre. A nucleus is a blob of haematoxylin (or of
chromogen, where that covers it) that stands out from its surroundings; blobs that touch are parted
at the necks between them. A cell is positive when enough chromogen lies where its marker is: in the
nucleus for nuclear markers, in and around it for markers of the membrane or the cytoplasm.

Where a batch's chromogen is so dark that no nucleus is seen through it, positive cells are sought
by the chromogen itself (`dark_cells`), and nuclei tell the negative ones only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from myotrial.biopsy.dark_cells import RADIUS, find_dark_cells
from myotrial.biopsy.labelled import (
    basins,
    cleared,
    grown,
    means,
    raised,
    reconstructed,
    standing,
)
from myotrial.facts import Fact

__all__ = ["CELL", "FACTS", "NUCLEUS", "RULES", "Cells", "Rule", "find_cells"]

Plane = npt.NDArray[Any]  # float32, (height, width)
COARSE = 2.0  # micrometres
INF = float("inf")

TUNED = "chosen on the images with truth named in the documentation"
FACTS = (
    Fact("smallest nucleus", 8.0, "µm²", TUNED, "assumed"),
    Fact("largest nucleus", 400.0, "µm²", "", "assumed"),
    Fact("strong chromogen OD of a batch that hides nuclei", 0.8, "", TUNED, "assumed"),
    Fact("chromogen OD of a weakly positive cell", 0.2, "", "QuPath's default", "recalled"),
    Fact("chromogen OD of a moderately positive cell", 0.4, "", "QuPath's default", "recalled"),
    Fact("chromogen OD of a strongly positive cell", 0.6, "", "QuPath's default", "recalled"),
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """What makes a nucleus, and what makes it positive.

    Attributes:
        least_od: OD by which a nucleus stands out from its surroundings, at least.
        positive_od: Chromogen OD above the floor from which a nucleus is positive.
        relative: Share of the batch's strong chromogen (its 99th percentile) from which a nucleus
            is positive; the larger of both counts.
        ring: Micrometres around the nucleus in which the marker is sought too.
        covered: Weight of the chromogen in what counts as a nucleus, 0 to 1.
        local: Share of the chromogen between the cells that is taken off.
        solid: OD of a nucleus' middle beside the whole of it, at least: a capillary's is pale.
        smooth: Micrometres of the smoothing before anything else.
        opening: Micrometres of radius of what is too thin for a nucleus.
        blob: Micrometres of the smoothing by which touching nuclei are parted.
        weight: Micrometres of distance from the edge that an OD of 1 counts as, when parting.
        neck: Share of a summit's height by which what lies between two is lower.
        surroundings: Micrometres within which tissue between nuclei is sought.
        smallest: Square micrometres of a nucleus, at least.
        largest: Square micrometres of a nucleus, at most.
        hides: Strong chromogen OD of a batch from which it hides the nuclei beneath.
        dark: That OD on this scanner, where it does; 0 where nuclei are seen.
    """

    least_od: float = 0.16
    positive_od: float = 0.1
    relative: float = 0.4
    ring: float = 1.0
    covered: float = 0.0
    local: float = 0.5
    solid: float = 0.85
    smooth: float = 0.3
    opening: float = 0.8
    blob: float = 1.5
    weight: float = 10.0
    neck: float = 0.05
    surroundings: float = 25.0
    smallest: float = 8.0
    largest: float = 400.0
    hides: float = 0.8
    dark: float = 0.0

    def on_scanner(self, factor: float, strong: float) -> "Rule":
        """The rule on one scanner and batch.

        Args:
            factor: Reference OD over this scanner's.
            strong: Chromogen OD above the floor, on this scanner, of strong staining in the batch.
        """
        least = max(self.positive_od / factor, self.relative * strong)
        dark = strong if strong * factor >= self.hides else 0.0
        return replace(self, least_od=self.least_od / factor, positive_od=least, dark=dark)


CELL = Rule()  # a marker of the membrane or the cytoplasm
NUCLEUS = Rule(
    least_od=0.1,
    positive_od=0.3,
    relative=0.0,
    ring=0.0,
    covered=0.5,
    local=0.0,
    solid=0.0,
    smooth=0.5,
    opening=1.6,
    neck=0.1,
    surroundings=12.0,
    hides=INF,
)
RULES: Mapping[str, Rule] = MappingProxyType({"cell": CELL, "nucleus": NUCLEUS})


@dataclass(frozen=True)
class Cells:
    """Nuclei, one row each.

    Attributes:
        x, y: Centres, in blocks from the region's corner.
        area: Square micrometres.
        chromogen: OD above the floor, where the rule looks for it.
        haematoxylin: OD, in the nucleus.
        positive: Whether it counts as positive.
    """

    x: Plane
    y: Plane
    area: Plane
    chromogen: Plane
    haematoxylin: Plane
    positive: npt.NDArray[np.bool_]


def find_cells(
    haematoxylin: Plane, chromogen: Plane, block: float, floor: float, rule: Rule
) -> Cells:
    """Find the nuclei of a region.

    Args:
        haematoxylin: OD of it, (height, width).
        chromogen: OD of it, of the same shape.
        block: Micrometres of a pixel of these planes.
        floor: Chromogen OD of tissue that is not stained.
        rule: What counts.
    """
    stained = np.asarray(
        cv2.GaussianBlur(chromogen - np.float32(floor), (0, 0), rule.smooth / block)
    )
    blue = np.asarray(cv2.GaussianBlur(haematoxylin, (0, 0), rule.smooth / block))
    signal = blue + np.float32(rule.covered) * np.maximum(stained, 0) if rule.covered else blue
    around = _surroundings(signal, block, rule.surroundings)
    brown = stained
    if rule.local:
        brown = stained - np.float32(rule.local) * np.maximum(
            _surroundings(stained, block, rule.surroundings), 0
        )
    labels, count = _nuclei(signal, around, block, rule)
    nuclei = _measured(labels, count, blue, brown, signal - around, block, rule)
    return _with_dark(nuclei, blue, stained, block, rule.dark) if rule.dark else nuclei


def _with_dark(nuclei: Cells, blue: Plane, stained: Plane, block: float, strong: float) -> Cells:
    """Dark cells are the positive ones; the nuclei outside of them are the negative ones."""
    dark = find_dark_cells(blue, stained, block, strong)
    places = np.column_stack([dark.x, dark.y])
    nearest = KDTree(places).query(np.column_stack([nuclei.x, nuclei.y]))[0] if len(places) else INF
    outside = np.broadcast_to(np.asarray(nearest) * block > RADIUS, nuclei.x.shape)
    names = ("x", "y", "area", "chromogen", "haematoxylin")
    joined = [np.concatenate([getattr(nuclei, n)[outside], getattr(dark, n)]) for n in names]
    positive = np.repeat([False, True], [int(outside.sum()), len(dark.x)])
    return Cells(*joined, positive=positive)


def _nuclei(signal: Plane, around: Plane, block: float, rule: Rule) -> tuple[npt.NDArray[Any], int]:
    """Label blobs that stand out, parted at necks."""
    above = standing(signal, around, np.float32(rule.least_od))
    above = np.asarray(cv2.morphologyEx(above, cv2.MORPH_OPEN, _disc(rule.opening / block)))
    distance = np.asarray(cv2.distanceTransform(above, cv2.DIST_L2, 5)) * np.float32(block)
    dense = np.asarray(cv2.GaussianBlur(signal - around, (0, 0), rule.blob / block))
    height = np.asarray(cv2.GaussianBlur(distance, (0, 0), 0.5 / block))
    raised(height, dense, np.float32(rule.weight), above)
    seeds = _maxima(height, rule.neck)
    count, markers = cv2.connectedComponents(seeds)
    return _flooded(height, np.asarray(markers), count), count


def _surroundings(signal: Plane, block: float, reach: float) -> Plane:
    """What lies between the nuclei: the lower envelope within reach, on a coarse grid."""
    factor = max(1, round(COARSE / block))
    high, wide = signal.shape
    size = (max(1, wide // factor), max(1, high // factor))
    small = np.asarray(cv2.resize(signal, size, interpolation=cv2.INTER_AREA))
    side = 2 * max(1, round(reach / (factor * block) / 2)) + 1
    low = np.asarray(cv2.erode(small, np.ones((side, side), np.uint8)))
    even = np.asarray(cv2.blur(low, (side, side), borderType=cv2.BORDER_REPLICATE))
    return np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_LINEAR))


def _maxima(height: Plane, neck: float) -> npt.NDArray[np.uint8]:
    """Summits that stand above the necks around them by a share of their height."""
    before = reconstructed(height * np.float32(1 - neck), height)
    return ((height > before) & (height > 0)).astype(np.uint8)


def _flooded(height: Plane, markers: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """Grow the summits down to the edge of what stands out (watershed on the distance)."""
    found = np.asarray(cv2.watershed(*basins(height, markers, count)))
    cleared(found, count)
    return found


def _measured(
    labels: npt.NDArray[Any],
    count: int,
    blue: Plane,
    brown: Plane,
    above: Plane,
    block: float,
    rule: Rule,
) -> Cells:
    size, x, y, blue_mean, dark = means(labels, count, blue, above)[1:].T.astype(np.float32)
    area = size * np.float32(block**2)
    keep = (area >= rule.smallest) & (area <= rule.largest)
    keep &= _middle(above, x, y) >= rule.solid * dark
    cells = grown(labels, rule.ring / block) if rule.ring > 0 else labels
    brown_mean = means(cells, count, brown, brown)[1:, 3].astype(np.float32)
    return Cells(
        x=x[keep],
        y=y[keep],
        area=area[keep],
        chromogen=brown_mean[keep],
        haematoxylin=blue_mean[keep],
        positive=brown_mean[keep] > rule.positive_od,
    )


def _middle(above: Plane, x: Plane, y: Plane) -> Plane:
    """How dark the middle of each blob is; a capillary's is pale beside the whole of it."""
    return np.asarray(cv2.blur(above, (3, 3)))[np.rint(y).astype(int), np.rint(x).astype(int)]


def _disc(radius: float) -> npt.NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
