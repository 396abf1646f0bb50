"""Muscle fibres in cross section: where each lies, how large it is.

The sarcoplasm of a fibre takes up more counterstain than what lies between fibres, whether or not
its membrane is stained; a stained membrane or sarcoplasm only makes it plainer. Fibres are
therefore told from the ground between them by a threshold found in the slide itself, nuclei and
capillaries in the gaps are set aside, and fibres that touch are parted at their necks.

Shown on synthetic muscle only: no real section with such a truth was to be had.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.facts import Fact

__all__ = ["FACTS", "Fibres", "find_fibres"]

Plane = npt.NDArray[Any]  # float32, (height, width)

SMOOTH = 1.0  # micrometres
NUCLEUS = 0.04  # haematoxylin OD above the ground's from which it is a nucleus, no sarcoplasm
STAINED = 0.08  # chromogen OD above the floor from which it belongs to a fibre or a capillary
SMALLEST = 180.0  # square micrometres of a fibre; a capillary or a group of nuclei is smaller
LARGEST = 20000.0  # square micrometres; what is larger is tissue in which no fibre was told
NARROW = 3.0  # micrometres of radius of what is too thin for a fibre
STEP = 0.5  # micrometres of a level of flooding
NECK = 0.25  # share of a summit's distance from the edge by which what parts two is lower
APART = 0.008  # OD by which sarcoplasm and ground must differ
FACTS = (
    Fact("smallest muscle fibre", SMALLEST, "µm²", "", "assumed"),
    Fact("largest muscle fibre", LARGEST, "µm²", "", "assumed"),
    Fact("difference of counterstain between fibre and ground, at least", APART, "OD", "",
         "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Fibres:
    """Fibres of a region.

    Attributes:
        labels: Label of the fibre of each block, 0 between fibres, (height, width).
        count: How many fibres there are; labels run from 1 to it.
        block: Micrometres of the side of a block.
        reason: Why none could be told, else "".
    """

    labels: npt.NDArray[np.int32]
    count: int
    block: float
    reason: str = ""

    @property
    def areas(self) -> npt.NDArray[Any]:
        """Square micrometres of each fibre, label 1 first."""
        sizes = np.bincount(self.labels.ravel(), minlength=self.count + 1)[1:]
        return sizes * self.block**2


def find_fibres(
    haematoxylin: Plane, chromogen: Plane, tissue: Plane, block: float, floor: float
) -> Fibres:
    """Find the fibres of a region.

    Args:
        haematoxylin: OD of it, (height, width).
        chromogen: OD of it, of the same shape.
        tissue: 1 where tissue is measured, of the same shape.
        block: Micrometres of a pixel of these planes.
        floor: Chromogen OD of unstained tissue.

    Returns:
        The fibres; none, with a reason, where sarcoplasm and ground look alike.
    """
    none = np.zeros(haematoxylin.shape, np.int32)
    if not tissue.any():
        return Fibres(none, 0, block, "there is no tissue")
    blue = np.asarray(cv2.GaussianBlur(haematoxylin.astype(np.float32), (0, 0), SMOOTH / block))
    brown = np.asarray(cv2.GaussianBlur(chromogen.astype(np.float32), (0, 0), 0.5 / block))
    brown -= np.float32(floor)
    inside = tissue > 0
    ground, fibre = _levels(blue[inside & (brown < STAINED)])
    if not fibre - ground >= APART:
        return Fibres(none, 0, block, "fibres cannot be told from what lies between them")
    least = (ground + fibre) / 2
    nuclei = (blue > ground + NUCLEUS) & (brown < 3 * STAINED)
    nuclei = np.asarray(cv2.dilate(nuclei.astype(np.uint8), _disc(1.0 / block))) > 0
    mask = (((blue > least) & ~nuclei) | (brown > STAINED)) & inside
    labels, count = _parted(mask.astype(np.uint8), block)
    reason = "" if count else "no fibre was found"
    return Fibres(labels, count, block, reason)


def _levels(values: Plane) -> tuple[float, float]:
    """Haematoxylin of the ground and of sarcoplasm: the two classes that Otsu's threshold parts."""
    if values.size < 2:
        return 0.0, 0.0
    low, high = np.quantile(values, [0.01, 0.5]).tolist()
    high += 0.03  # nuclei are none of the two
    kept = values[(values > max(low, 0.005)) & (values < high)]
    if kept.size < 2 or high <= low:
        return 0.0, 0.0
    counts, edges = np.histogram(kept, 200)
    middle = (edges[1:] + edges[:-1]) / 2
    weight = np.cumsum(counts)
    moment = np.cumsum(counts * middle)
    other = weight[-1] - weight
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = moment / weight, (moment[-1] - moment) / other
        between = np.nan_to_num(weight * other * (one - two) ** 2)
    best = int(np.argmax(between))
    return float(one[best]), float(two[best])


