"""results.json: everything the report shows, as plain data, byte-identical for the same input."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import myotrial
from myotrial.results import Result, as_record
from myotrial.study.steps import file_digest
from myotrial.terms import CAPTURED, ORIGINS

__all__ = ["SCHEMA", "dumps", "inputs", "listings", "origin_of", "record"]

SCHEMA = "myotrial-results/1"
DATASETS = {
    "ADSL": "Subject-Level Analysis Dataset",
    "ADCS": "Assessments by Visit",
    "ADRS": "Response by Visit",
    "ADCOURSE": "Response Course by Subject",
    "ADEST": "Endpoints by Estimand and Handling of Missing Data",
    "ADICE": "Intercurrent Events",
    "ADESTV": "Outcomes of Estimands by Visit",
    "ADTTE": "Time to First Improvement",
    "ADBX": "Biopsy Markers",
    "ADRD": "Blinded Readings of Biopsies",
    "ADAE": "Adverse Events",
    "ADEX": "Exposure",
    "ADCM": "Concomitant Therapy",
    "ADDV": "Protocol Deviations",
}


def record(
    protocol: Any,
    *,
    results: Iterable[Result],
    origin: str,
    listings: Mapping[str, Any],
    evidence: Mapping[str, Any] | None,
    published: Sequence[Mapping[str, Any]],
    files: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Put everything a report needs together.

    Args:
        protocol: The protocol.
        results: The analyses' results.
        origin: Where the patient-level rows come from: captured, reconstructed or simulated.
        listings: Datasets as plain rows, by name.
        evidence: The record of `evidence.examine`; None where nothing is published.
        published: What was published beside what was reproduced.
        files: The inputs with their digests.
    """
    plan = protocol.model_dump(mode="json")
    return {
        "schema": SCHEMA,
        "myotrial": myotrial.__version__,
        "study": plan,
        "origin": origin,
        "origin_note": "" if origin == CAPTURED else ORIGINS[origin],
        "seed": plan["study"]["seed"],
        "results": [as_record(result) for result in results],
        "listings": dict(listings),
        "evidence": evidence,
        "published": list(published),
        "inputs": list(files),
    }


def dumps(data: Any) -> str:
    """JSON text with keys in the order given and numbers unrounded; not-a-number is null."""
    return json.dumps(_plain(data), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def listings(frames: Mapping[str, Any], protocol: Any) -> dict[str, Any]:
    """The datasets as rows of plain values, with a label for each dataset and column."""
    from myotrial import datasets

    return {
        name: {
            "label": DATASETS[name],
            "columns": [
                {"name": column, "label": label}
                for column, label in datasets.labels(frame, protocol).items()
            ],
            "rows": [list(row) for row in frame.iter_rows()],
        }
        for name, frame in frames.items()
    }


def origin_of(frames: Mapping[str, Any]) -> str:
    """Where the rows of datasets come from; what was not captured decides."""
    found = {value for frame in frames.values() for value in frame["ORIGIN"].unique()}
    return next((kind for kind in ORIGINS if kind != CAPTURED and kind in found), CAPTURED)


def inputs(folder: Path, names: Iterable[str]) -> list[dict[str, str]]:
    """Name and SHA-256 of each input file there is, by name."""
    found = sorted(name for name in names if (folder / name).is_file())
    return [{"file": name, "sha256": file_digest(folder / name)} for name in found]


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
