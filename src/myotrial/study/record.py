"""results.json: everything the report shows, as plain data, byte-identical for the same input."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import myotrial
from myotrial.results import Result, as_record
from myotrial.study.steps import file_digest
from myotrial.terms import CAPTURED, LABELS, ORIGINS

__all__ = ["SCHEMA", "dumps", "inputs", "listings", "origin", "record"]

SCHEMA = "myotrial-results/1"
DATASETS = {
    "ADSL": "Subject-Level Analysis Dataset",
    "ADCS": "Assessments by Visit",
    "ADRS": "Response by Visit",
    "ADCOURSE": "Response Course by Subject",
    "ADEST": "Endpoints by Estimand and Handling of Missing Data",
    "ADBX": "Biopsy Markers",
    "ADAE": "Adverse Events",
    "ADEX": "Exposure",
    "ADCM": "Concomitant Therapy",
}


def record(
    plan: Mapping[str, Any],
    *,
    results: Iterable[Result],
    datasets: Mapping[str, Any],
    evidence: Mapping[str, Any] | None,
    published: Sequence[Mapping[str, Any]],
    files: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Put everything a report needs together.

    Args:
        plan: The protocol as plain data.
        results: The analyses' results.
        datasets: Analysis datasets by name, as Polars frames.
        evidence: The record of `evidence.examine`; None where nothing is published.
        published: What was published beside what was reproduced.
        files: The inputs with their digests.
    """
    kind = origin(datasets)
    return {
        "schema": SCHEMA,
        "myotrial": myotrial.__version__,
        "study": dict(plan),
        "origin": kind,
        "origin_note": "" if kind == CAPTURED else ORIGINS[kind],
        "seed": plan["study"]["seed"],
        "results": [as_record(result) for result in results],
        "listings": listings(datasets),
        "evidence": evidence,
        "published": list(published),
        "inputs": list(files),
    }


def dumps(data: Any) -> str:
    """JSON text with keys in the order given and numbers unrounded; not-a-number is null."""
    return json.dumps(_plain(data), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def listings(datasets: Mapping[str, Any]) -> dict[str, Any]:
    """The datasets as rows of plain values, with a label for each dataset and column."""
    return {
        name: {
            "label": DATASETS.get(name, name),
            "columns": [{"name": column, "label": _label(column)} for column in frame.columns],
            "rows": [list(row) for row in frame.iter_rows()],
        }
        for name, frame in datasets.items()
    }


def origin(datasets: Mapping[str, Any]) -> str:
    """Where the rows come from; what was not captured decides."""
    found = {value for frame in datasets.values() for value in frame["ORIGIN"].unique()}
    return next((kind for kind in ORIGINS if kind != CAPTURED and kind in found), CAPTURED)


def inputs(folder: Path, names: Iterable[str]) -> list[dict[str, str]]:
    """Name and SHA-256 of each input file there is, by name."""
    found = sorted(name for name in names if (folder / name).is_file())
    return [{"file": name, "sha256": file_digest(folder / name)} for name in found]


def _label(column: str) -> str:
    status = column.removeprefix("STATUS_")
    return LABELS.get(column) or (f"Status at {status}" if status != column else column)


def _plain(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if data is None or isinstance(data, bool | int | str):
        return data
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if hasattr(data, "item"):  # a NumPy scalar
        return _plain(data.item())
    return str(data)
