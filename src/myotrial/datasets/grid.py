"""Every subject with every visit after baseline, and columns of ADCS laid along it.

Where the protocol names several enzymes, the one that was most abnormal at the subject's baseline,
as a multiple of its upper limit of normal, is the enzyme at every visit and in every definition:
an enzyme measured at baseline takes the place, and where it is missing later no other steps in. One
whose upper limit is not known for the subject's sex is not chosen.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from myotrial.datasets import definitions, timeline
from myotrial.instruments import enzymes
from myotrial.protocol.models import Assessment, Protocol
from myotrial.response.core_set import CoreSet

__all__ = ["along", "along_core_set", "at_baseline", "changes", "grid", "of_enzyme", "upper_limit"]


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
    names = definitions.measures(protocol, "imacs_2004")
    return along_core_set(protocol, rows, measures, names, "IMPR")


def along_core_set(
    protocol: Protocol, rows: pl.DataFrame, measures: pl.DataFrame, names: CoreSet, value: str
) -> CoreSet:
    """One column of ADCS for each of six measures, along the grid's rows; NaN where missing.

    Args:
        protocol: The protocol.
        rows: The grid.
        measures: ADCS.
        names: Ids of the assessments, as `definitions.measures` gives them.
        value: The column.
    """
    enzyme = of_enzyme(
        protocol, rows, measures, names.enzyme, lambda item: along(rows, measures, item.id, value)
    )
    others = {
        role: along(rows, measures, name, value)
        for role, name in names._asdict().items()
        if role != "enzyme"
    }
    return CoreSet(**others, enzyme=enzyme)


def of_enzyme(
    protocol: Protocol,
    rows: pl.DataFrame,
    measures: pl.DataFrame,
    names: tuple[str, ...],
    made: Callable[[Assessment], np.ndarray],
) -> np.ndarray:
    """What is made of each enzyme's assessment, of the enzyme that counts for each row's subject.

    Args:
        protocol: The protocol.
        rows: The grid.
        measures: ADCS.
        names: Ids of the enzymes; one alone is taken as it is.
        made: Makes one number for each row of an assessment.

    Returns:
        One number for each row; NaN where no enzyme was measured at baseline.
    """
    items = [definitions.assessment(protocol, name) for name in names]
    if len(items) == 1:
        return made(items[0])
    multiples = [at_baseline(rows, measures, item.id) / upper_limit(item, rows) for item in items]
    return enzymes.chosen([made(item) for item in items], enzymes.most_abnormal(multiples))


def at_baseline(rows: pl.DataFrame, measures: pl.DataFrame, name: str) -> np.ndarray:
    """An assessment at the baseline of each row's subject, whatever was held later."""
    start = measures.filter((pl.col("PARAMCD") == name) & (pl.col("ABLFL") == "Y"))
    first = rows.select("USUBJID").join(
        start.select("USUBJID", "AVAL"), on="USUBJID", how="left", maintain_order="left"
    )
    return first["AVAL"].fill_null(float("nan")).to_numpy()


def upper_limit(item: Assessment, rows: pl.DataFrame) -> np.ndarray:
    """Upper limit of normal of an enzyme for each row's sex; NaN where it is not known."""
    limits = item.upper_limit or {}
    upper = rows["SEX"].replace_strict(limits, default=None, return_dtype=pl.Float64)
    return upper.fill_null(float("nan")).to_numpy()


def _sources(visits: pl.DataFrame, start: str) -> pl.DataFrame:
    held = visits.filter(pl.col("VISITID") != start)
    return held.select("USUBJID", "VISITID", "ADY", _held="SRCROWS", _origin="ORIGIN")


def _first(visits: pl.DataFrame, start: str) -> pl.DataFrame:
    return visits.filter(pl.col("VISITID") == start).select("USUBJID", _first="SRCROWS")
