"""MHC class I on the membrane of muscle fibres: which are positive, and the grade of the section.

A fibre is positive by the chromogen in a band along its edge. The grade is that of the percentage
of fibres that are positive: 0 none, 1 up to 10 %, 2 up to 25 %, 3 up to 50 %, 4 below 100 %, 5 all.

Direction  a higher grade is more disease.
Missing    without enough fibres there is neither a percentage nor a grade.
Source     Das L et al. Appl Immunohistochem Mol Morphol 2013;21:539-42 (its abstract).

Shown on synthetic muscle only: no real section with such a truth was to be had.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.fibres import Fibres
from myotrial.facts import Fact

__all__ = ["FACTS", "GRADES", "Membrane", "grade", "measure_membrane"]

GRADES = (10.0, 25.0, 50.0)  # percent of fibres up to which the grade is 1, 2, 3
DAS = "Das L et al. Appl Immunohistochem Mol Morphol 2013;21:539-42"
OUTSIDE, INSIDE = 1.0, 2.0  # micrometres of the band on both sides of a fibre's edge
STRONG = 0.7  # quantile of the band: a membrane is thinner than the band
POSITIVE = 0.035  # chromogen OD above the floor, on the reference scanner
FEWEST = 10  # fibres below which no percentage is given
FACTS = (
    *(
        Fact(f"MHC class I grade {number}: percent of fibres positive, at most", top, "%", DAS,
             "secondary")
        for number, top in enumerate(GRADES, start=1)
    ),
    Fact("MHC class I grade 4: percent of fibres positive, below", 100.0, "%", DAS, "secondary"),
    Fact("chromogen OD above the floor of a positive membrane", POSITIVE, "", "", "assumed"),
    Fact("fewest fibres for a percentage", FEWEST, "", "", "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Membrane:
    """The membranes of the fibres of a slide.

    Attributes:
        density: Chromogen OD above the floor along the edge of each fibre.
        positive: Which fibres are positive.
    """

    density: npt.NDArray[np.float32]
    positive: npt.NDArray[np.bool_]

    @property
    def percent(self) -> float | None:
        """Percent of fibres that are positive; None with too few fibres."""
        if len(self.positive) < FEWEST:
            return None
        return 100 * float(self.positive.mean())

    @property
    def grade(self) -> int | None:
        """The grade; None with too few fibres."""
        return None if self.percent is None else grade(self.percent)


def grade(percent: float) -> int:
    """The grade, 0 to 5, of a percentage of positive fibres.

    >>> [grade(share) for share in (0, 0.5, 10, 10.1, 25, 50, 99.9, 100)]
    [0, 1, 1, 2, 2, 3, 4, 5]
    """
    if percent <= 0:
        return 0
    if percent >= 100:
        return 5
    return 1 + sum(percent > top for top in GRADES)


def measure_membrane(
    fibres: Fibres, chromogen: npt.NDArray[Any], floor: float, *, factor: float = 1.0
) -> Membrane:
    """Measure the membrane of every fibre.

    Args:
        fibres: Of a region.
        chromogen: OD of it, (height, width).
        floor: Chromogen OD of unstained tissue.
        factor: Reference OD over this scanner's.
    """
    band = _band(fibres)
    density = _quantiles(band, (chromogen - floor) * factor, fibres.count)
    return Membrane(density, density > POSITIVE)


def _band(fibres: Fibres) -> npt.NDArray[np.int32]:
    """Label of the fibre whose edge is near, 0 elsewhere."""
    labels = fibres.labels
    edge = _edges(labels)
    inner = np.asarray(cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, 5))
    outer, nearest = cv2.distanceTransformWithLabels(
        (labels == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    inside = labels > 0
    owner = np.zeros(int(nearest.max()) + 1, np.int32)
    owner[nearest[inside]] = labels[inside]
    near = np.where(inside, inner <= INSIDE / fibres.block, outer <= OUTSIDE / fibres.block)
    return np.where(near, owner[nearest], 0).astype(np.int32)


def _edges(labels: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Blocks of a fibre beside another label."""
    plane = labels.astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    differs = np.asarray(cv2.dilate(plane, kernel)) != np.asarray(cv2.erode(plane, kernel))
    return differs & (labels > 0)


def _quantiles(labels: npt.NDArray[Any], values: npt.NDArray[Any], count: int) -> Any:
    """The chosen quantile of the values of each label from 1 on; 0 for one without any."""
    inside = labels > 0
    owner, kept = labels[inside], values[inside]
    order = np.lexsort((kept, owner))
    owner, kept = owner[order], kept[order]
    starts = np.searchsorted(owner, np.arange(1, count + 2))
    found = np.zeros(count, np.float32)
    for label in range(count):
        first, last = starts[label], starts[label + 1]
        if last > first:
            found[label] = kept[first + int(STRONG * (last - first - 1))]
    return found
