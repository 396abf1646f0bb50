"""SDTM domains of what was measured: LB, QS, RS and FT of the assessments, BE and MI of biopsies.

Where     an enzyme is a laboratory result (LB); what the patient reports stands in QS; what is a
          test of performance in FT; a physician's or clinical rating in RS. That choice is ours:
          `DOMAINS` names it for each instrument.
Not done  a measure that was due at a visit that took place and has no value: STAT is NOT DONE.
"""

from types import MappingProxyType

import polars as pl

from myotrial import instruments
from myotrial.datasets.standards.rows import dated, numbered, planned, started
from myotrial.protocol.models import Assessment, Protocol

__all__ = ["DOMAINS", "domain_of", "findings", "microscopy", "specimens"]

DOMAINS = MappingProxyType(
    {
        **dict.fromkeys(("ck", "aldolase", "ldh", "ast", "alt"), "LB"),
        **dict.fromkeys(("patient_global", "haq_di", "chaq", "activities_profile", "ibmfrs"), "QS"),
        **dict.fromkeys(("mmt8", "mmt26", "cmas", "functional_index"), "FT"),
    }
)
COLUMNS = (
    "TESTCD", "TEST", "CAT", "ORRES", "ORRESU", "STRESC", "STRESN", "STRESU", "STAT",
)  # fmt: skip
WITH_LIMITS = (
    "TESTCD", "TEST", "CAT", "ORRES", "ORRESU", "ORNRHI", "STRESC", "STRESN", "STRESU", "STNRHI",
    "NRIND", "STAT",
)  # fmt: skip
TIMES = MappingProxyType({"BASELINE": "First biopsy", "REPEAT": "Repeat biopsy"})


def domain_of(instrument: str) -> str:
    """The domain an instrument's values stand in.

    >>> domain_of("ck"), domain_of("rand36_physical_functioning"), domain_of("physician_global")
    ('LB', 'QS', 'RS')
    """
    if instrument.startswith("rand36"):
        return "QS"
    return "FT" if instrument.startswith(("fi2", "fi3", "mmt")) else DOMAINS.get(instrument, "RS")


def findings(
    protocol: Protocol, tables: dict[str, pl.DataFrame], domain: str
) -> pl.DataFrame | None:
    """One of LB, QS, RS and FT; None where no assessment belongs there."""
    items = [item for item in protocol.assessments if domain_of(item.instrument) == domain]
    if not items:
        return None
    base = started(tables["visits"], tables).join(
        planned(protocol), on="VISIT", how="left", maintain_order="left"
    )
    parts = [_one(tables, base, item, domain, place) for place, item in enumerate(items)]
    frame = _flagged(pl.concat(parts), domain)
    named = WITH_LIMITS if domain == "LB" else COLUMNS
    columns = [f"{domain}{name}" for name in named]
    when = ("VISITNUM", "VISIT", f"{domain}DTC", f"{domain}DY")
    return numbered(
        frame,
        domain,
        protocol.study.id,
        (*columns, f"{domain}LOBXFL", *when),
        "_place",
        "VISITNUM",
    )


def _one(
    tables: dict[str, pl.DataFrame],
    base: pl.DataFrame,
    item: Assessment,
    domain: str,
    place: int,
) -> pl.DataFrame:
    """The rows of one assessment: where it was due or made."""
    value = pl.col(item.id)
    label = item.label or instruments.get(item.instrument).label
    rows = base.filter(value.is_not_null() | pl.col("VISIT").is_in(item.visits))
    high = pl.lit(None, dtype=pl.Float64)
    if item.upper_limit and "SEX" in tables["subjects"].columns:
        sexes = tables["subjects"].select("USUBJID", "SEX")
        rows = rows.join(sexes, on="USUBJID", how="left", maintain_order="left")
        high = pl.col("SEX").replace_strict(item.upper_limit, default=None, return_dtype=pl.Float64)
    kept = value.is_not_null()
    return rows.select(
        "_who",
        "USUBJID",
        "VISITNUM",
        "VISIT",
        pl.lit(place).alias("_place"),
        pl.lit(item.id).alias(f"{domain}TESTCD"),
        pl.lit(label[:40]).alias(f"{domain}TEST"),
        pl.lit(instruments.get(item.instrument).label[:40]).alias(f"{domain}CAT"),
        _result(item.id).alias(f"{domain}ORRES"),
        pl.when(kept).then(pl.lit(item.unit)).alias(f"{domain}ORRESU"),
        _result(item.id).alias(f"{domain}STRESC"),
        value.cast(pl.Float64).alias(f"{domain}STRESN"),
        pl.when(kept).then(pl.lit(item.unit)).alias(f"{domain}STRESU"),
        pl.when(~kept).then(pl.lit("NOT DONE")).alias(f"{domain}STAT"),
        high.cast(pl.String).alias(f"{domain}ORNRHI"),
        high.alias(f"{domain}STNRHI"),
        pl.when(value > high)
        .then(pl.lit("HIGH"))
        .when(value <= high)
        .then(pl.lit("NORMAL"))
        .alias(f"{domain}NRIND"),
        dated("VISITDY", f"{domain}DTC"),
        pl.col("VISITDY").alias(f"{domain}DY"),
    )


