import math
import random

import polars as pl
import pytest

from myotrial import datasets, protocol
from myotrial.errors import DocumentError


def put(folder, name, text):
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def problems_of(folder, plan):
    with pytest.raises(DocumentError) as caught:
        datasets.read_tables(folder, plan)
    return str(caught.value).replace(f"{folder}/", "")


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


def test_read_tables__takes_dates_for_days(folder, plan, captured):
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


def test_read_tables__converts_units(folder, plan, captured):
    lines = captured["visits"].splitlines()[:3]
    text = "\n".join(
        f"{line},{unit}" for line, unit in zip(lines, ["CK_UNIT", "U/L", "ukat/L"], strict=True)
    )
    put(folder, "visits", text.replace("1.5,4.0,0.3", "1.5,150,0.3"))
    assert datasets.read_tables(folder, plan)["visits"]["CK"].to_list() == [2.5, 4.0]


def test_read_tables__does_not_mind_a_byte_order_mark_blank_lines_and_spaces(folder, plan):
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
    folder, plan, captured, name, old, new, message
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
def test_read_tables__asks_for_a_unit_it_can_convert(folder, plan, captured, cell, message):
    lines = captured["visits"].splitlines()[:2]
    put(folder, "visits", f"{lines[0]},CK_UNIT\n{lines[1]},{cell}\n")
    assert message in problems_of(folder, plan)


def test_read_tables__lists_every_problem_of_every_table(folder, plan, captured):
    put(folder, "subjects", captured["subjects"].replace("A,50,F", "B,x,F"))
    put(folder, "visits", captured["visits"].replace("S-01,M3,92,40", "S-01,M3,92,-1"))
    (folder / "exposure.csv").unlink()
    text = problems_of(folder, plan)
    assert "exposure.csv: (file): expected the table exposure, found no such file" in text
    assert "subjects.csv:2: USUBJID 'S-01', ARM: expected one of A, found 'B'" in text
    assert "subjects.csv:2: USUBJID 'S-01', AGE: expected a whole number, found 'x'" in text
    assert "visits.csv:3: USUBJID 'S-01', VISIT 'M3', PHGA: expected 0 to 100 mm" in text


def test_read_tables__counts_what_it_does_not_list(folder, plan, captured):
    header = captured["visits"].splitlines()[0]
    rows = [f"S-01,M{n},{n},50,50,60,1.5,4.0,0.3,40" for n in range(10, 60)]
    put(folder, "visits", "\n".join([header, *rows]))
    text = problems_of(folder, plan)
    assert text.count("expected one of M0, M3, M6, WD") == 21
    assert "VISIT: expected one of M0, M3, M6, WD, found something else in 30 more rows" in text


def test_read_tables__says_where_a_file_is_not_utf8(folder, plan, captured):
    latin = captured["disposition"].replace("headache", "huvudvärk").encode("latin-1")
    (folder / "disposition.csv").write_bytes(latin)
    text = problems_of(folder, plan)
    assert "disposition.csv:4: (file): expected UTF-8 text, found the byte 0xe4" in text
    assert "Hint: save the table as CSV in UTF-8" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "",
            "visits.csv: (file): expected a header row and data, found an empty file",
            id="nothing",
        ),
        pytest.param(
            "{header}\n",
            "visits.csv:1: (rows): expected at least one row in visits, found an empty table",
            id="header only",
        ),
        pytest.param(
            "USUBJID;VISIT;VISITDY\nS-01;M0;1\n",
            "visits.csv:1: (file): expected cells separated by commas, found semicolons",
            id="semicolons",
        ),
        pytest.param(
            "sep=,\n{header}\n",
            "visits.csv:1: (file): expected a header row, found a line that names the separator\n"
            "    Hint: delete that line",
            id="line naming the separator",
        ),
        pytest.param(
            '{header}\nS-01,"M0,1\n',
            "visits.csv:2: (file): expected CSV, found unexpected end of data",
            id="open quotes",
        ),
        pytest.param(
            "{header},FI\n",
            "visits.csv:1: FI: expected each column once, found a second one of that name",
            id="column twice",
        ),
    ],
)
def test_read_tables__says_what_is_wrong_with_a_file(folder, plan, captured, content, message):
    put(folder, "visits", content.format(header=captured["visits"].splitlines()[0]))
    assert message in problems_of(folder, plan)


