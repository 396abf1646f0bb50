"""The verdicts that only some protocols ask for, along the grid: those their endpoints name.

TIS      the Total Improvement Score (2016): points, between its bounds, and their category.
TIS20 …  whether the score is a minimal, moderate or major response: named after the points, which
         differ between adults (20, 40, 60) and children (30, 45, 70).
FI2T3 …  whether so many tasks of the FI-2 improved, for each number that an endpoint names.
PRINTO   the PRINTO definition of improvement.
DETER    deterioration as in ProDERM, at one visit; confirmed where sustained over two in a row.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from myotrial import instruments
from myotrial.datasets import definitions
from myotrial.datasets.grid import along, along_core_set, of_enzyme, upper_limit
from myotrial.protocol.models import Assessment, Protocol
from myotrial.response import functional_index, imacs_2004, printo, proderm, tis_2016
from myotrial.response.core_set import CoreSet

__all__ = ["Parameter", "Verdict", "parameters", "rise", "truth"]


DECIMALS = 9  # of a rise in cm


class Verdict(NamedTuple):
    """A verdict along the grid: its value (NaN where open), its words, and its bounds."""

    value: np.ndarray
    words: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Parameter(NamedTuple):
    """One parameter of ADRS along the grid.

    Attributes:
        name: PARAMCD.
        label: PARAM.
        rule: Dotted name of the function that judges.
        verdict: The verdicts.
        counts: Measures improved, worse (each an array, or None where the definition does not
            count them), and assessed.
        due: The assessments that it takes.
        enough: Where enough was assessed to meet it although the protocol did not ask for all.
    """

    name: str
    label: str
    rule: str
    verdict: Verdict
    counts: tuple[np.ndarray | None, np.ndarray | None, np.ndarray]
    due: tuple[str, ...]
    enough: np.ndarray


def truth(low: np.ndarray, high: np.ndarray) -> Verdict:
    """A verdict that is met or not, from its bounds."""
    words = np.where(low, "Y", np.where(high, "INDETERMINATE", "N"))
    return Verdict(np.where(low == high, low, np.nan), words, low, high)


def parameters(
    protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame
) -> Iterator[Parameter]:
    """Every parameter that an endpoint of the protocol asks for, besides the usual ones."""
    asked = {endpoint.definition for endpoint in protocol.endpoints}
    if "tis_2016" in asked:
        yield from _total(protocol, rows, measures)
    for tasks in sorted({one.tasks for one in protocol.endpoints if one.tasks is not None}):
        yield _tasks(protocol, tasks, rows, measures)
    if "printo" in asked:
        yield _printo(protocol, rows, measures)
    if "proderm" in asked:
        yield _deterioration(protocol, rows, measures)


def rise(protocol: Protocol, name: str, rows: pl.DataFrame, measures: pl.DataFrame) -> np.ndarray:
    """How much a visual analogue scale rose since baseline, in cm; NaN where missing."""
    item = definitions.assessment(protocol, name)
    size = instruments.get(item.instrument).convert(1.0, unit=item.unit, to="cm")
    # rounded, because 4.1 - 2.1 is 2 cm and not 1.9999999999999996
    return np.round(along(rows, measures, name, "CHG") * size, DECIMALS)


def _total(protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame) -> Iterator[Parameter]:
    """The Total Improvement Score, and whether it reaches each threshold."""
    names = definitions.measures(protocol, "tis_2016")
    before, after = (
        along_core_set(protocol, rows, measures, names, value) for value in ("BASE", "AVAL")
    )
    change = tis_2016.changes(before, after, _extents(protocol, names, rows, measures))
    low, high = tis_2016.bounds(change)
    first = next(item for item in protocol.endpoints if item.definition == "tis_2016")
    limits = definitions.thresholds(first)
    words = np.array(tis_2016.CATEGORIES)[tis_2016.category(low, high, limits)]
    who = "children" if first.population == "juvenile" else "adults"
    counts = (None, tis_2016.number_worse(change), imacs_2004.assessed(change))
    shared = {"counts": counts, "due": definitions.ids(names), "enough": low >= limits.minimal}
    yield Parameter(
        "TIS",
        f"Total Improvement Score (2016), category in {who}",
        "myotrial.response.tis_2016.bounds",
        Verdict(np.where(low == high, low, np.nan), words, low, high),
        **shared,
    )
    for name, points in limits._asdict().items():
        yield Parameter(
            f"TIS{points:g}",
            f"Total Improvement Score of {points:g} or more ({name} response in {who})",
            "myotrial.response.tis_2016.category",
            truth(low >= points, high >= points),
            **shared,
        )


def _extents(
    protocol: Protocol, names: CoreSet, rows: pl.DataFrame, measures: pl.DataFrame
) -> CoreSet:
    """Range of each measure in its unit; an enzyme's is a multiple of the limit for the sex."""

    def of_multiple(item: Assessment) -> np.ndarray:
        return tis_2016.ENZYME_MULTIPLES[item.instrument] * upper_limit(item, rows)

    enzyme = of_enzyme(protocol, rows, measures, names.enzyme, of_multiple)
    others = {
        role: _extent(definitions.assessment(protocol, name))
        for role, name in names._asdict().items()
        if role != "enzyme"
    }
    return CoreSet(**others, enzyme=enzyme)


def _extent(item: Assessment) -> float:
    low, high = instruments.get(item.instrument).range(unit=item.unit, variant=item.variant)
    return high - low


def _tasks(protocol: Protocol, tasks: int, rows: pl.DataFrame, measures: pl.DataFrame) -> Parameter:
    """Whether so many tasks of the FI-2 improved."""
    names = definitions.tasks_of(protocol)
    change = [along(rows, measures, name, "IMPR") for name in names]
    low, high = functional_index.tasks_bounds(change)
    return Parameter(
        f"FI2T{tasks}",
        f"FI-2 improved by 20 % of baseline in {tasks} of {len(names)} tasks or more",
        "myotrial.response.functional_index.tasks_bounds",
        truth(low >= tasks, high >= tasks),
        (low, None, np.sum([~np.isnan(item) for item in change], axis=0)),
        names,
        low >= tasks,
    )


def _printo(protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame) -> Parameter:
    names = definitions.measures(protocol, "printo")
    change = along_core_set(protocol, rows, measures, names, "IMPR")
    seen = imacs_2004.assessed(change)
    better = np.sum([item >= printo.IMPROVED for item in change], axis=0)
    worse = np.sum([item < -printo.WORSE for item in change], axis=0)
    return Parameter(
        "PRINTO",
        "PRINTO definition of improvement of juvenile dermatomyositis",
        "myotrial.response.printo.bounds",
        truth(*printo.bounds(change)),
        (better, worse, seen),
        definitions.ids(names),
        seen >= printo.NEEDED,
    )


def _deterioration(protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame) -> Parameter:
    names = definitions.measures(protocol, "proderm")
    change = along_core_set(protocol, rows, measures, names, "IMPR")
    rises = (
        rise(protocol, name, rows, measures) for name in (names.physician, names.extramuscular)
    )
    verdict = truth(*proderm.bounds(change, *rises))
    counted = change._replace(enzyme=np.full(rows.height, np.nan))
    worse = np.sum([item <= -proderm.PERCENT for item in counted], axis=0)
    seen = imacs_2004.assessed(counted)
    due = tuple(name for role, name in names._asdict().items() if role != "enzyme")
    return Parameter(
        "DETER",
        "Deterioration as in ProDERM, at one visit",
        "myotrial.response.proderm.bounds",
        verdict,
        (None, worse, seen),
        due,
        verdict.low | (seen >= proderm.MEASURES),
    )
