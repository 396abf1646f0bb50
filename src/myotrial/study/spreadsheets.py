"""A spreadsheet as a table of texts: CSV in any of its spellings, or a sheet of an XLSX file.

What had to be found out (separator, decimal commas, headings above the header, visits side by
side) is told in notes; what cannot be read is told with its line and the way out.
"""

import codecs
import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from myotrial.errors import MyotrialError
from myotrial.study import headers

__all__ = ["Spreadsheet", "as_it_stands", "parquet", "read", "sheets"]

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
DECIMAL_COMMA = r"^\s*-?\d+,\d+\s*$"
THOUSANDS = r"^\s*-?\d{1,3}(,\d{3})+\s*$"
DECIMAL_POINT = r"^\s*-?\d+\.\d+\s*$"
HEAD = 10  # rows in which the header is sought
LOOKED_AT = 10_000  # rows in which decimal commas are sought
MAGIC = {
    b"PK\x03\x04": "an XLSX file",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old XLS file",
}


@dataclass(frozen=True)
class Spreadsheet:
    """What a spreadsheet holds.

    Attributes:
        table: Texts; one row for each row below the header, or for each visit beside each other.
        numbers: Number of the row of each, from 1 below the header.
        decimal: What stands before the decimals.
        notes: What had to be found out.
        above: Rows up to the header, itself counted.
    """

    table: pl.DataFrame
    numbers: np.ndarray
    decimal: str = "."
    notes: tuple[str, ...] = ()
    above: int = 1


def read(
    file: Path, *, sheet: str | None, decimal: str | None, columns: Mapping[str, str]
) -> Spreadsheet:
    """Read a CSV or XLSX file.

    Args:
        file: The file; its name says which.
        sheet: Which sheet of an XLSX file.
        decimal: What stands before the decimals; None: found out.
        columns: The column of some names, as the caller states it.

    Raises:
        MyotrialError: It cannot be read; with the line, where there is one.
    """
    excel = file.suffix.lower() == ".xlsx"
    _check_kind(file, excel)
    if not excel and sheet is not None:
        raise MyotrialError(f"{file} is no XLSX file and has no sheets.\nHint: leave --sheet out.")
    rows, notes = _sheet(file, sheet) if excel else _csv(file)
    found = headers.arranged(rows, HEAD, known=columns.values())
    made = Spreadsheet(found.table, found.numbers, ".", (*notes, *found.notes), found.above)
    return _with_decimal(made, decimal)


def parquet(file: Path, *, decimal: str | None, columns: Mapping[str, str]) -> Spreadsheet:
    """A Parquet file as a whole, visits in the names of its columns put one under another.

    Args:
        file: The file.
        decimal: What stands before the decimals in columns of text.
        columns: The column of some names, as the caller states it.

    Raises:
        MyotrialError: It cannot be read.
    """
    from myotrial.scoring import side_by_side

    try:
        table = pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise MyotrialError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error
    if not side_by_side.is_wide(table.columns, columns.values()):
        return Spreadsheet(table, np.arange(1, table.height + 1), decimal or ".")
    made = side_by_side.stacked(table, columns.values())
    return Spreadsheet(made.table, made.numbers, decimal or ".", (made.note,))


def as_it_stands(file: Path) -> pl.DataFrame:
    """A CSV file as texts; its first row names the columns, those that come again with a number.

    Raises:
        MyotrialError: It cannot be read; with the line, where there is one.
    """
    _check_kind(file, excel=False)
    rows, _ = _csv(file)
    seen: dict[str, int] = {}
    named = []
    for at, cell in enumerate(rows.row(0), start=1):
        name = (cell or f"column {at}").strip().lstrip("\ufeff")
        seen[name] = seen.get(name, 0) + 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return rows.slice(1).rename(dict(zip(rows.columns, named, strict=True)))


def sheets(file: Path) -> list[str]:
    """The names of the sheets of an XLSX file.

    Raises:
        MyotrialError: It cannot be read.
    """
    import fastexcel

    _check_kind(file, excel=True)
    try:
        return fastexcel.read_excel(file).sheet_names
    except fastexcel.FastExcelError as error:
        raise _damaged(file, error) from error


def _damaged(file: Path, error: Exception) -> MyotrialError:
    reason = str(error).splitlines()[0]
    return MyotrialError(
        f"{file} cannot be read: {reason}\nHint: open it and save it as XLSX again."
    )


