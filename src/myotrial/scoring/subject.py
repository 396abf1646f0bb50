"""One subject's rows of a table of visits: each measure at baseline and at each later visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from myotrial import names
from myotrial.documents import nearest
from myotrial.errors import MissingColumnsError, MyotrialError
from myotrial.scoring import cells, part, visits
from myotrial.scoring.core import Pairs
from myotrial.scoring.plan import Plan
from myotrial.scoring.planning import planned
from myotrial.scoring.report import Tally
from myotrial.scoring.rows import REASONS, arrange
from myotrial.scoring.tables import opened

__all__ = ["Course", "read"]


@dataclass(frozen=True)
class Course:
    """What a table holds of one subject.

    Attributes:
        subject: The subject.
        baseline: Name of the baseline visit.
        visits: Names of the later visits, in the order of the table.
        rows: Number of the baseline's row in the table and of each later visit's, from 1, the
            header not counted.
        plan: How the table is scored.
        pairs: The values of the later visits, and at baseline.
        before: For each later visit the visit before it, -1 if none.
        tally: What could not be used, by the numbers of the rows.
    """

    subject: str
    baseline: str
    visits: tuple[str, ...]
    rows: tuple[int, ...]
    plan: Plan
    pairs: Pairs
    before: np.ndarray
    tally: Tally


def read(table: Any, subject: str, *, numbers: np.ndarray | None = None, **options: Any) -> Course:
    """Read one subject out of a table of visits.

    Args:
        table: As in `score`.
        subject: The subject.
        numbers: Number of each row; None: from 1 on.
        options: Those of `score`.

    Raises:
        MyotrialError: As `score` raises; or the subject is not in the table, or has no baseline,
            two, or no other visit that can be judged.
        MissingColumnsError: Subject or visit is missing.
    """
    whole = opened(table)
    columns = options["columns"]
    who = names.column_of("USUBJID", whole.columns, columns)
    when = names.column_of("VISIT", whole.columns, columns)
    if who is None or when is None:
        gone = [name for name, at in (("USUBJID", who), ("VISIT", when)) if at is None]
        raise MissingColumnsError("explain", gone, whole.columns)
    place = _place(cells.texts(whole.read([who]).to_series()), subject)
    _check_baseline(
        options["baseline"], cells.texts(whole.read([when])[place].to_series()), subject
    )
    plan = planned(whole.columns, lambda wanted: whole.read(wanted)[place].unique(), **options)
    own = whole.read(plan.needed)[place]
    at = place + 1 if numbers is None else numbers[place]
    return _course(subject, plan, own, at)


def _place(subjects: pl.Series, subject: str) -> np.ndarray:
    """Where the subject's rows are."""
    place = np.flatnonzero((subjects == subject).fill_null(False).to_numpy())
    if not len(place):
        known = subjects.drop_nulls().unique().sort().to_list()
        raise MyotrialError(
            f"No row is about the subject {subject!r}.\nHint: {nearest(subject, known)}"
        )
    return place


def _check_baseline(baseline: str | None, there: pl.Series, subject: str) -> None:
    if baseline is not None and baseline not in there:
        hint = nearest(baseline, there.drop_nulls().unique().sort().to_list())
        raise MyotrialError(f"{subject!r} has no baseline visit {baseline!r}.\nHint: {hint}")


def _course(subject: str, plan: Plan, own: pl.DataFrame, numbers: np.ndarray) -> Course:
    table = (visits.from_long if plan.is_long else visits.from_wide)(own, plan, numbers)
    rows = arrange(table.subjects, table.visits, table.marked)
    here = np.flatnonzero(rows.scored)
    if not len(here):
        told = "; ".join(dict.fromkeys(REASONS[code] for code in rows.why_not.tolist() if code))
        raise MyotrialError(
            f"No visit of {subject!r} can be judged: {told or 'there is only the baseline'}."
        )
    start = int(np.flatnonzero(rows.is_baseline)[0])
    named: Sequence[str] = table.visits.to_list()
    tally = part.scored(own, plan, numbers).tally
    return Course(
        subject,
        named[start],
        tuple(named[at] for at in here),
        (int(table.numbers[start]), *table.numbers[here].tolist()),
        plan,
        part.pairs_of(table, rows, here, plan),
        part.before_of(table, rows, here),
        tally,
    )
