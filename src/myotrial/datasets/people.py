"""ADSL: one row a subject, with treatment, analysis sets, eligibility, and end of study.

FASFL    every enrolled subject.
SAFFL    every subject with at least one dose taken; where exposure gives no number of doses taken,
         a record of treatment counts.
COMPLFL  every subject whose disposition is COMPLETED.
LSTVIS   the last scheduled visit that took place (LSTVISN its month).
ELIGFL   Y, N or U (missing values leave it open); ELIGWHY names the rules that fail, or else those
         that are open.
A derived attribute has its column where the protocol has one: the class in its criteria, missing
where more than one is possible. A rule about it is open only where the possible classes disagree.
"""

from collections.abc import Mapping, Sequence
from itertools import product, repeat
from typing import Any

import polars as pl

from myotrial import expressions
from myotrial.datasets import derivations, timeline
from myotrial.datasets.derivations import Classes
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
    classes = derivations.classes(protocol, tables["subjects"])
    frame = (
        people.with_columns(absent)
        .with_columns(
            pl.col("ARM").replace_strict(arms).alias("TRT01P"), pl.lit("Y").alias("FASFL")
        )
        .pipe(_joined, _treated(tables))
        .pipe(_joined, _ends(tables))
        .pipe(_joined, _last_visits(protocol, tables))
        .pipe(_joined, _eligibility(protocol, tables, classes))
        .with_columns(_certain(name, found) for name, found in classes.items())
        .with_columns(
            pl.when(pl.col("SAFFL") == "Y").then("TRT01P").alias("TRT01A"),
            pl.col("SAFFL").fill_null("N"),
            pl.col("COMPLFL").fill_null("N"),
            pl.col("EOSSTT").fill_null("ONGOING"),
            pl.concat_str("SRCROWS", "_taken", "_end", "_last", separator=";", ignore_nulls=True),
            pl.lit(RULE).alias("RULE"),
        )
    )
    return finish(frame, "ADSL", protocol.study.id, [*COLUMNS, *classes])


def _certain(name: str, found: Sequence[Classes]) -> pl.Series:
    """The one class that is possible, for each subject; missing where there are more."""
    certain = [one[0] if len(one) == 1 else None for one in found]
    return pl.Series(name, certain, dtype=pl.String)


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


def _eligibility(
    protocol: Protocol, tables: dict[str, pl.DataFrame], classes: Mapping[str, Sequence[Classes]]
) -> pl.DataFrame:
    """ELIGFL and ELIGWHY; subjects with the same answers are judged once."""
    start = timeline.baseline(protocol).id
    measures = [item.id for item in protocol.assessments]
    first = tables["visits"].filter(pl.col("VISIT") == start).select("USUBJID", *measures)
    named = _names(protocol)
    asked = [name for name in (*protocol.recorded, *measures) if name in named]
    derived = [name for name in classes if name in named]
    frame = tables["subjects"].join(first, on="USUBJID", how="left", maintain_order="left")
    judged: dict[tuple[Any, ...], tuple[str, str | None]] = {}
    answers = []
    recorded = frame.select(asked).rows() if asked else [()] * frame.height
    possible = zip(*(classes[name] for name in derived), strict=True) if derived else repeat(())
    for told, able in zip(recorded, possible, strict=False):
        values = (*told, *able)
        if values not in judged:
            judged[values] = _judged(protocol, dict(zip((*asked, *derived), values, strict=True)))
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
    """The verdict on one subject; of each derived attribute every possible class is tried."""
    several = [name for name, value in record.items() if isinstance(value, tuple)]
    verdicts = [
        eligibility(protocol, record | dict(zip(several, one, strict=True)))
        for one in product(*(record[name] for name in several))
    ]
    failed = [rule for rule in verdicts[0].failed if all(rule in one.failed for one in verdicts)]
    open_ = [
        item.id
        for item in verdicts[0].criteria
        if item.id not in failed and any(item.id in (*one.failed, *one.unknown) for one in verdicts)
    ]
    flag = "N" if failed else "U" if open_ else "Y"
    return flag, ", ".join(failed or open_) or None
