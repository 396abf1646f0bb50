"""What was measured on slides, as the record that is kept and as the captured table."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from myotrial.study.manifest import (
    CELL_UNITS,
    DOMAIN,
    DOMAIN_MARKERS,
    INFILTRATES,
    MEAN_OD,
    STRUCTURES,
    Row,
)

if TYPE_CHECKING:
    from myotrial.biopsy.measure import Batch, Measured
    from myotrial.protocol import Protocol

__all__ = ["COLUMNS", "Inflammation", "batch_record", "domains", "numbers", "table"]

COLUMNS = ("USUBJID", "BXTIME", "BXDY", "MARKER", "BXRES", "BXPRES", "BXU")


def batch_record(batch: "Batch") -> dict[str, Any]:
    """What all slides of a batch share: stains and calibrations."""
    return {
        "stains": {name: stains.as_record() for name, stains in batch.stains.items()},
        "calibrations": {name: found.as_record() for name, found in batch.calibrations.items()},
    }


def numbers(one: "Measured") -> dict[str, Any]:
    """What was measured on one slide."""
    names = (
        "tissue_mm2", "floor", "threshold", "gross", "net", "low", "high", "mean_od", "nuclei",
        "positive", "per_mm2", "h_score",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "nuclei_per_mm2": _per(one.nuclei, one.tissue_mm2),
        "positive_percent": _per(one.positive, one.nuclei, 100.0),
        "curve": {str(od): share for od, share in one.curve.items()},
        "presence": one.presence.as_record(),
        "structures": _structures(one),
        "infiltrates": _infiltrates(one),
        "inflammation": one.inflammation,
        "excluded_mm2": dict(one.excluded_mm2),
        "flags": list(one.flags),
        "record": dict(one.record),
    }


def table(
    plan: "Protocol",
    rows: Sequence[Row],
    batches: Mapping[str, Any],
    accepted: Mapping[tuple[str, str, str], str],
) -> str:
    """The captured table: one row for each slide of a patient; what was not measured has none.

    Args:
        plan: Whose markers say whether they are measured, or taken from readers.
        rows: Of the manifest.
        batches: What was measured.
        accepted: What was accepted of readers, by subject, time and marker.
    """
    markers = {marker.id: marker for marker in plan.biopsy.markers} if plan.biopsy else {}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        found = batches[row.chromogen]["slides"].get(row.name)
        if row.control or not row.reported:
            continue
        marker = markers[row.marker]
        result = call = ""
        if marker.accepted:
            result = accepted.get((row.subject, row.time, row.marker), "")
            call = {"0": "N", "1": "Y"}.get(result, "") if marker.presence else ""
            result = "" if marker.presence else result
        elif found is None:
            continue
        elif marker.presence:
            call = found["presence"]["call"] or ""
        else:
            value = _value(found, marker.unit or "")
            result = "" if value is None or not math.isfinite(value) else f"{value:.4g}"
        if result or call:
            unit = marker.unit or ""
            writer.writerow((row.subject, row.time, row.day, row.marker, result, call, unit))
    for one in domains(plan, rows, batches):
        if one.points is not None:
            cells = (one.subject, one.time, one.day, one.marker, one.points, "", DOMAIN)
            writer.writerow(cells)
    return out.getvalue()


@dataclass(frozen=True)
class Inflammation:
    """The juvenile inflammatory domain of one biopsy, from its slides of two markers.

    Attributes:
        marker: Under which it is captured.
        subject, time, day: Of the biopsy.
        points: 0 to 12; None where an item is missing.
        bounds: Of the points, whatever the missing items are.
        missing: Items that are missing, in words.
    """

    marker: str
    subject: str
    time: str
    day: str
    points: int | None
    bounds: tuple[int, int]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        low, high = self.bounds
        return (
            f"{self.subject}, {self.marker}, {self.time}: between {low} and {high} points, and so "
            f"missing: {', '.join(self.missing)} cannot be told"
        )


def domains(
    plan: "Protocol", rows: Sequence[Row], batches: Mapping[str, Any]
) -> list[Inflammation]:
    """The inflammatory domain of each biopsy that has a slide of its markers, where it is asked."""
    from myotrial.biopsy.jdm_inflammation import inflammatory_domain

    asked = [one.id for one in plan.biopsy.markers if one.unit == DOMAIN] if plan.biopsy else []
    slides: dict[tuple[str, str], dict[str, Any]] = {}
    days: dict[tuple[str, str], str] = {}
    for row in rows:
        found = batches[row.chromogen]["slides"].get(row.name)
        if found and row.reported and not row.control and row.marker in DOMAIN_MARKERS:
            slides.setdefault((row.subject, row.time), {})[row.marker] = found["inflammation"] or {}
            days.setdefault((row.subject, row.time), row.day)
    told = []
    for (subject, time), markers in slides.items():
        domain = inflammatory_domain(markers)
        missing = tuple(
            f"{place} {name}" for (name, place), points in domain.items.items() if points is None
        )
        known = subject, time, days[subject, time], domain.total, domain.bounds, missing
        told += [Inflammation(marker, *known) for marker in asked]
    return told


def _value(found: Mapping[str, Any], unit: str) -> float | None:
    """What a slide's record holds in the unit of its marker; None where it was not to be told."""
    if unit in STRUCTURES:
        return (found["structures"] or {}).get(STRUCTURES[unit])
    if unit in INFILTRATES:
        return (found["infiltrates"] or {}).get(INFILTRATES[unit])
    if unit in CELL_UNITS:
        return found[CELL_UNITS[unit]]
    if unit == MEAN_OD:
        return found["mean_od"]
    return found["per_mm2"] if unit.startswith("cells/mm") else found["net"]


def _per(number: float | None, whole: float | None, times: float = 1.0) -> float | None:
    """A number for each unit of a whole; None where one is missing or there is nothing."""
    return times * number / whole if number is not None and whole else None


def _structures(one: "Measured") -> dict[str, Any] | None:
    if one.structures is None:
        return None
    places = one.structures.places(one.cells) if one.cells is not None else None
    return one.structures.as_record(one.tissue_mm2) | {"positive_cells": places}


def _infiltrates(one: "Measured") -> dict[str, Any] | None:
    if one.infiltrates is None:
        return None
    area = one.tissue_mm2
    return {
        "count": one.infiltrates.count,
        "area_mm2": one.infiltrates.area_mm2,
        "per_mm2": one.infiltrates.count / area if area else None,
        "percent": one.infiltrates.share(area),
    }
