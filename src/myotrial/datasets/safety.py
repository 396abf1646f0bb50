"""ADAE: adverse events, and ADEX: doses planned and taken.

TRTEMFL  Y for an event that starts from the first dose to 30 days after the last; an event whose
         start is not known counts as treatment-emergent.
"""

import polars as pl

from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish, numbered
from myotrial.facts import Fact
from myotrial.protocol.models import Protocol

__all__ = ["EVENT_COLUMNS", "EXPOSURE_COLUMNS", "FACTS", "events", "exposure"]

AFTER_LAST_DOSE = 30  # days
FACTS = (
    Fact(
        "an adverse event is treatment-emergent until, after the last dose",
        AFTER_LAST_DOSE,
        "days",
        "common practice; the seed study does not say",
        "assumed",
    ),
)
EVENT_COLUMNS = (
    "AETERM", "AESEV", "AEREL", "AEACN", "ASTDY", "AENDY", "TRTEMFL", "DIAG",
)  # fmt: skip
EXPOSURE_COLUMNS = (
    "EXTRT", "EXDOSE", "EXDOSU", "ASTDY", "AENDY", "EXDURD", "EXPLAN", "EXTAKEN", "COMPLPCT",
    "DIAG",
)  # fmt: skip


def events(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Derive ADAE, in the order of subjects and of their events' start."""
    doses = (
        tables["exposure"]
        .group_by("USUBJID")
        .agg(
            pl.col("EXSTDY").min().alias("_first"),
            pl.when(pl.col("EXENDY").is_not_null().all())
            .then(pl.col("EXENDY").max())
            .alias("_last"),
        )
    )
    start, after = pl.col("AESTDY"), pl.col("_last") + AFTER_LAST_DOSE
    outside = (start < pl.col("_first")) | (start > after) | (start < 1)
    emergent = pl.when(outside.fill_null(value=False)).then(pl.lit("N")).otherwise(pl.lit("Y"))
    rows = (
        _with_subjects(tables, "adverse_events")
        .join(doses, on="USUBJID", how="left")
        .with_columns(
            emergent.alias("TRTEMFL"),
            start.alias("ASTDY"),
            pl.col("AEENDY").alias("AENDY"),
            pl.lit("myotrial.datasets.safety.events").alias("RULE"),
        )
        .sort("SUBJNR", "ASTDY", "AETERM", nulls_last=True, maintain_order=True)
    )
    return finish(rows, "ADAE", protocol.study.id, EVENT_COLUMNS)


def exposure(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Derive ADEX: days from first to last dose, and doses taken in percent of those planned."""
    start, end, planned = pl.col("EXSTDY"), pl.col("EXENDY"), pl.col("EXPLAN")
    over_zero = ((start < 0) & (end > 0)).cast(pl.Int64)  # there is no day 0
    rows = (
        _with_subjects(tables, "exposure")
        .with_columns(
            start.alias("ASTDY"),
            end.alias("AENDY"),
            (end - start + 1 - over_zero).alias("EXDURD"),
            pl.when(planned > 0).then(100.0 * pl.col("EXTAKEN") / planned).alias("COMPLPCT"),
            pl.lit("myotrial.datasets.safety.exposure").alias("RULE"),
        )
        .sort("SUBJNR", "ASTDY", nulls_last=True, maintain_order=True)
    )
    return finish(rows, "ADEX", protocol.study.id, EXPOSURE_COLUMNS)


def _with_subjects(tables: dict[str, pl.DataFrame], name: str) -> pl.DataFrame:
    who = timeline.subjects(tables).select("USUBJID", "SUBJNR", "DIAG")
    rows = numbered(tables[name], name)
    return rows.join(who, on="USUBJID", how="inner", maintain_order="left")
