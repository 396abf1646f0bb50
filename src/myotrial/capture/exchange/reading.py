"""Open an export of a study server: CSV, Dataset-JSON or ODM, told by what stands in the file."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from myotrial.capture.exchange import odm_reading
from myotrial.capture.exchange.archive import Archive, Site
from myotrial.capture.exchange.sheets import SITES, TRAIL
from myotrial.capture.trail.entries import Entry, read_row
from myotrial.cells import unquoted
from myotrial.errors import DocumentError, Problem

__all__ = ["is_export", "read"]

Rows = Iterator[tuple[Any, ...]]


def is_export(file: Path) -> bool:
    """Whether a file is an export of a study server."""
    if odm_reading.written_here(file):
        return True
    try:
        with ZipFile(file) as archive:
            return bool({"trail.csv", "trail.json"} & {*archive.namelist()})
    except (OSError, BadZipFile):
        return False


def read(file: Path) -> Archive:
    """Open an export.

    Args:
        file: The file.

    Raises:
        DocumentError: It is none, or it breaks off; also while entries are read.
    """
    if not is_zipfile(file):
        return odm_reading.read(file)
    if not is_export(file):
        raise _wrong(file, "an export of a study server", "an archive without a trail")
    with ZipFile(file) as archive:
        names = archive.namelist()
        suffix, rows = ("csv", _csv) if "trail.csv" in names else ("json", _json)
        sites = tuple(Site(*row) for row in rows(file, f"sites.{suffix}", SITES))
        study = _study(file, archive)
    return Archive(study, sites, _entries(file, f"trail.{suffix}", rows))


def _study(file: Path, archive: ZipFile) -> str:
    try:
        versions = json.loads(archive.read("forms.json"))
        return next(iter(versions.values()))["study"]
    except (KeyError, ValueError, StopIteration, TypeError):
        raise _wrong(file, "forms.json with the study's forms", "none") from None


def _entries(file: Path, name: str, rows: Callable[..., Rows]) -> Iterator[Entry]:
    yield from map(read_row, rows(file, name, TRAIL))


def _csv(file: Path, name: str, columns: Any) -> Rows:
    """Rows of a CSV file within an archive, cells as they were."""
    with _member(file, name) as opened:
        reader = csv.reader(io.TextIOWrapper(opened, "utf-8", newline=""), strict=True)
        names = [column.name for column in columns]
        try:
            if next(reader, None) != names:
                raise _wrong(file, f"the columns {', '.join(names)} in {name}", "others")
            for cells in reader:
                yield tuple(
                    _of_csv(cell, column) for cell, column in zip(cells, columns, strict=True)
                )
        except (csv.Error, UnicodeDecodeError, ValueError) as error:
            if isinstance(error, DocumentError):
                raise
            where = f"{name}, line {reader.line_num}"
            raise _wrong(file, "rows as a study server writes them", f"{where}: {error}") from None


def _of_csv(cell: str, column: Any) -> Any:
    if column.kind == "boolean":
        return cell == "Y"
    if column.kind == "integer":
        return int(cell)
    if cell == "":
        return None if column.missing else ""
    return unquoted(cell)


def _json(file: Path, name: str, columns: Any) -> Rows:
    """Rows of a Dataset-JSON file within an archive: one a line, as a study server writes them."""
    with _member(file, name) as opened:
        head = opened.readline().decode("utf-8", "replace")
        if not head.endswith('"rows": [\n'):
            raise _wrong(file, f"{name} with one row a line", "another layout")
        for number, line in enumerate(opened, start=2):
            text = line.decode("utf-8").rstrip().removesuffix(",")
            if text == "]}":
                return
            try:
                row = json.loads(text)
                if len(row) != len(columns):
                    raise ValueError(f"{len(row)} values")
            except ValueError as error:
                raise _wrong(file, f"a row in {name}, line {number}", str(error)) from None
            yield tuple(row)
        raise _wrong(file, f"the end of {name}", "nothing: the file is cut off")


def _member(file: Path, name: str) -> Any:
    try:
        return ZipFile(file).open(name)
    except KeyError:
        raise _wrong(file, name, "none") from None


def _wrong(file: Path, expected: str, found: str) -> DocumentError:
    return DocumentError(str(file), [Problem("(file)", expected, found)])
