"""Vessels that a person has marked, in a file of GeoJSON as QuPath writes it.

Vessels are not found here: a pathologist outlines them, or sets a point on each. A file that marks
none says that somebody has looked; without a file nobody has, and what depends on it is missing.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from myotrial.biopsy import geojson
from myotrial.biopsy.geojson import Point

__all__ = ["read_vessels"]

STEP = 16.0  # pixels between points along an outline, at most: a few micrometres


def read_vessels(file: Path) -> tuple[Point, ...] | None:
    """Points on the walls of the vessels that were marked, in pixels; None without a file.

    Raises:
        SlideError: The file is no GeoJSON of points and polygons.
    """
    if not file.exists():
        return None
    marked = (feature for feature in geojson.read(file) if feature.kind == "annotation")
    return tuple(point for feature in marked for point in _along(feature.outline))


def _along(outline: tuple[Point, ...]) -> Iterator[Point]:
    """The corners of a closed outline, and points between them; a point is itself.

    >>> list(_along(((0.0, 0.0),)))
    [(0.0, 0.0)]
    """
    if len(outline) < 3:
        yield from outline
        return
    for one, two in pairwise((*outline, outline[0])):
        parts = max(1, int(np.ceil(np.hypot(two[0] - one[0], two[1] - one[1]) / STEP)))
        for part in range(parts):
            share = part / parts
            yield one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1])
