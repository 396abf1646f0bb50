"""A dataframe of Dask: rows are brought together by subject, and every partition is scored.

The work runs where Dask runs it, with a `distributed.Client` on its workers. Verdicts are kept
there; only counts come back for the report.
"""

from typing import Any

import numpy as np
import polars as pl

from myotrial.scoring import cells, part, running
from myotrial.scoring.plan import Plan
from myotrial.scoring.report import Report, Tally, merged
from myotrial.scoring.tables import opened

__all__ = ["run"]

NUMBER, SUBJECT = "__number__", "__subject__"  # beside the table's columns while it is scored


def run(table: Any, **options: Any) -> tuple[Any, Report]:
    """Score a dataframe of Dask; the same comes back, sorted as the shuffle leaves it.

    Args:
        table: The dataframe.
        options: As of `score`.

    Raises:
        MyotrialError: As of `score`.
    """
    from dask import dataframe
    from dask.base import compute, persist
    from dask.delayed import delayed

    def distinct(names: list[str]) -> pl.DataFrame:
        return opened(table[names].drop_duplicates().compute()).read(names).unique()

    plan = running.plan([*table.columns], distinct, **options)
    each = delayed(_numbered)
    lengths = table.map_partitions(len).compute()
    starts = [0, *np.cumsum(lengths).tolist()]
    numbered = dataframe.from_delayed(
        [each(some, start, plan) for some, start in zip(table.to_delayed(), starts, strict=False)],
        meta=_numbered(table._meta, 0, plan),
        verify_meta=False,
    )
    together = numbered.shuffle(on=SUBJECT)
    score = delayed(_scored, nout=2)
    pairs = persist(*[tuple(score(some, plan)) for some in together.to_delayed()])
    tallies = compute(*[tally for _, tally in pairs])
    meta = _scored(_numbered(table._meta, 0, plan), plan)[0]
    whole = dataframe.from_delayed([frame for frame, _ in pairs], meta=meta, verify_meta=False)
    return whole, part.reported(plan, merged(tallies))


def _numbered(some: Any, start: int, plan: Plan) -> Any:
    """A partition with the numbers of its rows, and its subjects as texts."""
    column = plan.keys["USUBJID"]
    subjects = cells.texts(opened(some).read([column]).to_series()).fill_null("")
    numbers = np.arange(start + 1, start + len(some) + 1)
    return some.assign(**{NUMBER: numbers, SUBJECT: subjects.to_list()})


def _scored(some: Any, plan: Plan) -> tuple[Any, Tally]:
    """A partition with verdicts, words as texts so that partitions agree; and what was counted."""
    ordered = some.sort_values(NUMBER)
    table = opened(ordered.drop(columns=[NUMBER, SUBJECT]))
    made = part.scored(table.read(plan.needed), plan, ordered[NUMBER].to_numpy())
    whole = table.instead(made.frame()) if plan.is_long else table.with_columns(made.columns)
    words = [item.name for item in made.columns if item.kind in {"word", "sentence"}]
    return whole.astype(dict.fromkeys(words, "str")), made.tally
