"""Visits that stand side by side in the names of columns, put one under another.

A row of PHGA_M0, PHGA_M3 becomes two rows of PHGA, with VISIT M0 and M3; what has no visit in its
name belongs to the subject and is repeated. Which endings are visits, see `names.visits`.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from myotrial.errors import MyotrialError
from myotrial.names import visits

__all__ = ["Stacked", "is_wide", "stacked"]


class Stacked(NamedTuple):
    """A table with a row for each visit.

    Attributes:
        table: The rows, in the order of the table they come from.
        numbers: Number of the row that each comes from, from 1.
        note: What was found out.
    """

    table: pl.DataFrame
    numbers: np.ndarray
    note: str


def is_wide(columns: Sequence[str], known: Collection[str] = ()) -> bool:
    """Whether visits stand in the names of columns; `known` are columns that the caller states.

    Raises:
        MyotrialError: Some measures have visits in their names, and others have not.
    """
    return visits.named(columns, known) is not None


def stacked(frame: pl.DataFrame, known: Collection[str] = ()) -> Stacked:
    """The table with a row for each visit.

    Args:
        frame: The table.
        known: Columns that the caller states, without their visits.

    Raises:
        MyotrialError: No visits stand in the names of columns, or in those of some measures only.

    >>> wide = pl.DataFrame({"USUBJID": ["A"], "FI_M0": [40], "FI_M6": [48]})
    >>> stacked(wide).table.rows()
    [('A', 40, 'M0'), ('A', 48, 'M6')]
    """
    found = visits.named(frame.columns, known)
    if found is None:
        raise MyotrialError("No visits stand in the names of the table's columns.")
    labels = [*dict.fromkeys(filter(None, found.visits))]
    parts = [
        frame.select(
            pl.col(column).alias(name)
            for column, name, at in zip(frame.columns, found.names, found.visits, strict=True)
            if at in ("", label)
        ).with_columns(pl.lit(label).alias("VISIT"), pl.int_range(1, pl.len() + 1).alias("__row__"))
        for label in labels
    ]
    whole = pl.concat(parts, how="diagonal_relaxed").sort("__row__", maintain_order=True)
    listed = ", ".join(map(repr, labels))
    note = f"the names of columns end in visits: each row is read as one visit each of {listed}"
    return Stacked(whole.drop("__row__"), whole["__row__"].to_numpy(), note)
