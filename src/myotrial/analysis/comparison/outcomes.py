"""Continuous outcomes of two arms: gathered by visit, and told as adjusted differences.

Outcome  change from baseline of each assessment (ADCS), and the Total Improvement Score where it
         was derived (ADRS, TIS), which is a change by nature.
Sign     differences are treatment minus control of the value as it is measured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from myotrial.analysis.comparison.arms import Pair
from myotrial.analysis.sheet import Sheet
from myotrial.analysis.trial import Record, Rows
from myotrial.results import Result
from myotrial.statistics import linear
from myotrial.statistics.estimate import Estimate
from myotrial.statistics.mmrm_inference import Combination

__all__ = ["Outcome", "adjusted", "both", "covariates", "outcomes"]


@dataclass(frozen=True)
class Outcome:
    """One continuous outcome of both arms.

    Attributes:
        key: PARAMCD.
        label: What it is.
        unit: Its unit.
        rows: The rows it comes from, known values only.
        who: Subjects, in order.
        visits: Scheduled visits at which any has a value.
        values: Shape (subjects, visits), NaN where missing.
        before: Baseline values, one a subject; None where the outcome has none.
    """

    key: str
    label: str
    unit: str
    rows: Rows
    who: list[str]
    visits: list[Record]
    values: np.ndarray
    before: np.ndarray | None


def outcomes(pair: Pair) -> Iterator[Outcome]:
    """Every continuous outcome that was derived."""
    score = _rows(pair, "ADRS", "AVAL", ("PARAMCD", "PARAM", "VISITID", "AVAL")).where(
        PARAMCD="TIS"
    )
    if len(score):
        yield _outcome(pair, score, "AVAL", "points", None)
    changes = _rows(pair, "ADCS", "CHG", ("PARAMCD", "PARAM", "VISITID", "CHG", "BASE", "AVALU"))
    for rows in changes.by("PARAMCD").values():
        before = {row["USUBJID"]: row["BASE"] for row in rows}
        yield _outcome(pair, rows, "CHG", rows.records[0]["AVALU"] or "", before)


def _rows(pair: Pair, dataset: str, column: str, columns: Sequence[str]) -> Rows:
    if not pair.trial.has(dataset, *columns):
        return Rows(dataset, ())
    found = pair.trial.rows(dataset, ("USUBJID", *columns), step="comparison")
    return found.of(pair.people.subjects()).known(column)


def _outcome(
    pair: Pair, rows: Rows, column: str, unit: str, before: dict[str, float] | None
) -> Outcome:
    seen = set(rows.values("VISITID"))
    visits = [visit for visit in pair.trial.visits if visit["id"] in seen]
    rows = rows.where(lambda row: row["VISITID"] in {visit["id"] for visit in visits})
    who = rows.subjects()
    place = {one: at for at, one in enumerate(who)}
    column_of = {visit["id"]: at for at, visit in enumerate(visits)}
    values = np.full((len(who), len(visits)), np.nan)
    for row in rows:
        values[place[row["USUBJID"]], column_of[row["VISITID"]]] = row[column]
    first = rows.records[0] if len(rows) else {"PARAMCD": "", "PARAM": ""}
    start = None if before is None else np.array([before[one] for one in who], float)
    return Outcome(first["PARAMCD"], first["PARAM"], unit, rows, who, visits, values, start)


def covariates(pair: Pair, who: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Indicators of the strata, the first left out, centred so that means stay means."""
    layers = [name for name in pair.layers if any(pair.stratum[one] == name for one in who)][1:]
    columns = [[float(pair.stratum[one] == name) for one in who] for name in layers]
    found = np.array(columns, float).reshape(len(layers), len(who)).T
    return found - found.mean(axis=0) if len(who) else found, layers


def both(
    sheet: Sheet,
    key: str,
    outcome: Outcome,
    found: Combination | linear.Term | None,
    rows: Rows,
    words: str,
    reference: str,
    why: list[str],
) -> Iterator[Result]:
    """A difference of adjusted means and its p-value."""
    yield adjusted(
        sheet, f"{key}.difference", f"{outcome.label}: difference of adjusted means", found, rows,
        outcome.unit, words, reference, why,
    )  # fmt: skip
    yield sheet.p_value(
        f"{key}.p_value",
        f"{outcome.label}: equal adjusted means",
        found.p_value if found else None,
        rows,
        n=len(rows.subjects()),
        method=f"t test of the difference; {words}",
        reference=reference,
        warnings=why,
    )


def adjusted(
    sheet: Sheet,
    key: str,
    label: str,
    found: Combination | linear.Term | None,
    rows: Rows,
    unit: str,
    words: str,
    reference: str,
    why: list[str],
    *,
    statistic: str = "difference",
) -> Result:
    """An adjusted mean or difference with its interval; None with the reason otherwise."""
    freedom = f"; {found.freedom:.1f} degrees of freedom" if isinstance(found, Combination) else ""
    return sheet.estimate(
        key, label, found.estimate if found else Estimate(None), rows, statistic=statistic,
        n=len(rows.subjects()), unit=unit, method=f"{words}{freedom}; 95 % interval",
        reference=reference, warnings=why,
    )  # fmt: skip
