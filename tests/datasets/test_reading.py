import math

import polars as pl
import pytest

from myotrial import datasets


def test_read_tables__gives_every_table_typed_and_in_order(folder, plan):
    tables = datasets.read_tables(folder, plan)
    assert list(tables) == [
        "subjects",
        "visits",
        "disposition",
        "exposure",
        "concomitant",
        "adverse_events",
        "biopsies",
    ]
    visits = tables["visits"]
    assert visits["USUBJID"].to_list()[:4] == ["S-01"] * 3 + ["S-02"]
    assert visits.schema["VISITDY"] == pl.Int64
    assert visits["MYOACT"][1] == 0.24
    assert visits["FI"][1] is None
    assert set(visits["ORIGIN"]) == {"captured"}
    assert set(visits["STUDYID"]) == {"SMALL"}


def test_read_tables__reads_parquet_as_it_reads_csv(folder, plan):
    expected = datasets.read_tables(folder, plan)
    for file in list(folder.glob("*.csv")):
        pl.read_csv(file).write_parquet(file.with_suffix(".parquet"))
        file.unlink()
    found = datasets.read_tables(folder, plan)
    for name, frame in expected.items():
        assert frame.equals(found[name], null_equal=True)


def test_tables_from__reads_rows_as_it_reads_files(folder, records, plan):
    expected = datasets.read_tables(folder, plan)
    found = datasets.tables_from(records, plan)
    assert all(frame.equals(found[name], null_equal=True) for name, frame in expected.items())


def test_tables_from__takes_numbers_none_and_nan(records, plan):
    rows = [dict(row) for row in records["visits"]]
    rows[0] |= {"PHGA": 50, "HAQDI": 1.1, "CK": None, "FI": math.nan}
    visits = datasets.tables_from(records | {"visits": rows}, plan)["visits"]
    assert visits.row(0, named=True) | {} == visits.row(0, named=True)
    assert visits["HAQDI"][0] == 1.1
    assert visits["CK"][0] is None
    assert visits["FI"][0] is None


def test_read_tables__lacks_no_column_where_a_table_is_absent(folder, plan):
    (folder / "biopsies.csv").unlink()
    biopsies = datasets.read_tables(folder, plan)["biopsies"]
    assert biopsies.height == 0
    assert {"USUBJID", "BXTIME", "BXRES", "ORIGIN"} <= set(biopsies.columns)


def test_read_tables__takes_dates_for_days(folder, plan, captured, put):
    subjects = captured["subjects"].splitlines()
    start = ["RFSTDTC", *["2004-02-01"] * 5]
    text = "\n".join(f"{line},{date}" for line, date in zip(subjects, start, strict=True))
    put(folder, "subjects", text)
    put(
        folder,
        "disposition",
        "USUBJID,DSDECOD,DSREAS,DSSTDTC\nS-01,COMPLETED,,2004-02-01\nS-02,COMPLETED,,2004-03-01\n",
    )
    expected = datasets.read_tables(folder, plan)
    assert expected["disposition"]["DSSTDY"].to_list() == [1, 30]
    days = [day.replace("-3,", "2004-01-29,") for day in captured["visits"].splitlines()[:5]]
    days = [
        line.replace("VISITDY", "VISITDTC")
        .replace("M0,1,", "M0,2004-02-01,")
        .replace("M3,92,", "M3,2004-05-02,")
        .replace("M6,190,", "M6,2004-08-08,")
        for line in days
    ]
    put(folder, "visits", "\n".join(days))
    visits = datasets.read_tables(folder, plan)["visits"]
    assert visits["VISITDY"].to_list() == [1, 92, 190, -3]


def test_read_tables__converts_units(folder, plan, captured, put):
    lines = captured["visits"].splitlines()[:3]
    text = "\n".join(
        f"{line},{unit}" for line, unit in zip(lines, ["CK_UNIT", "U/L", "ukat/L"], strict=True)
    )
    put(folder, "visits", text.replace("1.5,4.0,0.3", "1.5,150,0.3"))
    assert datasets.read_tables(folder, plan)["visits"]["CK"].to_list() == [2.5, 4.0]


