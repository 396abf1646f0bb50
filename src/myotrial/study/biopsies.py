"""Measure the slides of a study: from `biopsies/manifest.csv` to `data/biopsies.csv`.

`biopsies/measured/` keeps a sheet for each slide, the cells as GeoJSON, and one record with every
setting and number; a batch whose slides and settings have not changed is not measured again.
"""

import importlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myotrial.errors import MyotrialError, OutputError
from myotrial.study.answers import FINDINGS
from myotrial.study.biopsy_table import batch_record, domains, numbers, table
from myotrial.study.cluster import connected
from myotrial.study.lock import alone
from myotrial.study.manifest import FOLDER, Row, read_manifest
from myotrial.study.output import write_whole
from myotrial.study.places import DATA, PROTOCOL, require_own_patients
from myotrial.study.reading_table import TABLE as READINGS
from myotrial.study.reading_table import accepted_values
from myotrial.study.slide_by_slide import SlideBySlide, Tell
from myotrial.study.slide_sources import batch_key, head, source
from myotrial.study.steps import file_digest

if TYPE_CHECKING:
    from myotrial.biopsy.measure import Measured, Settings
    from myotrial.protocol import Protocol

__all__ = [
    "MEASURED",
    "RECORD",
    "MeasuredBiopsies",
    "measure_biopsies",
    "read_record",
    "require_libraries",
]

MEASURED = "measured"
RECORD = "record.json"
TABLE = "biopsies.csv"
SCHEMA = "myotrial-biopsies/1"
CODE = 8  # characters that stand for a slide on its sheet


@dataclass(frozen=True)
class MeasuredBiopsies:
    """What became of the slides of a study.

    Attributes:
        table: The table that was written.
        slides: How many were measured.
        reused: How many of these were measured before and have not changed.
        failed: Slides that could not be measured, and why.
        notes: What is no failure, and worth knowing.
    """

    table: Path
    slides: int
    reused: int
    failed: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def code(self) -> int:
        """0, or findings: a slide could not be measured."""
        return FINDINGS if self.failed else 0

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "table": str(self.table),
            "slides": self.slides,
            "reused": self.reused,
            "failed": dict(self.failed),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        lines = [f"Not measured: {reason}" for reason in dict.fromkeys(self.failed.values())]
        lines += [f"Note: {note}" for note in self.notes]
        reused = f", {self.reused} of them unchanged" if self.reused else ""
        lines.append(f"Measured {self.slides} slides{reused}: {self.table}")
        return "\n".join(lines)


def measure_biopsies(
    folder: Path, tell: Tell = lambda _: None, *, cluster: str = ""
) -> MeasuredBiopsies:
    """Measure the slides that the manifest of a study names.

    Args:
        folder: The study's folder.
        tell: Told what is being done, and about how long it will take.
        cluster: Address of a Dask scheduler whose workers see the same files; "" works here.

    Raises:
        DocumentError: The protocol or the manifest breaks its form.
        OutputError: Something cannot be written, or data/biopsies.csv was not written by this.
        MyotrialError: The image libraries are not installed, or the study has no patients of its
            own.
    """
    require_libraries()
    from myotrial import protocol

    require_own_patients(folder)
    plan = protocol.read(folder / PROTOCOL)
    rows = read_manifest(folder, plan)
    with alone(folder):
        if not cluster:
            return _Run(folder, plan, rows, SlideBySlide(tell)).whole()
        with connected(cluster) as each:
            return _Run(folder, plan, rows, SlideBySlide(tell, each)).whole()


def require_libraries() -> None:
    """Say in one line how to install what reads images.

    Raises:
        MyotrialError: Something is missing.
    """
    try:
        for room in ("myotrial.biopsy.measure", "myotrial.biopsy.sheet"):
            importlib.import_module(room)
    except ImportError as error:
        raise MyotrialError(
            f"measuring slides needs image libraries ({error.name} is missing); install them with: "
            "pip install 'myotrial[biopsy]'"
        ) from error


