"""SDTM domains of what subjects received and what befell them: EX, CM and AE."""

import polars as pl

from myotrial import terms
from myotrial.datasets.standards.rows import dated, numbered, started
from myotrial.protocol.models import Protocol

__all__ = ["doses", "events", "exposure", "medications"]

DOSES = {name: terms.LABELS[name] for name in ("EXPLAN", "EXTAKEN")}


def exposure(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """EX: each record of study treatment; the route is the protocol's."""
    routes = {item.name: item.route.upper() for arm in protocol.arms for item in arm.treatments}
    frame = started(tables["exposure"], tables).with_columns(
        pl.col("EXTRT")
        .replace_strict(routes, default=None, return_dtype=pl.String)
        .alias("EXROUTE"),
        dated("EXSTDY", "EXSTDTC"),
        dated("EXENDY", "EXENDTC"),
    )
    columns = ("EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "EXSTDTC", "EXENDTC", "EXSTDY", "EXENDY")
    return numbered(frame, "EX", protocol.study.id, columns, "EXSTDY", "EXTRT")


def doses(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """SUPPEX: doses planned and taken, for which EX has no variable."""
    frame = exposure(protocol, tables)
    counted = started(tables["exposure"], tables).sort(
        "_who", "EXSTDY", "EXTRT", nulls_last=True, maintain_order=True
    )
    whole = pl.concat([frame, counted.select("EXPLAN", "EXTAKEN")], how="horizontal")
    return (
        whole.unpivot(on=["EXPLAN", "EXTAKEN"], index=["USUBJID", "EXSEQ"], variable_name="QNAM")
        .filter(pl.col("value").is_not_null())
        .sort("USUBJID", "EXSEQ", "QNAM")
        .select(
            pl.lit(protocol.study.id).alias("STUDYID"),
            pl.lit("EX").alias("RDOMAIN"),
            "USUBJID",
            pl.lit("EXSEQ").alias("IDVAR"),
            pl.col("EXSEQ").cast(pl.String).alias("IDVARVAL"),
            "QNAM",
            pl.col("QNAM").replace_strict(DOSES).alias("QLABEL"),
            pl.col("value").cast(pl.String).alias("QVAL"),
            pl.lit("Collected").alias("QORIG"),
        )
    )


def medications(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """CM: each record of therapy besides the study treatment."""
    frame = started(tables["concomitant"], tables).with_columns(
        dated("CMSTDY", "CMSTDTC"), dated("CMENDY", "CMENDTC")
    )
    columns = (
        "CMTRT", "CMCLAS", "CMDOSE", "CMDOSU", "CMDOSFRQ", "CMSTDTC", "CMENDTC", "CMSTDY", "CMENDY",
    )  # fmt: skip
    return numbered(frame, "CM", protocol.study.id, columns, "CMSTDY", "CMTRT")


def events(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """AE: each adverse event; AEDECOD is missing, since no dictionary was used."""
    frame = started(tables["adverse_events"], tables).with_columns(
        pl.lit(None, dtype=pl.String).alias("AEDECOD"),
        dated("AESTDY", "AESTDTC"),
        dated("AEENDY", "AEENDTC"),
    )
    columns = (
        "AETERM", "AEDECOD", "AESEV", "AEACN", "AEREL", "AESTDTC", "AEENDTC", "AESTDY", "AEENDY",
    )  # fmt: skip
    return numbered(frame, "AE", protocol.study.id, columns, "AESTDY", "AETERM")
