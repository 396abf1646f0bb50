import pytest

from myotrial import datasets, protocol
from myotrial.datasets import therapy


def stability(plan, records, *rows, end="190"):
    """STABLE, PCHG, ADY and VIOLTXT of S-01 with these therapies; the period is day -28 to 184."""
    names = ("CMTRT", "CMCLAS", "CMDOSE", "CMDOSU", "CMDOSFRQ", "CMSTDY", "CMENDY")
    therapies = [
        {"USUBJID": "S-01"} | dict(zip(names, row.split(","), strict=True)) for row in rows
    ]
    ends = [dict(row) for row in records["disposition"]]
    ends[0]["DSSTDY"] = end
    tables = datasets.tables_from(records | {"concomitant": therapies, "disposition": ends}, plan)
    return therapy.derive(plan, tables).select("STABLE", "PCHG", "ADY", "VIOLTXT").rows()


GC = "glucocorticoid"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([f"pred,{GC},10,mg,QD,-400,"], ("Y", 0.0, None, None), id="ongoing"),
        pytest.param([f"pred,{GC},10,mg,QD,,184"], ("Y", 0.0, None, None), id="to the last day"),
        pytest.param(
            [f"pred,{GC},10,mg,QD,,183"],
            ("N", -100.0, 184, "stopped, none from day 184"),
            id="stopped a day early",
        ),
        pytest.param([f"pred,{GC},10,mg,QD,-28,"], ("Y", 0.0, None, None), id="from the first day"),
        pytest.param(
            [f"pred,{GC},10,mg,QD,-27,"],
            ("N", None, -27, "started on day -27"),
            id="started a day late",
        ),
        pytest.param(
            [f"pred,{GC},10,mg,QD,-99,-1", f"pred,{GC},5,mg,BID,1,"],
            ("Y", 0.0, None, None),
            id="the same daily dose, over day 0 that does not exist",
        ),
        pytest.param(
            [f"pred,{GC},70,mg,QW,-99,50", f"pred,{GC},10,mg,QD,51,"],
            ("Y", 0.0, None, None),
            id="weekly to daily",
        ),
        pytest.param(
            [f"pred,{GC},10,mg,QD,-99,50", f"pred,{GC},10,mg,QD,52,"],
            ("N", -100.0, 51, "stopped, none from day 51"),
            id="a gap of one day",
        ),
        pytest.param(
            [f"pred,{GC},10,mg,QD,-99,", f"pred,{GC},2.5,mg,QD,20,30"],
            ("N", 25.0, 20, "from 10 to 12.5 mg a day on day 20"),
            id="a short rise on top",
        ),
        pytest.param(
            [f"pred,{GC},10,mg,QD,-99,184", f"pred,{GC},20,mg,QD,185,"],
            ("Y", 0.0, None, None),
            id="changed after the period",
        ),
        pytest.param(
            [f"pred,{GC},20,mg,QD,-99,-29", f"pred,{GC},10,mg,QD,-28,"],
            ("Y", 0.0, None, None),
            id="changed before the period",
        ),
        pytest.param(
            [f"pred,{GC},10,mg,QD,-99,9", f"pred,{GC},,mg,QD,10,"],
            (None, None, None, "a dose is not recorded"),
            id="dose missing",
        ),
    ],
)
def test_derive__follows_the_daily_dose(plan, records, rows, expected):
    assert stability(plan, records, *rows) == [expected]


@pytest.mark.parametrize(("tolerance", "stable"), [(25, "Y"), (24, "N")])
def test_derive__allows_the_tolerance(study, records, tolerance, stable):
    rows = (f"pred,{GC},10,mg,QD,-99,50", f"pred,{GC},12.5,mg,QD,51,")
    plan = protocol.parse(study.replace("tolerance_percent: 0", f"tolerance_percent: {tolerance}"))
    assert stability(plan, records, *rows)[0][:2] == (stable, 25.0)


def test_derive__stops_at_the_end_of_study(plan, records):
    row = f"pred,{GC},10,mg,QD,-99,60"
    assert stability(plan, records, row, end="60") == [("Y", 0.0, None, None)]
    assert stability(plan, records, row, end="61")[0][0] == "N"


def test_derive__follows_each_therapy_of_the_classes_by_itself(plan, records):
    found = stability(
        plan,
        records,
        f"pred,{GC},10,mg,QD,-99,",
        f"dexa,{GC},1,mg,QD,40,",
        "aspirin,analgesic,100,mg,QD,40,",
    )
    assert [row[0] for row in found] == ["N", "Y"]