def test_read_tables__does_not_mind_a_byte_order_mark_blank_lines_and_spaces(folder, plan, put):
    text = "\ufeffUSUBJID , DSDECOD,DSREAS,DSSTDY\n\n S-03 , WITHDRAWN, headache ,130\n,,,\n"
    put(folder, "disposition", text)
    row = datasets.read_tables(folder, plan)["disposition"].row(0, named=True)
    assert row["USUBJID"] == "S-03"
    assert row["DSREAS"] == "headache"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        pytest.param(
            "visits",
            "USUBJID,VISIT,VISITDY,PHGA",
            "USUBJID,VISIT,VISITDY,PHGB",
            "visits.csv:1: (header): expected the column PHGA, found USUBJID, VISIT, VISITDY, PHGB,"
            " PTGA, MMT8, HAQDI, CK, MYOACT, FI\n    Hint: is it called 'PHGB'?",
            id="missing column",
        ),
        pytest.param(
            "disposition",
            "DSSTDY",
            "DSSTDY,REASON",
            "disposition.csv:1: (header): expected a column of the protocol, found 'REASON'",
            id="unknown column",
        ),
        pytest.param(
            "visits",
            "S-02,M3,95",
            "S-02,M0,95",
            "visits.csv:6: USUBJID 'S-02', VISIT 'M0': expected one row for each USUBJID and VISIT,"
            " found a second row (first on line 5)",
            id="two rows of one visit",
        ),
        pytest.param(
            "subjects",
            "SMALL,S-02",
            "SMALL,S-01",
            "subjects.csv:3: USUBJID 'S-01': expected one row for each USUBJID,"
            " found a second row (first on line 2)",
            id="two rows of one subject",
        ),
        pytest.param(
            "visits",
            "S-01,M3,",
            "S-01,m3,",
            "visits.csv:3: USUBJID 'S-01', VISIT 'm3', VISIT: expected one of M0, M3, M6, WD,"
            " found 'm3'\n    Hint: did you mean 'M3'?",
            id="unknown visit",
        ),
        pytest.param(
            "visits",
            "S-01,M6,190",
            "S-01,M6,80",
            "visits.csv:4: USUBJID 'S-01', VISIT 'M6', VISITDY:"
            " expected a day after that of M3 (day 92), found 80",
            id="visits out of order",
        ),
        pytest.param(
            "visits",
            "S-01,M3,92,40",
            "S-01,M3,92,400",
            "visits.csv:3: USUBJID 'S-01', VISIT 'M3', PHGA:"
            " expected 0 to 100 mm (physician_global), found 400",
            id="outside the scale",
        ),
        pytest.param(
            "visits",
            "S-01,M3,92,40,40,60",
            "S-01,M3,92,40,40,120",
            "visits.csv:3: USUBJID 'S-01', VISIT 'M3', MMT8: expected 0 to 80 points (mmt8, one"
            " side), found 120\n    Hint: other variants of mmt8: both sides (0 to 150)",
            id="other variant",
        ),
        pytest.param(
            "visits",
            "S-01,M3,92,40",
            'S-01,M3,92,"4,0"',
            "visits.csv:3: USUBJID 'S-01', VISIT 'M3', PHGA: expected a number, found '4,0'\n"
            "    Hint: write decimals with a point",
            id="text in a number column",
        ),
        pytest.param(
            "visits",
            "S-01,M3,92,40",
            "S-01,M3,92,inf",
            "visits.csv:3: USUBJID 'S-01', VISIT 'M3', PHGA: expected a number, found 'inf'",
            id="infinity",
        ),
        pytest.param(
            "visits",
            "1.5,4.0,0.24",
            "1.5,4e300,0.24",
            "visits.csv:3: USUBJID 'S-01', VISIT 'M3', CK: expected a number, found '4e300'\n"
            "    Hint: no measurement is that large or that small",
            id="beyond measure",
        ),
        pytest.param(
            "exposure",
            "1,130,130,117",
            "1,99999999999999999999,130,117",
            "exposure.csv:4: USUBJID 'S-03', EXENDY: expected a study day (a whole number),"
            " found '99999999999999999999'\n    Hint: no study is that long",
            id="day beyond any study",
        ),
        pytest.param(
            "visits",
            "S-01,M3,92",
            "S-01,M3,92.5",
            "visits.csv:3: USUBJID 'S-01', VISIT 'M3', VISITDY:"
            " expected a study day (a whole number), found '92.5'",
            id="half a day",
        ),
        pytest.param(
            "visits",
            "S-01,M0,1",
            "S-01,M0,0",
            "visits.csv:2: USUBJID 'S-01', VISIT 'M0', VISITDY: expected a study day other than 0,"
            " found '0'\n    Hint: day 1 is the first dose, the day before it is -1",
            id="day zero",
        ),
        pytest.param(
            "visits",
            "S-03,WD,130",
            "S-03,WD,",
            "visits.csv:10: USUBJID 'S-03', VISIT 'WD', VISITDY: expected the day of the visit,"
            " found an empty cell",
            id="unscheduled without a day",
        ),
        pytest.param(
            "visits",
            "S-05,M0",
            "S-06,M0",
            "visits.csv:13: USUBJID 'S-06', VISIT 'M0': expected a subject of subjects.csv,"
            " found 'S-06'\n    Hint: add the subject there, or mend the id here",
            id="unknown subject",
        ),
        pytest.param(
            "exposure",
            "S-03,drug,100,mg,1,130",
            "S-03,drug,100,mg,140,130",
            "exposure.csv:4: USUBJID 'S-03', EXENDY: expected a day not before EXSTDY (140),"
            " found 130",
            id="dose days reversed",
        ),
        pytest.param(
            "exposure",
            "S-03,drug,100,mg,1,130",
            "S-03,drug,100,mg,-5,130",
            "exposure.csv:4: USUBJID 'S-03', EXSTDY: expected day 1 (the first dose) or later,"
            " found -5\n    Hint: a day before enrolment; is RFSTDTC right, or the sign of the"
            " day?",
            id="before enrolment",
        ),
        pytest.param(
            "subjects",
            "A,50,F,PM",
            "A,50,f,PM",
            "subjects.csv:2: USUBJID 'S-01', SEX: expected one of F, M, found 'f'\n"
            "    Hint: did you mean 'F'?",
            id="SEX",
        ),
        pytest.param(
            "subjects",
            "A,50,F,PM",
            "A,50,F,IBM",
            "subjects.csv:2: USUBJID 'S-01', DIAG: expected one of PM, DM, found 'IBM'",
            id="diagnosis not in the protocol",
        ),
        pytest.param(
            "subjects",
            "A,50,F,PM",
            "A,500,F,PM",
            "subjects.csv:2: USUBJID 'S-01', AGE: expected 0 to 120 years, found 500",
            id="age",
        ),
        pytest.param(
            "subjects",
            "SMALL,S-01",
            "SMAL,S-01",
            "subjects.csv:2: USUBJID 'S-01', STUDYID: expected one of SMALL, found 'SMAL'",
            id="another study",
        ),
        pytest.param(
            "disposition",
            "WITHDRAWN,headache",
            "WITHDRAWN,",
            "disposition.csv:4: USUBJID 'S-03', DSREAS: expected the reason for withdrawal,"
            " found an empty cell",
            id="withdrawal without reason",
        ),
        pytest.param(
            "disposition",
            "S-01,COMPLETED,",
            "S-01,COMPLETED,rash",
            "disposition.csv:2: USUBJID 'S-01', DSREAS: expected an empty cell for a subject who"
            " completed, found 'rash'",
            id="reason without withdrawal",
        ),
        pytest.param(
            "biopsies",
            "100,,cells/mm2",
            "100,,cells/cm2",
            "biopsies.csv:2: USUBJID 'S-01', BXTIME 'BASELINE', MARKER 'CD3', BXU:"
            " expected the unit cells/mm2, found 'cells/cm2'",
            id="wrong unit of a marker",
        ),
        pytest.param(
            "biopsies",
            "IL1RA,,N,",
            "IL1RA,3,,",
            "biopsies.csv:4: USUBJID 'S-01', BXTIME 'BASELINE', MARKER 'IL1RA', BXRES: expected an"
            " empty cell (IL1RA is recorded in BXPRES), found 3",
            id="number for presence",
        ),
        pytest.param(
            "biopsies",
            "S-01,REPEAT,184,CD3",
            "S-01,REPEAT,1,CD3",
            "biopsies.csv:3: USUBJID 'S-01', BXTIME 'REPEAT', MARKER 'CD3', BXDY: expected a day"
            " after that of the first biopsy (day 1), found 1",
            id="repeat not later",
        ),
        pytest.param(
            "concomitant",
            "10,mg,QD,-400",
            "10,mg,daily,-400",
            "concomitant.csv:2: USUBJID 'S-01', CMDOSFRQ: expected one of QD, BID,",
            id="unknown frequency",
        ),
        pytest.param(
            "adverse_events",
            "rash,MODERATE",
            ",MODERATE",
            "adverse_events.csv:2: USUBJID 'S-04', AETERM: expected a value, found an empty cell",
            id="event without a term",
        ),
        pytest.param(
            "visits",
            "S-01,M3,92,40,40,60,1.5,4.0,0.24,",
            "S-01,M3,92,40,40,60,1.5,4.0",
            "visits.csv:3: (row): expected 10 cells as in the header, found 8\n"
            "    Hint: write decimals with a point, and quote a cell that holds a comma",
            id="too few cells",
        ),
        pytest.param(
            "concomitant",
            "10,mg,QD,-400",
            "10,mg,every morning,-400",
            "found 'every morning'\n    Hint: QD once a day, BID twice a day,",
            id="frequency in words",
        ),
        pytest.param(
            "visits",
            "S-01,M3,92,",
            "S-01,M3,12/03/2024,",
            "VISITDY: expected a study day (a whole number), found '12/03/2024'\n"
            "    Hint: dates go, as YYYY-MM-DD, into a column VISITDTC in its place",
            id="date for a day",
        ),
        pytest.param(
            "subjects",
            "SEX",
            "Sex",
            "found 'Sex'\n    Hint: did you mean 'SEX'?",
            id="column in small letters",
        ),
    ],
)
def test_read_tables__names_the_place_of_what_is_wrong(
    folder, plan, captured, name, old, new, message, put, problems_of
):
    assert old in captured[name]
    put(folder, name, captured[name].replace(old, new, 1))
    assert message in problems_of(folder, plan)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        pytest.param(
            "mg/L",
            "CK_UNIT: expected a unit of ck: U/L, ukat/L, found 'mg/L'",
            id="no unit of CK",
        ),
        pytest.param(
            "", "CK_UNIT: expected a unit of ck: U/L, ukat/L, found an empty cell", id="none"
        ),
    ],
)
def test_read_tables__asks_for_a_unit_it_can_convert(
    folder, plan, captured, cell, message, put, problems_of
):
    lines = captured["visits"].splitlines()[:2]
    put(folder, "visits", f"{lines[0]},CK_UNIT\n{lines[1]},{cell}\n")
    assert message in problems_of(folder, plan)


