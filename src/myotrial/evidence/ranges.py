"""The exact range of a statistic over all tables that fit.

A count has a least and a greatest value. For a 2x2 table every table that fits is listed, by fixing
its cells one after another between their bounds, and the statistic is computed on each; where there
are too many, only the cells' bounds are given and a warning says so.

"infinity" stands for an end without bound, as an odds ratio can have; None for one not defined.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf
from typing import Any

from myotrial.errors import TooLargeError
from myotrial.evidence import methods
from myotrial.evidence.claims import Statistic, Table
from myotrial.evidence.solver import Clash, Extra, Solver
from myotrial.evidence.statements import Tally, tally
from myotrial.results import INFINITY

__all__ = ["Bounds", "asked", "bounds", "of_statistic", "written"]

TABLES = 400  # 2x2 tables listed for one statistic under one set of readings


@dataclass(frozen=True)
class Bounds:
    """Least and greatest value of a count; `most` is None where nothing bounds it."""

    least: int
    most: int | None


def asked(statistic: Statistic) -> list[Tally]:
    """The tallies that a statistic needs."""
    if statistic.table is not None:
        return list(cells(statistic.table))
    return [tally(statistic.count)]


def cells(table: Table) -> tuple[Tally, Tally, Tally, Tally]:
    """The tallies of the four cells: row yes, row no / other yes, other no."""
    first, second, third, fourth = (
        tally(row, column, table.among)
        for row in (table.row, f"not ({table.row})")
        for column in (table.column, f"not ({table.column})")
    )
    return first, second, third, fourth


def bounds(solver: Solver, found: Tally, chosen: int) -> Bounds:
    """The range of a tally while the chosen elements, which can all hold, do hold."""
    vector = solver.vector(found)
    least, most = solver.least(vector, chosen), solver.most(vector, chosen)
    return Bounds(least[0] if least else 0, most[0] if most else None)


def of_statistic(solver: Solver, statistic: Statistic, chosen: int) -> list[dict[str, Any]]:
    """The ranges of a statistic under the chosen elements, one record per method.

    Returns:
        Records with `id`, `method`, `min`, `max`, for a table `at_min`, `at_max` (the tables at the
        ends, with the interval of an estimate), `tables` (how many fit), and `warnings`.
    """
    try:
        return _ranges(solver, statistic, chosen)
    except TooLargeError:
        record = {"id": statistic.id, "method": "none", "label": statistic.label}
        return [record | {"min": None, "max": None, "warnings": ["too hard for the solver"]}]


def _ranges(solver: Solver, statistic: Statistic, chosen: int) -> list[dict[str, Any]]:
    if statistic.table is None:
        found = bounds(solver, tally(statistic.count), chosen)
        record = {"id": statistic.id, "method": "count", "label": statistic.label}
        return [record | {"min": found.least, "max": written(found.most), "warnings": []}]
    tables = list(_tables(solver, cells(statistic.table), chosen))
    if len(tables) > TABLES:
        return [_too_many(solver, statistic, statistic.table, chosen)]
    return [_of_tables(statistic, method, tables) for method in statistic.methods]


def _tables(solver: Solver, tallies: tuple[Tally, ...], chosen: int) -> Iterator[tuple[int, ...]]:
    """All tables that fit, ascending; stops after one more than `TABLES`."""
    vectors = [solver.vector(each) for each in tallies]
    found = 0
    stack: list[tuple[int, ...]] = [()]
    while stack and found <= TABLES:
        fixed = stack.pop()
        extras = [Extra(v, x, x) for v, x in zip(vectors, fixed, strict=False)]
        if len(fixed) == len(vectors):
            found += 1
            yield fixed
            continue
        vector = vectors[len(fixed)]
        least = solver.least(vector, chosen, extras)
        most = solver.most(vector, chosen, extras)
        if least is None:
            continue
        top = least[0] + TABLES if most is None else most[0]
        known = {least[0], top} if most is not None else {least[0]}
        for value in range(min(top, least[0] + TABLES), least[0] - 1, -1):
            extra = Extra(vector, value, value)
            if value in known or not isinstance(solver.check(chosen, [*extras, extra]), Clash):
                stack.append((*fixed, value))


def _too_many(solver: Solver, statistic: Statistic, table: Table, chosen: int) -> dict[str, Any]:
    shown = {}
    for name, found in zip("abcd", cells(table), strict=True):
        each = bounds(solver, found, chosen)
        shown[name] = [each.least, written(each.most)]
    warning = f"more than {TABLES} tables fit; only the bounds of the cells are given"
    record = {"id": statistic.id, "method": "cells", "label": statistic.label}
    return record | {"min": None, "max": None, "cells": shown, "warnings": [warning]}


def _of_tables(statistic: Statistic, method: str, tables: list[tuple[int, ...]]) -> dict[str, Any]:
    """The range of one method over the tables where it is defined."""
    known = []
    for table in tables:
        a, b, c, d = table
        found = methods.value(method, a, b, c, d)
        if found["value"] is not None:
            known.append((found["value"], table, found))
    undefined = len(tables) - len(known)
    infinite = sum(isinf(value) for value, _, _ in known)
    warnings = [
        f"{word} for {count} of {len(tables)} tables"
        for word, count in (("undefined", undefined), ("infinite", infinite))
        if count and (word == "undefined" or count < len(known))
    ]
    record = {"id": statistic.id, "method": method, "label": statistic.label}
    ends: dict[str, Any] = {"min": None, "max": None, "at_min": None, "at_max": None}
    if known:
        low, high = (choose(known, key=lambda each: each[:2]) for choose in (min, max))
        least, most = written(low[0]), written(high[0])
        ends = {"min": least, "max": most, "at_min": _end(low), "at_max": _end(high)}
    return record | ends | {"tables": len(tables), "warnings": warnings}


def _end(found: tuple[float, tuple[int, ...], dict[str, Any]]) -> dict[str, Any]:
    interval = {key: written(found[2][key]) for key in ("low", "high", "level") if key in found[2]}
    return {"table": list(found[1]), **interval}


def written(end: float | None) -> float | str:
    """An end of a range as JSON can hold it; None and infinity have no bound."""
    return INFINITY if end is None or isinf(end) else end
