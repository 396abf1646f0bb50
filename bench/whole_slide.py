"""A slide of 100,000 x 100,000 pixels, 30 % of it tissue: time and memory of measuring it.

The slide is a TIFF whose tiles share their bytes: squares of 4096 pixels are tissue, all alike, or
background, so that the file is small and every tile is still read and decoded by itself. Each task
runs in a process of its own, whose peak memory is told. Wall-clock time means something on a
machine with two free cores only; processor time is told beside it.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tifffile

from bench.slides import TILE, draw, prepared, write
from myotrial.biopsy import density
from myotrial.biopsy.measure import Settings, Source, measure_batch
from myotrial.biopsy.reading import open_slide

SIDE = 100_000
SQUARE = 4096  # pixels; a tile of the smallest level
SHARE = 0.3
LEVELS = (1, 4, 16)
THREADS = 2
SECONDS, MEGABYTES = 10.0, 500.0  # goals
TASKS = ("import", "decoded", "summary", "measured")


class Tiles:
    """Encoded tiles of one square, level by level, and the tags they need."""

    def __init__(self, place: Path, pixels: np.ndarray, quality: int) -> None:
        path = place / "square.tif"
        self.bits = write(path, pixels, quality)
        self.levels: list[list[bytes]] = []
        with tifffile.TiffFile(path) as tiff, path.open("rb") as file:
            page: Any = tiff.pages[0]
            self.photometric = int(page.photometric)
            self.tables = page.jpegtables
            for level in (page, *page.pages):
                encoded = []
                for at, size in zip(level.dataoffsets, level.databytecounts, strict=True):
                    file.seek(at)
                    encoded.append(file.read(size))
                self.levels.append(encoded)


def squares() -> np.ndarray:
    """Which squares are tissue: the innermost ones, so many that they fill the share."""
    many = -(-SIDE // SQUARE)
    rows, columns = np.mgrid[:many, :many] - (many - 1) / 2
    far = np.hypot(rows, columns)
    return far <= np.sort(far.ravel())[round(SHARE * many**2)]


def write_large(path: Path, tissue: Tiles, ground: Tiles) -> None:
    """Write the slide: all encoded tiles once, then for each level where its tiles are."""
    inside = squares()
    with path.open("wb") as file:
        file.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0))
        places = [_put(file, one) for one in (ground, tissue)]
        where: list[int] = []
        for level in (2, 1, 0):
            grid = _grid(inside, LEVELS[level], [one[level] for one in places])
            where.append(_directory(file, level, grid, tissue, where[::-1] if not level else []))
        file.seek(8)
        file.write(struct.pack("<Q", where[-1]))


def _put(file: Any, tiles: Tiles) -> list[np.ndarray]:
    """Write encoded tiles; return place and size of each, level by level."""
    found = []
    for level in tiles.levels:
        side = round(len(level) ** 0.5)
        rows = [(file.tell(), file.write(one)) for one in level]
        found.append(np.array(rows, np.uint64).reshape(side, side, 2))
    return found


def _grid(inside: np.ndarray, step: int, places: list[np.ndarray]) -> np.ndarray:
    """Place and size of every tile of a level."""
    many = -(-(SIDE // step) // TILE)
    per = SQUARE // step // TILE
    rows, columns = np.mgrid[:many, :many]
    chosen = inside[rows // per, columns // per]
    either = [one[rows % per, columns % per] for one in places]
    return np.where(chosen[..., None], either[1], either[0])


def _directory(file: Any, level: int, grid: np.ndarray, tiles: Tiles, subs: list[int]) -> int:
    """Write one directory of a BigTIFF; return its place."""
    side = SIDE // LEVELS[level]
    tags: list[tuple[int, int, list[int]]] = [
        (254, 4, [int(level > 0)]),
        (256, 4, [side]),
        (257, 4, [side]),
        (258, 3, [8, 8, 8]),
        (259, 3, [7]),
        (262, 3, [tiles.photometric]),
        (277, 3, [3]),
        (282, 5, [40000, 1]),
        (283, 5, [40000, 1]),
        (284, 3, [1]),
        (296, 3, [3]),
        (322, 4, [TILE]),
        (323, 4, [TILE]),
        (324, 16, grid[..., 0].ravel().tolist()),
        (325, 16, grid[..., 1].ravel().tolist()),
    ]
    if subs:
        tags.append((330, 16, subs))
    if tiles.tables:
        tags.append((347, 7, list(tiles.tables)))
    tags.append((530, 3, [2, 2] if tiles.photometric == 6 else [1, 1]))
    entries = []
    for tag, kind, values in tags:
        letter, words = {3: ("H", 1), 4: ("I", 1), 5: ("I", 2), 7: ("B", 1), 16: ("Q", 1)}[kind]
        data = struct.pack(f"<{len(values)}{letter}", *values)
        if len(data) > 8:
            at = file.tell()
            file.write(data + b"\0" * (-len(data) % 8))
            data = struct.pack("<Q", at)
        entries.append(struct.pack("<HHQ", tag, kind, len(values) // words) + data.ljust(8, b"\0"))
    place = file.tell()
    file.write(struct.pack("<Q", len(entries)) + b"".join(entries) + struct.pack("<Q", 0))
    return place


def summary(path: Path) -> float:
    """Positive share of tissue, from opening the file to the number."""
    with open_slide(path) as slide:
        cell, _, mask, block, _, table = prepared(slide)
        return density.densities(slide, mask, cell, table, block, threads=THREADS).share_above(0.2)


def measured(path: Path) -> float:
    """All that a slide goes through but cells: white, tissue, stains, artefacts, area."""
    [one] = measure_batch(
        [Source("large", path, "S", counts="")], Settings(threads=THREADS)
    ).measured
    return one.gross


def decoded(path: Path) -> int:
    """Decode every tile with tissue and do nothing with it: no measurement can take less."""
    inside, per = squares(), SQUARE // TILE
    with open_slide(path) as slide:
        level = slide.levels[0]
        many = -(-level.width // TILE)
        places = [
            (column, row)
            for row in range(many)
            for column in range(many)
            if path.name == "square.tif" or inside[row // per, column // per]
        ]
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(lambda at: level.read(*at).size, places, chunksize=64))


def peak() -> float:
    """Peak memory of this process, in megabytes (Linux tells it)."""
    told = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    return float(told.split()[0]) / 1024


def task(name: str, path: Path) -> None:
    """Do one task in this process; print its times and peak memory."""
    do: Callable[[Path], object] = {
        "import": lambda _: None, "decoded": decoded, "summary": summary, "measured": measured
    }[name]  # fmt: skip
    do(path.with_name("square.tif"))  # compiled before it is timed
    wall, used = time.perf_counter(), time.process_time()
    do(path)
    told = {
        "wall": time.perf_counter() - wall,
        "used": time.process_time() - used,
        "peak": peak(),
    }
    print(json.dumps(told))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ground = Tiles(place, np.full((SQUARE, SQUARE, 3), 240, np.uint8), 90)
        for name, quality in (("easy", 90), ("hard", 96)):
            tissue = Tiles(place, draw(name == "hard", SQUARE), quality)
            path = place / "large.tif"
            write_large(path, tissue, ground)
            share = 100 * squares().mean()
            print(
                f"{name}: {SIDE} x {SIDE} pixels, {share:.0f} % tissue, "
                f"{tissue.bits:.1f} bits a pixel of it; load {os.getloadavg()[0]:.1f}"
            )
            for what in TASKS:
                command = [sys.executable, "-m", "bench.whole_slide", what, str(path)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                told = json.loads(done.stdout)
                print(
                    f"  {what:<9} {told['wall']:6.1f} s, goal {SECONDS:.0f}; processor "
                    f"{told['used']:6.1f} s; {told['peak']:5.0f} MB, goal {MEGABYTES:.0f}"
                )


if __name__ == "__main__":
    cv2.setNumThreads(1)
    if len(sys.argv) > 1:
        task(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
