"""ADRD: what readers said of each biopsy, blinded, and what was accepted of it.

One row for each reading; RDSEQ 2 is a hidden repeat; ACPTFL is Y in the row that is accepted.
"""

import polars as pl

from myotrial.datasets.biopsies import TIMES
from myotrial.datasets.provenance import finish, numbered
from myotrial.protocol.models import Protocol
from myotrial.terms import CAPTURED

__all__ = ["COLUMNS", "derive_readings"]

COLUMNS = ("PARAMCD", "PARAM", "AVISIT", "RDSESS", "EVALID", "RDSEQ", "AVAL", "ACPTFL")
RULE = "myotrial.datasets.readings.derive_readings"


def derive_readings(protocol: Protocol, readings: pl.DataFrame) -> pl.DataFrame:
    """Derive ADRD.

    Args:
        protocol: The protocol.
        readings: data/readings.csv, every cell as text.
    """
    names = (
        {marker.id: marker.label for marker in protocol.biopsy.markers} if protocol.biopsy else {}
    )
    code = pl.col("MARKER")
    rows = numbered(readings, "readings").with_columns(
        code.alias("PARAMCD"),
        code.replace_strict(names, default=None, return_dtype=pl.String).alias("PARAM"),
        pl.col("BXTIME")
        .replace_strict(TIMES, default=None, return_dtype=pl.String)
        .alias("AVISIT"),
        pl.col("RDSEQ").cast(pl.Int64),
        pl.col("RDRES").cast(pl.Float64).alias("AVAL"),
        pl.lit(CAPTURED).alias("ORIGIN"),
        pl.lit(RULE).alias("RULE"),
    )
    return finish(rows, "ADRD", protocol.study.id, COLUMNS)
