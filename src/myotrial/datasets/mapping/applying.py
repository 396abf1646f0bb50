"""Fill captured tables by a mapping, and say what it leaves open or what does not fit."""

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Table_
from dataclasses import dataclass
from datetime import date

import polars as pl

from myotrial import instruments
from myotrial.datasets.files import Raw
from myotrial.datasets.mapping.foreign import Foreign
from myotrial.datasets.mapping.models import Filled, Mapping, Taken
from myotrial.datasets.specification import close
from myotrial.documents import Document, nearest
from myotrial.errors import Problem, some
from myotrial.protocol.captured import Column, Table, tables
from myotrial.protocol.models import Protocol

__all__ = ["applied", "lacking", "open_points"]

MOST = 5  # values of a column that are told
TICKED = ("1", "Checked", "checked")
MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")
NUMBERS = re.compile(r"\d+")
Place = tuple[str, ...]


@dataclass(frozen=True)
class _Spot:
    """One captured column under a mapping: what fills it, from where."""

    path: Place
    name: str
    target: Column
    taken: Taken
    source: Foreign

    def columns(self) -> list[str]:
        named = (self.taken.column, self.taken.unit_column, *self.taken.ticked)
        return [column for column in named if column]


def open_points(
    mapping: Mapping, protocol: Protocol, sources: list[Foreign], document: Document | None = None
) -> list[Problem]:
    """What a mapping names wrongly or leaves open; empty when rows can be read by it."""
    file = document.file if document else "mapping.yaml"
    found = [
        Problem(
            ".".join(path), expected, said, document.line(path) if document else None, hint, file
        )
        for path, expected, said, hint in _wrong(mapping, protocol, sources)
    ]
    return sorted(found, key=lambda item: item.line or 0)


def _wrong(
    mapping: Mapping, protocol: Protocol, sources: list[Foreign]
) -> Iterator[tuple[Place, str, str, str]]:
    specified, sheets = tables(protocol), {one.name: one for one in sources}
    if not mapping.tables:
        yield ("tables",), "a captured table", "none", "no column was recognised: name some"
    for name, filled in mapping.tables.items():
        path = ("tables", name)
        if name not in specified:
            yield path, "a captured table", repr(name), nearest(name, specified)
        elif filled.sheet not in sheets:
            hint = nearest(filled.sheet, sheets)
            yield (*path, "sheet"), "a sheet of the source", repr(filled.sheet), hint
        else:
            yield from _of_table(
                path, filled, specified[name], sheets[filled.sheet], protocol, mapping
            )


def _of_table(
    path: Place, filled: Filled, table: Table, one: Foreign, protocol: Protocol, mapping: Mapping
) -> Iterator[tuple[Place, str, str, str]]:
    for column in filled.where:
        if column not in one.table.columns:
            hint = nearest(column, one.table.columns)
            yield (*path, "where", column), f"a column of {one.name}", repr(column), hint
    known = {key: item for item in table.columns for key in (item.name, item.date) if key}
    for name, taken in filled.columns.items():
        here = (*path, "columns", name)
        if name not in known:
            yield here, f"a column of {table.name}", repr(name), nearest(name, known)
            continue
        spot = _Spot(here, name, known[name], taken, one)
        absent = [column for column in spot.columns() if column not in one.table.columns]
        for column in absent:
            hint = nearest(column, one.table.columns)
            yield here, f"a column of {one.name}", repr(column), hint
        if not absent:
            yield from _of_column(spot, protocol, mapping)


def _of_column(
    spot: _Spot, protocol: Protocol, mapping: Mapping
) -> Iterator[tuple[Place, str, str, str]]:
    taken = spot.taken
    if not spot.columns() and taken.value is None and spot.target.filled:
        yield spot.path, f"the column that holds {spot.name}, or a value", "nothing", ""
    for value in (*taken.values.values(), *taken.ticked.values(), taken.value):
        if value is not None and spot.target.values and value not in spot.target.values:
            expected = f"one of {', '.join(spot.target.values)}"
            yield spot.path, expected, repr(value), close(value, spot.target.values)
    item = next((one for one in protocol.assessments if one.id == spot.name), None)
    if item is not None and taken.column and not taken.unit_column:
        units = [*instruments.get(item.instrument).units]
        if taken.unit not in units:
            said = "not stated" if taken.unit is None else repr(taken.unit)
            yield (
                (*spot.path, "unit"),
                f"the unit of {taken.column!r}",
                said,
                f"{' or '.join(units)}",
            )
    if taken.column:
        yield from _of_cells(spot, mapping)


