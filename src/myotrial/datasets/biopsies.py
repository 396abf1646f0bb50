"""ADBX: every biopsy marker at each biopsy, with its baseline and change.

A marker recorded as present or absent has AVALC PRESENT or ABSENT and AVAL 1 or 0, and no change.
"""

import polars as pl

from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish, numbered
from myotrial.protocol.models import Protocol

__all__ = ["COLUMNS", "derive"]

COLUMNS = (
    "PARAMCD", "PARAM", "AVISIT", "ADY", "AVAL", "AVALC", "AVALU", "BASE", "CHG", "ABLFL", "DIAG",
    "CLASS", "EVER",
)  # fmt: skip
RULE = "myotrial.datasets.biopsies.derive"
TIMES = {"BASELINE": "Baseline", "REPEAT": "Repeat"}
PRESENCE = {"Y": "PRESENT", "N": "ABSENT"}


def derive(
    protocol: Protocol, tables: dict[str, pl.DataFrame], courses: pl.DataFrame
) -> pl.DataFrame:
    """Derive ADBX; CLASS and EVER are those of ADCOURSE (`courses`)."""
    markers = protocol.biopsy.markers if protocol.biopsy else ()
    names = {marker.id: marker.label for marker in markers}
    units = {marker.id: marker.unit for marker in markers}
    order = {marker.id: index for index, marker in enumerate(markers)}
    who = timeline.subjects(tables).select("USUBJID", "SUBJNR", "DIAG")
    marker, present = pl.col("MARKER"), pl.col("BXPRES") == "Y"
    rows = (
        numbered(tables["biopsies"], "biopsies")
        .join(who, on="USUBJID", how="inner", maintain_order="left")
        .join(courses.select("USUBJID", "CLASS", "EVER"), on="USUBJID", how="left")
        .with_columns(
            marker.alias("PARAMCD"),
            marker.replace_strict(names, return_dtype=pl.String).alias("PARAM"),
            marker.replace_strict(units, return_dtype=pl.String).alias("AVALU"),
            marker.replace_strict(order, return_dtype=pl.Int64).alias("_order"),
            pl.col("BXTIME").replace_strict(TIMES, return_dtype=pl.String).alias("AVISIT"),
            pl.coalesce("BXRES", present.cast(pl.Float64)).alias("AVAL"),
            pl.col("BXPRES").replace_strict(PRESENCE, return_dtype=pl.String).alias("AVALC"),
            pl.col("BXDY").alias("ADY"),
        )
    )
    whole = rows.pipe(_changes).sort("_order", "SUBJNR", "AVISIT")
    return finish(whole, "ADBX", protocol.study.id, COLUMNS)


def _changes(rows: pl.DataFrame) -> pl.DataFrame:
    keys = ["USUBJID", "PARAMCD"]
    repeat = pl.col("AVISIT") == "Repeat"
    first = rows.filter(~repeat).select(*keys, BASE="AVAL", _first="SRCROWS")
    compared = repeat & pl.col("_first").is_not_null()
    both = pl.concat_str("_first", "SRCROWS", separator=";")
    measured = pl.col("BXRES").is_not_null()
    return rows.join(first, on=keys, how="left").with_columns(
        pl.when(repeat & measured).then(pl.col("AVAL") - pl.col("BASE")).alias("CHG"),
        pl.when(~repeat).then(pl.lit("Y")).alias("ABLFL"),
        pl.when(compared).then(both).otherwise("SRCROWS").alias("SRCROWS"),
        pl.lit(RULE).alias("RULE"),
    )
