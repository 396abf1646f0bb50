"""Read the captured tables of a study, or say everything that is wrong with them at once.

What comes back has every column of its table, in the protocol's units, with dates turned into
study days; rows stay in the order of the file, so that row 7 is the seventh data row.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from myotrial import instruments, terms
from myotrial.datasets import files
from myotrial.datasets.checks import check
from myotrial.datasets.files import Raw
from myotrial.datasets.parsing import TYPES, Sheet, parse
from myotrial.datasets.specification import check_protocol, close
from myotrial.errors import DocumentError, Problem
from myotrial.protocol.captured import Column, Table, tables
from myotrial.protocol.models import Protocol

__all__ = ["read_tables", "tables_from", "tables_of"]

SUFFIXES = (".csv", ".parquet")


def read_tables(folder: str | Path, protocol: Protocol) -> dict[str, pl.DataFrame]:
    """Read and check the captured tables of a study.

    Args:
        folder: Folder with subjects.csv, visits.csv … (or .parquet).
        protocol: The protocol they belong to.

    Returns:
        One frame for each table by name: subjects, visits, disposition, exposure, concomitant,
        adverse_events, biopsies. A table the study may lack comes back without rows.

    Raises:
        DocumentError: Lists every problem of every table, with file, line, subject and column;
            of one kind in one column the first 20, then how many more.
    """
    folder = Path(folder)
    raws, problems = {}, []
    specified = tables(protocol)
    for name, table in specified.items():
        raw, found = _file(folder, table, specified)
        problems += found
        if raw is not None:
            raws[name] = raw
    return _checked(raws, specified, protocol, str(folder), problems)


def tables_from(
    records: Mapping[str, Iterable[Mapping[str, Any]]], protocol: Protocol
) -> dict[str, pl.DataFrame]:
    """Check rows that are already in memory as `read_tables` does those of files.

    Args:
        records: Rows of each table by name; columns as in the files.
        protocol: The protocol they belong to.

    Raises:
        DocumentError: As `read_tables`; a row's line is counted as if it had been written.
    """
    specified = tables(protocol)
    problems = [
        Problem(name, f"one of {', '.join(specified)}", "another table", file=name)
        for name in records
        if name not in specified
    ]
    raws = {
        name: files.from_records(rows, name=name)
        for name, rows in records.items()
        if name in specified
    }
    for name, table in specified.items():
        if name not in raws and not table.optional:
            problems.append(Problem(name, f"the table {name}", "nothing", file=name))
    return _checked(raws, specified, protocol, "tables", problems)


def tables_of(raws: Mapping[str, Raw], protocol: Protocol) -> dict[str, pl.DataFrame]:
    """Check tables as they stand in files; those that are not given are not asked for.

    Args:
        raws: Tables by name, with the lines that messages name.
        protocol: The protocol they belong to.

    Raises:
        DocumentError: As `read_tables`.
    """
    specified = tables(protocol)
    problems = [problem for raw in raws.values() for problem in raw.problems]
    return _checked(raws, specified, protocol, "tables", problems)


def _checked(
    raws: Mapping[str, Raw],
    specified: Mapping[str, Table],
    protocol: Protocol,
    where: str,
    problems: list[Problem],
) -> dict[str, pl.DataFrame]:
    check_protocol(protocol)
    sheets = {}
    for name, table in specified.items():
        sheet, found = parse(raws.get(name, Raw(name, {}, ())), table)
        problems += found
        sheets[name] = sheet
    start = sheets["subjects"]
    for name, sheet in sheets.items():
        sheets[name], found = _with_days(sheet, start)
        problems += found
    problems += check(sheets, protocol)
    if problems:
        order = [problem.file for problem in problems]
        rank = {file: order.index(file) for file in dict.fromkeys(order)}
        problems.sort(key=lambda item: (rank[item.file], item.line is None, item.line or 0))
        raise DocumentError(where, list(dict.fromkeys(problems)))
    return {name: _whole(sheet, protocol) for name, sheet in sheets.items()}


def _file(folder: Path, table: Table, known: Iterable[str]) -> tuple[Raw | None, list[Problem]]:
    there = [file for suffix in SUFFIXES if (file := folder / f"{table.name}{suffix}").exists()]
    shown = str(folder / f"{table.name}.csv")
    if len(there) > 1:
        hint = "keep one of them"
        problem = Problem("(file)", f"one table {table.name}", "two files", None, hint, shown)
        return None, [problem]
    if there:
        return files.read(there[0], name=str(there[0])), []
    others = sorted(file.name for file in folder.glob("*.*")) if folder.is_dir() else []
    if table.optional:
        return None, _misnamed(folder, table, others)
    hint = f"is {folder} the data folder?"
    if others:
        hint = close(f"{table.name}.csv", [name for name in others if Path(name).stem not in known])
        hint = hint or f"myotrial init NEW shows what {table.name}.csv looks like"
    return None, [Problem("(file)", f"the table {table.name}", "no such file", None, hint, shown)]


def _misnamed(folder: Path, table: Table, others: list[str]) -> list[Problem]:
    """A file that looks like an optional table under another name is not passed over."""
    close = difflib.get_close_matches(f"{table.name}.csv", others, n=1, cutoff=0.75)
    shown = str(folder / close[0]) if close else ""
    hint = f"rename it to {table.name}.csv"
    expected = f"the table {table.name} under its own name"
    return [Problem("(file)", expected, close[0], None, hint, shown)] if close else []


def _with_days(sheet: Sheet, subjects: Sheet) -> tuple[Sheet, list[Problem]]:
    """Turn date columns into study days: the date of RFSTDTC is day 1, the day before -1."""
    frame, problems = sheet.frame, []
    for column in sheet.table.columns:
        if not column.date or column.date not in frame.columns:
            continue
        problems += _day_or_date(sheet, column, subjects)
        if "RFSTDTC" not in subjects.frame.columns or "USUBJID" not in frame.columns:
            frame = frame.drop(column.date)
            continue
        frame = frame.with_columns(_days(frame, column, subjects).alias(column.name))
        frame = frame.drop(column.date)
    return Sheet(sheet.table, sheet.file, sheet.lines, frame), problems


def _day_or_date(sheet: Sheet, column: Column, subjects: Sheet) -> Iterator[Problem]:
    if column.name in sheet.frame.columns:
        expected = f"{column.name} or {column.date}"
        yield Problem("(header)", expected, "both", 1, "keep one of them", sheet.file)
    if "RFSTDTC" not in subjects.frame.columns:
        expected = f"the column RFSTDTC in {subjects.file}, to count days from"
        yield Problem(column.date, expected, "none", 1, f"or give {column.name}", sheet.file)


def _days(frame: pl.DataFrame, column: Column, subjects: Sheet) -> pl.Series:
    start = subjects.frame.select("USUBJID", "RFSTDTC").unique("USUBJID", keep="first")
    joined = frame.select("USUBJID", column.date).join(
        start, on="USUBJID", how="left", maintain_order="left"
    )
    apart = (joined[column.date] - joined["RFSTDTC"]).dt.total_days()
    return apart + (apart >= 0).cast(pl.Int64)


def _whole(sheet: Sheet, protocol: Protocol) -> pl.DataFrame:
    """Every column of the table, values in the protocol's units."""
    frame = sheet.frame
    wanted = [column for column in sheet.table.columns if not column.name.endswith("_UNIT")]
    absent = [
        pl.lit(None, dtype=TYPES[column.kind]).alias(column.name)
        for column in wanted
        if column.name not in frame.columns
    ]
    frame = frame.with_columns(absent) if frame.columns else _no_rows(wanted)
    for item in protocol.assessments:
        unit = f"{item.id}_UNIT"
        if unit in sheet.frame.columns:
            sizes = {u: instruments.get(item.instrument).convert(1.0, unit=u, to=item.unit)
                     for u in instruments.get(item.instrument).units}  # fmt: skip
            factor = pl.col(unit).replace_strict(sizes, default=None, return_dtype=pl.Float64)
            frame = frame.with_columns(pl.col(item.id) * factor)
    return frame.select(
        pl.col("STUDYID").fill_null(protocol.study.id),
        *[column.name for column in wanted if column.name not in ("STUDYID", "ORIGIN")],
        pl.col("ORIGIN").fill_null(terms.CAPTURED),
    )


def _no_rows(columns: Iterable[Column]) -> pl.DataFrame:
    return pl.DataFrame(schema={column.name: TYPES[column.kind] for column in columns})
