"""From cells of text to typed columns, with every cell that does not fit as a problem."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from myotrial.datasets.files import Raw
from myotrial.datasets.specification import close
from myotrial.documents import nearest
from myotrial.errors import Problem
from myotrial.protocol.captured import Column, Table

__all__ = ["MOST", "Sheet", "parse"]

MOST = 20  # cells of one kind of problem that are listed; the rest are counted
LARGEST, SMALLEST = 1e12, 1e-12  # beyond these a number is a slip, and arithmetic may overflow
LONGEST = 36525  # days, a hundred years
DATE = re.compile(r"\d[-./]\d+[-./]\d")
TYPES = {
    "text": pl.String,
    "number": pl.Float64,
    "integer": pl.Int64,
    "day": pl.Int64,
    "date": pl.Date,
}
EXPECTED = {
    "number": "a number",
    "integer": "a whole number",
    "day": "a study day (a whole number)",
    "date": "a date as YYYY-MM-DD",
}


@dataclass(frozen=True)
class Sheet:
    """A table being checked: its frame beside what messages need.

    Attributes:
        table: What it should look like.
        file: Name to show in messages.
        lines: Line of each row in the file.
        frame: The columns that could be typed.
    """

    table: Table
    file: str
    lines: Sequence[int]
    frame: pl.DataFrame

    def place(self, row: int, column: str = "") -> str:
        """Name a cell by subject, key and column."""
        keys = [key for key in ("USUBJID", *self.table.key) if key in self.frame.columns]
        shown = [f"{key} {self.frame[key][row]!r}" for key in dict.fromkeys(keys)]
        return ", ".join([*shown, column] if column else shown) or "(row)"

    def problems(
        self,
        rows: Sequence[int],
        column: str,
        expected: str,
        found: Callable[[int], str],
        hint: Callable[[int], str] | str = "",
    ) -> Iterator[Problem]:
        """One problem for each row, at most `MOST`, then one that counts the rest."""
        for row in rows[:MOST]:
            text = hint if isinstance(hint, str) else hint(row)
            place = self.place(row, column)
            yield Problem(place, expected, found(row), self.lines[row], text, self.file)
        if len(rows) > MOST:
            more = f"something else in {len(rows) - MOST} more rows"
            yield Problem(column or "(rows)", expected, more, file=self.file)

    def rows(self, condition: pl.Expr) -> list[int]:
        """Row numbers, from 0, where a condition holds."""
        return self.frame.select(condition.fill_null(value=False).arg_true()).to_series().to_list()


def parse(raw: Raw, table: Table) -> tuple[Sheet, list[Problem]]:
    """Type a table's columns.

    Args:
        raw: The table as it stands.
        table: What it should look like.

    Returns:
        The sheet, with each column that the file has under its own name, and the problems.
    """
    problems = list(raw.problems)
    expected = {name: column for item in table.columns for name, column in _names(item)}
    if raw.columns:
        problems += _missing(raw, table)
        problems += _unknown(raw, expected)
        if not raw.lines and not raw.problems and not table.bare:
            wanted = f"at least one row in {table.name}"
            problems.append(Problem("(rows)", wanted, "an empty table", 1, file=raw.file))
    known = {name: raw.columns[name] for name in expected if name in raw.columns}
    written = pl.DataFrame(known, schema=dict.fromkeys(known, pl.String))
    trimmed = pl.all().str.strip_chars()
    texts = written.select(pl.when(trimmed != "").then(trimmed)) if known else written
    sheet = Sheet(table, raw.file, raw.lines, texts)
    typed = {}
    for name in known:
        typed[name], found = _typed(sheet, name, expected[name])
        problems += found
    return Sheet(table, raw.file, raw.lines, pl.DataFrame(typed)), problems


def _names(column: Column) -> Iterator[tuple[str, Column]]:
    yield column.name, column
    if column.date:
        yield column.date, Column(column.date, "date", optional=True, filled=column.filled)


def _missing(raw: Raw, table: Table) -> Iterator[Problem]:
    for column in table.columns:
        if column.optional or column.name in raw.columns or column.date in raw.columns:
            continue
        spare = [name for name in raw.columns if name not in table.known]
        hint = nearest(column.name, spare) if spare else ""
        found = f"{', '.join(filter(None, raw.columns))}"
        wanted = f"the column {column.name}" + (f" or {column.date}" if column.date else "")
        close = hint.replace("did you mean", "is it called") if "did you mean" in hint else ""
        yield Problem("(header)", wanted, found, 1, close, raw.file)


def _unknown(raw: Raw, expected: dict[str, Column]) -> Iterator[Problem]:
    for name in raw.columns:
        if name not in expected:
            shown = repr(name) if name else "a column without a name"
            wanted = "a column of the protocol"
            yield Problem("(header)", wanted, shown, 1, nearest(name, expected), raw.file)


def _typed(sheet: Sheet, name: str, column: Column) -> tuple[pl.Series, list[Problem]]:
    text = sheet.frame[name]
    typed = _cast(text, column.kind)
    found: list[Problem] = []

    def shown(row: int) -> str:
        return repr(text[row])

    if column.kind in EXPECTED:
        wrong = _rows(text.is_not_null() & typed.is_null())
        hint = _number_hint(text, column)
        found += sheet.problems(wrong, name, EXPECTED[column.kind], shown, hint)
    if column.kind == "day":
        way = "day 1 is the first dose, the day before it is -1"
        found += sheet.problems(_rows(typed == 0), name, "a study day other than 0", shown, way)
        typed = typed.set((typed == 0).fill_null(value=False), None)
    if column.filled:
        empty = _rows(text.is_null())
        found += sheet.problems(empty, name, "a value", lambda _: "an empty cell")
    found += _values(sheet, name, column, text)
    found += _range(sheet, name, column, typed)
    return typed.alias(name), found


def _values(sheet: Sheet, name: str, column: Column, text: pl.Series) -> Iterator[Problem]:
    if not column.values:
        return
    wrong = _rows(text.is_not_null() & ~text.is_in(column.values))
    expected = f"one of {', '.join(column.values)}"
    yield from sheet.problems(
        wrong,
        name,
        expected,
        lambda row: repr(text[row]),
        lambda row: close(text[row], column.values) or column.hint,
    )


def _range(sheet: Sheet, name: str, column: Column, typed: pl.Series) -> Iterator[Problem]:
    if column.range is None or not typed.dtype.is_numeric():
        return
    low, high = column.range
    unit = f" {column.unit}" if column.unit else ""
    expected = f"{low:g} to {high:g}{unit}" if high < float("inf") else f"{low:g}{unit} or more"
    wrong = _rows((typed < low) | (typed > high))
    yield from sheet.problems(wrong, name, expected, lambda row: f"{typed[row]:g}")


def _cast(text: pl.Series, kind: str) -> pl.Series:
    if kind == "text":
        return text
    if kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=False)
    number = text.cast(pl.Float64, strict=False)
    size, largest = number.abs(), LONGEST if kind == "day" else LARGEST
    fits = (size == 0) | ((size >= SMALLEST) & (size <= largest))
    number = number.set((~fits).fill_null(value=True), None)
    if kind == "number":
        return number
    whole = number.set((number != number.round()).fill_null(value=True), None)
    return whole.cast(pl.Int64)


def _number_hint(text: pl.Series, column: Column) -> Callable[[int], str]:
    kind = column.kind

    def hint(row: int) -> str:
        if kind == "day" and DATE.search(text[row]):
            return f"dates go, as YYYY-MM-DD, into a column {column.date} in its place"
        if "," in text[row]:
            return "write decimals with a point"
        number = text.slice(row, 1).cast(pl.Float64, strict=False)[0]
        if number is None or not math.isfinite(number):
            return ""
        if kind == "day" and abs(number) > LONGEST:
            return "no study is that long"
        beyond = number and not SMALLEST <= abs(number) <= LARGEST
        return "no measurement is that large or that small" if beyond else ""

    return hint


def _rows(mask: pl.Series) -> list[int]:
    return mask.fill_null(value=False).arg_true().to_list()
