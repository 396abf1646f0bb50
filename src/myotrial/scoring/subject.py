"""One subject's rows of a table of visits: each measure at baseline and at each later visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np

from myotrial.documents import nearest
from myotrial.errors import MissingColumnsError, MyotrialError
from myotrial.scoring import cells
from myotrial.scoring.door import score
from myotrial.scoring.limits import Limits, upper
from myotrial.scoring.measures import KEYS, Measure, find, measures
from myotrial.scoring.rows import arrange
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
        held: The measures of the table, by name.
        values: Of each measure the value at baseline, and at each later visit; NaN where missing.
        limit: Upper limit of normal of the enzyme, in its unit; NaN where none is needed.
        problems: What of the subject's rows could not be used, in words.
    """

    subject: str
    baseline: str
    visits: tuple[str, ...]
    rows: tuple[int, ...]
    held: Mapping[str, Measure]
    values: Mapping[str, tuple[float, np.ndarray]]
    limit: float
    problems: tuple[str, ...]


def read(
    table: Any,
    subject: str,
    *,
    baseline: str | None,
    columns: Mapping[str, str],
    units: Mapping[str, str],
    variants: Mapping[str, str],
    limits: Limits,
    criteria: Sequence[str],
) -> Course:
    """Read one subject out of a table of visits; the arguments are those of `score`.

    Raises:
        MyotrialError: As `score` raises; or the subject is not in the table, or has no baseline,
            two, or no other visit that can be judged.
        MissingColumnsError: Subject or visit is missing.
    """
    frame = opened(table)
    keys = _keys(frame.columns, columns)
    place, own = _own(frame, keys["USUBJID"], subject)
    visits = cells.texts(own[keys["VISIT"]])
    if baseline is not None and baseline not in visits:
        hint = nearest(baseline, sorted({*visits.tolist()} - {""}))
        raise MyotrialError(f"{subject!r} has no baseline visit {baseline!r}.\nHint: {hint}")
    stated: dict[str, Any] = {"columns": columns, "units": units, "variants": variants}
    options = {**stated, "limits": limits, "criteria": criteria}
    report = score(own.to_native(), baseline=baseline, **options).report
    marked = visits == baseline if baseline else cells.texts(own[keys["ABLFL"]]) == "Y"
    rows = arrange(np.full(len(visits), subject, dtype=object), visits, marked)
    if not rows.scored.any():
        told = "; ".join(dict.fromkeys(filter(None, rows.why_not.tolist())))
        raise MyotrialError(
            f"No visit of {subject!r} can be judged: {told or 'there is only the baseline'}."
        )
    start = int(np.flatnonzero(rows.is_baseline)[0])
    held = {measure.name: measure for measure in measures(frame.columns, **stated)}
    values = {name: _values(own, measure) for name, measure in held.items()}
    limit, _ = upper(own, held, rows, keys, limits, criteria)
    return Course(
        subject,
        str(visits[start]),
        tuple(visits[rows.scored].tolist()),
        (int(place[start]) + 1, *(place[rows.scored] + 1).tolist()),
        held,
        {name: (float(whole[start]), whole[rows.scored]) for name, whole in values.items()},
        float(limit[0]),
        tuple(
            str(replace(item, rows=tuple(int(place[row - 1]) + 1 for row in item.rows)))
            for item in report.problems
        ),
    )


def _keys(present: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    found = {name: find(name, present, columns) for name in KEYS}
    missing = [name for name in ("USUBJID", "VISIT") if found[name] is None]
    if missing:
        raise MissingColumnsError("explain", missing, present)
    return {name: column for name, column in found.items() if column is not None}


def _own(frame: nw.DataFrame[Any], column: str, subject: str) -> tuple[np.ndarray, Any]:
    """Places of the subject's rows, and these rows."""
    subjects = cells.texts(frame[column])
    place = np.flatnonzero(subjects == subject)
    if not len(place):
        known = sorted({*subjects.tolist()} - {""})
        raise MyotrialError(
            f"No row is about the subject {subject!r}.\nHint: {nearest(subject, known)}"
        )
    return place, frame.filter((subjects == subject).tolist())


def _values(own: nw.DataFrame[Any], measure: Measure) -> np.ndarray:
    """A measure along the rows; NaN for what is missing, no number, or off the scale."""
    whole, _ = cells.numbers(own[measure.column])
    return np.where(measure.off_scale(whole), np.nan, whole)
