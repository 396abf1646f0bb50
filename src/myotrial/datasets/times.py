"""ADTTE: the time of each subject to the first improvement by the definition of improvement.

Event    the first visit at which it is known to be met (CNSR 0).
Time     study day of that visit; a visit without a day counts as on its target day.
Censored at the last visit with a known verdict (CNSR 1); without any, at day 1.
"""

import polars as pl

from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish
from myotrial.protocol.models import Protocol

__all__ = ["COLUMNS", "derive"]

COLUMNS = ("PARAMCD", "PARAM", "ARM", "AVAL", "AVALU", "CNSR", "EVNTDESC", "AVISIT", "DIAG")
RULE = "myotrial.datasets.times.derive"
EVENT, CENSORED, NEVER = "FIRST IMPROVEMENT", "LAST KNOWN VERDICT", "NO KNOWN VERDICT"


def derive(
    protocol: Protocol, tables: dict[str, pl.DataFrame], verdicts: pl.DataFrame
) -> pl.DataFrame:
    """Derive ADTTE from ADRS (`verdicts`): one row a subject."""
    targets = {visit.id: visit.day for visit in protocol.visits}
    target = pl.col("VISITID").replace_strict(targets, default=None, return_dtype=pl.Int64)
    known = verdicts.filter(
        (pl.col("PARAMCD") == "DOI") & pl.col("AVALC").is_in(["Y", "N"])
    ).with_columns(
        pl.coalesce("ADY", target, pl.lit(1)).clip(1).cast(pl.Float64).alias("_day"),
        (pl.col("AVALC") == "Y").alias("_met"),
    )
    first = known.filter("_met").sort("_day", maintain_order=True)
    last = known.sort("_day", descending=True, maintain_order=True)
    chosen = pl.concat([first, last]).unique("USUBJID", keep="first", maintain_order=True)
    picked = chosen.select("USUBJID", "_day", "_met", "AVISIT", _rows="SRCROWS")
    met, day = pl.col("_met").fill_null(value=False), pl.col("_day")
    frame = (
        timeline.subjects(tables)
        .join(picked, on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            pl.lit("TTRESP").alias("PARAMCD"),
            pl.lit("Time to First Improvement").alias("PARAM"),
            day.fill_null(1.0).alias("AVAL"),
            pl.lit("DAYS").alias("AVALU"),
            (~met).cast(pl.Int64).alias("CNSR"),
            pl.when(met)
            .then(pl.lit(EVENT))
            .when(day.is_not_null())
            .then(pl.lit(CENSORED))
            .otherwise(pl.lit(NEVER))
            .alias("EVNTDESC"),
            pl.coalesce("_rows", "SRCROWS").alias("SRCROWS"),
            pl.lit(RULE).alias("RULE"),
        )
    )
    return finish(frame, "ADTTE", protocol.study.id, COLUMNS)