def _of_cells(spot: _Spot, mapping: Mapping) -> Iterator[tuple[Place, str, str, str]]:
    """What the cells of a column leave open: a unit, values, the order of dates."""
    taken, target = spot.taken, spot.target
    if spot.path[1] == "subjects" and target.unit and taken.unit != target.unit:
        said = "not stated" if taken.unit is None else repr(taken.unit)
        hint = f"{target.unit}, as in study.yaml; convert the source where it has another"
        yield (*spot.path, "unit"), f"the unit of {taken.column!r}", said, hint
    left = (*mapping.missing, *taken.missing)
    cells = [cell for cell in spot.source.distinct(taken.column or "") if cell not in left]
    if target.values:
        known = (*target.values, *(k for k, v in taken.values.items() if v), *taken.leave_out)
        unknown = [cell for cell in cells if cell not in known]
        if unknown:
            said = ", ".join(_called(spot, cell) for cell in unknown[:MOST])
            more = f" and {len(unknown) - MOST} more" if len(unknown) > MOST else ""
            hint = (
                f"say under values which of {', '.join(target.values)} each is, or list it "
                "under missing, or under leave_out to leave its rows out"
            )
            expected = f"what each value of {taken.column!r} is"
            yield (*spot.path, "values"), expected, f"{said}{more}", hint
    dated = target.kind == "date" or spot.name == target.date
    if dated and cells and taken.date is None:
        said = f"not stated for {some(cells)}"
        yield (*spot.path, "date"), "the order of day and month", said, "DMY, MDY or YMD"


def _called(spot: _Spot, cell: str) -> str:
    label = spot.source.choices.get(spot.taken.column or "", {}).get(cell, "")
    return f"{cell!r} ({label})" if label and label != cell else repr(cell)


def applied(
    mapping: Mapping, protocol: Protocol, sources: list[Foreign]
) -> tuple[dict[str, Raw], list[str]]:
    """The captured tables as the mapping fills them, and what was left out.

    Args:
        mapping: A mapping without open points.
        protocol: The protocol.
        sources: The tables of the source.

    Returns:
        Each table as it would stand in a file, lines being those of the source; its problems name
        what could not be read. And notes.
    """
    sheets = {one.name: one for one in sources}
    notes: list[str] = []
    made = {
        name: _table(
            name, filled, tables(protocol)[name], sheets[filled.sheet], protocol, mapping, notes
        )
        for name, filled in mapping.tables.items()
    }
    return made, notes


def lacking(name: str, filled: Filled, protocol: Protocol) -> list[str]:
    """The columns of a captured table that the mapping does not fill; they stay empty."""
    table = tables(protocol).get(name)
    return [
        column.name
        for column in (table.columns if table else ())
        if not column.optional and not {column.name, column.date} & {*filled.columns}
    ]


def _table(
    name: str,
    filled: Filled,
    table: Table,
    one: Foreign,
    protocol: Protocol,
    mapping: Mapping,
    notes: list[str],
) -> Raw:
    frame = one.table.with_columns(pl.Series("__line__", one.lines, dtype=pl.Int64))
    for column, kept in filled.where.items():
        frame = frame.filter(pl.col(column).str.strip_chars().fill_null("").is_in(list(kept)))
    known = {key: item for item in table.columns for key in (item.name, item.date) if key}
    problems: list[Problem] = []
    left = pl.lit(value=False)
    for taken in filled.columns.values():
        if taken.leave_out and taken.column:
            left = left | pl.col(taken.column).str.strip_chars().is_in(list(taken.leave_out))
    kept_rows = frame.filter(~left.fill_null(value=False))
    if kept_rows.height < frame.height:
        notes.append(
            f"{name}: {frame.height - kept_rows.height} rows are left out, as the mapping says"
        )
    frame = kept_rows
    cells: dict[str, pl.Series] = {}
    for key, taken in filled.columns.items():
        spot = _Spot((), key, known[key], taken, one)
        column, found = _column(spot, frame, mapping)
        problems += found
        if column is not None:
            cells[key] = column
            cells |= _units(spot, protocol, frame, column)
    body = pl.DataFrame(cells)
    body = body.with_columns(frame["__line__"])
    constant = [key for key, taken in filled.columns.items() if taken.value is not None]
    own = [key for key in body.columns if key not in ("USUBJID", "VISIT", "__line__", *constant)
           and not key.endswith("_UNIT")]  # fmt: skip
    if own and name != "subjects":
        whole = body.filter(pl.any_horizontal(pl.col(own).is_not_null()))
        if whole.height < body.height:
            notes.append(f"{name}: {body.height - whole.height} rows hold nothing and are left out")
        body = whole
    if name == "subjects" and "USUBJID" in body.columns:
        body, found = _one_each(body, one)
        problems += found
    columns = {key: body[key].to_list() for key in body.columns if key != "__line__"}
    columns |= {key: [None] * body.height for key in lacking(name, filled, protocol)}
    return Raw(one.file, columns, body["__line__"].to_list(), tuple(problems))