class _Run:
    """One pass over the batches of a study."""

    def __init__(
        self, folder: Path, plan: "Protocol", rows: Sequence[Row], slides: SlideBySlide
    ) -> None:
        self.folder, self.plan, self.rows, self.slides = folder, plan, rows, slides
        self.place = folder / FOLDER / MEASURED
        self.before = read_record(self.place / RECORD)
        self.failed: dict[str, str] = {}
        self.reused = 0

    def whole(self) -> MeasuredBiopsies:
        place = self.folder / DATA / TABLE
        self._require_ours(place)
        batches: dict[str, Any] = {}
        for chromogen in sorted({row.chromogen for row in self.rows}):
            rows = [row for row in self.rows if row.chromogen == chromogen]
            batches[chromogen] = self._batch(chromogen, rows)
            self.failed |= batches[chromogen]["failed"]
            self._keep(batches, place)  # an interruption loses the batch it falls into, no other
        self.accepted = accepted_values(self.folder / DATA / READINGS)
        text = table(self.plan, self.rows, batches, self.accepted)
        write_whole(place, text.encode())
        self._keep(batches, place)
        slides = sum(len(batch["slides"]) for batch in batches.values())
        return MeasuredBiopsies(
            place, slides, self.reused, self.failed, tuple(self._notes(batches))
        )

    def _batch(self, chromogen: str, rows: Sequence[Row]) -> dict[str, Any]:
        settings = self._settings(chromogen)
        key = batch_key(self.folder, rows, (*settings.exclude, settings.operating))
        before = self.before.get("batches", {}).get(chromogen, {})
        if before.get("key") == key and not before["failed"]:
            self.reused += len(before["slides"])
            return before
        from myotrial.biopsy.measure import measure_batch
        from myotrial.errors import SlideError

        sources = [source(self.folder, row) for row in rows]
        try:
            batch = measure_batch(sources, settings, self.slides)
        except SlideError as error:
            failed = {row.name: f"{chromogen}: {error}" for row in rows}
            return {"key": key, "slides": {}, "failed": failed}
        slides = {one.source.name: self._slide(one, settings.operating) for one in batch.measured}
        return {"key": key, "slides": slides, "failed": dict(batch.failed)} | batch_record(batch)

    def _settings(self, chromogen: str) -> "Settings":
        from myotrial.biopsy.measure import Settings

        asked = self.plan.biopsy
        if asked is None:
            return Settings(chromogen=chromogen, threads=self.slides.threads)
        operating = asked.operating or Settings.operating
        return Settings(chromogen, operating, exclude=asked.exclude, threads=self.slides.threads)

    def _slide(self, one: "Measured", operating: float) -> dict[str, Any]:
        """Write the sheet and the cells of a slide; return its record."""
        from myotrial.biopsy import geojson
        from myotrial.biopsy.measure import look
        from myotrial.biopsy.reading import open_slide
        from myotrial.biopsy.sheet import draw_sheet, png

        code = head(one.source.path)[:CODE].upper()
        with open_slide(one.source.path, mpp=one.source.mpp) as slide:
            looked = look(one.source, slide)
        sheet = self.place / "sheets" / f"{code}.png"
        write_whole(sheet, png(draw_sheet(code, looked, one, operating)))
        if one.cells is not None:
            features = [
                geojson.Feature(
                    "detection",
                    ((round(float(x), 1), round(float(y), 1)),),
                    "Positive" if positive else "Negative",
                    {"Chromogen OD": round(float(density), 3)},
                )
                for x, y, positive, density in zip(
                    one.cells.x, one.cells.y, one.cells.positive, one.cells.chromogen, strict=True
                )
            ]
            write_whole(self.place / "cells" / f"{code}.geojson", geojson.dumps(features).encode())
        return numbers(one) | {"code": code}

    def _require_ours(self, table: Path) -> None:
        """A table that a person has entered is not overwritten."""
        if table.exists() and file_digest(table) != self.before.get("table"):
            raise OutputError(
                f"{table} was not written by this command, or was changed since.\n"
                "Hint: move it away, then measure again."
            )

    def _keep(self, batches: Mapping[str, Any], table: Path) -> None:
        digest = file_digest(table) if table.exists() else None
        record = {"schema": SCHEMA, "table": digest, "batches": batches}
        text = json.dumps(_plain(record), indent=1, ensure_ascii=False, allow_nan=False)
        write_whole(self.place / RECORD, f"{text}\n".encode())

    def _notes(self, batches: Mapping[str, Any]) -> Iterator[str]:
        """What is no failure: repeat biopsies without a first one, domains that are missing."""
        taken = {(row.subject, row.marker, row.time) for row in self.rows if not row.control}
        for subject, marker, time in sorted(taken):
            if time == "REPEAT" and (subject, marker, "BASELINE") not in taken:
                yield (
                    f"{subject}, {marker}: a repeat biopsy without a first one; its change is "
                    "missing"
                )
        read = (
            {one.id for one in self.plan.biopsy.markers if one.accepted} if self.plan.biopsy else ()
        )
        for subject, marker, time in sorted(taken):
            if marker in read and (subject, time, marker) not in self.accepted:
                yield f"{subject}, {marker}, {time}: no reading is accepted; the value is missing"
        for one in domains(self.plan, self.rows, batches):
            if one.points is None:
                yield str(one)


def read_record(path: Path) -> dict[str, Any]:
    """What the last measurement kept; empty where there was none."""
    try:
        found = json.loads(path.read_bytes())
        return found if found.get("schema") == SCHEMA else {}
    except (OSError, ValueError, AttributeError):
        return {}


def _plain(data: Any) -> Any:
    """Not-a-number is null."""
    if isinstance(data, Mapping):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data