def test_read_tables__tells_of_other_separators_once(folder, plan, captured):
    put(folder, "visits", captured["visits"].replace(",", ";").replace(".", ","))
    text = problems_of(folder, plan)
    assert "expected cells separated by commas, found semicolons" in text
    assert text.count("expected") == 1


def test_read_tables__names_a_workbook(folder, plan):
    (folder / "visits.csv").write_bytes(b"PK\x03\x04\x14\x00\x06\x00\xff")
    assert "expected CSV, found an Excel workbook\n    Hint: save the sheet as CSV UTF-8" in (
        problems_of(folder, plan)
    )


def test_read_tables__leaves_out_empty_columns_at_the_end(folder, plan, captured):
    before = datasets.read_tables(folder, plan)
    put(folder, "subjects", "".join(f"{line},,\n" for line in captured["subjects"].splitlines()))
    assert datasets.read_tables(folder, plan)["subjects"].equals(before["subjects"])


def test_read_tables__keeps_what_stands_beside_the_columns(folder, plan, captured):
    lines = captured["subjects"].splitlines()
    width = lines[0].count(",") + 1
    put(folder, "subjects", "\n".join([f"{lines[0]},,", f"{lines[1]},,late", *lines[2:]]))
    text = problems_of(folder, plan)
    assert "subjects.csv:1: (header): expected a column of the protocol, found a column" in text
    put(folder, "subjects", "\n".join([lines[0], f"{lines[1]},late", *lines[2:]]))
    expected = f"subjects.csv:2: (row): expected {width} cells as in the header, found {width + 1}"
    assert expected in problems_of(folder, plan)


def test_read_tables__takes_no_other_table_for_a_missing_one(folder, plan):
    (folder / "visits.csv").unlink()
    text = problems_of(folder, plan)
    assert "visits.csv: (file): expected the table visits, found no such file" in text
    assert "did you mean" not in text


def test_read_tables__does_not_pass_over_a_misnamed_table(folder, plan):
    (folder / "biopsies.csv").rename(folder / "biopsy.csv")
    text = problems_of(folder, plan)
    assert "biopsy.csv: (file): expected the table biopsies under its own name" in text
    assert "Hint: rename it to biopsies.csv" in text


def test_read_tables__wants_one_of_two_files(folder, plan):
    pl.DataFrame({"USUBJID": ["S-01"]}).write_parquet(folder / "biopsies.parquet")
    assert "expected one table biopsies, found two files" in problems_of(folder, plan)


def test_read_tables__says_that_a_file_is_no_parquet(folder, plan):
    (folder / "biopsies.csv").rename(folder / "biopsies.parquet")
    assert "biopsies.parquet: (file): expected a Parquet file" in problems_of(folder, plan)


def test_read_tables__says_that_there_is_no_folder(tmp_path, plan):
    text = problems_of(tmp_path / "nothing", plan)
    assert "subjects.csv: (file): expected the table subjects, found no such file" in text
    assert "is the data folder?" in text.replace(f"{tmp_path / 'nothing'} ", "")


