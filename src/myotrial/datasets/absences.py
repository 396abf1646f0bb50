"""What captured tables leave out without being wrong, and what that makes of the patients."""

from collections.abc import Iterator, Mapping

import polars as pl

from myotrial.errors import some

__all__ = ["gaps"]

MEANT = {
    "visits": "never seen",
    "disposition": "ongoing",
    "exposure": "not treated",
}


def gaps(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Sentences on subjects without a row in a table, and on visits after the end of study.

    Args:
        tables: The captured tables, as `read_tables` gives them.

    >>> subjects = pl.DataFrame({"USUBJID": ["S-01", "S-02"]})
    >>> one = pl.DataFrame({"USUBJID": ["S-01"], "VISITDY": [1], "DSSTDY": [90]})
    >>> gaps({"subjects": subjects, "visits": subjects.with_columns(VISITDY=1),
    ...       "disposition": one, "exposure": subjects})
    ["no row in disposition.csv, so counted as ongoing: 'S-02'"]
    """
    return sorted([*_absent(tables), *_afterwards(tables)])


def _absent(tables: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    subjects = tables["subjects"]
    for name, meant in MEANT.items():
        gone = subjects.join(tables[name], on="USUBJID", how="anti", maintain_order="left")
        if gone.height:
            listed = some(gone["USUBJID"])
            yield f"no row in {name}.csv, so counted as {meant}: {listed}"


def _afterwards(tables: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    ends = tables["disposition"].select("USUBJID", "DSSTDY")
    late = (
        tables["visits"]
        .join(ends, on="USUBJID", how="inner", maintain_order="left")
        .filter(pl.col("VISITDY") > pl.col("DSSTDY"))
        .unique("USUBJID", keep="first", maintain_order=True)
    )
    if late.height:
        yield f"a visit after the end of study in disposition.csv: {some(late['USUBJID'])}"
