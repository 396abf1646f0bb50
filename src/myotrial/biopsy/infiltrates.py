"""Infiltrates: places where cells lie so densely that they form a group, and whose they are.

Cells that lie within a step of each other belong together; a group of enough cells is an
infiltrate. Its area is that of the cells grown by half a step. An infiltrate, or a cell, is
endomysial where it lies among fibres, perivascular around a vessel that someone has marked, and
perimysial otherwise.

Shown on synthetic muscle only: no real section with such a truth was to be had.
"""

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from myotrial.biopsy.fibres import Fibres
from myotrial.facts import Fact

__all__ = ["COMPARTMENTS", "FACTS", "Infiltrates", "compartments", "find_infiltrates"]

STEP = 20.0  # micrometres between neighbours in a group
LEAST = 10  # cells of an infiltrate
AMONG = 15.0  # micrometres of a gap between fibres, up to which a place lies in endomysium
AROUND = 50.0  # micrometres around a vessel that are perivascular
GRID = 1.0  # micrometres
Compartment = Literal["endomysial", "perimysial", "perivascular"]
COMPARTMENTS: tuple[Compartment, ...] = ("endomysial", "perimysial", "perivascular")
FACTS = (
    Fact("distance between neighbours in an infiltrate, at most", STEP, "µm", "", "assumed"),
    Fact("cells of an infiltrate, at least", LEAST, "",
         "Wedderburn LR et al. Arthritis Rheum 2007;57:1192-201, for a cluster", "secondary"),
    Fact("endomysium: gap between fibres, at most", 2 * AMONG, "µm", "", "assumed"),
    Fact("perivascular: distance from a marked vessel, at most", AROUND, "µm", "", "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Infiltrates:
    """Groups of cells.

    Attributes:
        group: Number of the infiltrate of each cell, from 0; -1 for a cell in none.
        areas: Square micrometres of each infiltrate.
    """

    group: npt.NDArray[Any]
    areas: npt.NDArray[Any]

    @property
    def count(self) -> int:
        """How many infiltrates there are."""
        return len(self.areas)

    @property
    def area_mm2(self) -> float:
        """Square millimetres of all of them."""
        return float(self.areas.sum()) / 1e6

    def share(self, tissue_mm2: float) -> float | None:
        """Percent of tissue; None without tissue."""
        return 100 * self.area_mm2 / tissue_mm2 if tissue_mm2 > 0 else None


def find_infiltrates(
    x: npt.NDArray[Any], y: npt.NDArray[Any], *, step: float = STEP, least: int = LEAST
) -> Infiltrates:
    """Find the groups among cells.

    Args:
        x: Centres of the cells, in micrometres from the left.
        y: The same from the top.
        step: Micrometres between neighbours, at most.
        least: Cells of a group, at least.

    >>> close = np.arange(12.0)
    >>> find_infiltrates(np.append(close, 900.0), np.append(close, 0.0)).group.tolist()
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1]
    """
    places = np.column_stack([x, y]).astype(float)
    number = len(places)
    if number < least:
        return Infiltrates(np.full(number, -1), np.zeros(0))
    pairs = KDTree(places).query_pairs(step, output_type="ndarray")
    joined = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(number, number))
    _, piece = connected_components(joined, directed=False)
    sizes = np.bincount(piece)
    large = sizes >= least
    renumbered = np.where(large, np.cumsum(large) - 1, -1)
    group = renumbered[piece]
    areas = [_area(places[group == one], step / 2) for one in range(int(large.sum()))]
    return Infiltrates(group, np.array(areas))


def _area(places: npt.NDArray[Any], reach: float) -> float:
    """Square micrometres within reach of any of the places."""
    low = places.min(axis=0) - reach - GRID
    wide, high = np.ceil((np.ptp(places, axis=0) + 2 * (reach + GRID)) / GRID).astype(int) + 1
    empty = np.ones((high, wide), np.uint8)
    columns, rows = np.rint((places - low) / GRID).astype(int).T
    empty[rows, columns] = 0
    far = np.asarray(cv2.distanceTransform(empty, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))
    return float((far <= reach / GRID).sum()) * GRID**2


def compartments(
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
    fibres: Fibres,
    vessels: npt.NDArray[Any] | None = None,
) -> npt.NDArray[np.str_] | None:
    """In which compartment each cell lies.

    Args:
        x: Centres, in micrometres from the left edge of the fibres' region.
        y: The same from its upper edge.
        fibres: Of the region.
        vessels: Centres of the vessels that were marked, in micrometres, (n, 2); None: nobody has
            looked for vessels, and no cell can be told to be perivascular.

    Returns:
        One of `COMPARTMENTS` for each cell; None without fibres, when it cannot be told.
    """
    if not fibres.count:
        return None
    inside = (fibres.labels > 0).astype(np.uint8)
    reach = 2 * max(1, round(AMONG / fibres.block)) + 1
    disc = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    pad = reach  # closing would otherwise see fibres beyond the edge
    wide = np.pad(inside, pad)
    among = np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, disc))[pad:-pad, pad:-pad] > 0
    rows = np.clip((np.asarray(y) / fibres.block).astype(int), 0, inside.shape[0] - 1)
    columns = np.clip((np.asarray(x) / fibres.block).astype(int), 0, inside.shape[1] - 1)
    found = np.where(among[rows, columns], "endomysial", "perimysial").astype("<U12")
    if vessels is not None and len(vessels) and len(rows):
        far, _ = KDTree(vessels).query(np.column_stack([x, y]))
        found[far <= AROUND] = "perivascular"
    return found