def _check_kind(file: Path, excel: bool) -> None:
    """Refuse a file that is empty, or of another kind than its name says."""
    try:
        with file.open("rb") as handle:
            start = handle.read(4)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise MyotrialError(f"{file} cannot be read: {reason}.") from error
    if not start:
        raise MyotrialError(f"{file} is empty.")
    kind = MAGIC.get(start)
    if kind and not (excel and kind == "an XLSX file"):
        raise MyotrialError(
            f"{file} is {kind}, whatever its name says.\n"
            "Hint: rename it, or save it as CSV or XLSX."
        )
    if excel and not kind:
        raise MyotrialError(
            f"{file} is no XLSX file, whatever its name says.\n"
            "Hint: if it is text, name it .csv; else open it and save it as XLSX."
        )


def _csv(file: Path) -> tuple[pl.DataFrame, list[str]]:
    """The rows of a CSV file, its header among them."""
    _check_text(file)
    with file.open(encoding="utf-8-sig", newline="") as handle:
        first = next((line for line in handle if line.strip()), "")
    counts = {mark: len(next(csv.reader([first], delimiter=mark))) for mark in SEPARATORS}
    mark = max(counts, key=lambda item: counts[item])
    try:
        rows = pl.read_csv(file, separator=mark, has_header=False, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise _uneven(file, mark, error) from error
    notes = [] if mark == "," else [f"columns are separated by {SEPARATORS[mark]}"]
    return rows, notes


def _check_text(file: Path) -> None:
    """Refuse what is not UTF-8, with its line."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with file.open("rb") as handle:
        while block := handle.read(1 << 20):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                wide = error.object[:2] in {b"\xff\xfe", b"\xfe\xff"} and line == 1
                found = "UTF-16 text" if wide else f"the byte {error.object[error.start]:#04x}"
                raise MyotrialError(
                    f"{file}:{line}: expected UTF-8 text, found {found}.\n"
                    "Hint: save the file as UTF-8 (in Excel: CSV UTF-8)."
                ) from error
            line += block.count(b"\n")


def _uneven(file: Path, mark: str, error: Exception) -> MyotrialError:
    """Which line has another number of cells than the first."""
    with file.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle, delimiter=mark)
        width = len(next(reader, []))
        for cells in reader:
            if len(cells) > width:
                return MyotrialError(
                    f"{file}:{reader.line_num}: expected {width} cells as in the first line, found "
                    f"{len(cells)}.\nHint: quote a text that holds {mark!r}."
                )
    return MyotrialError(f"{file} cannot be read: {str(error).splitlines()[0]}")


def _sheet(file: Path, sheet: str | None) -> tuple[pl.DataFrame, list[str]]:
    """The rows of a sheet, its header among them."""
    import fastexcel

    try:
        names = fastexcel.read_excel(file).sheet_names
        if sheet is None and len(names) > 1:
            listed = ", ".join(map(repr, names))
            raise MyotrialError(
                f"{file} has {len(names)} sheets: {listed}.\nHint: say which: --sheet {names[0]!r}."
            )
        if sheet is not None and sheet not in names:
            listed = ", ".join(map(repr, names))
            raise MyotrialError(f"{file} has no sheet {sheet!r}.\nHint: its sheets are {listed}.")
        rows = pl.read_excel(
            file,
            sheet_name=sheet or names[0],
            has_header=False,
            infer_schema_length=0,
            drop_empty_rows=False,
            drop_empty_cols=False,
            raise_if_empty=False,
        )
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise _damaged(file, error) from error
    return rows.cast(pl.String), []


def _with_decimal(made: Spreadsheet, decimal: str | None) -> Spreadsheet:
    if decimal is not None:
        return replace(made, decimal=decimal)
    head = made.table.head(LOOKED_AT)
    if not head.width or not head.height:
        return made
    commas = _holds(head, DECIMAL_COMMA)
    if commas and not _holds(head.select(commas), DECIMAL_POINT):
        plain = [name for name in commas if not _all_thousands(head[name])]
        if plain:
            return replace(made, decimal=",", notes=(*made.notes, "decimals follow a comma"))
    return made


def _holds(table: pl.DataFrame, pattern: str) -> Collection[str]:
    return [item.name for item in table.get_columns() if item.str.contains(pattern).any()]


def _all_thousands(column: pl.Series) -> bool:
    """Whether every comma in it may as well be one between thousands."""
    written = column.filter(column.str.contains(DECIMAL_COMMA))
    return bool(written.str.contains(THOUSANDS).all())
