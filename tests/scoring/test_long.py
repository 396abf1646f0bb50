"""Tables with one row for each measure, and values in several units."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import myotrial
from myotrial.errors import MyotrialError

WIDE = pl.DataFrame(
    {
        "USUBJID": ["A", "A", "A", "B", "B"],
        "AVISIT": ["M0", "M3", "M6", "M0", "M6"],
        "PHGA": [50.0, 40.0, 20.0, 60.0, 30.0],
        "CK": [1200.0, 600.0, None, 300.0, 240.0],
        "FI": [40.0, 44.0, 60.0, 30.0, 30.0],
    }
)
STATED = {"baseline": "M0", "limits": {"CK": 200}}
UNITS = {"PHGA": "mm", "CK": "U/L", "FI": "points"}


def long(wide=WIDE):
    table = wide.unpivot(
        ["PHGA", "CK", "FI"], index=["USUBJID", "AVISIT"], variable_name="PARAMCD",
        value_name="AVAL",
    )  # fmt: skip
    return table.with_columns(AVALU=pl.col("PARAMCD").replace(UNITS)).drop_nulls("AVAL")


def expected():
    units = {"PHGA": "mm", "CK": "U/L"}
    return myotrial.score(WIDE, **STATED, units=units).table


def test_score__of_a_long_table_is_that_of_its_visits():
    scores, report = myotrial.score(long(), **STATED)
    assert_frame_equal(scores, expected())
    assert report.rows == 5
    assert report.recognised["CK"] == "column 'CK', U/L (units in 'AVALU')"


def test_score__of_a_long_table_does_not_depend_on_the_order_of_rows():
    mixed = long().sample(fraction=1.0, shuffle=True, seed=2)
    scores, _ = myotrial.score(mixed, **STATED)
    keys = ["USUBJID", "AVISIT"]
    assert_frame_equal(scores.sort(keys), expected().sort(keys))


def test_score__converts_units_that_it_knows_and_names_rows_of_others():
    table = long().with_row_index("n")
    other = pl.when(pl.col("n") == 1).then(pl.lit("cm")).otherwise("AVALU")
    less = pl.when(pl.col("n") == 1).then(pl.col("AVAL") / 10).otherwise("AVAL")
    mixed = table.with_columns(AVALU=other, AVAL=less)
    assert_frame_equal(myotrial.score(mixed, **STATED, units={"PHGA": "mm"}).table, expected())
    strange = mixed.with_columns(
        AVALU=pl.when(pl.col("n") == 2).then(pl.lit("inch")).otherwise("AVALU")
    )
    scores, report = myotrial.score(strange, **STATED, units={"PHGA": "mm"})
    assert scores["NASSESSED"][2] == expected()["NASSESSED"][2] - 1
    (problem,) = report.problems
    assert str(problem) == "PHGA: unit is not mm or cm: 1 row counted as missing (row 3)"


def test_score__of_a_wide_table_takes_units_from_the_column_beside_or_the_name():
    beside = WIDE.with_columns(CKU=pl.lit("U/L"), CK=pl.col("CK")).rename({"PHGA": "PHGA (mm)"})
    scores, report = myotrial.score(beside, **STATED)
    assert scores["WHY"].to_list() == expected()["WHY"].to_list()
    assert report.recognised["PHGA"] == "column 'PHGA (mm)', mm"
    mixed = beside.with_columns(
        CKU=pl.when(pl.col("USUBJID") == "B").then(pl.lit("µkat/L")).otherwise("CKU"),
        CK=pl.when(pl.col("USUBJID") == "B").then(pl.col("CK") / 60).otherwise("CK"),
    )
    scores, report = myotrial.score(mixed, **STATED, units={"CK": "U/L"})
    assert scores["WHY"].to_list() == expected()["WHY"].to_list()
    assert report.problems == ()


def test_score__says_when_a_value_stands_twice_at_a_visit():
    twice = pl.concat([long(), long().filter(pl.col("PARAMCD") == "FI").head(2)])
    scores, report = myotrial.score(twice, **STATED)
    (problem,) = report.problems
    assert (problem.says, problem.column, problem.count) == ("stands twice at the visit", "FI", 4)
    assert scores["FI20"].to_list() == [None, "NOT ASSESSED", "NOT ASSESSED", None, "N"]


def test_score__of_a_long_table_takes_limits_from_anrhi_and_flags():
    table = long().with_columns(
        ANRHI=pl.when(pl.col("PARAMCD") == "CK").then(200.0),
        ABLFL=pl.when(pl.col("AVISIT") == "M0").then(pl.lit("Y")),
    )
    assert_frame_equal(myotrial.score(table).table, expected())


def test_score__takes_other_names_of_parameters_and_tells_when_none_is_known():
    other = long().with_columns(PARAMCD=pl.col("PARAMCD").replace({"PHGA": "GLOB1"}))
    scores, report = myotrial.score(other, **STATED, columns={"PHGA": "GLOB1"})
    assert_frame_equal(scores, expected())
    assert report.recognised["PHGA"].startswith("column 'GLOB1', mm")
    with pytest.raises(MyotrialError, match=r"No value of 'PARAMCD' .*found 'X'"):
        myotrial.score(other.with_columns(PARAMCD=pl.lit("X")), **STATED)


def test_score__gives_a_long_table_back_as_visits_of_the_same_kind():
    pandas = long().to_pandas()
    scores, _ = myotrial.score(pandas, **STATED)
    assert type(scores) is type(pandas)
    assert scores["WHY"].tolist() == expected()["WHY"].to_list()
    arrow = myotrial.score(long().to_arrow(), **STATED).table
    assert arrow.column("WHY").to_pylist() == expected()["WHY"].to_list()
    lazy = myotrial.score(long().lazy(), **STATED).table
    assert_frame_equal(lazy.collect(), expected())
