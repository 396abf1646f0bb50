"""Every subject with every visit after baseline, and columns of ADCS laid along it."""

import numpy as np
import polars as pl

from myotrial.datasets import timeline
from myotrial.protocol.models import Protocol
from myotrial.response.core_set import CoreSet

__all__ = ["along", "changes", "grid"]


def grid(protocol: Protocol, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """One row for each subject and visit after baseline.

    A scheduled visit has its row whether it was held or not; an unscheduled one only where it took
    place. SRCROWS names the baseline and the visit; where neither was held, the subject.
    """
    visits = timeline.visits(protocol, tables)
    keys = ["SUBJNR", "USUBJID", "SEX", "DIAG", "VISITID", "AVISIT", "AVISITN"]
    planned = pl.DataFrame(
        [(visit.id, visit.label, visit.month) for visit in timeline.later_visits(protocol)],
        schema={"VISITID": pl.String, "AVISIT": pl.String, "AVISITN": pl.Float64},
        orient="row",
    )
    people = timeline.subjects(tables)
    scheduled = people.join(planned, how="cross").select(keys)
    extra = visits.filter("UNSCHED").select(keys)
    return (
        pl.concat([scheduled, extra])
        .join(
            _sources(visits, timeline.baseline(protocol).id), on=["USUBJID", "VISITID"], how="left"
        )
        .join(_first(visits, timeline.baseline(protocol).id), on="USUBJID", how="left")
        .join(people.select("USUBJID", "ORIGIN", _who="SRCROWS"), on="USUBJID", how="left")
        .with_columns(
            pl.coalesce("_origin", "ORIGIN").alias("ORIGIN"),
            pl.coalesce(
                pl.concat_str("_first", "_held", separator=";"), "_held", "_first", "_who"
            ).alias("SRCROWS"),
        )
        .sort("SUBJNR", "AVISITN", "ADY")
    )


def along(rows: pl.DataFrame, measures: pl.DataFrame, name: str, value: str) -> np.ndarray:
    """One column of ADCS for one assessment, along the grid's rows; NaN where missing."""
    one = measures.filter(pl.col("PARAMCD") == name).select("USUBJID", "VISITID", value)
    joined = rows.select("USUBJID", "VISITID").join(
        one, on=["USUBJID", "VISITID"], how="left", maintain_order="left"
    )
    return joined[value].fill_null(float("nan")).to_numpy()


def changes(protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame) -> CoreSet:
    """Improvement of the six core set measures along the grid's rows."""
    names = CoreSet(**protocol.core_set.model_dump())
    return CoreSet(*(along(rows, measures, name, "IMPR") for name in names))


def _sources(visits: pl.DataFrame, start: str) -> pl.DataFrame:
    held = visits.filter(pl.col("VISITID") != start)
    return held.select("USUBJID", "VISITID", "ADY", _held="SRCROWS", _origin="ORIGIN")


def _first(visits: pl.DataFrame, start: str) -> pl.DataFrame:
    return visits.filter(pl.col("VISITID") == start).select("USUBJID", _first="SRCROWS")
