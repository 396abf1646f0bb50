"""Listings as a report shows them: at most so many rows, the others counted; values as text."""

from dataclasses import dataclass, replace
from typing import Any

from myotrial.report.content import Cell, Table, cell
from myotrial.report.source import Listing
from myotrial.report.typography import decimal

__all__ = ["Shown", "captured", "parts", "shown"]

ROWID = "ROWID"  # stands at the head of each row, not in a column
UNPRINTED = ("STUDYID", "ORIGIN", "RULE", "SRCROWS")  # the same in all rows, or for tracing
WIDE = 150  # letters across one page
WHO = "USUBJID"


@dataclass(frozen=True)
class Shown:
    """A listing as it is shown: some of its rows, the others counted."""

    name: str
    label: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]
    left_out: int


def shown(listing: Listing, most: int) -> Shown:
    """The first rows of a listing, each with its id.

    Args:
        listing: The listing.
        most: Most rows to show.
    """
    keyed = tuple(zip(listing.keys(), listing.rows, strict=True))
    left = max(0, len(keyed) - most)
    kept = [at for at, (name, _) in enumerate(listing.columns) if name != ROWID]
    columns = tuple(listing.columns[at] for at in kept)
    rows = tuple((key, tuple(row[at] for at in kept)) for key, row in keyed[:most])
    return Shown(listing.name, listing.label, columns, rows, left)


def captured(value: Any) -> str:
    """A value of a listing as text; floats to at most four digits after the point.

    >>> captured(12.3456789), captured(3.0), captured(-2), captured("A")
    ('12.3457', '3', '−2', 'A')
    """
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, int):
        return decimal(value)
    if isinstance(value, float):
        text = decimal(value, 4)
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def parts(listing: Listing, most: int) -> list[Table]:
    """A listing as tables that fit a page turned sideways, each row led by its number and patient.

    Args:
        listing: The listing.
        most: Most rows to show.
    """
    part = shown(listing, most)
    kept = [at for at, (name, _) in enumerate(part.columns) if name not in UNPRINTED]
    lead = [at for at in kept if part.columns[at][0] == WHO]
    texts = [["" if row[at] is None else captured(row[at]) for at in kept] for _, row in part.rows]
    sizes = {
        at: max(len(part.columns[at][0]), *(len(row[place]) for row in texts)) + 2
        for place, at in enumerate(kept)
    } if texts else {}  # fmt: skip
    groups = _split([at for at in kept if at not in lead], sizes, WIDE - sum(
        sizes.get(at, 0) for at in lead)) if texts else []  # fmt: skip
    return [
        _part(part, [*lead, *group], f", part {number}" if len(groups) > 1 else "")
        for number, group in enumerate(groups, 1)
    ]


def _split(columns: list[int], sizes: dict[int, int], room: int) -> list[list[int]]:
    """Columns in order, as many to a group as there is room for."""
    groups: list[list[int]] = [[]]
    for at in columns:
        if groups[-1] and sum(sizes[one] for one in groups[-1]) + sizes[at] > room:
            groups.append([])
        groups[-1].append(at)
    return groups


def _part(part: Shown, columns: list[int], suffix: str) -> Table:
    named = [part.columns[at] for at in columns]
    head = (cell("Row", "col"), *(cell(name, "col") for name, _ in named))
    rest = (
        f"{decimal(part.left_out)} more rows are in datasets/{part.name}.csv. "
        if part.left_out
        else ""
    )
    labels = "; ".join(f"{name}: {label}" for name, label in named if label)
    rows = tuple(_line(key, [row[at] for at in columns]) for key, row in part.rows)
    return Table(part.name, f"{part.name}, {part.label}{suffix}", head, rows, f"{rest}{labels}.")


def _line(key: str, values: list[Any]) -> tuple[Cell, ...]:
    cells = [cell("" if value is None else captured(value)) for value in values]
    numeric = [isinstance(value, int | float) and not isinstance(value, bool) for value in values]
    number = key.rpartition(":")[2]
    return (
        cell(number, "row"),
        *(replace(one, numeric=side) for one, side in zip(cells, numeric, strict=True)),
    )
