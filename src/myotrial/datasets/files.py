"""Read a captured table as it stands: names, cells as text, and the line of each row.

Nothing is guessed: a row with too few or too many cells, a repeated column, a byte that is not
UTF-8 is a problem with its line, and the rest is read on.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from myotrial.errors import Problem

__all__ = ["Raw", "from_records", "read"]

Cell = str | None
WORKBOOK = b"PK\x03\x04"  # how a zip archive begins, and so an .xlsx
MOST_RAGGED = 20  # rows of a wrong length that are listed; the rest are counted


@dataclass(frozen=True)
class Raw:
    """A table as it stands in a file.

    Attributes:
        file: Name to show in messages.
        columns: Cells of each column as text; None, nothing or only spaces where empty.
        lines: 1-based line of each row in the file, the header counted.
        problems: What is wrong with the file itself.
    """

    file: str
    columns: Mapping[str, Sequence[Cell]]
    lines: Sequence[int]
    problems: tuple[Problem, ...] = field(default=())


def read(file: Path, *, name: str) -> Raw:
    """Read a CSV or Parquet file.

    Args:
        file: The file.
        name: Its name in messages.

    Returns:
        The table; where the file cannot be read at all, no columns and the problem.
    """
    try:
        if file.suffix == ".parquet":
            return _parquet(file, name)
        content = file.read_bytes()
        if content.startswith(WORKBOOK):
            return _unreadable(name, "CSV", "an Excel workbook", hint="save the sheet as CSV UTF-8")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        byte = f"the byte {error.object[error.start]:#04x}"
        return _unreadable(name, "UTF-8 text", byte, line, "save the table as CSV in UTF-8")
    except OSError as error:
        return _unreadable(name, "a readable file", (error.strerror or str(error)).lower())
    except PolarsError as error:
        return _unreadable(name, "a Parquet file", str(error).splitlines()[0])
    return _csv(text, name)


def from_records(records: Iterable[Mapping[str, Any]], *, name: str) -> Raw:
    """Take rows that are already in memory; a missing value is None, NaN or an absent key."""
    rows = list(records)
    names = list(dict.fromkeys(column for row in rows for column in row))
    columns = {column: [_cell(row.get(column)) for row in rows] for column in names}
    return Raw(name, columns, range(2, len(rows) + 2))


def _unreadable(name: str, expected: str, found: str, line: int | None = None, hint: str = ""):
    return Raw(name, {}, (), (Problem("(file)", expected, found, line, hint, name),))


def _parquet(file: Path, name: str) -> Raw:
    frame = pl.read_parquet(file).with_columns(pl.col(pl.Float32).cast(pl.String))
    columns = {column: [*map(_cell, frame[column].to_list())] for column in frame.columns}
    return Raw(name, columns, range(2, frame.height + 2))


def _cell(value: Any) -> Cell:
    """A value as the text a person would have typed; a float keeps every digit."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        value = (
            value.date() if value == datetime.combine(value.date(), datetime.min.time()) else value
        )
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _csv(text: str, name: str) -> Raw:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, problems = [], [], []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        while True:
            line = reader.line_num + 1
            row = next(reader, None)
            if row is None:
                break
            cells = "".join(row)
            if cells and not cells.isspace():
                rows.append(row)
                lines.append(line)
    except csv.Error as error:
        hint = "save the table as CSV again; a cell with quotes doubles them"
        return _unreadable(name, "CSV", str(error), reader.line_num, hint)
    if not any(header):
        return _unreadable(name, "a header row and data", "an empty file")
    if other := _other_form(header):
        return _unreadable(name, other[0], other[1], 1, other[2])
    width = _width(header, rows)
    header, rows = header[:width], [row if any(row[width:]) else row[:width] for row in rows]
    problems += _header_problems(header, name)
    rows, lines, ragged = _even(rows, lines, len(header), name)
    cells = zip(*rows, strict=True) if rows else ((),) * len(header)
    columns = dict(zip(header, cells, strict=True))
    return Raw(name, columns, lines, (*problems, *ragged))


def _other_form(header: list[str]) -> tuple[str, str, str] | None:
    """What was expected, found and is to be done where spreadsheets wrote another form of table."""
    first = header[0]
    if first.lower().startswith("sep="):
        return "a header row", "a line that names the separator", "delete that line"
    mark = "semicolons" if ";" in first else "tabs" if "\t" in first else ""
    if len(header) > 1 or not mark:
        return None
    hint = "save the table with commas between the cells, and decimals with a point"
    return "cells separated by commas", mark, hint


def _width(header: list[str], rows: list[list[str]]) -> int:
    """Columns up to the last that holds anything; spreadsheets write empty ones after it."""
    used = [_filled(header), *(_filled(row) for row in rows if len(row) == len(header))]
    return max(used)


def _filled(cells: list[str]) -> int:
    return next((index for index in range(len(cells), 0, -1) if cells[index - 1].strip()), 0)


def _header_problems(header: list[str], name: str) -> list[Problem]:
    repeated = sorted({column for column in header if header.count(column) > 1})
    return [
        Problem(column or "(header)", "each column once", "a second one of that name", 1, "", name)
        for column in repeated
    ]


def _even(
    rows: list[list[str]], lines: list[int], width: int, name: str
) -> tuple[list[list[str]], list[int], list[Problem]]:
    """Leave out rows of a wrong length, and say so."""
    wrong = [index for index, row in enumerate(rows) if len(row) != width]
    if not wrong:
        return rows, lines, []
    problems = [
        Problem(
            "(row)",
            f"{width} cells as in the header",
            f"{len(rows[index])}",
            lines[index],
            "write decimals with a point, and quote a cell that holds a comma",
            name,
        )
        for index in wrong[:MOST_RAGGED]
    ]
    if len(wrong) > MOST_RAGGED:
        more = f"another length in {len(wrong) - MOST_RAGGED} more rows"
        problems.append(Problem("(row)", f"{width} cells as in the header", more, file=name))
    left_out = set(wrong)
    kept = [index for index in range(len(rows)) if index not in left_out]
    return [rows[index] for index in kept], [lines[index] for index in kept], problems