def test_read_tables__lists_every_problem_of_every_table(folder, plan, captured, put, problems_of):
    put(folder, "subjects", captured["subjects"].replace("A,50,F", "B,x,F"))
    put(folder, "visits", captured["visits"].replace("S-01,M3,92,40", "S-01,M3,92,-1"))
    (folder / "exposure.csv").unlink()
    text = problems_of(folder, plan)
    assert "exposure.csv: (file): expected the table exposure, found no such file" in text
    assert "subjects.csv:2: USUBJID 'S-01', ARM: expected one of A, found 'B'" in text
    assert "subjects.csv:2: USUBJID 'S-01', AGE: expected a whole number, found 'x'" in text
    assert "visits.csv:3: USUBJID 'S-01', VISIT 'M3', PHGA: expected 0 to 100 mm" in text


def test_read_tables__counts_what_it_does_not_list(folder, plan, captured, put, problems_of):
    header = captured["visits"].splitlines()[0]
    rows = [f"S-01,M{n},{n},50,50,60,1.5,4.0,0.3,40" for n in range(10, 60)]
    put(folder, "visits", "\n".join([header, *rows]))
    text = problems_of(folder, plan)
    assert text.count("expected one of M0, M3, M6, WD") == 21
    assert "VISIT: expected one of M0, M3, M6, WD, found something else in 30 more rows" in text


def test_read_tables__needs_a_first_dose_to_count_dates_from(folder, plan, put, problems_of):
    put(folder, "disposition", "USUBJID,DSDECOD,DSREAS,DSSTDTC\nS-01,COMPLETED,,2004-02-01\n")
    assert "disposition.csv:1: DSSTDTC: expected the column RFSTDTC in subjects.csv, to count" in (
        problems_of(folder, plan)
    )