def _result(name: str) -> pl.Expr:
    """A number as it is written down; a whole one without a decimal point."""
    return pl.col(name).round_sig_figs(12).cast(pl.String).str.strip_suffix(".0")


def _flagged(frame: pl.DataFrame, domain: str) -> pl.DataFrame:
    """Mark the last value of each test up to the first dose, day 1."""
    day, test = f"{domain}DY", f"{domain}TESTCD"
    before = (pl.col(day) <= 1) & pl.col(f"{domain}STRESN").is_not_null()
    last = pl.when(before).then(pl.col(day)).max().over("USUBJID", test)
    flag = pl.when(before & (pl.col(day) == last)).then(pl.lit("Y"))
    return frame.with_columns(flag.alias(f"{domain}LOBXFL"))


def specimens(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """BE: the taking of each biopsy; the day is the first that any reading of it states."""
    taken = (
        tables["biopsies"]
        .group_by("USUBJID", "BXTIME", maintain_order=True)
        .agg(pl.col("BXDY").min())
    )
    frame = started(taken, tables).with_columns(
        _reference(),
        pl.lit("Collecting").alias("BETERM"),
        pl.lit("COLLECTION").alias("BECAT"),
        dated("BXDY", "BESTDTC"),
        pl.col("BXDY").alias("BESTDY"),
    )
    columns = ("BEREFID", "BETERM", "BECAT", "BESTDTC", "BESTDY")
    return numbered(frame, "BE", protocol.study.id, columns, "BXTIME")


def microscopy(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """MI: each marker in each biopsy, as a number with its unit, or PRESENT and ABSENT."""
    markers = protocol.biopsy.markers if protocol.biopsy else ()
    names = {marker.id: marker.label[:40] for marker in markers}
    units = {marker.id: marker.unit for marker in markers}
    order = {marker.id: place for place, marker in enumerate(markers)}
    called = pl.col("BXPRES").replace_strict(
        {"Y": "PRESENT", "N": "ABSENT"}, return_dtype=pl.String
    )
    result = pl.coalesce(_result("BXRES"), called)
    unit = pl.col("MARKER").replace_strict(units, return_dtype=pl.String)
    measured = pl.col("BXRES").is_not_null()
    frame = started(tables["biopsies"], tables).with_columns(
        _reference(domain="MI"),
        pl.col("MARKER").replace_strict(order, return_dtype=pl.Int64).alias("_place"),
        pl.col("MARKER").alias("MITESTCD"),
        pl.col("MARKER").replace_strict(names, return_dtype=pl.String).alias("MITEST"),
        result.alias("MIORRES"),
        pl.when(measured).then(unit).alias("MIORRESU"),
        result.alias("MISTRESC"),
        pl.col("BXRES").alias("MISTRESN"),
        pl.when(measured).then(unit).alias("MISTRESU"),
        pl.lit("TISSUE").alias("MISPEC"),
        dated("BXDY", "MIDTC"),
        pl.col("BXDY").alias("MIDY"),
    )
    columns = (
        "MIREFID", "MITESTCD", "MITEST", "MIORRES", "MIORRESU", "MISTRESC", "MISTRESN", "MISTRESU",
        "MISPEC", "MIDTC", "MIDY",
    )  # fmt: skip
    return numbered(frame, "MI", protocol.study.id, columns, "BXTIME", "_place")


def _reference(domain: str = "BE") -> pl.Expr:
    """One name for each biopsy, so that readings lead to their specimen."""
    return pl.format("{}-{}", "USUBJID", "BXTIME").alias(f"{domain}REFID")