def _one_each(body: pl.DataFrame, one: Foreign) -> tuple[pl.DataFrame, list[Problem]]:
    """One row for each subject, with the value that its rows agree on."""
    problems = []
    named = body.filter(pl.col("USUBJID").is_not_null())
    others = [name for name in named.columns if name not in ("USUBJID", "__line__")]
    for name in others:
        seen = named.filter(pl.col(name).is_not_null()).unique(
            ["USUBJID", name], maintain_order=True
        )
        for who, rows in seen.group_by("USUBJID", maintain_order=True):
            if rows.height > 1:
                lines = rows["__line__"].to_list()
                said = " and ".join(f"{v!r} (line {at})" for v, at in
                                    zip(rows[name].to_list()[:3], lines, strict=False))  # fmt: skip
                problems.append(
                    Problem(
                        f"USUBJID {who[0]!r}, {name}", "one value", said, lines[0], "", one.file
                    )
                )
    first = named.group_by("USUBJID", maintain_order=True).agg(
        pl.col("__line__").first(), *(pl.col(name).drop_nulls().first() for name in others)
    )
    return first.select(body.columns), problems


def _column(
    spot: _Spot, frame: pl.DataFrame, mapping: Mapping
) -> tuple[pl.Series | None, list[Problem]]:
    taken, lines = spot.taken, frame["__line__"].to_list()
    if taken.value is not None:
        return pl.Series([taken.value] * frame.height, dtype=pl.String), []
    if taken.ticked:
        return _ticked(spot, frame, lines)
    if not taken.column:
        return None, []
    cells = frame[taken.column].str.strip_chars()
    gone = (cells == "") | cells.is_in([*mapping.missing, *taken.missing])
    cells = cells.set(gone.fill_null(value=True), None)
    if taken.values:
        given = {key: value for key, value in taken.values.items() if value is not None}
        cells = cells.replace(given)
    if spot.target.kind == "date" or spot.name == spot.target.date:
        return _each(spot, cells, lines, lambda cell: _day(cell, taken.date or "YMD"))
    if spot.target.kind in ("number", "integer", "day"):
        commas = spot.source.decimal == ","
        cells = cells.str.replace(",", ".", literal=True) if commas else cells
        if spot.target.kind != "number":
            cells = cells.str.replace(r"\.0+$", "")
    return cells, []


def _ticked(spot: _Spot, frame: pl.DataFrame, lines: list[int]) -> tuple[pl.Series, list[Problem]]:
    """The value of the box that is ticked; several are a problem."""
    values, problems = [], []
    boxes = {box: frame[box].str.strip_chars().to_list() for box in spot.taken.ticked}
    for at, line in enumerate(lines):
        on = [box for box, cells in boxes.items() if cells[at] in TICKED]
        values.append(spot.taken.ticked[on[0]] if len(on) == 1 else None)
        if len(on) > 1:
            found = f"{some(on)} ticked"
            problems.append(Problem(spot.name, "one box ticked", found, line, "", spot.source.file))
    return pl.Series(values, dtype=pl.String), problems


def _each(
    spot: _Spot, cells: pl.Series, lines: list[int], turned: Callable[[str], str | None]
) -> tuple[pl.Series, list[Problem]]:
    values, problems = [], []
    for cell, line in zip(cells.to_list(), lines, strict=True):
        value = None if cell is None else turned(cell)
        values.append(value)
        if cell is not None and value is None:
            expected = f"a whole date that exists, {spot.taken.date or 'YMD'}"
            hint = "list it under missing where only a part of the date is known"
            problems.append(Problem(spot.name, expected, repr(cell), line, hint, spot.source.file))
    return pl.Series(values, dtype=pl.String), problems


def _day(cell: str, order: str) -> str | None:
    """A date as YYYY-MM-DD; None where it is partial or does not exist.

    >>> _day("3.4.2024", "DMY"), _day("2024-02-30", "YMD"), _day("2024-03", "YMD")
    ('2024-04-03', None, None)
    """
    parts = NUMBERS.findall(MIDNIGHT.sub("", cell))
    if len(parts) != len(order) or not re.fullmatch(r"[\d./\-]+", MIDNIGHT.sub("", cell)):
        return None
    named = dict(zip(order, map(int, parts), strict=True))
    if len(parts[order.index("Y")]) != 4:
        return None
    try:
        return date(named["Y"], named["M"], named["D"]).isoformat()
    except ValueError:
        return None


def _units(
    spot: _Spot, protocol: Protocol, frame: pl.DataFrame, cells: pl.Series
) -> dict[str, pl.Series]:
    """A column of units beside a measure whose unit is not the protocol's."""
    item = next((one for one in protocol.assessments if one.id == spot.name), None)
    if item is None:
        return {}
    if spot.taken.unit_column:
        units = frame[spot.taken.unit_column].str.strip_chars()
        return {f"{spot.name}_UNIT": units.replace(dict(_spelt()))}
    if spot.taken.unit in (None, item.unit):
        return {}
    held = pl.Series([spot.taken.unit] * frame.height, dtype=pl.String)
    return {f"{spot.name}_UNIT": held.set(cells.is_null(), None)}


def _spelt() -> Table_[str, str]:
    from myotrial.instruments import enzymes

    return enzymes.SAME
