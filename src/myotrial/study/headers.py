"""Which row of a spreadsheet names its columns, and what the rows above it mean.

A row above the header is a title, a heading over groups of columns (merged cells: the words stand
in the first, the others are empty), or names the visits where these stand side by side. Visits may
also stand in the names themselves: see `visit_names`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from myotrial.errors import MyotrialError
from myotrial.names import KEYS, MEASURED, meaning
from myotrial.names import visits as visit_names

__all__ = ["Arranged", "arranged"]

Cells = Sequence[str | None]
SEVERAL = 2


@dataclass(frozen=True)
class Arranged:
    """A spreadsheet below its header.

    Attributes:
        table: One row for each subject and visit.
        numbers: Number of the spreadsheet's row of each, from 1 below the header.
        notes: What had to be found out.
        above: Rows up to the header, itself counted.
    """

    table: pl.DataFrame
    numbers: np.ndarray
    notes: tuple[str, ...] = ()
    above: int = 1


def arranged(rows: pl.DataFrame, head: int, *, known: Collection[str]) -> Arranged:
    """Find the header and put visits that stand side by side one under another.

    Args:
        rows: All rows as texts.
        head: In how many rows the header is sought.
        known: Columns that the caller states.

    Raises:
        MyotrialError: There is no header, a column has no name of its own, or visits stand side by
            side in a way that is not read.
    """
    top = [[_clean(cell) for cell in row] for row in rows.head(head).rows()]
    if not any(cell for row in top for cell in row):
        raise MyotrialError("The table is empty: no row has a name of a column.")
    place = _header(top, known)
    above, names = top[:place], top[place]
    below = rows.slice(place + 1)
    below = _without_empty_end(below)
    numbers = np.arange(1, below.height + 1)
    titles = [cell for row in above for cell in row if cell]
    measures = [meaning(name or "") for name in names]
    repeated = {name for name in measures if name in MEASURED and measures.count(name) > 1}
    if repeated and above and _clean_row(above[-1]):
        visits = _filled(above[-1])
        visits = [
            "" if meaning(name) in KEYS else at for name, at in zip(names, visits, strict=True)
        ]
        told = f"row {place} names the visits and row {place + 1} the columns"
        return replace(_stacked(below, visits, names, numbers, told), above=place + 1)
    notes = ()
    if titles:
        notes = (f"row {place + 1} names the columns; what stands above it is not read",)
    within = visit_names.named(names, known)
    if within is not None:
        told = "the names of columns end in visits"
        made = _stacked(below, within.visits, within.names, numbers, told)
        return replace(made, notes=(*notes, *made.notes), above=place + 1)
    _refuse_side_by_side(names)
    return Arranged(_named(below, names), numbers, notes, place + 1)


def _header(top: list[list[str]], known: Collection[str]) -> int:
    """The row that names most of what is known here, the first of equals."""
    counts = [sum(_is_known(cell, known) for cell in row) for row in top]
    best = int(np.argmax(counts))
    filled = next(place for place, row in enumerate(top) if any(row))
    return best if counts[best] >= SEVERAL else filled


def _is_known(cell: str, known: Collection[str]) -> bool:
    return cell in known or bool(meaning(cell) or visit_names.of_measure(cell, known)[0])


def _stacked(
    below: pl.DataFrame, visits: list[str], names: list[str], numbers: np.ndarray, told: str
) -> Arranged:
    """Visits side by side: one row for each, in the order in which they stand."""
    common = [at for at, name in enumerate(names) if name and not visits[at]]
    labels = [*dict.fromkeys(visits)]
    parts = []
    for label in filter(None, labels):
        mine = [at for at, visit in enumerate(visits) if visit == label]
        chosen = [*common, *(at for at in mine if names[at])]
        part = _named(below, names, chosen)
        parts.append(part.with_columns(pl.lit(label).alias("VISIT"), pl.Series("#", numbers)))
    whole = pl.concat(parts, how="diagonal").sort("#", maintain_order=True)
    listed = ", ".join(map(repr, filter(None, labels)))
    note = f"{told}: each row is read as one visit each of {listed}"
    return Arranged(whole.drop("#"), whole["#"].to_numpy(), (note,))


def _filled(heading: list[str]) -> list[str]:
    """Merged cells: each empty one continues the one before it."""
    found, last = [], ""
    for cell in heading:
        last = cell or last
        found.append(last)
    return found


def _named(
    below: pl.DataFrame, names: list[str], chosen: Sequence[int] | None = None
) -> pl.DataFrame:
    """The rows under names of their own; a column without a name and without cells is left out."""
    columns, seen = below.get_columns(), dict[str, int]()
    made = []
    for at in range(len(names)) if chosen is None else chosen:
        name = names[at]
        if not name and columns[at].is_null().all():
            continue
        name = name or f"column {at + 1}"
        if name in seen:
            raise MyotrialError(
                f"Two columns are called {name!r} (the {seen[name] + 1}. and the {at + 1}.).\n"
                "Hint: give each a name of its own; where visits stand side by side, name the "
                "visit in the row above, over its columns."
            )
        seen[name] = at
        made.append(columns[at].alias(name))
    return pl.DataFrame(made)


def _refuse_side_by_side(names: list[str]) -> None:
    """Tell the way out where the visit is part of a column's name: PHGA_M0, PHGA_M3."""
    if any(meaning(name) in {"VISIT", "AVAL"} for name in names):
        return
    stems: dict[str, list[str]] = {}
    for name in names:
        if meaning(name):
            continue
        head, tail = name.replace(" ", "_").split("_")[:-1], name.replace(" ", "_").split("_")[1:]
        for stem in ("_".join(head), "_".join(tail)):
            if meaning(stem) in MEASURED:
                stems.setdefault(meaning(stem), []).append(name)
    several = next((found for found in stems.values() if len(found) >= SEVERAL), None)
    if several:
        shown = " and ".join(map(repr, several[:SEVERAL]))
        raise MyotrialError(
            f"Visits stand side by side: {shown} are the same measure.\n"
            "Hint: put visits one under another, with a column VISIT; or name the visit in a row "
            "of its own above the header, over its columns (row 1: M0, M3; row 2: PHGA, PTGA …)."
        )


def _without_empty_end(below: pl.DataFrame) -> pl.DataFrame:
    """Without rows that are empty, at the end, where spreadsheets leave them."""
    if not below.height:
        return below
    some = below.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    last = some.arg_true()
    return below.head(int(last[-1]) + 1 if len(last) else 0)


def _clean(cell: str | None) -> str:
    return (cell or "").strip().lstrip("\ufeff")


def _clean_row(row: list[str]) -> bool:
    return any(row)
