"""ADCS: every assessment at every visit, with baseline, change, and improvement in percent."""

import numpy as np
import polars as pl

from myotrial import instruments
from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish
from myotrial.protocol.models import Assessment, Protocol
from myotrial.response import core_set

__all__ = ["COLUMNS", "derive", "label"]

COLUMNS = (
    "PARAMCD", "PARAM", "AVISIT", "AVISITN", "VISITID", "ADY", "AVAL", "AVALU",
    "BASE", "CHG", "PCHG", "IMPR", "ABLFL", "ANL01FL", "BZEROFL", "DIAG",
)  # fmt: skip
IMPROVEMENT = "myotrial.response.core_set.improvement"
TIDIED = "myotrial.datasets.measures.derive"


def derive(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Derive ADCS.

    One row for each subject, visit that took place, and assessment due at it or made at it.
    BASE is the value at the baseline visit. PCHG is the change in percent of BASE, missing where
    BASE is zero; IMPR is the same with positive as better, and from a baseline of zero what
    `core_set.improvement` says (BZEROFL marks these rows). ANL01FL marks values that enter the
    criteria: the baseline, and what has one.
    """
    visits = timeline.visits(protocol, tables)
    start = timeline.baseline(protocol).id
    parts = [
        _one(visits, item, index, start).with_columns(pl.lit(label(item)).alias("PARAM"))
        for index, item in enumerate(protocol.assessments)
    ]
    rows = pl.concat(parts).sort("SUBJNR", "PARAMNR", "AVISITN", "ADY")
    return finish(rows, "ADCS", protocol.study.id, COLUMNS)


def label(item: Assessment) -> str:
    """Name of an assessment with its unit: the protocol's own, else the instrument's."""
    name = item.label or instruments.get(item.instrument).label
    return f"{name} ({item.unit})"


def _one(visits: pl.DataFrame, item: Assessment, index: int, start: str) -> pl.DataFrame:
    """The rows of one assessment."""
    instrument = instruments.get(item.instrument)
    least = instrument.rise_from_zero(unit=item.unit, variant=item.variant)
    due = pl.col("VISITID").is_in(item.visits) | pl.col(item.id).is_not_null()
    keys = ("SUBJNR", "USUBJID", "DIAG", "AVISIT", "AVISITN", "VISITID", "ADY", "ORIGIN", "SRCROWS")
    rows = visits.filter(due).select(
        *keys,
        pl.lit(item.id).alias("PARAMCD"),
        pl.lit(index).alias("PARAMNR"),
        pl.col(item.id).alias("AVAL"),
        pl.lit(item.unit).alias("AVALU"),
    )
    first = rows.filter(pl.col("VISITID") == start).select(
        "USUBJID", pl.col("AVAL").alias("BASE"), pl.col("SRCROWS").alias("_first")
    )
    rows = rows.join(first, on="USUBJID", how="left", maintain_order="left")
    gain = core_set.improvement(*_arrays(rows), instrument.better, least)
    percent = 0.0 + gain * instrument.better  # 0.0: a change of nothing is 0, not -0
    shown = rows.with_columns(_series("IMPR", gain), _series("PCHG", percent))
    return _changes(shown, start)


def _arrays(rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    before, after = (rows[name].fill_null(float("nan")).to_numpy() for name in ("BASE", "AVAL"))
    return before, after


def _series(name: str, values: np.ndarray) -> pl.Series:
    return pl.Series(name, values).fill_nan(None)


def _changes(rows: pl.DataFrame, start: str) -> pl.DataFrame:
    at_start = pl.col("VISITID") == start
    zero = pl.col("BASE") == 0
    later = ~at_start
    used = pl.col("AVAL").is_not_null() & pl.col("BASE").is_not_null()
    both = pl.concat_str("_first", "SRCROWS", separator=";")
    compared = later & pl.col("BASE").is_not_null()
    return rows.with_columns(
        pl.when(later).then(pl.col("AVAL") - pl.col("BASE")).alias("CHG"),
        pl.when(later & ~zero).then("PCHG").alias("PCHG"),
        pl.when(later).then("IMPR").alias("IMPR"),
        pl.when(at_start & pl.col("AVAL").is_not_null()).then(pl.lit("Y")).alias("ABLFL"),
        pl.when(used).then(pl.lit("Y")).alias("ANL01FL"),
        pl.when(later & zero & used).then(pl.lit("Y")).alias("BZEROFL"),
        pl.when(compared).then(both).otherwise("SRCROWS").alias("SRCROWS"),
        pl.when(compared).then(pl.lit(IMPROVEMENT)).otherwise(pl.lit(TIDIED)).alias("RULE"),
    ).drop("_first")
