"""`myotrial score --subjects`: the course of each subject, beside the scores."""

import json
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

VISITS = ("M3", "M6", "M12")
DAYS = {"M3": 90, "M6": 180, "M12": 365}
# The functional index: from 40 points 48 is 20 % better; "" is missing, None no visit.
INDEX = {
    "A": ("40", "48", "50", "40"),  # two in a row, then lost
    "B": ("40", "47", "48", "47"),  # once
    "C": ("40", "48", "", "48"),  # twice, perhaps in between as well
    "D": ("40", "40", "", None),  # perhaps at month 6
    "E": ("40", "40", "40", "40"),
}
ASK = ["--baseline", "M0", "--criterion", "fi20", "--subjects", "subjects.csv",
       *(word for visit in VISITS for word in ("--visit", visit))]  # fmt: skip


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [
        (who, visit, value)
        for who, values in INDEX.items()
        for visit, value in zip(("M0", *VISITS), values, strict=True)
        if value is not None
    ]
    lines = ["Subject,VISIT,FI", *map(",".join, rows)]
    Path("visits.csv").write_text("\n".join(lines), encoding="utf-8")
    return pl.read_csv("visits.csv")


def worked_out(values):
    """EVER, SUSTAIN, FIRST and the known verdicts, from the values alone."""
    start, *later = values
    known = [None if not value else int(value) * 10 >= int(start) * 12 for value in later]

    def any_of(filled):
        return any(filled), any(one and two for one, two in pairwise(filled))

    least = any_of([verdict is True for verdict in known])
    most = any_of([verdict is not False for verdict in known])
    words = ["Y" if low else "INDETERMINATE" if high else "N"
             for low, high in zip(least, most, strict=True)]  # fmt: skip
    first = next((VISITS[at] for at, verdict in enumerate(known) if verdict), None)
    return (*words, first, sum(verdict is not None for verdict in known))


def test_score__writes_the_course_of_each_subject(run, table):
    done = run("score", "visits.csv", *ASK, *(f"--day={name}={day}" for name, day in DAYS.items()))
    assert done.exit_code in {0, 1}, done.output
    assert "Subjects: subjects.csv" in done.output
    found = pl.read_csv("subjects.csv")
    assert found["CRITERION"].unique().to_list() == ["FI20"]
    rows = found.select("USUBJID", "EVER", "SUSTAIN", "FIRST", "NKNOWN").rows()
    assert rows == [(who, *worked_out(values)) for who, values in INDEX.items()]
    times = dict(found.select("USUBJID", "TIME").iter_rows())
    assert {name: times[name] for name in "ABCE"} == {"A": 90, "B": 180, "C": 90, "E": 365}
    censored = dict(found.select("USUBJID", "CENSORED").iter_rows())
    assert censored == {"A": 0, "B": 0, "C": 0, "D": 1, "E": 1}


def test_score__writes_the_same_course_of_a_parquet_file(run, table):
    run("score", "visits.csv", *ASK)
    from_text = Path("subjects.csv").read_bytes()
    table.write_parquet("visits.parquet")
    done = run("score", "visits.parquet", *ASK)
    assert done.exit_code in {0, 1}, done.output
    assert Path("subjects.csv").read_bytes() == from_text
    shuffled = table.sample(fraction=1, shuffle=True, seed=3)  # subjects apart
    shuffled.write_parquet("visits.parquet")
    run("score", "visits.parquet", *ASK)
    assert (
        pl.read_csv("subjects.csv")
        .sort("USUBJID")
        .drop("FIRST", "LAST")
        .equals(pl.read_csv(from_text).sort("USUBJID").drop("FIRST", "LAST"))
    )


def test_score__holds_a_verdict_for_more_visits_where_asked(run, table):
    run("score", "visits.csv", *ASK, "--consecutive", "3")
    found = dict(pl.read_csv("subjects.csv").select("USUBJID", "SUSTAIN").iter_rows())
    assert found == {"A": "N", "B": "N", "C": "INDETERMINATE", "D": "N", "E": "N"}


def test_score__has_a_row_for_each_threshold_of_the_score(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    measures = "PHGA,PTGA,MMT8,HAQDI,CK,EXTRAM"
    Path("visits.csv").write_text(
        f"pid,VISIT,{measures}\nA,M0,80,80,40,2,400,80\nA,M3,50,50,60,1,200,50\n", encoding="utf-8"
    )
    stated = [
        "--column=USUBJID=pid", "--baseline=M0", "--unit=PHGA=mm", "--unit=PTGA=mm",
        "--unit=EXTRAM=mm", "--unit=CK=U/L", "--limit=CK=200", "--variant=MMT8=one side",
        "--criterion=tis_juvenile", "--criterion=doi",
    ]  # fmt: skip
    done = run("score", "visits.csv", *stated, "--subjects=s.parquet", "--visit=M3", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["subjects"] == "s.parquet"
    rows = pl.read_parquet("s.parquet").select("USUBJID", "CRITERION", "EVER").rows()
    # 17.5 + 7.5 + 27.5 + 7.5 + 2.5 + 15 = 77.5 points
    assert rows == [("A", name, "Y") for name in ("DOI", "TIS30", "TIS45", "TIS70")]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(ASK[:6], 3, "needs the scheduled visits after baseline", id="no visits"),
        pytest.param([*ASK[:4], "--visit", "M3"], 3, "say where it goes: --subjects", id="no file"),
        pytest.param([*ASK, "--visit", "M9"], 3, "unknown here: ['M9']", id="unknown visit"),
        pytest.param([*ASK, "--day", "M3=90"], 3, "a day for each visit is needed", id="few days"),
        pytest.param(
            [*ASK, "--day=M3=x", "--day=M6=1", "--day=M12=2"], 3, "is a number", id="no number"
        ),
        pytest.param([*ASK, "--out", "subjects.csv"], 4, "where the scores go", id="both"),
        pytest.param([*ASK, "--consecutive", "1"], 2, "x>=2", id="one visit"),
    ],
)
def test_score__refuses_a_course_it_cannot_tell(run, table, arguments, code, says):
    done = run("score", "visits.csv", *arguments)
    assert done.exit_code == code, done.output
    assert says in done.output
    assert not Path("subjects.csv").exists()


def test_score__makes_no_course_on_a_cluster(run, table):
    table.write_parquet("visits.parquet")
    done = run("score", "visits.parquet", *ASK, "--out=o.parquet", "--cluster=tcp://127.0.0.1:1")
    assert done.exit_code == 3, done.output
    assert "is not made on a cluster" in done.output
