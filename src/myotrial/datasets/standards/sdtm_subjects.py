"""SDTM domains of who took part: DM with its supplement, SV and DS."""

from types import MappingProxyType

import polars as pl

from myotrial.datasets.standards.rows import dated, numbered, planned, started
from myotrial.protocol.models import Protocol

__all__ = ["ENDS", "demographics", "disposition", "supplement", "visits"]

ENDS = MappingProxyType(  # reasons as CDISC's list of completion terms words them; others: OTHER
    {
        reason.casefold(): reason
        for reason in (
            "ADVERSE EVENT",
            "DEATH",
            "LACK OF EFFICACY",
            "LOST TO FOLLOW-UP",
            "PHYSICIAN DECISION",
            "PREGNANCY",
            "PROTOCOL DEVIATION",
            "STUDY TERMINATED BY SPONSOR",
            "WITHDRAWAL BY SUBJECT",
        )
    }
)


def demographics(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """DM: a subject without a dose has no actual arm (NOTTRT); SITEID, COUNTRY are not captured."""
    labels = {arm.id: arm.label for arm in protocol.arms}
    taken = tables["exposure"].filter(pl.col("EXTAKEN").is_null() | (pl.col("EXTAKEN") > 0))
    treated = pl.col("USUBJID").is_in(taken["USUBJID"].unique().to_list())
    arm = pl.col("ARM").replace_strict(labels)
    frame = started(
        _with(tables["subjects"], AGE=pl.Int64, SEX=pl.String).drop("RFSTDTC", strict=False), tables
    )
    return frame.sort("_who").select(
        pl.lit(protocol.study.id).alias("STUDYID"),
        pl.lit("DM").alias("DOMAIN"),
        "USUBJID",
        pl.col("USUBJID").str.strip_prefix(f"{protocol.study.id}-").alias("SUBJID"),
        pl.col("RFSTDTC").dt.to_string("%Y-%m-%d"),
        pl.lit(None, dtype=pl.String).alias("SITEID"),
        "AGE",
        pl.when(pl.col("AGE").is_not_null()).then(pl.lit("YEARS")).alias("AGEU"),
        "SEX",
        pl.col("ARM").alias("ARMCD"),
        arm.alias("ARM"),
        pl.when(treated).then("ARM").otherwise(pl.lit("NOTTRT")).alias("ACTARMCD"),
        pl.when(treated).then(arm).otherwise(pl.lit("Not Treated")).alias("ACTARM"),
        pl.lit(None, dtype=pl.String).alias("COUNTRY"),
    )


def supplement(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """SUPPDM: what the protocol records of a subject beyond DM, and where the record comes from."""
    kept = [name for name in protocol.recorded if name not in ("SEX", "AGE")]
    labels = {name: protocol.subject[name].label for name in kept}
    labels["ORIGIN"] = "Origin of the Record"
    frame = tables["subjects"].with_row_index("_who")
    parts = [
        frame.filter(pl.col(name).is_not_null()).select(
            "_who",
            "USUBJID",
            pl.lit(place).alias("_place"),
            pl.lit(name).alias("QNAM"),
            pl.lit(labels[name].encode()[:40].decode(errors="ignore")).alias("QLABEL"),
            _text(frame, name).alias("QVAL"),
            pl.lit("Assigned" if name == "ORIGIN" else "Collected").alias("QORIG"),
        )
        for place, name in enumerate([*kept, "ORIGIN"])
        if name in frame.columns
    ]
    return (
        pl.concat(parts)
        .sort("_who", "_place")
        .select(
            pl.lit(protocol.study.id).alias("STUDYID"),
            pl.lit("DM").alias("RDOMAIN"),
            "USUBJID",
            pl.lit("").alias("IDVAR"),
            pl.lit("").alias("IDVARVAL"),
            "QNAM",
            "QLABEL",
            "QVAL",
            "QORIG",
        )
    )


def visits(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """SV: every visit that took place."""
    rows = (
        started(tables["visits"], tables)
        .join(planned(protocol), on="VISIT", how="left", maintain_order="left")
        .with_columns(dated("VISITDY_right", "_planned"), dated("VISITDY", "SVSTDTC"))
        .rename({"VISITDY": "SVSTDY", "VISITDY_right": "VISITDY"})
        .sort("_who", "VISITNUM")
    )
    return rows.select(
        pl.lit(protocol.study.id).alias("STUDYID"),
        pl.lit("SV").alias("DOMAIN"),
        "USUBJID",
        "VISITNUM",
        "VISIT",
        "VISITDY",
        "SVSTDTC",
        "SVSTDY",
    )


def disposition(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """DS: how each subject's study ended; DSTERM as recorded, DSDECOD from the public list."""
    reason = pl.col("DSREAS").str.to_lowercase()
    coded = reason.replace_strict(dict(ENDS), default="OTHER", return_dtype=pl.String)
    done = pl.col("DSDECOD") == "COMPLETED"
    frame = started(tables["disposition"], tables).with_columns(
        pl.when(done)
        .then(pl.lit("COMPLETED"))
        .otherwise(pl.coalesce("DSREAS", pl.lit("UNKNOWN")))
        .alias("DSTERM"),
        pl.when(done)
        .then(pl.lit("COMPLETED"))
        .when(reason.is_null())
        .then(pl.lit("OTHER"))
        .otherwise(coded)
        .alias("DSDECOD"),
        pl.lit("DISPOSITION EVENT").alias("DSCAT"),
        dated("DSSTDY", "DSSTDTC"),
    )
    columns = ("DSTERM", "DSDECOD", "DSCAT", "DSSTDTC", "DSSTDY")
    return numbered(frame, "DS", protocol.study.id, columns, "DSSTDY")


def _with(frame: pl.DataFrame, **kinds: type[pl.DataType]) -> pl.DataFrame:
    """The frame with columns of missing values where it lacks them."""
    absent = {name: kind for name, kind in kinds.items() if name not in frame.columns}
    return frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in absent.items())


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as text; a number that is whole without a decimal point."""
    if not frame.schema[name].is_float():
        return pl.col(name).cast(pl.String)
    whole = pl.col(name) == pl.col(name).round()
    return (
        pl.when(whole)
        .then(pl.col(name).cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(pl.col(name).cast(pl.String))
    )
