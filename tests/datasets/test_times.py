"""Time to the first improvement, counted by hand."""

import polars as pl
import pytest

from myotrial import datasets
from myotrial.datasets import times


@pytest.fixture
def tables(plan, records):
    return datasets.tables_from(records, plan)


def verdicts(*rows):
    columns = ("USUBJID", "PARAMCD", "VISITID", "AVISIT", "ADY", "AVALC", "SRCROWS")
    return pl.DataFrame(
        [(who, "DOI", visit, visit, day, word, f"visits:{at}")
         for at, (who, visit, day, word) in enumerate(rows, start=1)],
        schema=dict.fromkeys(columns, pl.String) | {"ADY": pl.Int64},
        orient="row",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "time", "censored", "why"),
    [
        pytest.param([("M3", 90, "N"), ("M6", 180, "Y"), ("M9", 270, "Y")], 180, 0,
                     "FIRST IMPROVEMENT", id="first improvement"),
        pytest.param([("M3", 90, "N"), ("M6", 180, "N")], 180, 1, "LAST KNOWN VERDICT", id="never"),
        pytest.param([("M3", 90, "N"), ("M6", 180, "INDETERMINATE")], 90, 1,
                     "LAST KNOWN VERDICT", id="open verdicts do not count"),
        pytest.param([("M3", None, "Y")], 92, 0, "FIRST IMPROVEMENT", id="on the target day"),
        pytest.param([("M3", 90, "NOT ASSESSED")], 1, 1, "NO KNOWN VERDICT", id="nothing known"),
        pytest.param([], 1, 1, "NO KNOWN VERDICT", id="no visit"),
    ],
)  # fmt: skip
def test_derive__first_improvement_or_last_known_verdict(plan, tables, rows, time, censored, why):
    who = tables["subjects"]["USUBJID"][0]
    found = times.derive(plan, tables, verdicts(*((who, *row) for row in rows)))
    assert found.height == tables["subjects"].height
    row = found.filter(pl.col("USUBJID") == who).row(0, named=True)
    assert (row["AVAL"], row["CNSR"], row["EVNTDESC"]) == (time, censored, why)
    assert row["SRCROWS"].startswith("visits:" if why != "NO KNOWN VERDICT" else "subjects:")


def test_derive__agrees_with_the_first_visit_of_the_course(plan, tables):
    frames = datasets.derive(plan, tables)
    joined = frames["ADTTE"].join(frames["ADCOURSE"].select("USUBJID", "EVER"), on="USUBJID")
    assert joined.filter((pl.col("CNSR") == 0) != (pl.col("EVER") == "Y")).height == 0
