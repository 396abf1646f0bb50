"""Where each derived row comes from: its source rows, its rule, its own name.

A source row is "table:row", rows counted from 1 as in the file without its header; several are
joined with ";". A derived row is named "DATASET:row".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from myotrial.documents import nearest
from myotrial.errors import MyotrialError

__all__ = ["Trace", "finish", "numbered", "rows_of", "trace"]

LAST = ("ORIGIN", "RULE", "SRCROWS", "ROWID")


@dataclass(frozen=True)
class Trace:
    """One derived row walked back.

    Attributes:
        row: The row itself, by column.
        rule: Dotted name of the function that derived it.
        sources: Table and 1-based row of each captured row it was made from.
    """

    row: Mapping[str, Any]
    rule: str
    sources: tuple[tuple[str, int], ...]


def trace(frames: Mapping[str, pl.DataFrame], row_id: str) -> Trace:
    """Walk a derived row back to its rule and captured rows.

    Args:
        frames: The derived datasets by name.
        row_id: Name of the row, such as "ADCS:12".

    Raises:
        MyotrialError: There is no such row.
    """
    name, _, number = row_id.partition(":")
    if name not in frames:
        raise MyotrialError(f"No dataset is called {name!r}.\nHint: {nearest(name, frames)}")
    frame = frames[name]
    if not number.isdigit() or not 1 <= int(number) <= frame.height:
        raise MyotrialError(f"{name} has the rows 1 to {frame.height}, not {number!r}.")
    row = frame.row(int(number) - 1, named=True)
    sources = [source.partition(":") for source in row["SRCROWS"].split(";")]
    return Trace(row, row["RULE"], tuple((table, int(at)) for table, _, at in sources))


def numbered(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Add SRCROWS to a captured table: each row's own name."""
    names = pl.format(f"{table}:{{}}", pl.int_range(1, pl.len() + 1)).alias("SRCROWS")
    return frame.with_columns(names)


def rows_of(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """All source rows of each subject, joined, as the column `name`."""
    joined = pl.col("SRCROWS").str.join(";").alias(name)
    return frame.group_by("USUBJID", maintain_order=True).agg(joined)


def finish(frame: pl.DataFrame, dataset: str, study: str, columns: Sequence[str]) -> pl.DataFrame:
    """Put a derived dataset into its final form.

    Args:
        frame: The rows in their final order, with USUBJID, `columns`, ORIGIN, RULE and SRCROWS.
        dataset: Its name: "ADCS".
        study: STUDYID.
        columns: The columns between USUBJID and ORIGIN, in order.

    Returns:
        STUDYID, USUBJID, `columns`, ORIGIN, RULE, SRCROWS, ROWID.
    """
    named = pl.format(f"{dataset}:{{}}", pl.int_range(1, pl.len() + 1)).alias("ROWID")
    whole = frame.with_columns(named, pl.lit(study).alias("STUDYID"))
    return whole.select("STUDYID", "USUBJID", *columns, *LAST)