def _parted(mask: Any, block: float) -> tuple[npt.NDArray[np.int32], int]:
    """Label pieces, parted at necks; holes are filled."""
    mask = _filled(mask, SMALLEST / block**2)
    whole = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _disc(NARROW / block)), np.uint8)
    distance = np.asarray(cv2.distanceTransform(whole, cv2.DIST_L2, 5)) * np.float32(block)
    factor = max(1, round(1.0 / block))  # on a coarser grid: a fibre is wide
    size = (max(1, whole.shape[1] // factor), max(1, whole.shape[0] // factor))
    coarse = np.asarray(cv2.resize(distance, size, interpolation=cv2.INTER_AREA))
    height = np.asarray(cv2.GaussianBlur(coarse, (0, 0), 1.0)) * (coarse > 0)
    labels = _flooded(height, *_summits(height))
    full = (whole.shape[1], whole.shape[0])
    wide = np.asarray(cv2.resize(labels, full, interpolation=cv2.INTER_NEAREST), np.int32)
    return _kept(_nearest(wide * whole, whole), SMALLEST / block**2, LARGEST / block**2)


def _summits(height: Plane) -> tuple[npt.NDArray[np.int32], int]:
    """Summits that stand above the necks around them by a share of their height; labelled."""
    before = height * np.float32(1 - NECK)
    kernel = np.ones((3, 3), np.uint8)
    for _ in range(400):  # reconstruction by dilation; a fibre is narrower than this
        grown = np.minimum(np.asarray(cv2.dilate(before, kernel)), height)
        if np.array_equal(grown, before):
            break
        before = grown
    seeds = ((height > before) & (height > 0)).astype(np.uint8)
    count, labels = cv2.connectedComponents(seeds)
    return np.asarray(labels, np.int32), count


def _flooded(height: Plane, labels: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int32]:
    """Grow the summits downhill, level by level; every level goes to the nearest of them."""
    if count < 2:
        return labels
    for level in np.arange(float(height.max()), 0.0, -STEP):
        labels = _nearest(labels, (height >= level).astype(np.uint8))
    return _nearest(labels, (height > 0).astype(np.uint8))


def _nearest(labels: npt.NDArray[np.int32], mask: Any) -> npt.NDArray[np.int32]:
    """Give each place of a mask the label that lies nearest, if its piece has any."""
    if not labels.any():
        return labels
    _, nearest = cv2.distanceTransformWithLabels(
        (labels == 0).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner = np.zeros(int(nearest.max()) + 1, np.int32)
    inside = labels > 0
    owner[nearest[inside]] = labels[inside]
    count, pieces = cv2.connectedComponents(mask)
    has = np.zeros(count, bool)
    has[np.asarray(pieces)[inside]] = True
    has[0] = False
    return np.where(inside, labels, owner[nearest] * has[np.asarray(pieces)]).astype(np.int32)


def _filled(mask: Any, largest: float) -> Any:
    """The mask without holes up to a size."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - mask, connectivity=4)
    hole = (stats[:count, cv2.CC_STAT_AREA] < largest).astype(np.uint8)
    hole[0] = 0
    return mask | hole[np.asarray(labels, np.int64)]


def _kept(labels: Any, least: float, largest: float) -> tuple[npt.NDArray[np.int32], int]:
    sizes = np.bincount(labels.ravel())
    keep = (sizes >= least) & (sizes <= largest)
    keep[0] = False
    new = np.where(keep, np.cumsum(keep), 0).astype(np.int32)
    return new[labels], int(keep.sum())


def _disc(radius: float) -> npt.NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
