"""How fast slides are measured, beside decoding their tiles and doing nothing with them.

Slides are drawn here: an easy one (smooth tissue, about 1 bit a pixel) and a hard one (noise, about
6.6 bits), all tissue, as pyramids of JPEG tiles. Times are of the processor, one thread, the best
of a few. The rival reads through OpenSlide and separates stains with scikit-image.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openslide
import tifffile
from skimage.color import rgb2hed

from myotrial.biopsy import density, stains, tissue
from myotrial.biopsy.cells import CELL
from myotrial.biopsy.counting import count_cells
from myotrial.biopsy.reading import Slide, open_slide

SIDE = 6144
TILE = 256
REPEATS = 5
GOALS = {"easy": 200.0, "hard": 100.0, "with cells": 60.0}  # millions of pixels a CPU-second
FLOOR = 1.6  # times raw decoding, at most
RIVAL = 5.0  # times the rival, at least


def draw(hard: bool, side: int = SIDE) -> np.ndarray:
    """Pale tissue with nuclei, some of them brown; a hard slide has grain besides."""
    generator = np.random.default_rng(1)
    pixels = np.empty((side, side, 3), np.uint8)
    pixels[:] = (222, 215, 218)
    for _ in range(side * side // 6000):
        x, y = (int(value) for value in generator.integers(0, side, 2))
        colour = (150, 110, 70) if generator.random() < 0.2 else (110, 105, 165)
        cv2.circle(pixels, (x, y), int(generator.integers(8, 13)), colour, -1, cv2.LINE_AA)
    pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.2))
    if hard:
        grain = generator.normal(0, 18, (side, side, 1)).astype(np.float32)
        pixels = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    pixels[: 2 * TILE, : 2 * TILE] = 240  # a corner of background, so that white is seen
    return pixels


def write(path: Path, pixels: np.ndarray, quality: int) -> float:
    """Write the slide as a pyramid; return bits a pixel of full resolution."""
    options: dict[str, Any] = {
        "tile": (TILE, TILE),
        "photometric": "rgb",
        "compression": "jpeg",
        "compressionargs": {"level": quality},
        "metadata": None,
    }
    with tifffile.TiffWriter(path) as writer:
        writer.write(
            pixels, subifds=2, resolution=(40000, 40000), resolutionunit="CENTIMETER", **options
        )
        for step in (4, 16):
            size = (pixels.shape[1] // step, pixels.shape[0] // step)
            small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
            writer.write(small, subfiletype=1, **options)
    with tifffile.TiffFile(path) as tiff:
        page: Any = tiff.pages[0]
        return 8 * sum(page.databytecounts) / (pixels.size / 3)


def raw(path: Path) -> None:
    """Decode every tile of full resolution."""
    with open_slide(path) as slide:
        level = slide.levels[0]
        for row in range(SIDE // TILE):
            for column in range(SIDE // TILE):
                level.read(column, row)


def prepared(slide: Slide) -> tuple[Any, ...]:
    """White, tissue and the table of a stain: what a summary needs."""
    cell = tissue.cell_size(slide.info.mpp, slide.info.width * slide.info.height)
    overview = slide.overview(cell)
    white = tissue.find_white(slide.info.name, overview)
    mask = tissue.find_tissue(overview, white, cell * slide.info.mpp)
    block = density.block_size(slide.info.mpp)
    known = stains.published("DAB")
    return cell, white, mask, block, known, density.tables(known, white.level)


def summary(path: Path) -> float:
    """Positive share of tissue, from opening the file to the number."""
    with open_slide(path) as slide:
        cell, _, mask, block, _, table = prepared(slide)
        return density.densities(slide, mask, cell, table, block).share_above(0.2)


def counted(path: Path) -> int:
    """The same with positive cells."""
    with open_slide(path) as slide:
        cell, white, mask, block, known, table = prepared(slide)
        density.densities(slide, mask, cell, table, block)
        found = count_cells(slide, mask, cell, known, white, 0.04, CELL)
        return int(found.positive.sum())


def rival(path: Path) -> float:
    """OpenSlide and scikit-image, in regions of 1024 pixels."""
    positive = total = 0
    with openslide.OpenSlide(str(path)) as slide:
        for y in range(0, SIDE, 1024):
            for x in range(0, SIDE, 1024):
                region = np.asarray(slide.read_region((x, y), 0, (1024, 1024)))[..., :3]
                brown = rgb2hed(region)[..., 2]
                positive += int((brown > 0.05).sum())
                total += brown.size
    return positive / total


def speeds(path: Path) -> dict[str, float]:
    """Millions of pixels a CPU-second of each task, the best of a few taken in turns."""
    tasks: dict[str, Callable[[Path], object]] = {
        "raw": raw,
        "summary": summary,
        "counted": counted,
        "rival": rival,
    }
    best = dict.fromkeys(tasks, float("inf"))
    for turn in range(REPEATS):
        for name, task in tasks.items():
            if turn and name == "rival":
                continue  # slow, and far from its goal
            start = time.process_time()
            task(path)
            best[name] = min(best[name], time.process_time() - start)
    return {name: SIDE**2 / seconds / 1e6 for name, seconds in best.items()}


def main() -> None:
    """Print the table."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as place:
        for name, quality in (("easy", 90), ("hard", 96)):
            path = Path(place) / f"{name}.tif"
            bits = write(path, draw(name == "hard"), quality)
            summary(path)  # compiled before it is timed
            found = speeds(path)
            floor, mine = found["raw"], found["summary"]
            cells, other = found["counted"], found["rival"]
            print(f"{name}: {SIDE} x {SIDE} pixels, {bits:.1f} bits a pixel")
            print(f"  tiles decoded       {floor:7.0f} Mpx/CPU-s")
            print(
                f"  stain summary       {mine:7.0f} Mpx/CPU-s, goal {GOALS[name]:.0f}; "
                f"{floor / mine:.2f} x the time of decoding, goal {FLOOR}"
            )
            print(f"  with positive cells {cells:7.0f} Mpx/CPU-s, goal {GOALS['with cells']:.0f}")
            print(
                f"  OpenSlide + skimage {other:7.1f} Mpx/CPU-s, {mine / other:.1f} times slower, "
                f"goal {RIVAL:.0f}"
            )


if __name__ == "__main__":
    main()
