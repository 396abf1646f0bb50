"""The course of every criterion of a scored table: one row for each subject and verdict.

The verdicts of a score are its thresholds: TIS20, TIS40 and TIS60 in adults, TIS30, TIS45 and TIS70
in children. The tasks of the FI-2 are counted, without a verdict, and have no course.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from myotrial.errors import MyotrialError
from myotrial.scoring.core_sets import CRITERIA
from myotrial.scoring.subjects import by_subject

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Verdict", "courses", "verdicts_of"]

COLUMNS: Mapping[str, str] = {  # of verdicts, by what a criterion adds
    "doi": "DOI",
    "printo": "PRINTO",
    "fi20": "FI20",
    "worsening": "WORSE",
    "worsening30": "WORSE30",
    "deterioration": "DETER",
}


class Verdict(NamedTuple):
    """A verdict that has a course.

    Attributes:
        name: What its rows are called.
        column: The column of verdicts, or TIS.
        at_least: The score that counts, for TIS.
    """

    name: str
    column: str
    at_least: float | None = None


def verdicts_of(criteria: Sequence[str]) -> list[Verdict]:
    """The verdicts of some criteria.

    Raises:
        MyotrialError: There is none.

    >>> [verdict.name for verdict in verdicts_of(["doi", "tis_adult", "fi2"])]
    ['DOI', 'TIS20', 'TIS40', 'TIS60']
    """
    found = []
    for name in criteria:
        limits = CRITERIA[name].thresholds
        if limits is not None:
            found += [Verdict(f"TIS{points:g}", "TIS", points) for points in limits]
        elif CRITERIA[name].adds in COLUMNS:
            column = COLUMNS[CRITERIA[name].adds]
            found.append(Verdict(column, column))
    if not found:
        raise MyotrialError(
            f"{', '.join(criteria)} has no verdict whose course could be told.\n"
            "Hint: ask for another criterion as well, such as doi or fi20."
        )
    return found


def courses(
    table: "pl.DataFrame",
    *,
    criteria: Sequence[str],
    visits: Sequence[str],
    consecutive: int = 2,
    days: Mapping[str, float] | None = None,
    columns: Mapping[str, str] | None = None,
) -> "pl.DataFrame":
    """One row for each subject and verdict of a table that was scored; see `by_subject`.

    Args:
        table: The scored table.
        criteria: Those by which it was scored.
        visits: The scheduled visits after baseline, in order.
        consecutive: At how many visits in a row a verdict has to hold to be sustained.
        days: Day of each visit since baseline, for the time to the first.
        columns: Other names of the columns USUBJID and VISIT.

    Returns:
        What `by_subject` gives, with CRITERION beside USUBJID, by subject in the table's order.

    Raises:
        MyotrialError: As `by_subject` raises; or no criterion has a verdict.
    """
    import polars as pl

    parts = []
    for place, verdict in enumerate(verdicts_of(criteria)):
        made = by_subject(
            table,
            visits=visits,
            criterion=verdict.column,
            at_least=verdict.at_least,
            consecutive=consecutive,
            days=days,
            columns=columns,
        )
        made = made.with_row_index("#").with_columns(
            pl.lit(verdict.name).alias("CRITERION"),
            pl.lit(place).alias("##"),
            pl.col("EVER", "SUSTAIN", "LAST", "FIRST").cast(pl.String),
        )
        parts.append(made)
    whole = pl.concat(parts).sort("#", "##").drop("#", "##")
    return whole.select("USUBJID", "CRITERION", pl.exclude("USUBJID", "CRITERION"))
