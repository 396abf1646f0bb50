"""ADDV: deviations from the protocol: visits outside their window, eligibility, therapy changes."""

import polars as pl

from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish
from myotrial.protocol.models import Protocol

__all__ = ["COLUMNS", "derive"]

COLUMNS = ("DVCAT", "DVTERM", "VISITID", "ADY", "DIAG")
RULE = "myotrial.datasets.deviations.derive"
CATEGORIES = ("ELIGIBILITY", "VISIT WINDOW", "CONCOMITANT THERAPY")
KEPT = ("USUBJID", "DVCAT", "DVTERM", "VISITID", "ADY", "DIAG", "ORIGIN", "SRCROWS")


def derive(
    protocol: Protocol,
    tables: dict[str, pl.DataFrame],
    people: pl.DataFrame,
    therapies: pl.DataFrame,
) -> pl.DataFrame:
    """Derive ADDV from the visits, ADSL (`people`) and ADCM (`therapies`)."""
    order = timeline.subjects(tables).select("USUBJID", "SUBJNR")
    rank = pl.col("DVCAT").replace_strict({name: i for i, name in enumerate(CATEGORIES)})
    parts = [_ineligible(people), _outside(protocol, tables), _unstable(therapies)]
    rows = (
        pl.concat(parts)
        .join(order, on="USUBJID", how="inner", maintain_order="left")
        .sort("SUBJNR", rank, "ADY", maintain_order=True)
        .with_columns(pl.lit(RULE).alias("RULE"))
    )
    return finish(rows, "ADDV", protocol.study.id, COLUMNS)


def _ineligible(people: pl.DataFrame) -> pl.DataFrame:
    return (
        people.filter(pl.col("ELIGFL") == "N")
        .with_columns(
            pl.lit("ELIGIBILITY").alias("DVCAT"),
            pl.format("enrolled against {}", "ELIGWHY").alias("DVTERM"),
            pl.lit(None, dtype=pl.String).alias("VISITID"),
            pl.lit(None, dtype=pl.Int64).alias("ADY"),
        )
        .select(KEPT)
    )


def _outside(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    windows = pl.DataFrame(
        [(visit.id, *visit.days) for visit in protocol.visits if visit.days],
        schema={"VISITID": pl.String, "_low": pl.Int64, "_high": pl.Int64},
        orient="row",
    )
    day = pl.col("ADY")
    return (
        timeline.visits(protocol, tables)
        .join(windows, on="VISITID", how="inner", maintain_order="left")
        .filter((day < pl.col("_low")) | (day > pl.col("_high")))
        .with_columns(
            pl.lit("VISIT WINDOW").alias("DVCAT"),
            pl.format("{} on day {}, window {} to {}", "AVISIT", day, "_low", "_high").alias(
                "DVTERM"
            ),
        )
        .select(KEPT)
    )


def _unstable(therapies: pl.DataFrame) -> pl.DataFrame:
    return (
        therapies.filter(pl.col("STABLE") == "N")
        .with_columns(
            pl.lit("CONCOMITANT THERAPY").alias("DVCAT"),
            pl.format("{}: {}", "CMTRT", "VIOLTXT").alias("DVTERM"),
            pl.lit(None, dtype=pl.String).alias("VISITID"),
        )
        .select(KEPT)
    )
