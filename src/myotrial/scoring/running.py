"""Score a whole table: in memory, or on the partitions of Dask."""

from typing import Any

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.scoring import part, side_by_side
from myotrial.scoring.plan import Plan
from myotrial.scoring.planning import Distinct, planned
from myotrial.scoring.report import Report, merged
from myotrial.scoring.side_by_side import Stacked
from myotrial.scoring.tables import Table, opened

__all__ = ["plan", "run"]


def run(table: Any, **options: Any) -> tuple[Any, Report]:
    """Score a table; see `score`."""
    if type(table).__module__.partition(".")[0] in {"dask", "dask_expr"}:
        from myotrial.scoring import dasked

        return dasked.run(table, **options)
    whole = opened(table)
    if side_by_side.is_wide(whole.columns, options["columns"].values()):
        frame = whole.read(whole.columns)
        return _side_by_side(
            whole, side_by_side.stacked(frame, options["columns"].values()), options
        )
    how = plan(whole.columns, whole.distinct, **options)
    frame = whole.read(how.needed)
    made = part.scored(frame, how, np.arange(1, frame.height + 1))
    report = part.reported(how, merged([made.tally]))
    if how.is_long:
        return whole.instead(made.frame()), report
    return whole.with_columns(made.columns), report


def _side_by_side(whole: Table, found: Stacked, options: dict[str, Any]) -> tuple[Any, Report]:
    """Score a table whose visits stand in the names of its columns; visits come back as rows."""
    frame = found.table
    how = plan(frame.columns, lambda names: frame.select(names).unique(), **options)
    made = part.scored(frame.select(how.needed), how, found.numbers)
    report = part.reported(how, merged([made.tally]), (found.note,))
    return whole.instead(frame.hstack(made.frame())), report


def plan(present: list[str], distinct: Distinct, **options: Any) -> Plan:
    """Settle how a table is scored, and see that no column is in the way.

    Raises:
        MyotrialError: As `planning.planned`, or the table has a column that would be added.
    """
    how = planned(present, distinct, **options)
    taken = [] if how.is_long else [name for name in part.added(how) if name in present]
    if taken:
        raise MyotrialError(
            f"The table already has {', '.join(taken)}, which score adds.\nHint: rename or drop it."
        )
    return how
