"""The few checks any table needs, on every supported dataframe."""

import math

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from myotrial.errors import MissingColumnsError
from myotrial.frames import duplicated, records, require_columns

TABLE = {
    "USUBJID": ["A-01", "A-01", "A-02", "A-01", "A-02"],
    "VISIT": ["M0", "M3", "M0", "M0", "M0"],
    "AVAL": [1.5, None, 3.0, 4.0, 5.0],
}


@pytest.fixture(params=["polars", "pandas", "pyarrow"])
def frame_of(request):
    """Builds a table of one library from a dict of columns."""
    return {"polars": pl.DataFrame, "pandas": pd.DataFrame, "pyarrow": pa.table}[request.param]


def test_require_columns__is_silent_where_all_are_there(frame_of):
    require_columns(frame_of(TABLE), step="derive", columns=["USUBJID", "AVAL"])


def test_require_columns__names_what_is_missing(frame_of):
    with pytest.raises(MissingColumnsError, match="derive") as caught:
        require_columns(frame_of(TABLE), step="derive", columns=["AVISIT", "USUBJID", "ADY"])
    assert caught.value.missing == ["ADY", "AVISIT"]
    assert caught.value.found == ["USUBJID", "VISIT", "AVAL"]


def test_duplicated__groups_rows_that_share_a_key(frame_of):
    table = frame_of(TABLE)
    assert duplicated(table, by=["USUBJID", "VISIT"]) == [[0, 3], [2, 4]]
    assert duplicated(table, by=["AVAL"]) == []


def test_duplicated__of_an_empty_table_is_empty(frame_of):
    assert duplicated(frame_of({"USUBJID": [], "VISIT": []}), by=["USUBJID"]) == []


def test_records__are_the_rows_in_order(frame_of):
    found = records(frame_of(TABLE))
    assert [row["USUBJID"] for row in found] == TABLE["USUBJID"]
    assert found[1]["AVAL"] is None
    assert found[0] == {"USUBJID": "A-01", "VISIT": "M0", "AVAL": 1.5}


def test_records__of_missing_text_are_none(frame_of):
    assert records(frame_of({"DCSREAS": ["rash", None]})) == [
        {"DCSREAS": "rash"},
        {"DCSREAS": None},
    ]


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(pd.Series([math.nan, 2.0]), id="pandas NaN"),
        pytest.param(pd.Series([None, 2], dtype="Int64"), id="pandas NA"),
        pytest.param(pd.Series([pd.NaT, pd.Timestamp("2020-01-01")]), id="pandas NaT"),
        pytest.param(pl.Series([math.nan, 2.0]), id="polars NaN"),
        pytest.param(pl.Series([None, 2.0]), id="polars null"),
    ],
)
def test_records__know_missing_under_every_name(column):
    table = (
        pl.DataFrame({"X": column})
        if isinstance(column, pl.Series)
        else pd.DataFrame({"X": column})
    )
    first, second = records(table)
    assert first == {"X": None}
    assert second["X"] is not None


def test_duplicated__takes_missing_keys_as_equal(frame_of):
    table = frame_of({"VISIT": ["M0", None, None]})
    assert duplicated(table, by=["VISIT"]) == [[1, 2]]
    assert duplicated(frame_of({"DAY": [1.5, None, None]}), by=["DAY"]) == [[1, 2]]
