"""ADCM: concomitant therapies that must keep their dose, and each change of it.

One row for each subject and therapy of a class that the protocol wants stable. The daily dose is
followed over the period the protocol names, cut at the subject's end of study: it is the sum of the
records that cover a day, each dose times how often a day it is taken.

STABLE   Y if no day's dose differs from the first day's by more than the tolerance; N otherwise,
         with the first such change in VIOLTXT and its day in ADY; missing where a dose is missing.
BASE     daily dose on the first day of the period; PCHG the largest change from it in percent
         (missing where the therapy was started later).
"""

import polars as pl

from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish, numbered
from myotrial.facts import Fact
from myotrial.protocol.captured import FREQUENCIES
from myotrial.protocol.models import Protocol, Stable

__all__ = ["COLUMNS", "FACTS", "derive"]

COLUMNS = (
    "CMTRT", "CMCLAS", "CMDOSU", "BASE", "PCHG", "ADY", "STABLE", "VIOLTXT", "DIAG",
)  # fmt: skip
RULE = "myotrial.datasets.therapy.derive"
LONG_AGO, FOREVER = -(10**6), 10**6
NEAR = 1e-9  # of the dose: what rounding in binary leaves behind

FACTS = (Fact("a dose taken once a month is spread over", 30, "days", "convention", "assumed"),)


def derive(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Derive ADCM; without rows where the protocol asks for no stable therapy."""
    rule = protocol.concomitant.stable
    classes = rule.classes if rule else ()
    records = _records(tables, classes, rule)
    therapies = records.group_by("USUBJID", "CMTRT", maintain_order=True).agg(
        pl.col("SUBJNR", "CMCLAS", "CMDOSU", "DIAG", "ORIGIN").first(),
        pl.col("SRCROWS").str.join(";"),
        pl.col("CMDOSE").is_null().any().alias("_unknown"),
    )
    frame = therapies.join(
        _followed(records, rule.tolerance_percent if rule else 0.0),
        on=["USUBJID", "CMTRT"],
        how="left",
        maintain_order="left",
    ).with_columns(*_words(), pl.lit(RULE).alias("RULE"))
    return finish(frame.sort("SUBJNR", "CMCLAS", "CMTRT"), "ADCM", protocol.study.id, COLUMNS)


def _records(
    tables: dict[str, pl.DataFrame], classes: tuple[str, ...], rule: Stable | None
) -> pl.DataFrame:
    """Records that touch the period, with daily dose, first and last day, cut to the period."""
    who = timeline.subjects(tables).select("USUBJID", "SUBJNR", "DIAG")
    ends = tables["disposition"].select("USUBJID", _end="DSSTDY")
    first, last = (rule.from_day, rule.to_day) if rule else (LONG_AGO, FOREVER)
    per_day = pl.col("CMDOSFRQ").replace_strict(
        dict(FREQUENCIES), default=None, return_dtype=pl.Float64
    )
    return (
        numbered(tables["concomitant"], "concomitant")
        .filter(pl.col("CMCLAS").is_in(list(classes)))
        .join(who, on="USUBJID", how="inner", maintain_order="left")
        .join(ends, on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            (pl.col("CMDOSE") * per_day.fill_null(1.0)).alias("_daily"),
            pl.max_horizontal(pl.col("CMSTDY").fill_null(LONG_AGO), first).alias("_from"),
            pl.col("CMENDY").fill_null(FOREVER).alias("_to"),
            pl.lit(first, dtype=pl.Int64).alias("_first"),
            pl.min_horizontal(pl.col("_end").fill_null(FOREVER), last).alias("_last"),
        )
        .filter((pl.col("_from") <= pl.col("_last")) & (pl.col("_to") >= pl.col("_first")))
    )


def _followed(records: pl.DataFrame, tolerance: float) -> pl.DataFrame:
    """Each therapy's dose on the first day, its largest change, and its first violation."""
    keys = ["USUBJID", "CMTRT"]
    shared = [*keys, "_first", "_last"]
    starts = records.select(*shared, _day="_from", _step="_daily")
    stops = records.select(*shared, _day=_next("_to"), _step=-pl.col("_daily"))
    opening = records.select(*shared, _day="_first", _step=pl.lit(0.0))
    steps = (
        pl.concat([opening, starts, stops])
        .filter(pl.col("_day") <= pl.col("_last"))
        .group_by(*keys, "_day")
        .agg(pl.col("_step").sum())
        .sort(*keys, "_day")
        .with_columns(pl.col("_step").cum_sum().over(keys).alias("_dose"))
        .with_columns(pl.col("_dose").first().over(keys).alias("BASE"))
        .with_columns((pl.col("_dose") - pl.col("BASE")).alias("_off"))
    )
    allowed = pl.col("BASE") * tolerance / 100 + NEAR * pl.max_horizontal("BASE", "_dose")
    broken = pl.col("_off").abs() > allowed
    largest = pl.col("_off").get(pl.col("_off").abs().arg_max())
    return steps.group_by(keys, maintain_order=True).agg(
        pl.col("BASE").first(),
        largest.alias("_largest"),
        pl.col("_day").filter(broken).first().alias("ADY"),
        pl.col("_dose").filter(broken).first().alias("_new"),
    )


def _next(day: str) -> pl.Expr:
    """The day after, stepping over day 0."""
    return pl.when(pl.col(day) == -1).then(1).otherwise(pl.col(day) + 1)


def _words() -> list[pl.Expr]:
    """PCHG, STABLE and VIOLTXT of each therapy."""
    unknown, broken = pl.col("_unknown"), pl.col("ADY").is_not_null()
    base, new, day = pl.col("BASE"), pl.col("_new"), pl.col("ADY")
    nothing = NEAR * pl.max_horizontal(base, 1.0)
    doses = [
        part.round(3).map_elements(lambda x: f"{x:g}", return_dtype=pl.String)
        for part in (base, new)
    ]
    unit = pl.col("CMDOSU").fill_null("units")
    text = (
        pl.when(unknown)
        .then(pl.lit("a dose is not recorded"))
        .when(~broken)
        .then(None)
        .when(base <= nothing)
        .then(pl.format("started on day {}", day))
        .when(new <= nothing)
        .then(pl.format("stopped, none from day {}", day))
        .otherwise(pl.format("from {} to {} {} a day on day {}", *doses, unit, day))
    )
    known = ~unknown
    return [
        pl.when(known & (base > nothing)).then(100.0 * pl.col("_largest") / base).alias("PCHG"),
        pl.when(known).then("BASE").alias("BASE"),
        pl.when(known).then("ADY").alias("ADY"),
        pl.when(unknown)
        .then(None)
        .when(broken)
        .then(pl.lit("N"))
        .otherwise(pl.lit("Y"))
        .alias("STABLE"),
        text.alias("VIOLTXT"),
    ]
