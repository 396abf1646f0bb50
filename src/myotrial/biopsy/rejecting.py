"""Regions that a person rejects: read from GeoJSON, laid on a mask, left out of a measurement.

Regions lie in a file in QuPath's dialect, so that they can be drawn there as well: each closed
annotation is a region, whatever its class, and its name is the reason.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from myotrial.biopsy import geojson
from myotrial.biopsy.geojson import Feature, Point
from myotrial.biopsy.tissue import Mask

__all__ = ["IGNORED", "Region", "read_regions", "rejected", "write_regions"]

Region = Sequence[Sequence[Point]]  # an outline, and those of its holes
IGNORED = "Ignore*"  # QuPath leaves out what has this class


def rejected(regions: Iterable[Region], shape: tuple[int, ...], cell: int) -> Mask:
    """Cells whose middle lies in one of some regions.

    Args:
        regions: Corners, in pixels of full resolution.
        shape: Rows and columns of the mask.
        cell: Pixels of a cell.

    >>> rejected([[[(0, 0), (9, 0), (9, 4), (0, 4)]]], (2, 3), 4).tolist()
    [[1, 1, 0], [0, 0, 0]]
    """
    found = np.zeros(shape[:2], np.uint8)
    for region in regions:
        rings = [np.asarray(ring, float) / cell - 0.5 for ring in region]  # middles are whole
        low, high = rings[0].min(axis=0), rings[0].max(axis=0)
        left, top = np.maximum(np.floor(low), 0).astype(int).tolist()
        right, bottom = np.maximum(np.ceil(high) + 1, 0).astype(int).tolist()
        part = found[top:bottom, left:right]
        if part.size:
            columns, rows = np.arange(left, left + part.shape[1]), np.arange(top, top + len(part))
            part |= _inside(rings, columns, rows)
    return found


def _inside(rings: Sequence[np.ndarray], columns: np.ndarray, rows: np.ndarray) -> Mask:
    """Where a ray to the right crosses the rings an odd number of times."""
    odd = np.zeros((len(rows), len(columns)), bool)
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            if y0 != y1:
                crossed = (rows >= min(y0, y1)) & (rows < max(y0, y1))
                at = x0 + (rows - y0) * (x1 - x0) / (y1 - y0)
                odd ^= crossed[:, None] & (columns < at[:, None])
    return odd.astype(np.uint8)


def read_regions(file: Path) -> tuple[Feature, ...]:
    """Regions of a file; none where there is no file.

    Raises:
        SlideError: The file is no GeoJSON of points and polygons.
    """
    if not file.exists():
        return ()
    return tuple(
        feature
        for feature in geojson.read(file)
        if feature.kind == "annotation" and len(feature.outline) >= 3
    )


def write_regions(file: Path, regions: Iterable[tuple[Sequence[Point], str]]) -> None:
    """Write outlines with their reasons."""
    file.parent.mkdir(parents=True, exist_ok=True)
    features = [Feature("annotation", tuple(ring), IGNORED, label=why) for ring, why in regions]
    geojson.write(file, features)
