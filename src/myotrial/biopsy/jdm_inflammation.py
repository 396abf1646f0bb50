"""Inflammatory domain of the biopsy score of juvenile dermatomyositis.

Scale      six items, CD3 and CD68 in endomysium, perimysium and around vessels, 0 to 2 each;
           the domain runs 0 to 12.
Direction  higher is more inflammation.
Items      0: fewer than 4 cells in any field of a 20x objective; 1: at least 4 in a field, or a
           cluster of 10 or more cells; 2: more than 2 clusters in the whole section, or diffuse
           infiltration.
Missing    an item without its cells is missing; the domain is then missing, and its bounds are
           what the missing items leave open.
Source     Wedderburn LR et al. Arthritis Rheum 2007;57:1192-201, as summarised elsewhere; the
           paper itself was not read, so every number is secondary and can be set.

How wide a field is and when infiltration is diffuse is not told in numbers; both are assumed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from myotrial.biopsy.infiltrates import COMPARTMENTS, LEAST, STEP, find_infiltrates
from myotrial.facts import Fact

__all__ = ["FACTS", "ITEMS", "MARKERS", "Domain", "Limits", "inflammatory_domain", "item", "items"]

WEDDERBURN = "Wedderburn LR et al. Arthritis Rheum 2007;57:1192-201"
MARKERS = ("CD3", "CD68")
ITEMS = tuple((marker, place) for marker in MARKERS for place in COMPARTMENTS)
TOP = 2  # of an item


@dataclass(frozen=True)
class Limits:
    """Everything that can be set.

    Attributes:
        few: Cells in a field from which an item is 1.
        cluster: Cells of a cluster, at least.
        clusters: Clusters of the section, more than which an item is 2.
        field: Micrometres of the diameter of a field of a 20x objective.
        step: Micrometres between neighbours in a cluster.
        diffuse: Cells per square millimetre of the section from which infiltration is diffuse.
    """

    few: int = 4
    cluster: int = LEAST
    clusters: int = 2
    field: float = 1000.0
    step: float = STEP
    diffuse: float = 500.0


USUAL = Limits()
FACTS = (
    Fact("JDM inflammation: cells in a 20x field for 1 point", USUAL.few, "", WEDDERBURN,
         "secondary"),
    Fact("JDM inflammation: cells of a cluster", USUAL.cluster, "", WEDDERBURN, "secondary"),
    Fact("JDM inflammation: more clusters than this for 2 points", USUAL.clusters, "", WEDDERBURN,
         "secondary"),
    Fact("JDM inflammation: highest sum", TOP * len(ITEMS), "", WEDDERBURN, "secondary"),
    Fact("JDM inflammation: diameter of a 20x field", USUAL.field, "µm", "", "assumed"),
    Fact("JDM inflammation: diffuse from", USUAL.diffuse, "cells/mm²", "", "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Domain:
    """The domain and its items.

    Attributes:
        items: Points of each item by marker and compartment; None where it cannot be told.
    """

    items: Mapping[tuple[str, str], int | None]

    @property
    def total(self) -> int | None:
        """Points, 0 to 12; None if an item is missing."""
        low, high = self.bounds
        return low if low == high else None

    @property
    def bounds(self) -> tuple[int, int]:
        """The total if every missing item were 0, and if each were 2."""
        known = sum(points for points in self.items.values() if points is not None)
        missing = sum(points is None for points in self.items.values())
        return known, known + TOP * missing


def item(
    x: npt.NDArray[Any], y: npt.NDArray[Any], tissue_mm2: float, limits: Limits = USUAL
) -> int:
    """Points of one item.

    Args:
        x: Centres of its positive cells, in micrometres from the left.
        y: The same from the top.
        tissue_mm2: Square millimetres of the section.
        limits: What is set.

    >>> item(np.zeros(3), np.zeros(3), 1.0), item(np.arange(4.0), np.zeros(4), 1.0)
    (0, 1)
    """
    number = len(x)
    if number < limits.few:
        return 0
    clusters = find_infiltrates(x, y, step=limits.step, least=limits.cluster).count
    if clusters > limits.clusters or number >= limits.diffuse * tissue_mm2 > 0:
        return 2
    places = np.column_stack([x, y]).astype(float)
    return int(clusters > 0 or _dense(places, limits.field / 2, limits.few))


def _dense(places: npt.NDArray[Any], radius: float, few: int) -> bool:
    """Whether some circle holds so many places; the fullest one has two of them on its rim."""
    tree = KDTree(places)
    if np.max(tree.query_ball_point(places, radius, return_length=True)) >= few:
        return True
    pairs = tree.query_pairs(2 * radius, output_type="ndarray")
    if not len(pairs):
        return False
    one, two = places[pairs[:, 0]], places[pairs[:, 1]]
    half = (two - one) / 2
    length = np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1e-9)
    up = np.sqrt(np.maximum(radius**2 - length**2, 0)) * half[:, ::-1] * [-1, 1] / length
    centres = np.concatenate([one + half + up, one + half - up])
    return bool(np.max(tree.query_ball_point(centres, radius + 1e-6, return_length=True)) >= few)


def items(
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
    where: npt.NDArray[Any] | None,
    tissue_mm2: float,
    *,
    vessels: bool,
    limits: Limits = USUAL,
) -> dict[str, int | None]:
    """Points of the three items of one marker, by compartment.

    Args:
        x: Centres of its positive cells, in micrometres from the left.
        y: The same from the top.
        where: Compartment of each; "" where it cannot be told; None where none can.
        tissue_mm2: Square millimetres of the section.
        vessels: Whether vessels were marked; without, the perivascular item is missing.
        limits: What is set.

    >>> items(np.zeros(0), np.zeros(0), np.zeros(0, str), 1.0, vessels=False)
    {'endomysial': 0, 'perimysial': 0, 'perivascular': None}
    """
    found: dict[str, int | None] = dict.fromkeys(COMPARTMENTS)
    if where is None or (where == "").any():
        return found
    for place in COMPARTMENTS[: None if vessels else 2]:
        here = where == place
        found[place] = item(x[here], y[here], tissue_mm2, limits)
    return found


def inflammatory_domain(markers: Mapping[str, Mapping[str, int | None]]) -> Domain:
    """The domain from the items of its markers.

    Args:
        markers: By marker (CD3, CD68), points by compartment; a marker that is not there is
            missing.
    """
    found = {(marker, place): markers.get(marker, {}).get(place) for marker, place in ITEMS}
    return Domain(MappingProxyType(found))
