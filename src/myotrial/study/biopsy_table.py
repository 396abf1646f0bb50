"""What was measured on slides, as the record that is kept and as the captured table."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from myotrial.study.manifest import INFILTRATES, STRUCTURES, Row

if TYPE_CHECKING:
    from myotrial.biopsy.measure import Batch, Measured
    from myotrial.protocol import Protocol

__all__ = ["COLUMNS", "batch_record", "numbers", "table"]

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
        "curve": {str(od): share for od, share in one.curve.items()},
        "presence": one.presence.as_record(),
        "structures": _structures(one),
        "infiltrates": _infiltrates(one),
        "excluded_mm2": dict(one.excluded_mm2),
        "flags": list(one.flags),
        "record": dict(one.record),
    }


def table(plan: "Protocol", rows: Sequence[Row], batches: Mapping[str, Any]) -> str:
    """The captured table: one row for each slide of a patient; what was not measured has none."""
    markers = {marker.id: marker for marker in plan.biopsy.markers} if plan.biopsy else {}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        found = batches[row.chromogen]["slides"].get(row.name)
        if row.control or not row.reported or found is None:
            continue
        marker = markers[row.marker]
        result = call = ""
        if marker.presence:
            call = found["presence"]["call"] or ""
        else:
            value = _value(found, row, marker.unit or "")
            result = "" if value is None or not math.isfinite(value) else f"{value:.4g}"
        if result or call:
            unit = marker.unit or ""
            writer.writerow((row.subject, row.time, row.day, row.marker, result, call, unit))
    return out.getvalue()


def _value(found: Mapping[str, Any], row: Row, unit: str) -> float | None:
    """What a slide's record holds in the unit of its marker; None where it was not to be told."""
    if unit in STRUCTURES:
        return (found["structures"] or {}).get(STRUCTURES[unit])
    if unit in INFILTRATES:
        return (found["infiltrates"] or {}).get(INFILTRATES[unit])
    return found["per_mm2"] if row.counts else found["net"]


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
