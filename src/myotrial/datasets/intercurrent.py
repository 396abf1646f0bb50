"""ADICE: the first time of each intercurrent event in each subject that had it.

rescue       the first record of a therapy of the event's classes that starts on day 1 or later; a
             record without a start is taken as there from before, as in ADCM.
withdrawal   the day the subject left, for one of the event's reasons if it names any (whatever the
             case of letters); without a day, the day after the last visit held (ASTDTF is D then).
dose_change  the first day on which the dose of a therapy of the event's classes is not what it was
             (ADCM), if that is day 1 or later.
"""

import polars as pl

from myotrial.datasets import timeline
from myotrial.datasets.provenance import finish, numbered
from myotrial.protocol.intercurrent import IntercurrentEvent
from myotrial.protocol.models import Protocol

__all__ = ["COLUMNS", "derive"]

COLUMNS = ("ICEID", "ICETERM", "ICECAT", "ASTDY", "ASTDTF", "DIAG")
RULE = "myotrial.datasets.intercurrent.derive"
FOUND = pl.Schema(
    {"USUBJID": pl.String, "ASTDY": pl.Int64, "ASTDTF": pl.String, "SRCROWS": pl.String}
)


def derive(
    protocol: Protocol, tables: dict[str, pl.DataFrame], therapies: pl.DataFrame
) -> pl.DataFrame:
    """Derive ADICE from the captured tables and ADCM (`therapies`)."""
    parts = [pl.DataFrame(schema=FOUND).with_columns(_words(0, "", "", ""))]
    for number, event in enumerate(protocol.intercurrent_events):
        found = _found(protocol, tables, therapies, event)
        words = _words(number, event.id, event.label, event.kind)
        parts.append(found.select(FOUND.names()).cast(FOUND).with_columns(words))
    who = timeline.subjects(tables).select("USUBJID", "SUBJNR", "DIAG", "ORIGIN")
    rows = (
        pl.concat(parts)
        .join(who, on="USUBJID", how="inner", maintain_order="left")
        .sort("SUBJNR", "ASTDY", "_number")
        .with_columns(pl.lit(RULE).alias("RULE"))
    )
    return finish(rows, "ADICE", protocol.study.id, COLUMNS)


def _words(number: int, name: str, label: str, kind: str) -> list[pl.Expr]:
    texts = {"ICEID": name, "ICETERM": label, "ICECAT": kind.upper().replace("_", " ")}
    return [
        pl.lit(number).alias("_number"),
        *(pl.lit(text).alias(column) for column, text in texts.items()),
    ]


def _found(
    protocol: Protocol,
    tables: dict[str, pl.DataFrame],
    therapies: pl.DataFrame,
    event: IntercurrentEvent,
) -> pl.DataFrame:
    """The first time of one event in each subject."""
    if event.kind == "withdrawal":
        return _left(protocol, tables, event)
    if event.kind == "rescue":
        rows = numbered(tables["concomitant"], "concomitant").with_columns(ASTDY="CMSTDY")
    else:
        rows = therapies.filter(pl.col("STABLE") == "N").with_columns(ASTDY="ADY")
    started = rows.filter(pl.col("CMCLAS").is_in(list(event.classes)) & (pl.col("ASTDY") >= 1))
    first = started.sort("ASTDY", maintain_order=True).unique(
        "USUBJID", keep="first", maintain_order=True
    )
    return first.with_columns(pl.lit(None, dtype=pl.String).alias("ASTDTF"))


def _left(
    protocol: Protocol, tables: dict[str, pl.DataFrame], event: IntercurrentEvent
) -> pl.DataFrame:
    left = numbered(tables["disposition"], "disposition").filter(pl.col("DSDECOD") == "WITHDRAWN")
    if event.reasons:
        wanted = [reason.strip().lower() for reason in event.reasons]
        left = left.filter(pl.col("DSREAS").str.strip_chars().str.to_lowercase().is_in(wanted))
    targets = {visit.id: visit.day for visit in protocol.visits}
    target = pl.col("VISITID").replace_strict(targets, default=None, return_dtype=pl.Int64)
    held = (
        timeline.visits(protocol, tables)
        .group_by("USUBJID")
        .agg((pl.coalesce("ADY", target).max().clip(0) + 1).alias("_after"))
    )
    return left.join(held, on="USUBJID", how="left", maintain_order="left").with_columns(
        pl.coalesce("DSSTDY", "_after", pl.lit(1)).alias("ASTDY"),
        pl.when(pl.col("DSSTDY").is_null()).then(pl.lit("D")).alias("ASTDTF"),
    )
