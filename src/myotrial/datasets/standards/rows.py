"""What the domains of SDTM share: who, when, which visit, and a number for each row."""

import polars as pl

from myotrial.protocol.models import Protocol

__all__ = ["dated", "numbered", "people", "planned", "started"]


def people(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """USUBJID and the date of day 1, RFSTDTC (missing where it was not captured), in order."""
    frame = tables["subjects"]
    known = "RFSTDTC" in frame.columns
    start = pl.col("RFSTDTC") if known else pl.lit(None, dtype=pl.Date).alias("RFSTDTC")
    return frame.select("USUBJID", start).with_row_index("_who")


def planned(protocol: Protocol) -> pl.DataFrame:
    """Each visit of the protocol: VISIT (its id), VISITNUM in the protocol's order, VISITDY."""
    return pl.DataFrame(
        [(visit.id, number, visit.day) for number, visit in enumerate(protocol.visits, start=1)],
        schema={"VISIT": pl.String, "VISITNUM": pl.Int64, "VISITDY": pl.Int64},
        orient="row",
    )


def dated(day: str, name: str) -> pl.Expr:
    """The date of a study day as ISO 8601 text; missing where day 1 has no date.

    Args:
        day: Column of the study day: 1 is the first dose, there is no day 0.
        name: Name of the new column. The frame holds RFSTDTC.
    """
    since = pl.when(pl.col(day) > 0).then(pl.col(day) - 1).otherwise(pl.col(day))
    date = pl.col("RFSTDTC") + pl.duration(days=since)
    return date.dt.to_string("%Y-%m-%d").alias(name)


def started(frame: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Add RFSTDTC and the subjects' order to rows of a captured table."""
    return frame.join(people(tables), on="USUBJID", how="inner", maintain_order="left")


def numbered(
    frame: pl.DataFrame, domain: str, study: str, columns: tuple[str, ...], *order: str
) -> pl.DataFrame:
    """STUDYID, DOMAIN, USUBJID, --SEQ and `columns`, in the order of subjects, then of `order`."""
    sequence = pl.int_range(1, pl.len() + 1).over("_who").alias(f"{domain}SEQ")
    return (
        frame.sort("_who", *order, nulls_last=True, maintain_order=True)
        .with_columns(sequence, pl.lit(study).alias("STUDYID"), pl.lit(domain).alias("DOMAIN"))
        .select("STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ", *columns)
    )
