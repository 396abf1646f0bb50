"""Read the datasets of a folder: SAS transport files, Dataset-JSON 1.1, or Parquet."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from myotrial.datasets.standards import transport
from myotrial.errors import DocumentError, MyotrialError, Problem

__all__ = ["read"]

TYPES = {"string": pl.String, "integer": pl.Int64, "float": pl.Float64, "double": pl.Float64}


def read(folder: Path) -> dict[str, pl.DataFrame]:
    """Every dataset of a folder, by its name in capitals; blank texts are missing.

    Raises:
        MyotrialError: There is no dataset in the folder, or one of them twice.
        DocumentError: Names each file that cannot be read, and why.
    """
    files = sorted(file for file in _listed(folder) if file.suffix.lower() in READERS)
    if not files:
        raise MyotrialError(f"{folder} holds no datasets.\nHint: {_instead(folder)}.")
    found: dict[str, pl.DataFrame] = {}
    problems = []
    for file in files:
        name = file.stem.upper()
        if name in found:
            problems.append(Problem(name, "one file", "another of the same name", file=str(file)))
            continue
        try:
            found[name] = READERS[file.suffix.lower()](file)
        except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            problems.append(
                Problem(name, "a dataset", f"what cannot be read: {said}", file=str(file))
            )
    if problems:
        raise DocumentError(str(folder), problems)
    return found


def _instead(folder: Path) -> str:
    """What to name instead of a folder without datasets: what an export put inside it."""
    inside = [folder / name for name in ("sdtm", "study.xml") if (folder / name).exists()]
    if inside:
        return f"name {inside[0]}"
    return f"expected files that end in {', '.join(READERS)}"


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise MyotrialError(f"{folder} cannot be read: {reason}.") from error


def _transport(file: Path) -> pl.DataFrame:
    import pyreadstat

    try:
        return transport.read(file)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise ValueError(str(error)) from error


def _json(file: Path) -> pl.DataFrame:
    data = json.loads(file.read_text(encoding="utf-8"))
    schema = {
        column["name"]: TYPES.get(column["dataType"], pl.String) for column in data["columns"]
    }
    if data["records"] != len(data["rows"]):
        raise ValueError(f"it says {data['records']} records and holds {len(data['rows'])}")
    frame = pl.DataFrame(data["rows"], schema=schema, orient="row")
    texts = pl.selectors.string()
    return frame.with_columns(pl.when(texts != "").then(texts).name.keep())


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".xpt": _transport,
    ".json": _json,
    ".parquet": pl.read_parquet,
}
