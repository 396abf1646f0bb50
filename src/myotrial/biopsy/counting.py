"""Count the cells of a whole slide, in windows that overlap so that no nucleus is cut.

Windows lie on a grid of their own, whatever tiles the file has; a nucleus belongs to the window in
whose core its centre lies. Counts therefore do not depend on tiles, threads or reader.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from myotrial.biopsy.cells import Cells, Rule, find_cells
from myotrial.biopsy.density import block_size
from myotrial.biopsy.labelled import unmixed
from myotrial.biopsy.reading import Slide
from myotrial.biopsy.stains import Stains, optical_density, unmix
from myotrial.biopsy.tissue import Mask, White

__all__ = ["count_cells", "h_score"]

CORE, HALO = 768, 64  # blocks
GRADES = (0.2, 0.4, 0.6)  # chromogen OD above the floor: weak, moderate, strong


def count_cells(
    slide: Slide,
    mask: Mask,
    cell: int,
    stains: Stains,
    white: White,
    floor: float,
    rule: Rule,
    *,
    threads: int = 1,
) -> Cells:
    """Find the nuclei of a slide.

    Args:
        slide: The slide.
        mask: Tissue, in cells.
        cell: Pixels of a cell.
        stains: Of the batch.
        white: Of the slide.
        floor: Chromogen OD of unstained tissue.
        rule: What counts.
        threads: At work at the same time.

    Returns:
        Nuclei whose centres lie in tissue; coordinates in pixels of full resolution.
    """
    block = block_size(slide.info.mpp)

    def count(core: tuple[int, int]) -> Cells:
        return _window(slide, core, mask, cell, stains, white, floor, rule)

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(count, _cores(slide, mask, cell, block)))
    return _joined(parts)


def _cores(slide: Slide, mask: Mask, cell: int, block: int) -> Iterator[tuple[int, int]]:
    step = CORE * block
    for y in range(0, slide.info.height, step):
        for x in range(0, slide.info.width, step):
            part = mask[y // cell : -(-(y + step) // cell), x // cell : -(-(x + step) // cell)]
            if part.any():
                yield x, y


def _window(
    slide: Slide,
    core: tuple[int, int],
    mask: Mask,
    cell: int,
    stains: Stains,
    white: White,
    floor: float,
    rule: Rule,
) -> Cells:
    block = block_size(slide.info.mpp)
    x, y = core
    left, top = max(0, x - HALO * block), max(0, y - HALO * block)
    pixels = slide.region(
        left, top, x + (CORE + HALO) * block - left, y + (CORE + HALO) * block - top
    )
    high, wide = pixels.shape[0] // block, pixels.shape[1] // block
    if min(high, wide) < 1:
        return _joined([])
    small = np.ascontiguousarray(pixels[: high * block, : wide * block])
    if block > 1:
        small = np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_AREA))
    parts = _densities(small, stains, white)
    found = find_cells(parts[0], parts[1], block * slide.info.mpp, floor, rule)
    across = left + (found.x + 0.5) * block
    down = top + (found.y + 0.5) * block
    inside = (across >= x) & (across < x + CORE * block) & (down >= y) & (down < y + CORE * block)
    rows = np.minimum((down / cell).astype(int), mask.shape[0] - 1)
    columns = np.minimum((across / cell).astype(int), mask.shape[1] - 1)
    inside &= mask[rows, columns] > 0
    return Cells(
        across[inside].astype(np.float32),
        down[inside].astype(np.float32),
        found.area[inside],
        found.chromogen[inside],
        found.haematoxylin[inside],
        found.positive[inside],
    )


def _densities(pixels: np.ndarray, stains: Stains, white: White) -> tuple[np.ndarray, np.ndarray]:
    """Haematoxylin and chromogen, by a table of what every intensity adds to them."""
    levels = np.arange(256)[:, None]
    density = optical_density(levels, white.level)  # (256, 3)
    table = density.T[None] * unmix(stains)[:, :2].T[..., None]
    found = unmixed(pixels, table.astype(np.float32))
    return found[0], found[1]


def _joined(parts: list[Cells]) -> Cells:
    names = ("x", "y", "area", "chromogen", "haematoxylin")
    joined = [
        np.concatenate([np.zeros(0, np.float32), *(getattr(part, name) for part in parts)])
        for name in names
    ]
    positive = np.concatenate([np.zeros(0, bool), *(part.positive for part in parts)])
    return Cells(*joined, positive=positive)


def h_score(cells: Cells, factor: float) -> float:
    """H-score, 0 to 300: percent of weak nuclei, plus 2 x moderate, plus 3 x strong.

    Args:
        cells: Nuclei.
        factor: Reference OD over this scanner's.

    Returns:
        The score; NaN without nuclei.
    """
    if not len(cells.x):
        return float("nan")
    density = cells.chromogen * factor
    return float(sum(100 * (density >= grade).mean() for grade in GRADES))
