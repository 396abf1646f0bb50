"""Where each derived row comes from: its source rows, its rule, its own name.

A source row is "table:row", rows counted from 1 as in the file without its header; several are
joined with ";". A derived row is named "DATASET:row".
"""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import polars as pl

from myotrial.documents import nearest
from myotrial.errors import MyotrialError

__all__ = ["Trace", "finish", "numbered", "rows_of", "rule", "trace"]

PUBLISHED_IN = re.compile(r"^Source\s+((?:.+\n?)(?:[ \t]+.+\n?)*)", re.MULTILINE)
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


def rule(name: str) -> tuple[str, str]:
    """What a rule does, and the publication it follows ("" where it is our own).

    Args:
        name: Its dotted name, as RULE holds it.

    >>> rule("myotrial.response.imacs_2004.bounds")[1]
    'Rider LG et al. Arthritis Rheum 2004;50:2281-90.'
    """
    module_name, _, function = name.rpartition(".")
    module = import_module(module_name)
    does = (inspect.getdoc(getattr(module, function)) or "").split("\n\n")[0]
    source = PUBLISHED_IN.search(inspect.getdoc(module) or "")
    return " ".join(does.split()), " ".join(source[1].split()) if source else ""


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
