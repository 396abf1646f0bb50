"""The few checks that any table needs, whichever dataframe library it comes from.

Tables are anything Narwhals knows; nothing here changes its input.
"""

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from myotrial.errors import MissingColumnsError

__all__ = ["duplicated", "records", "require_columns"]


def require_columns(table: Any, *, step: str, columns: Sequence[str]) -> None:
    """Check that a table has the columns a step needs.

    Raises:
        MissingColumnsError: Names the step, what is missing and what is there.
    """
    found = nw.from_native(table).columns
    missing = [column for column in columns if column not in found]
    if missing:
        raise MissingColumnsError(step, missing, found)


def duplicated(table: Any, *, by: Sequence[str]) -> list[list[int]]:
    """Groups of 0-based row numbers that share the values of `by`; rows alone are left out."""
    frame = nw.from_native(table, eager_only=True)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row, key in enumerate(zip(*(_values(frame[column]) for column in by), strict=True)):
        groups.setdefault(key, []).append(row)
    return [rows for rows in groups.values() if len(rows) > 1]


def records(table: Any) -> list[dict[str, Any]]:
    """The rows of a table as dicts, in order; whatever the library calls missing is None."""
    frame = nw.from_native(table, eager_only=True)
    columns = [_values(frame[column]) for column in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: nw.Series[Any]) -> list[Any]:
    """The values of a column, with None for null, NaN, NaT and NA."""
    pairs = zip(column.to_list(), column.is_null().to_list(), strict=True)
    return [
        None if gone or (isinstance(value, float) and value != value) else value
        for value, gone in pairs
    ]
