"""Subjects and visits in order: who, which visit, when, and which come after baseline."""

import polars as pl

from myotrial.datasets.provenance import numbered
from myotrial.protocol.models import Protocol, Visit

__all__ = ["assessments_due", "baseline", "later_visits", "subjects", "visits"]

BETWEEN = 0.5  # months that an unscheduled visit is put after the scheduled one before it


def baseline(protocol: Protocol) -> Visit:
    """The visit that changes are counted from."""
    return next(visit for visit in protocol.visits if visit.baseline)


def later_visits(protocol: Protocol, *, unscheduled: bool = False) -> list[Visit]:
    """Scheduled visits after baseline in order, and the unscheduled ones if asked for."""
    return [
        visit
        for visit in protocol.visits
        if not visit.baseline and (unscheduled or not visit.unscheduled)
    ]


def subjects(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Subjects in the order of their table: SUBJNR, USUBJID, ARM, SEX, DIAG, ORIGIN, SRCROWS."""
    frame = numbered(tables["subjects"], "subjects").with_row_index("SUBJNR")
    absent = [pl.lit(None, dtype=pl.String).alias(c) for c in ("SEX", "DIAG") if c not in frame]
    wanted = ("SUBJNR", "USUBJID", "ARM", "SEX", "DIAG", "ORIGIN", "SRCROWS")
    return frame.with_columns(absent).select(wanted)


def visits(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Visits that took place, by subject and time, with AVISIT, AVISITN, VISITID, ADY added.

    AVISITN of a scheduled visit is its month; an unscheduled visit has the month of the last
    scheduled visit before it plus 0.5. A scheduled visit without a day counts as on its target day.
    """
    plan = pl.DataFrame(
        [
            (visit.id, index, visit.label, visit.month, visit.day, visit.unscheduled)
            for index, visit in enumerate(protocol.visits)
        ],
        schema={
            "VISIT": pl.String,
            "VISITNR": pl.Int64,
            "AVISIT": pl.String,
            "_month": pl.Float64,
            "_target": pl.Int64,
            "UNSCHED": pl.Boolean,
        },
        orient="row",
    )
    last = pl.col("_month").forward_fill().over("USUBJID").fill_null(0.0) + BETWEEN
    who = subjects(tables).drop("ORIGIN", "SRCROWS")
    return (
        numbered(tables["visits"], "visits")
        .join(plan, on="VISIT", how="left", maintain_order="left")
        .join(who, on="USUBJID", how="inner", maintain_order="left")
        .sort("SUBJNR", pl.coalesce("VISITDY", "_target"), "VISITNR")
        .with_columns(pl.when("UNSCHED").then(last).otherwise("_month").alias("AVISITN"))
        .rename({"VISIT": "VISITID", "VISITDY": "ADY"})
        .drop("_month", "_target")
    )


def assessments_due(protocol: Protocol, visit: Visit) -> list[str]:
    """Ids of the assessments that the protocol asks for at a visit."""
    return [item.id for item in protocol.assessments if visit.id in item.visits]