def test_read_tables__needs_a_first_dose_to_count_dates_from(folder, plan):
    put(folder, "disposition", "USUBJID,DSDECOD,DSREAS,DSSTDTC\nS-01,COMPLETED,,2004-02-01\n")
    assert "disposition.csv:1: DSSTDTC: expected the column RFSTDTC in subjects.csv, to count" in (
        problems_of(folder, plan)
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "instrument: mmt8",
            "instrument: mtm8",
            "assessments[2].instrument: expected the id of an instrument, found 'mtm8'\n"
            "    Hint: did you mean 'mmt8'?",
            id="instrument",
        ),
        pytest.param(
            "variant: one side, ",
            "",
            "assessments[2].variant: expected a variant of mmt8: one side, both sides,"
            " found nothing",
            id="variant",
        ),
        pytest.param(
            "unit: ukat/L",
            "unit: nkat/L",
            "assessments[4].unit: expected a unit of ck: U/L, ukat/L, found 'nkat/L'",
            id="unit",
        ),
        pytest.param(
            "definition: functional_index_20",
            "definition: fi_20",
            "endpoints[0].definition: expected a definition of response, found 'fi_20'",
            id="definition",
        ),
        pytest.param(
            "visit: M6\n",
            "visit: M3\n",
            "endpoints[0].visit: expected a visit at which FI is assessed: M0, M6, WD, found 'M3'",
            id="visit",
        ),
        pytest.param(
            "analyses:",
            "worsening: {definition: mine}\nanalyses:",
            "worsening.definition: expected a rule of worsening: core_set_30, imacs_2005,"
            " found 'mine'",
            id="worsening",
        ),
    ],
)
def test_check_protocol__names_what_does_not_exist(study, old, new, message):
    assert old in study
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.parse(study.replace(old, new, 1)))
    assert f"study.yaml: {message}" in str(caught.value)


def test_check_protocol__names_the_line_where_there_is_a_file(study, tmp_path):
    file = tmp_path / "study.yaml"
    text = study.replace("instrument: haq_di", "instrument: haq")
    file.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "instrument: haq" in row)
    with pytest.raises(DocumentError) as caught:
        datasets.check_protocol(protocol.read(file), file=str(file))
    assert str(caught.value).startswith(f"{file}:{line}: assessments[3].instrument: expected")


MARKS = (b",", b"\n", b'"', b"\r", b"\x00", b"1e309", b"-", b"nan", b"\xff", b"9" * 20)


def broken(content, draws):
    """The content with a few bytes cut out, put in, or lines repeated."""
    for _ in range(draws.randint(1, 4)):
        at = draws.randrange(len(content))
        kind = draws.randrange(3)
        if kind == 0:
            content = content[:at] + content[at + draws.randint(1, 20) :]
        elif kind == 1:
            content = content[:at] + draws.choice(MARKS) + content[at:]
        else:
            lines = content.split(b"\n")
            lines.insert(draws.randrange(len(lines)), draws.choice(lines))
            content = b"\n".join(lines)
    return content


@pytest.mark.parametrize("seed", range(15))
def test_read_tables__answers_any_broken_file_with_problems(folder, plan, captured, seed):
    draws = random.Random(seed)  # noqa: S311 - test cases, no secrets
    for name in draws.sample(sorted(captured), 2):
        (folder / f"{name}.csv").write_bytes(broken(captured[name].encode(), draws))
    for problem in problems_or_derived(folder, plan):
        assert problem.file
        assert problem.found


def problems_or_derived(folder, plan):
    """The problems of the tables; none where datasets can be derived from them."""
    try:
        tables = datasets.read_tables(folder, plan)
    except DocumentError as error:
        return error.problems
    return [] if datasets.derive(plan, tables) else None


def test_read_tables__takes_a_single_precision_column_as_its_decimals(folder, plan):
    visits = pl.read_csv(folder / "visits.csv").with_columns(pl.col("MYOACT").cast(pl.Float32))
    (folder / "visits.csv").unlink()
    visits.write_parquet(folder / "visits.parquet")
    assert datasets.read_tables(folder, plan)["visits"]["MYOACT"][1] == 0.24


def test_read_tables__reads_only_what_is_text_or_number_in_parquet(folder, plan, captured):
    visits = pl.read_csv(folder / "visits.csv")
    odd = visits.with_columns(
        pl.col("PHGA").cast(pl.Float32),
        pl.col("VISIT").cast(pl.Categorical),
        pl.concat_list("PTGA").alias("PTGA"),
        pl.lit(value=True).alias("CK"),
    )
    (folder / "visits.csv").unlink()
    odd.write_parquet(folder / "visits.parquet")
    text = problems_of(folder, plan)
    assert "PTGA: expected a number, found '[50]'" in text
    assert "CK: expected a number, found 'True'" in text
    assert "PHGA" not in text
    assert "VISIT: " not in text
