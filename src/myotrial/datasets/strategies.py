"""ADESTV: the outcome of each estimand at each visit, as its strategies leave it.

After    an assessment is after an event if its day is later than that of the event; a visit that
         was not held, or has no day, counts as on its target day. What was seen on the day of the
         event counts as before it.
Which    of several events with a strategy other than treatment policy the earliest decides, and of
         those on one day the first in the protocol.
DTYPE    COMPOSITE where the response is not met because of the event (a score: `failure`; a
         definition of deterioration: met), LAST BEFORE where the last value before the event
         stands, SET ASIDE where what was seen does not count and is left to imputation; missing
         where the value is the one observed.
An estimand with a strategy of principal stratum has no rows: who belongs to it was not observed.
"""

import polars as pl

from myotrial.datasets import definitions, timeline
from myotrial.datasets.provenance import finish
from myotrial.protocol.intercurrent import Estimand
from myotrial.protocol.models import Endpoint, Protocol

__all__ = ["COLUMNS", "derive"]

COLUMNS = (
    "ESTID", "PARAMCD", "PARAM", "AVISIT", "AVISITN", "VISITID", "ADY", "AVAL", "DTYPE", "ICEID",
    "DIAG",
)  # fmt: skip
RULE = "myotrial.datasets.strategies.derive"
COMPOSITE, BEFORE, ASIDE = "COMPOSITE", "LAST BEFORE", "SET ASIDE"


def derive(protocol: Protocol, verdicts: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Derive ADESTV from ADRS (`verdicts`) and ADICE (`events`)."""
    endpoints = {endpoint.id: endpoint for endpoint in protocol.endpoints}
    parts = []
    for number, estimand in enumerate(protocol.estimands):
        if "principal_stratum" not in estimand.strategies.values():
            found = _outcomes(protocol, estimand, endpoints[estimand.endpoint], verdicts, events)
            parts.append(found.with_columns(pl.lit(number).alias("_number")))
    if not parts:
        empty = verdicts.head(0).with_columns(
            pl.lit(None, dtype=pl.String).alias(name) for name in ("ESTID", "DTYPE", "ICEID")
        )
        return finish(empty, "ADESTV", protocol.study.id, COLUMNS)
    return finish(pl.concat(parts).sort("_number", maintain_order=True), "ADESTV",
                  protocol.study.id, COLUMNS)  # fmt: skip


def _outcomes(
    protocol: Protocol,
    estimand: Estimand,
    endpoint: Endpoint,
    verdicts: pl.DataFrame,
    events: pl.DataFrame,
) -> pl.DataFrame:
    """One estimand: its endpoint's rows of ADRS with what its strategies make of them."""
    scheduled = [visit.id for visit in timeline.later_visits(protocol)]
    rows = verdicts.filter(pl.col("PARAMCD") == definitions.parameter(endpoint))
    if endpoint.estimand != "ever":  # which looks at unscheduled assessments too
        rows = rows.filter(pl.col("VISITID").is_in(scheduled))
    targets = {visit.id: visit.day for visit in protocol.visits}
    target = pl.col("VISITID").replace_strict(targets, default=None, return_dtype=pl.Int64)
    after = pl.coalesce("ADY", target) > pl.col("_day")
    changed = pl.col("_day").is_not_null() & after.fill_null(value=True)
    bad = endpoint.definition in definitions.DETERIORATIONS
    score = definitions.is_score(endpoint)
    failure = estimand.failure if score else float(bad)
    before = pl.col("AVAL").filter(~changed & pl.col("AVAL").is_not_null()).last().over("USUBJID")
    way = pl.when(changed).then("_way")
    return (
        rows.join(_deciding(estimand, events), on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            pl.when(way == COMPOSITE)
            .then(pl.lit(failure))
            .when(way == BEFORE)
            .then(before)
            .when(way == ASIDE)
            .then(None)
            .otherwise("AVAL")
            .cast(pl.Float64)
            .alias("AVAL"),
            way.alias("DTYPE"),
            pl.when(changed).then("_event").alias("ICEID"),
            pl.when(changed)
            .then(pl.concat_str("SRCROWS", "_rows", separator=";"))
            .otherwise("SRCROWS")
            .alias("SRCROWS"),
            pl.lit(estimand.id).alias("ESTID"),
            pl.lit(RULE).alias("RULE"),
        )
        .drop("_day", "_way", "_event", "_rows")
    )


def _deciding(estimand: Estimand, events: pl.DataFrame) -> pl.DataFrame:
    """The event that decides for each subject that had one: its day, what follows, its rows."""
    follows = {"composite": COMPOSITE, "while_on_treatment": BEFORE, "hypothetical": ASIDE}
    ways = {name: follows[way] for name, way in estimand.strategies.items() if way in follows}
    return (
        events.filter(pl.col("ICEID").is_in(list(ways)))
        .unique("USUBJID", keep="first", maintain_order=True)  # ADICE is in order of days
        .select(
            "USUBJID",
            pl.col("ASTDY").alias("_day"),
            pl.col("ICEID")
            .replace_strict(ways, default=None, return_dtype=pl.String)
            .alias("_way"),
            pl.col("ICEID").alias("_event"),
            pl.col("SRCROWS").alias("_rows"),
        )
    )
