"""A slide of the manifest as the measurement takes it, and what of it may change a measurement."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.study.manifest import FOLDER, Row
from myotrial.study.steps import code_digest, file_digest

if TYPE_CHECKING:
    from myotrial.biopsy.measure import Source

__all__ = ["EXCLUDED", "VESSELS", "batch_key", "head", "source"]

EXCLUDED = "excluded"
VESSELS = "vessels"
HEAD = 1 << 20  # bytes of a slide that, with its size and time, tell whether it has changed


def source(folder: Path, row: Row) -> "Source":
    """What a measurement needs to know of a slide: not whose it is, nor when it was taken.

    Raises:
        SlideError: A file of regions or vessels is no GeoJSON.
    """
    from myotrial.biopsy.measure import Source

    return Source(
        name=row.name,
        path=folder / FOLDER / row.file,
        scanner=row.scanner,
        marker=row.marker,
        counts=row.counts,
        control=row.control,
        structures=row.structures,
        section=row.section,
        mpp=row.mpp,
        checked=row.checked,
        vessels=_vessels(folder, row) if row.structures else None,
        rejected=_rejected(folder, row),
    )


def batch_key(folder: Path, rows: Sequence[Row], chosen: Sequence[object]) -> str:
    """Digest of a batch: its slides, what the manifest says of them, what was chosen, the code."""
    code = code_digest(Path(__file__).parents[1] / "biopsy", {})
    parts = [
        [
            row.as_key(),
            head(folder / FOLDER / row.file),
            file_digest(_excluded(folder, row)),
            file_digest(_marked(folder, row)),
        ]
        for row in rows
    ]
    return hashlib.sha256(json.dumps([code, parts, list(chosen)]).encode()).hexdigest()


def _excluded(folder: Path, row: Row) -> Path:
    return folder / FOLDER / EXCLUDED / f"{row.file}.geojson"


def _marked(folder: Path, row: Row) -> Path:
    return folder / FOLDER / VESSELS / f"{row.file}.geojson"


def _vessels(folder: Path, row: Row) -> tuple[tuple[float, float], ...] | None:
    """Points on the vessels that were marked in a slide."""
    from myotrial.biopsy.vessels import read_vessels

    return read_vessels(_marked(folder, row))


def _rejected(folder: Path, row: Row) -> tuple[Any, ...]:
    """Outlines that are left out of a slide, each with its holes."""
    from myotrial.biopsy.rejecting import read_regions

    features = read_regions(_excluded(folder, row))
    return tuple((feature.outline, *feature.holes) for feature in features)


def head(path: Path) -> str:
    """Digest of a slide's size and beginning, or of a folder's files."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        try:
            with file.open("rb") as handle:
                digest.update(f"{file.stat().st_size} {file.stat().st_mtime_ns}".encode())
                digest.update(handle.read(HEAD))
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()
