"""Sections drawn here, with everything known about them; and real images beside the checkout."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from myotrial.biopsy.stains import REFERENCE

WHITE = np.array([242.0, 241.0, 239.0])


@dataclass(frozen=True)
class Drawn:
    """A section and its truth."""

    pixels: np.ndarray
    positive: np.ndarray  # (n, 2) x, y in pixels
    negative: np.ndarray
    tissue: np.ndarray
    chromogen: np.ndarray  # OD that was laid on


def disc(plane: np.ndarray, x: float, y: float, radius: float, value: float, inner: float = 0):
    """Lay a soft-edged disc or ring on a plane."""
    left, top = int(x - radius - 2), int(y - radius - 2)
    side = int(2 * radius + 5)
    rows, columns = np.mgrid[top : top + side, left : left + side]
    far = np.hypot(columns - x, rows - y)
    part = plane[max(top, 0) : top + side, max(left, 0) : left + side]
    shape = np.clip(radius - far + 0.5, 0, 1) * np.clip(far - inner + 0.5, 0, 1)
    shape = shape[max(-top, 0) :, max(-left, 0) :][: part.shape[0], : part.shape[1]]
    np.maximum(part, value * shape, out=part)


def draw(
    *,
    size: int = 768,
    positive: int = 12,
    negative: int = 40,
    strength: float = 0.6,
    chromogen: str = "DAB",
    gain: float = 1.0,
    haze: float = 0.04,
    seed: int = 1,
    margin: int = 60,
) -> Drawn:
    """Draw a section at 0.25 µm a pixel: pale tissue, nuclei, rings of chromogen around some."""
    generator = np.random.default_rng(seed)
    blue, brown = np.zeros((size, size)), np.zeros((size, size))
    tissue = np.zeros((size, size), bool)
    tissue[margin : size - margin or None, margin : size - margin or None] = True
    inner = margin + 30
    steps = np.arange(inner, size - inner, 46)
    places = np.array([(x, y) for x in steps for y in steps], float)
    places += generator.uniform(-5, 5, places.shape)
    generator.shuffle(places)
    assert len(places) >= positive + negative
    yes, no = places[:positive], places[positive : positive + negative]
    for x, y in (*yes, *no):
        disc(blue, x, y, 11, 0.55)
    for x, y in yes:
        disc(brown, x, y, 16, strength, inner=8)
    laid = brown.copy()
    blue[tissue] += haze
    brown[tissue] += haze
    density = np.multiply.outer(blue, _unit("haematoxylin")) + np.multiply.outer(
        brown, _unit(chromogen)
    )
    density += generator.normal(0, 0.008, density.shape)
    pixels = np.clip(WHITE * 10 ** (-gain * density), 0, 255)
    return Drawn(np.rint(pixels).astype(np.uint8), yes, no, tissue, laid)


def _unit(name: str) -> np.ndarray:
    vector = np.array(REFERENCE[name])
    return vector / np.linalg.norm(vector)


def write_slide(
    path: Path,
    pixels: np.ndarray,
    *,
    tile: int = 256,
    levels: int = 1,
    mpp: float | None = 0.25,
    compression: str | None = "jpeg",
    description: str | None = None,
) -> Path:
    """Write a tiled TIFF, with smaller levels behind it."""
    resolution: dict[str, Any] = (
        {} if mpp is None else {"resolution": (1e4 / mpp, 1e4 / mpp), "resolutionunit": 3}
    )
    options: dict[str, Any] = {"tile": (tile, tile), "photometric": "rgb", "metadata": None}
    if compression:
        options |= {"compression": compression, "compressionargs": {"level": 92}}
    if compression in (None, "deflate"):
        options.pop("compressionargs", None)
    with tifffile.TiffWriter(path) as writer:
        writer.write(pixels, subifds=levels - 1, description=description, **options, **resolution)
        for level in range(1, levels):
            step = 4**level
            high, wide = pixels.shape[0] // step, pixels.shape[1] // step
            small = pixels[: high * step, : wide * step].reshape(high, step, wide, step, 3)
            writer.write(np.rint(small.mean((1, 3))).astype(np.uint8), subfiletype=1, **options)
    return path


@pytest.fixture(scope="session")
def drawing() -> Callable[..., Drawn]:
    """`draw`, for tests that need a section of their own."""
    return draw


@pytest.fixture(scope="session")
def writing() -> Callable[..., Path]:
    """`write_slide`."""
    return write_slide


@pytest.fixture(scope="session")
def section() -> Drawn:
    """A section with 12 positive and 40 negative nuclei."""
    return draw()


@pytest.fixture(scope="session")
def control() -> Drawn:
    """The negative control: the same kind of tissue without chromogen."""
    return draw(positive=0, negative=40, seed=2)


@pytest.fixture(scope="session")
def images() -> Path:
    """Real and synthetic images with truth beside the checkout, `../shared/data/ihc`.

    Where they are absent, the test is skipped and says so; with MYOTRIAL_NO_SKIP=1 it fails.
    """
    folder = Path(__file__).parents[3] / "shared" / "data" / "ihc"
    if not folder.is_dir():
        reason = "no ../shared/data/ihc beside this checkout, which holds images with truth"
        if os.environ.get("MYOTRIAL_NO_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
