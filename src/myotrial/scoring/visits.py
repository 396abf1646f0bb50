"""One row for each visit, as numbers in one unit, from a part of a wide or long table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from myotrial.scoring import cells, limits
from myotrial.scoring.core_sets import ENZYME
from myotrial.scoring.measures import Measure
from myotrial.scoring.plan import Plan
from myotrial.scoring.report import Problem

__all__ = ["Visits", "from_long", "from_wide"]


@dataclass
class Visits:
    """The visits of some subjects.

    Attributes:
        numbers: Number of each row in the table, from 1.
        subjects: Subject of each row, null where missing.
        visits: Visit of each row, null where missing.
        marked: Whether the row is stated to be a baseline.
        values: Of each measure, in its unit; NaN where missing or unusable.
        limits: Upper limit of normal of each enzyme, in the unit of its measure; NaN if none.
        order: What visits are ordered by, where the table says.
        problems: Cells that could not be used.
        table: Of a long table, the visits as a table.
    """

    numbers: np.ndarray
    subjects: pl.Series
    visits: pl.Series
    marked: np.ndarray
    values: dict[str, np.ndarray] = field(default_factory=dict)
    limits: dict[str, np.ndarray] = field(default_factory=dict)
    order: np.ndarray | None = None
    problems: list[Problem] = field(default_factory=list)
    table: pl.DataFrame | None = None


def from_wide(frame: pl.DataFrame, plan: Plan, numbers: np.ndarray) -> Visits:
    """The visits of a table with one row for each.

    Args:
        frame: The columns that the plan needs, for all rows of some subjects.
        plan: How the table is scored.
        numbers: Number of each row in the whole table, from 1.
    """
    made = _rows(frame, plan, numbers)
    for name, item in plan.held.items():
        values, factor = _values(frame, item, item.column, item.column, plan, made)
        made.values[name] = values
        if name in ENZYME:
            made.limits[name] = _limits(frame, item, plan, factor)
    return made


def from_long(frame: pl.DataFrame, plan: Plan, numbers: np.ndarray) -> Visits:
    """The visits of a table with one row for each measure.

    Args:
        frame: The columns that the plan needs, for all rows of some subjects.
        plan: How the table is scored.
        numbers: Number of each row in the whole table, from 1.
    """
    whole = _rows(frame, plan, numbers)
    code = cells.repeated_texts(frame[plan.keys["PARAMCD"]])
    keys = pl.DataFrame(
        {
            "subject": whole.subjects,
            "visit": whole.visits,
            "number": whole.numbers,
            "marked": whole.marked,
            "order": np.full(len(numbers), np.nan) if whole.order is None else whole.order,
        }
    )
    grouped = keys.group_by("subject", "visit", maintain_order=True).agg(
        pl.col("number").first(), pl.col("marked").any(), pl.col("order").min()
    )
    made = Visits(
        grouped["number"].to_numpy(),
        grouped["subject"],
        grouped["visit"],
        grouped["marked"].to_numpy(),
        order=None if whole.order is None else grouped["order"].to_numpy(),
    )
    for name, item in plan.held.items():
        here = np.flatnonzero((code == item.column).fill_null(False).to_numpy())
        rows = frame[here]
        part = Visits(numbers[here], whole.subjects[here], whole.visits[here], whole.marked[here])
        values, factor = _values(rows, item, plan.keys["AVAL"], name, plan, part)
        tables = {"value": values}
        if name in ENZYME:
            tables["limit"] = _limits(rows, item, plan, factor)
        spread, twice = _spread(grouped, keys[here], tables)
        made.values[name] = spread["value"]
        made.limits |= {name: spread["limit"]} if name in ENZYME else {}
        made.problems += part.problems
        if len(twice):
            said = "stands twice at the visit"
            made.problems.append(Problem.at(numbers[here][twice], said, column=name, scored=True))
    made.table = _table(grouped, made, plan)
    return made


def _rows(frame: pl.DataFrame, plan: Plan, numbers: np.ndarray) -> Visits:
    """Subjects, visits and baselines, without values."""
    keys = plan.keys
    subjects = cells.texts(frame[keys["USUBJID"]])
    visits = cells.repeated_texts(frame[keys["VISIT"]])
    if plan.baseline is not None:
        marked = visits == plan.baseline
    else:
        marked = cells.repeated_texts(frame[keys["ABLFL"]]).str.to_uppercase() == "Y"
    order = cells.numbers(frame[keys["ORDER"]])[0] if "ORDER" in keys else None
    return Visits(numbers, subjects, visits, marked.fill_null(False).to_numpy(), order=order)


def _values(
    frame: pl.DataFrame, item: Measure, column: str, shown: str, plan: Plan, made: Visits
) -> tuple[np.ndarray, np.ndarray | None]:
    """The values of a measure in its unit, what each was multiplied with; problems are added."""
    values, odd = cells.numbers(frame[column], decimal=plan.decimal)
    factor, strange = _factor(frame, item, values)
    if factor is not None:
        values = values * factor
    off = item.off_scale(values)
    low, high = item.instrument.range(unit=item.unit, variant=item.variant)
    known = " or ".join(item.instrument.units)
    for says, where in (
        ("not a number", odd),
        (f"unit is not {known}", strange),
        (f"off the scale {low:g} to {high:g} {item.unit}", off),
    ):
        if where is not None and where.any():
            found = Problem.at(made.numbers[where], says, column=shown, scored=True)
            made.problems.append(found)
    return (np.where(off, np.nan, values) if off.any() else values), factor


def _factor(
    frame: pl.DataFrame, item: Measure, values: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """What each value is multiplied with, NaN where its unit is not known; and where that is."""
    if not item.unit_column:
        return None, None
    sizes = item.sizes()
    said = cells.repeated_texts(frame[item.unit_column]).fill_null(item.unstated)
    distinct = said.unique()
    found = distinct.replace_strict(sizes, default=np.nan, return_dtype=pl.Float64)
    factor = said.replace_strict(distinct, found, return_dtype=pl.Float64).to_numpy()
    return factor, np.isnan(factor) & ~np.isnan(values)


def _limits(
    frame: pl.DataFrame, item: Measure, plan: Plan, factor: np.ndarray | None
) -> np.ndarray:
    """The limit of each row, from the column of limits, else as stated."""
    sex, lab = (
        cells.repeated_texts(frame[plan.keys[name]]) if name in plan.keys else None
        for name in ("SEX", "LAB")
    )
    found = limits.stated(item, plan.limits, sex, lab, frame.height)
    if item.limit_column:
        written, _ = cells.numbers(frame[item.limit_column], decimal=plan.decimal)
        written = written if factor is None else written * factor
        found = np.where(written > 0, written, found)
    return found


def _spread(
    grouped: pl.DataFrame, keys: pl.DataFrame, columns: Mapping[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Put the values of one measure beside the visits; a value that stands twice is missing."""
    pair = ["subject", "visit"]
    part = keys.select(pair).with_columns(**{k: pl.Series(v) for k, v in columns.items()})
    count = part.select(pl.len().over(pair)).to_series().to_numpy()
    twice = np.flatnonzero(count > 1)
    part = part.filter(pl.Series(count == 1))
    joined = grouped.select(pair).join(
        part, on=pair, how="left", nulls_equal=True, maintain_order="left"
    )
    return {k: joined[k].fill_null(np.nan).to_numpy() for k in columns}, twice


def _table(grouped: pl.DataFrame, made: Visits, plan: Plan) -> pl.DataFrame:
    """The visits of a long table, each measure in a column of its own."""
    table = grouped.select(
        pl.col("subject").alias(plan.keys["USUBJID"]), pl.col("visit").alias(plan.keys["VISIT"])
    )
    values = (pl.Series(k, v).fill_nan(None) for k, v in made.values.items())
    return table.with_columns(*values)
