"""`score`: a table of visits in, the same kind of table out with verdicts added, and a report."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np

from myotrial.documents import nearest
from myotrial.errors import MissingColumnsError, MyotrialError
from myotrial.response import tis_2016
from myotrial.scoring import cells, shown, verdicts
from myotrial.scoring.limits import Limits, upper
from myotrial.scoring.measures import KEYS, MEASURES, Measure, check_names, find, measures
from myotrial.scoring.report import Problem, Report
from myotrial.scoring.rows import Rows, arrange, numbered
from myotrial.scoring.tables import added, opened

__all__ = ["Scored", "score"]


class Scored(NamedTuple):
    """What `score` gives back.

    Attributes:
        table: The input's kind of table, with columns added.
        report: What was recognised, and what could not be scored.
    """

    table: Any
    report: Report

    def _repr_html_(self) -> str:
        return shown.scored(self.table, self.report)


def score(
    table: Any,
    *,
    baseline: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    variants: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    criteria: Sequence[str] = ("doi", "fi20", "tis_adult"),
) -> Scored:
    """Score a table with one row for each subject and visit.

    Args:
        table: pandas, Polars (eager or lazy; a lazy one is collected) or PyArrow. Columns USUBJID,
            AVISIT or VISIT, and any of PHGA, PTGA, MMT8, HAQDI, CK, EXTRAM (extramuscular global
            VAS) or MYOACT, and FI.
        baseline: Name of the baseline visit; if None, rows with ABLFL = Y are the baselines.
        columns: Other names of columns: `{"PHGA": "phys_vas"}`.
        units: Unit of each measure that knows several: `{"PHGA": "mm", "CK": "ukat/L"}`.
        variants: `{"MMT8": "one side"}` or "both sides".
        limits: Upper limit of normal of CK in its unit, one number or one by SEX:
            `{"CK": {"F": 150, "M": 200}}`. The total improvement score needs it.
        criteria: Any of "doi", "fi20", "tis_adult", "tis_juvenile" (one of the latter two).

    Returns:
        The table with DOI (Y, N, INDETERMINATE, NOT ASSESSED) and its bounds DOILO and DOIHI (0 or
        1), NIMPR, NWORSE, NASSESSED (measures), STATUS, FI20, TIS (points; missing where open),
        TISLO, TISHI, TISCAT and WHY; and the report. Baselines and rows that cannot be scored have
        only WHY. The input is not changed.

    Raises:
        MyotrialError: A unit, variant, limit or baseline is not stated, or is not known.
        MissingColumnsError: Subject, visit or every measure is missing.

    >>> import polars as pl
    >>> visits = pl.DataFrame({"USUBJID": ["A", "A"], "VISIT": ["M0", "M6"], "FI": [40, 48]})
    >>> score(visits, baseline="M0", criteria=["fi20"]).table["FI20"].to_list()
    [None, 'Y']
    """
    columns, units, variants, limits = columns or {}, units or {}, variants or {}, limits or {}
    _check(columns, units, variants, limits, criteria)
    frame = opened(table)
    taken = [name for name in verdicts.COLUMNS if name in frame.columns]
    if taken:
        raise MyotrialError(
            f"The table already has {', '.join(taken)}, which score adds.\nHint: rename or drop it."
        )
    held = {
        item.name: item
        for item in measures(frame.columns, columns=columns, units=units, variants=variants)
    }
    keys = _keys(frame.columns, columns, baseline)
    rows = _arranged(frame, keys, baseline)
    values, problems = _values(frame, held, rows)
    upper_limit, unlimited = upper(frame, held, rows, keys, limits, criteria)
    made, notes = _verdicts(values, held, rows, upper_limit, criteria)
    report = _report(frame, keys, held, rows, [*rows.problems(), *problems, *unlimited], notes)
    return Scored(added(table, frame, made, verdicts.COUNTS), report)


def _check(
    columns: Mapping[str, str],
    units: Mapping[str, str],
    variants: Mapping[str, str],
    limits: Limits,
    criteria: Sequence[str],
) -> None:
    check_names(columns, [*KEYS, *MEASURES], argument="columns")
    check_names(units, [*MEASURES], argument="units")
    check_names(variants, [*MEASURES], argument="variants")
    check_names(limits, ["CK"], argument="limits")
    known = verdicts.CRITERIA
    for name in criteria:
        if name not in known:
            raise MyotrialError(
                f"there is no criterion {name!r} here.\nHint: {nearest(name, known)}"
            )
    if not criteria or {"tis_adult", "tis_juvenile"} <= set(criteria):
        raise MyotrialError("criteria names at least one, and one of tis_adult and tis_juvenile.")


def _keys(present: Sequence[str], columns: Mapping[str, str], baseline: str | None) -> dict:
    """The columns of subject, visit, baseline flag and sex that are there."""
    found = {name: find(name, present, columns) for name in KEYS}
    missing = [name for name in ("USUBJID", "VISIT") if found[name] is None]
    if missing:
        raise MissingColumnsError("score", missing, present)
    if baseline is None and found["ABLFL"] is None:
        raise MyotrialError(
            "score needs to know the baseline.\n"
            "Hint: name the baseline visit, or mark its rows with Y in a column ABLFL."
        )
    return {name: column for name, column in found.items() if column is not None}


def _arranged(frame: nw.DataFrame[Any], keys: Mapping[str, str], baseline: str | None) -> Rows:
    subjects, visits = (cells.texts(frame[keys[name]]) for name in ("USUBJID", "VISIT"))
    if baseline is not None:
        marked = visits == baseline
        if len(visits) and not marked.any():
            known = sorted({*visits} - {""})
            raise MyotrialError(
                f"No row has the baseline visit {baseline!r}.\nHint: {nearest(baseline, known)}"
            )
    else:
        marked = cells.texts(frame[keys["ABLFL"]]) == "Y"
    return arrange(subjects, visits, marked)


def _values(
    frame: nw.DataFrame[Any], held: Mapping[str, Measure], rows: Rows
) -> tuple[verdicts.Values, list[Problem]]:
    """Each measure at baseline and here, for the rows that are scored; and cells no use."""
    values, problems = {}, []
    start = rows.baseline[rows.scored]
    for name, measure in held.items():
        whole, odd = cells.numbers(frame[measure.column])
        off = measure.off_scale(whole)
        whole = np.where(off, np.nan, whole)
        values[name] = whole[start], whole[rows.scored]
        low, high = measure.instrument.range(unit=measure.unit, variant=measure.variant)
        scale = f"off the scale {low:g} to {high:g} {measure.unit}"
        for says, where in (("not a number", odd), (scale, off)):
            if where.any():
                problems.append(Problem(says, numbered(where), measure.column, scored=True))
    return values, problems


def _verdicts(
    values: verdicts.Values,
    held: Mapping[str, Measure],
    rows: Rows,
    limit: np.ndarray,
    criteria: Sequence[str],
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Every added column, one cell for each row of the table; and what was left out, and why."""
    count, notes = int(rows.scored.sum()), []
    makers = {
        "doi": verdicts.doi,
        "fi20": verdicts.fi20,
        "tis_adult": partial(verdicts.tis, limit=limit, thresholds=tis_2016.ADULT),
        "tis_juvenile": partial(verdicts.tis, limit=limit, thresholds=tis_2016.JUVENILE),
    }
    made: dict[str, np.ndarray] = {}
    reasons: list[np.ndarray] = []
    for name in (name for name in makers if name in criteria):
        if not (({"FI"} if name == "fi20" else {*MEASURES} - {"FI"}) & {*held}):
            notes.append(f"{name} is left out, no column holds a measure of it")
            continue
        found = makers[name](values, held, count)
        reasons.append(found.pop("WHY"))
        made |= {column: _spread(cell, rows) for column, cell in found.items()}
        if name.startswith("tis") and "MYOACT" in held and "EXTRAM" not in held:
            notes.append("MYOACT is not the VAS that TIS asks for, which counts as missing there")
    if not made:
        raise MyotrialError(f"Nothing to score: {'; '.join(notes)}.")
    if {"MYOACT", "EXTRAM"} <= {*held}:
        notes.append("EXTRAM is used, not MYOACT")
    told = np.where(rows.is_baseline, "baseline", rows.why_not).astype(object)
    told[rows.scored] = ["; ".join(parts) for parts in zip(*reasons, strict=True)]
    return made | {"WHY": told}, notes


def _spread(cell: np.ndarray, rows: Rows) -> np.ndarray:
    """Put the values of scored rows in their places; the others are missing."""
    words = cell.dtype.kind not in "fb"
    whole = np.full(len(rows.scored), None if words else np.nan, dtype=object if words else float)
    whole[rows.scored] = cell
    return whole


def _report(
    frame: nw.DataFrame[Any],
    keys: Mapping[str, str],
    held: Mapping[str, Measure],
    rows: Rows,
    problems: Sequence[Problem],
    notes: Sequence[str],
) -> Report:
    used = {*keys.values(), *(item.column for item in held.values())}
    told = {name: f"column {column!r}" for name, column in keys.items()}
    return Report(
        rows=len(rows.scored),
        scored=int(rows.scored.sum()),
        baselines=int(rows.is_baseline.sum()),
        recognised=told | {name: str(item) for name, item in held.items()},
        absent=tuple(name for name in MEASURES if name not in held),
        ignored=tuple(name for name in frame.columns if name not in used),
        notes=tuple(notes),
        problems=tuple(problems),
    )
