"""Where there is tissue: told on an overview of about 4 µm a pixel.

White is what the scanner shows where there is nothing. Tissue is what is darker than white by more
than the scanner's own unevenness; specks are dropped and small gaps filled.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.stains import optical_density
from myotrial.errors import SlideError
from myotrial.facts import Fact

__all__ = ["BAND", "FACTS", "Mask", "White", "cell_size", "chosen", "find_tissue", "find_white"]

CELL = 4.0  # micrometres of an overview's pixel, about
BAND = 256  # rows of an overview that are worked on at a time
MOST = 1 << 24  # cells of an overview; a larger slide has larger cells
LOWEST, HIGHEST = 0.015, 0.03  # OD between which the threshold of tissue lies
SPECK, GAP = 2500.0, 900.0  # square micrometres: what is too small to be tissue, or to be a gap
BRIDGED = 12.0  # micrometres between nuclei whose ground is too pale to be seen
SMALL_SHARE = 0.05  # of a small picture, a piece of which is no speck
BRIGHT = 120  # white of a brightfield slide is above this in each channel
DIM = 90  # no stained section is darker than this in its brightest channel, over its half
LOOKED_AT = 50_000  # cells from which white is found, about
EVEN = 0.01  # OD by which background may differ from white
NOTHING = 0.03  # share of background below which white is taken from tissue, and flagged
FACTS = (
    Fact("smallest piece that counts as tissue", SPECK, "µm²", "", "assumed"),
    Fact("largest gap that is filled", GAP, "µm²", "", "assumed"),
)

Mask = npt.NDArray[Any]  # uint8, 1 where it holds


@dataclass(frozen=True)
class White:
    """Intensity where there is nothing, and whether background was there to read it from."""

    level: tuple[float, float, float]
    from_background: bool


def cell_size(mpp: float, pixels: int = 0, most: int = MOST) -> int:
    """Pixels of an overview's cell: the power of two that comes nearest to 4 µm.

    Args:
        mpp: Micrometres a pixel.
        pixels: Of the slide; twice as wide, and again, until there are no more than
        most: cells.

    >>> cell_size(0.25), cell_size(0.499), cell_size(0.25, 100_000**2)
    (16, 8, 32)
    """
    cell = 1 << max(0, round(float(np.log2(CELL / mpp))))
    while pixels > most * cell**2:
        cell *= 2
    return cell


def find_white(name: str, overview: npt.NDArray[Any]) -> White:
    """Find white.

    Args:
        name: The slide, for messages.
        overview: Mean intensities, (height, width, 3).

    Raises:
        SlideError: The bright part is dark: a fluorescence image, or an inverted one.
    """
    step = max(1, round((overview.shape[0] * overview.shape[1] / LOOKED_AT) ** 0.5))
    flat = overview[::step, ::step].reshape(-1, 3).astype(np.float64)
    light = flat.min(axis=1)
    top = flat[light >= np.quantile(light, 0.995)]
    level = np.median(top, axis=0)
    dark = np.median(light) < BRIGHT / 4 or np.median(flat.max(axis=1)) < DIM
    if level.min() < BRIGHT or dark:
        raise SlideError(
            f"{name}: the background is dark, as in fluorescence or in a picture whose light and "
            "dark are exchanged; stains are measured in brightfield.\n"
            "Hint: name the brightfield scan, as the scanner wrote it."
        )
    near = np.abs(optical_density(flat, level.tolist())).max(axis=1) < EVEN
    red, green, blue = np.median(flat[near], axis=0).tolist() if near.any() else level.tolist()
    return White((red, green, blue), bool(near.mean() > NOTHING))


def find_tissue(overview: npt.NDArray[Any], white: White, cell: float) -> Mask:
    """Find tissue.

    Args:
        overview: Mean intensities, (height, width, 3).
        white: Of the slide.
        cell: Micrometres of an overview's pixel.

    Returns:
        1 where there is tissue, (height, width).
    """
    blurred = cv2.GaussianBlur(_mean_density(overview, white), (0, 0), 0.7)
    smooth = np.asarray(blurred, np.float32)
    least = _threshold(smooth)
    found = smooth[smooth > least]
    half = (
        float(np.median(found)) / 2 if found.size else least
    )  # an edge lies at half of what it bounds
    mask = (smooth > np.clip(half, least, HIGHEST)).astype(np.uint8)
    reach = 2 * max(1, round(BRIDGED / cell)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disc), np.uint8)
    mask = _without_small(mask, min(SPECK / cell**2, mask.size * SMALL_SHARE))
    return 1 - _without_small(1 - mask, GAP / cell**2)


def _mean_density(overview: npt.NDArray[Any], white: White) -> npt.NDArray[np.float32]:
    """OD, mean of the channels, looked up so that a large slide needs no copies of itself."""
    table = optical_density(np.arange(256)[:, None], white.level).astype(np.float32) / 3
    total = np.zeros(overview.shape[:2], np.float32)
    for channel in range(3):
        total += table[:, channel][overview[..., channel]]
    return total


def _threshold(density: npt.NDArray[np.float32]) -> float:
    """What background does not reach: six times its spread, kept within what both can be."""
    background = density[(density < EVEN) & (density > -EVEN)]
    spread = float(np.sqrt(np.mean(background**2))) if background.size else 0.0
    return float(np.clip(6 * spread, LOWEST, HIGHEST))


def _without_small(mask: npt.NDArray[Any], least: float) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    kept = np.ones(count, np.uint8)
    kept[stats[:, cv2.CC_STAT_AREA] < least] = 0
    kept[0] = 0
    return chosen(np.asarray(labels), kept)


def chosen(labels: npt.NDArray[Any], kept: Mask) -> Mask:
    """Where the labels are that are kept; in bands of rows, for labels become large as places.

    >>> chosen(np.array([[0, 1], [2, 1]]), np.array([0, 0, 1], np.uint8)).tolist()
    [[0, 0], [1, 0]]
    """
    found = np.empty(labels.shape, np.uint8)
    for top in range(0, len(labels), BAND):
        found[top : top + BAND] = kept[labels[top : top + BAND]]
    return found
