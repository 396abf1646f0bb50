"""ADSL: one row a subject, with treatment, analysis sets, eligibility, and end of study.

FASFL    every enrolled subject.
SAFFL    every subject with at least one dose taken; where exposure gives no number of doses taken,
         a record of treatment counts.
COMPLFL  every subject whose disposition is COMPLETED.
LSTVIS   the last scheduled visit that took place (LSTVISN its month).
ELIGFL   Y, N or U (missing values leave it open); ELIGWHY names the rules that fail, or else those
         that are open.
"""

from typing import Any

import polars as pl

from myotrial import expressions
from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish, numbered
from myotrial.protocol.criteria import eligibility
from myotrial.protocol.models import Protocol

__all__ = ["COLUMNS", "derive"]

COLUMNS = (
    "SEX", "AGE", "DIAG", "DISDUR", "TRT01P", "TRT01A", "FASFL", "SAFFL", "COMPLFL", "EOSSTT",
    "DCSREAS", "EOSDY", "LSTVIS", "LSTVISN", "ELIGFL", "ELIGWHY",
)  # fmt: skip
RULE = "myotrial.datasets.people.derive"
ENDS = {"COMPLETED": "COMPLETED", "WITHDRAWN": "DISCONTINUED"}
ATTRIBUTES = {"SEX": pl.String, "AGE": pl.Float64, "DIAG": pl.String, "DISDUR": pl.Float64}


def derive(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Derive ADSL; see the module for what each flag means."""
    people = numbered(tables["subjects"], "subjects")
    absent = [
        pl.lit(None, dtype=kind).alias(c) for c, kind in ATTRIBUTES.items() if c not in people
    ]
    arms = {arm.id: arm.label for arm in protocol.arms}
    frame = (
        people.with_columns(absent)
        .with_columns(
            pl.col("ARM").replace_strict(arms).alias("TRT01P"), pl.lit("Y").alias("FASFL")
        )
        .pipe(_joined, _treated(tables))
        .pipe(_joined, _ends(tables))
        .pipe(_joined, _last_visits(protocol, tables))
        .pipe(_joined, _eligibility(protocol, tables))
        .with_columns(
            pl.when(pl.col("SAFFL") == "Y").then("TRT01P").alias("TRT01A"),
            pl.col("SAFFL").fill_null("N"),
            pl.col("COMPLFL").fill_null("N"),
            pl.col("EOSSTT").fill_null("ONGOING"),
            pl.concat_str("SRCROWS", "_taken", "_end", "_last", separator=";", ignore_nulls=True),
            pl.lit(RULE).alias("RULE"),
        )
    )
    return finish(frame, "ADSL", protocol.study.id, COLUMNS)


def _joined(frame: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return frame.join(other, on="USUBJID", how="left", maintain_order="left")


def _treated(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    doses = numbered(tables["exposure"], "exposure")
    taken = doses.filter(pl.col("EXTAKEN").is_null() | (pl.col("EXTAKEN") > 0))
    return taken.group_by("USUBJID", maintain_order=True).agg(
        pl.lit("Y").first().alias("SAFFL"), pl.col("SRCROWS").str.join(";").alias("_taken")
    )


def _ends(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return numbered(tables["disposition"], "disposition").select(
        "USUBJID",
        pl.col("DSDECOD").replace_strict(ENDS, return_dtype=pl.String).alias("EOSSTT"),
        pl.when(pl.col("DSDECOD") == "COMPLETED").then(pl.lit("Y")).alias("COMPLFL"),
        pl.col("DSREAS").alias("DCSREAS"),
        pl.col("DSSTDY").alias("EOSDY"),
        pl.col("SRCROWS").alias("_end"),
    )


def _last_visits(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    held = timeline.visits(protocol, tables).filter(~pl.col("UNSCHED"))
    return held.group_by("USUBJID", maintain_order=True).agg(
        pl.col("AVISIT").last().alias("LSTVIS"),
        pl.col("AVISITN").last().alias("LSTVISN"),
        pl.col("SRCROWS").last().alias("_last"),
    )


def _eligibility(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """ELIGFL and ELIGWHY; subjects with the same answers are judged once."""
    start = timeline.baseline(protocol).id
    measures = [item.id for item in protocol.assessments]
    first = tables["visits"].filter(pl.col("VISIT") == start).select("USUBJID", *measures)
    asked = [name for name in (*protocol.subject, *measures) if name in _names(protocol)]
    frame = tables["subjects"].join(first, on="USUBJID", how="left", maintain_order="left")
    judged: dict[tuple[Any, ...], tuple[str, str | None]] = {}
    answers = []
    for values in frame.select(asked).iter_rows() if asked else [()] * frame.height:
        if values not in judged:
            judged[values] = _judged(protocol, dict(zip(asked, values, strict=True)))
        answers.append(judged[values])
    columns = {"ELIGFL": pl.String, "ELIGWHY": pl.String}
    return pl.concat(
        [frame.select("USUBJID"), pl.DataFrame(answers, schema=columns, orient="row")],
        how="horizontal",
    )


def _names(protocol: Protocol) -> frozenset[str]:
    rules = (*protocol.eligibility.inclusion, *protocol.eligibility.exclusion)
    return frozenset().union(*(expressions.names(expressions.parse(rule.rule)) for rule in rules))


def _judged(protocol: Protocol, record: dict[str, Any]) -> tuple[str, str | None]:
    verdict = eligibility(protocol, record)
    flag = {"met": "Y", "failed": "N", "unknown": "U"}[verdict.outcome]
    return flag, ", ".join(verdict.failed or verdict.unknown) or None
