"""The pages of the captured tables and of the analysis datasets."""

import inspect
import math
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from myotrial import instruments, protocol, terms
from myotrial.datasets import (
    biopsies,
    courses,
    deviations,
    measures,
    people,
    provenance,
    safety,
    therapy,
    verdicts,
)
from myotrial.protocol.captured import Column, Table, tables
from pages.markdown import MADE, table

__all__ = ["captured", "derived"]

SEED = Path(__file__).parents[2] / "studies/anakinra-2009/study.yaml"
HEAD = ("about", "it says")
DERIVED = (people, measures, verdicts, courses, biopsies, safety, therapy, deviations)


def captured() -> str:
    """Every captured table of the anakinra study, column by column."""
    parts = [
        "# Captured tables\n\nThe tables in a study's `data` folder: CSV files in UTF-8 with a "
        "header row, or Parquet files of the same columns. An empty cell is a missing value. Days "
        "are study days: day 1 is the first dose, the day before it is -1, and there is no day 0. "
        "Instead of a column of study days such as `VISITDY`, a column of dates such as `VISITDTC` "
        "may stand, if subjects.csv has the date of the first dose in `RFSTDTC`.\n\nWhich columns "
        "there are follows from the protocol: an attribute under `subject` is a column of "
        "subjects.csv, an assessment a column of visits.csv. Below are those of the anakinra "
        "study.\n"
    ]
    seed = protocol.read(SEED)
    labels = terms.LABELS | {name: item.label for name, item in seed.subject.items()}
    for item in seed.assessments:
        label = item.label or instruments.get(item.instrument).label
        labels[item.id] = f"{label}, {item.unit}"
        labels[f"{item.id}_UNIT"] = f"Unit of {item.id}, Where It Is Another"
    parts += [_table(item, labels) for item in tables(seed).values()]
    return MADE + "\n".join(parts)


def _table(item: Table, labels: Mapping[str, str]) -> str:
    needed = "may be left out" if item.optional else "is needed"
    once = f" No two rows share {', '.join(f'`{name}`' for name in item.key)}." if item.key else ""
    rows = [
        (f"`{column.name}`", labels.get(column.name, ""), _kind(column), _needed(column))
        for column in item.columns
    ]
    head = ("column", "label", "value", "needed")
    return f"## {item.name}.csv\n\nThis table {needed}.{once}\n\n{table(head, rows)}"


def _kind(column: Column) -> str:
    words = {"day": "study day", "integer": "whole number", "date": "date as YYYY-MM-DD"}
    if column.values:
        listed = "one of " + ", ".join(f"`{value}`" for value in column.values)
        return f"{listed} ({column.hint})" if column.hint else listed
    text = words.get(column.kind, column.kind)
    if column.range is not None:
        low, high = column.range
        text += f", {low:g} or more" if math.isinf(high) else f", {low:g} to {high:g}"
    return f"{text} ({column.unit})" if column.unit else text


def _needed(column: Column) -> str:
    if column.filled:
        return "in every row"
    return "may be left out" if column.optional else "the column; cells may be empty"


def derived() -> str:
    """Every analysis dataset: what its rows are, and its columns with their labels."""
    last = table(("column", "label"), [_labelled(name) for name in provenance.LAST])
    parts = [
        "# Analysis datasets\n\nWhat a run derives from the captured tables, in `out/datasets`. "
        "Names are CDISC's where CDISC has one. Every row starts with `STUDYID` and `USUBJID` and "
        f"ends with where it comes from:\n\n{last}"
    ]
    return MADE + "\n".join([*parts, *map(_dataset, DERIVED)])


def _dataset(module: ModuleType) -> str:
    title, _, more = (inspect.getdoc(module) or "").partition("\n\n")
    name, _, what = title.partition(": ")
    text = f"## {name}\n\n{what[0].upper()}{what[1:]}\n"
    if more:
        text += f"\n```text\n{more}\n```\n"
    for key, columns in sorted(vars(module).items()):
        if key.endswith("COLUMNS"):
            text += "\n" + table(("column", "label"), [_labelled(name) for name in columns])
    return text


def _labelled(name: str) -> tuple[str, str]:
    return f"`{name}`", terms.LABELS[name]
