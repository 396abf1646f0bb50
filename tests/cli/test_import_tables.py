"""Spreadsheets and REDCap projects come in by a mapping that a person looks through."""

import csv
import json

import polars as pl
import pytest
import xlsxwriter

from myotrial import datasets, protocol
from myotrial.datasets import files
from myotrial.datasets.mapping.applying import _day

DICTIONARY = """\
"Variable / Field Name","Form Name","Field Type","Field Label",\
"Choices, Calculations, OR Slider Labels","Text Validation Type OR Show Slider Number",\
"Branching Logic (Show field only if...)"
record_id,demographics,text,Record ID,,,
age,demographics,text,Age,,integer,
sex,demographics,radio,Sex,"1, Female | 2, Male",,
diagnosis,demographics,checkbox,Diagnosis,"1, PM | 2, DM | 3, IBM",,
dur,demographics,text,Disease duration (years),,number,
infect,demographics,yesno,Serious infection in the previous 3 months,,,
pregnant,demographics,yesno,Pregnant,,,[sex] = '1'
date_first_dose,demographics,text,Date of first dose,,date_dmy,
visit_date,visit,text,Date of visit,,date_dmy,
phys_vas,visit,slider,Physician global (mm),,number,
pat_vas,visit,text,Patient global,,number,
mmt8,visit,text,MMT8,,number,
ck,visit,text,<b>Creatine kinase</b> [U/L],,number,
ae_term,adverse_events,text,Adverse event,,,
ae_severity,adverse_events,radio,Severity,"1, Mild | 2, Moderate | 3, Severe",,
ae_start_date,adverse_events,text,Start date,,date_dmy,
"""
HEAD = (
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,age,sex,"
    "diagnosis___1,diagnosis___2,diagnosis___3,dur,infect,pregnant,date_first_dose,"
    "demographics_complete,visit_date,phys_vas,pat_vas,mmt8,ck,visit_complete,ae_term,ae_severity,"
    "ae_start_date,adverse_events_complete"
)
BODY = """\
1,baseline_arm_1,,,51,1,1,0,0,3.5,0,0,2024-03-01,2,2024-03-01,50,6.0,60,400,2,,,,
1,month_3_arm_1,,,,,,,,,,,,,2024-05-31,30,4.0,72,NASK,2,,,,
1,baseline_arm_1,adverse_events,1,,,,,,,,,,,,,,,,,Headache,1,2024-03-05,2
1,baseline_arm_1,adverse_events,2,,,,,,,,,,,,,,,,,Nausea,2,2024-03-08,2
2,baseline_arm_1,,,62,2,0,1,0,8,0,1,2024-04-01,2,2024-04-01,40,5.0,55,900,2,,,,
2,month_3_arm_1,,,,,,,,,,,,,,,,,,0,,,,
"""
LABELS = {
    "record_id": "Record ID", "redcap_event_name": "Event Name",
    "redcap_repeat_instrument": "Repeat Instrument", "redcap_repeat_instance": "Repeat Instance",
    "age": "Age", "sex": "Sex", "diagnosis___1": "Diagnosis (choice=PM)",
    "diagnosis___2": "Diagnosis (choice=DM)", "diagnosis___3": "Diagnosis (choice=IBM)",
    "dur": "Disease duration (years)", "infect": "Serious infection in the previous 3 months",
    "pregnant": "Pregnant", "date_first_dose": "Date of first dose", "visit_date": "Date of visit",
    "phys_vas": "Physician global (mm)", "pat_vas": "Patient global", "mmt8": "MMT8",
    "ck": "Creatine kinase [U/L]", "ae_term": "Adverse event", "ae_severity": "Severity",
    "ae_start_date": "Start date",
}  # fmt: skip
MEANT = {
    "sex": {"1": "Female", "2": "Male"},
    "infect": {"0": "No", "1": "Yes"},
    "pregnant": {"0": "No", "1": "Yes"},
    "ae_severity": {"1": "Mild", "2": "Moderate"},
    "redcap_event_name": {"baseline_arm_1": "Baseline", "month_3_arm_1": "Month 3"},
    "redcap_repeat_instrument": {"adverse_events": "Adverse Events"},
}


def labelled(head, body):
    """The same records as REDCap exports them with labels."""
    names = head.split(",")
    rows = [[LABELS.get(name, "Complete?") for name in names]]
    for record in csv.reader(body.splitlines()):
        boxes = {"1": "Checked", "0": "Unchecked", "": ""}
        rows.append(
            [
                boxes[cell] if "___" in name else MEANT.get(name, {}).get(cell, cell)
                for name, cell in zip(names, record, strict=True)
            ]
        )
    return "\n".join(",".join(row) for row in rows) + "\n"


@pytest.fixture
def trial(run, tmp_path):
    folder = tmp_path / "trial"
    assert run("init", folder).exit_code == 0
    return folder


@pytest.fixture
def redcap(tmp_path):
    def made(body=BODY, labels=False):
        (tmp_path / "dictionary.csv").write_text(DICTIONARY)
        file = tmp_path / "export.csv"
        file.write_text(labelled(HEAD, body) if labels else f"{HEAD}\n{body}")
        return file, tmp_path / "dictionary.csv"

    return made


def settle(folder, *pairs):
    file = folder / "mapping.yaml"
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def read(folder):
    plan = protocol.read(folder / "study.yaml")
    raws = {
        name: files.read(folder / "data" / f"{name}.csv", name=name)
        for name in ("subjects", "visits", "adverse_events")
    }
    return datasets.tables_of(raws, plan)


@pytest.mark.parametrize("labels", [False, True], ids=["raw", "labels"])
def test_import__redcap_project_comes_in_once_its_unit_is_stated(run, trial, redcap, labels):
    file, dictionary = redcap(labels=labels)
    proposal = run("import", file, trial, "--dictionary", dictionary)
    assert proposal.exit_code == 1
    assert "tables.visits.columns.PTGA.unit" in proposal.output
    assert "PHGA.unit" not in proposal.output
    settle(trial, ("unit:  # open: mm or cm", "unit: cm"))
    answer = run("import", file, trial)
    assert answer.exit_code == 0, answer.output
    found = read(trial)
    assert found["subjects"].select("USUBJID", "SEX", "AGE", "DIAG", "DISDUR", "INFECT").rows() == [
        ("1", "F", 51, "PM", 3.5, "N"),
        ("2", "M", 62, "DM", 8.0, "N"),
    ]
    assert found["visits"].select("USUBJID", "VISIT", "VISITDY", "PHGA", "PTGA", "CK").rows() == [
        ("1", "M0", 1, 50.0, 60.0, 400.0),
        ("1", "M3", 92, 30.0, 40.0, None),
        ("2", "M0", 1, 40.0, 50.0, 900.0),
    ]
    assert found["adverse_events"].select("USUBJID", "AETERM", "AESEV", "AESTDY").rows() == [
        ("1", "Headache", "MILD", 5),
        ("1", "Nausea", "MODERATE", 8),
    ]


def test_import__a_proposal_writes_no_table(run, trial, redcap):
    before = {file: file.read_bytes() for file in (trial / "data").iterdir()}
    file, dictionary = redcap()
    run("import", file, trial, "--dictionary", dictionary)
    assert before == {file: file.read_bytes() for file in (trial / "data").iterdir()}
    assert not [file for file in trial.iterdir() if file.name.startswith(".")]


def test_import__dry_run_checks_and_writes_no_table(run, trial, redcap):
    file, dictionary = redcap()
    run("import", file, trial, "--dictionary", dictionary)
    settle(trial, ("unit:  # open: mm or cm", "unit: cm"))
    before = {file: file.read_bytes() for file in (trial / "data").iterdir()}
    answer = run("import", file, trial, "--dry-run")
    assert (answer.exit_code, "visits (3 rows)" in answer.output) == (0, True)
    assert before == {file: file.read_bytes() for file in (trial / "data").iterdir()}


def test_import__tells_values_that_branching_logic_hides(run, trial, redcap):
    file, dictionary = redcap()
    answer = run("import", file, trial, "--dictionary", dictionary)
    assert "pregnant holds a value in 1 rows where its branching logic hides it" in answer.output


def test_import__several_ticked_boxes_are_a_problem_with_its_line(run, trial, redcap):
    file, dictionary = redcap(BODY.replace("51,1,1,0,0", "51,1,1,1,0"))
    run("import", file, trial, "--dictionary", dictionary)
    settle(trial, ("unit:  # open: mm or cm", "unit: cm"))
    answer = run("import", file, trial)
    assert answer.exit_code == 3
    assert "export.csv:2: DIAG: expected one box ticked, found 'diagnosis___1'" in answer.output
    assert (trial / "data" / "visits.csv").read_text().count("\n") == 1


def test_import__says_when_dictionary_and_export_are_not_of_one_project(run, trial, redcap):
    file, dictionary = redcap()
    file.write_text("a,b\n1,2\n")
    answer = run("import", file, trial, "--dictionary", dictionary)
    assert (answer.exit_code, "of the same project?" in answer.output) == (3, True)
    file.write_text(f"{HEAD}\n{BODY}")
    answer = run("import", file, trial, "--dictionary", file)
    assert (answer.exit_code, "download it in REDCap" in answer.output) == (3, True)


PATIENTS = [["Patient", "Gender", "Age", "Diagnosis"], ["A1", "female", 50, "DM"],
            ["A2", "male", 60, "PM"]]  # fmt: skip
VISITS = [
    ["Trial of something"],
    ["Patient", "Visit", "Visit date", "First dose date", "Physician global (cm)", "HAQ", "Note"],
    ["A1", "Baseline", "13/01/2024", "13/01/2024", "5,1", "1,5", "x"],
    ["A1", "3 months", "05/04/2024", "", "3,0", "1,0", ""],
]
EVENTS = [
    ["Patient", "Adverse event", "Severity", "Onset date"],
    ["A1", "Rash", "mild", "14/01/2024"],
]


@pytest.fixture
def workbook(tmp_path):
    def made(patients=PATIENTS, visits=VISITS, events=EVENTS):
        file = tmp_path / "trial.xlsx"
        with xlsxwriter.Workbook(file) as book:
            for name, rows in (("Who", patients), ("When", visits), ("AEs", events), ("-", [])):
                sheet = book.add_worksheet(name)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
        return file

    return made


def without_dates(rows):
    return [[cell for at, cell in enumerate(row) if at not in (2, 3)] for row in rows]


def test_import__sheets_under_any_names_fill_the_tables(run, trial, workbook):
    days = [row[:2] + ([row[2]] if at else []) + row[4:] for at, row in enumerate(VISITS)]
    days[1][2], days[2][2], days[3][2] = "Day", "1", "85"
    events = [row[:3] for row in EVENTS]
    file = workbook(visits=days, events=events)
    answer = run("import", file, trial, "--json")
    told = json.loads(answer.output)
    assert answer.exit_code == 0, answer.output
    assert told["fits"]["visits"]["PHGA"] == "from 'Physician global (cm)', cm"
    assert {"column": "When: Note", "why": "no captured column is called so"} in told["not_used"]
    assert run("import", file, trial).exit_code == 0
    found = read(trial)
    assert found["visits"].select("VISIT", "VISITDY", "PHGA", "HAQDI").rows() == [
        ("M0", 1, 51.0, 1.5), ("M3", 85, 30.0, 1.0)
    ]  # fmt: skip
    assert found["subjects"].select("ARM", "SEX", "DIAG").rows() == [
        ("TREATED", "F", "DM"), ("TREATED", "M", "PM")
    ]  # fmt: skip
    assert found["adverse_events"]["AESEV"].to_list() == ["MILD"]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        pytest.param(["13/01/2024", "05/04/2024"], "DMY", id="only day first fits"),
        pytest.param(["01/13/2024", "05/04/2024"], "MDY", id="only month first fits"),
        pytest.param(["2024-01-13"], "YMD", id="ISO"),
        pytest.param(["03/04/2024"], None, id="either way fits: not guessed"),
        pytest.param(["3/4/24"], None, id="no century: not guessed"),
    ],
)
def test_propose__states_the_order_of_dates_only_where_one_fits(run, trial, tmp_path, cells, order):
    file = tmp_path / "visits.csv"
    lines = [
        "patient,visit,visit_date,mmt8",
        *(f"A{at},M0,{cell},60" for at, cell in enumerate(cells)),
    ]
    file.write_text("\n".join(lines) + "\n")
    answer = run("import", file, trial, "--json")
    left = [item["where"] for item in json.loads(answer.output)["open"]]
    asked = "tables.visits.columns.VISITDTC.date" in left
    assert asked == (order is None)
    if order:
        assert f"date: {order}" in (trial / "mapping.yaml").read_text()


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("31.12.2023", "DMY", "2023-12-31"),
        ("2024-02-29 00:00:00", "YMD", "2024-02-29"),
        ("2023-02-29", "YMD", None),
        ("2024-03", "YMD", None),
        ("UN/03/2024", "DMY", None),
        ("13/13/2024", "MDY", None),
        ("1/2/24", "DMY", None),
    ],
)
def test_day__refuses_partial_and_impossible_dates(cell, order, day):
    assert _day(cell, order) == day


def test_import__a_partial_date_is_named_with_its_line(run, trial, tmp_path):
    file = tmp_path / "v.csv"
    file.write_text("patient,visit,visit_date,first_dose_date,mmt8\nA,M0,2024-03-01,2024-03-01,60\n"
                    "A,M3,2024-06,,61\n")  # fmt: skip
    run("import", file, trial)
    settle(trial, ("date:  # open: DMY, MDY or YMD", "date: YMD"))
    answer = run("import", file, trial)
    assert answer.exit_code == 3
    assert (
        "v.csv:3: VISITDTC: expected a whole date that exists, YMD, found '2024-06'"
        in answer.output
    )
    settle(trial, ("missing: []", 'missing: ["2024-06"]'))
    assert run("import", file, trial).exit_code == 0


def test_import__a_subject_whose_rows_disagree_is_named(run, trial, tmp_path):
    file = tmp_path / "v.csv"
    file.write_text("patient,visit,sex,mmt8\nA,M0,F,60\nA,M3,M,61\n")
    run("import", file, trial)
    answer = run("import", file, trial)
    assert (
        "USUBJID 'A', SEX: expected one value, found 'F' (line 2) and 'M' (line 3)" in answer.output
    )


def test_import__units_mixed_in_a_column_are_told_and_a_column_of_units_is_read(
    run, trial, tmp_path
):
    file = tmp_path / "v.csv"
    file.write_text("patient,visit,physician_global,mmt8\nA,M0,5 cm,60\nA,M3,40 mm,61\n")
    run("import", file, trial)
    settle(trial, ("unit:  # open: mm or cm", "unit: mm"))
    answer = run("import", file, trial)
    assert (
        "v.csv:2: USUBJID 'A', VISIT 'M0', PHGA: expected a number, found '5 cm'" in answer.output
    )
    (trial / "mapping.yaml").unlink()
    file.write_text("patient,visit,phga,phga_unit,mmt8\nA,M0,5,cm,60\nA,M3,40,mm,61\n")
    assert run("import", file, trial).exit_code == 0
    assert run("import", file, trial).exit_code == 0
    assert read(trial)["visits"]["PHGA"].to_list() == [50.0, 40.0]


def test_import__an_event_of_an_unknown_subject_is_refused_whole(run, trial, workbook):
    file = workbook(
        events=[EVENTS[0][:3], ["A9", "Fall", "mild"]], visits=without_dates(VISITS[1:])
    )
    run("import", file, trial)
    answer = run("import", file, trial)
    assert answer.exit_code == 3
    assert "A9" in answer.output
    assert (trial / "data" / "subjects.csv").read_text().count("\n") == 1


def test_import__tables_with_rows_are_kept_and_never_mixed(run, trial, tmp_path):
    file = tmp_path / "v.csv"
    file.write_text("patient,visit,sex,mmt8\nA,M0,F,60\n")
    run("import", file, trial)
    assert run("import", file, trial).exit_code == 0
    again = run("import", file, trial)
    assert (again.exit_code, "hold captured rows already" in again.output) == (3, True)
    events = tmp_path / "e.csv"
    events.write_text("patient,adverse event\nA,Rash\n")
    (trial / "mapping.yaml").unlink()
    run("import", events, trial)
    assert run("import", events, trial).exit_code == 0
    found = read(trial)
    assert (found["visits"].height, found["adverse_events"].height) == (1, 1)


@pytest.mark.parametrize("kind", ["parquet", "long", "wide", "semicolons"])
def test_import__reads_the_same_from_other_kinds_of_table(run, trial, tmp_path, kind):
    file = tmp_path / f"v.{'parquet' if kind == 'parquet' else 'csv'}"
    if kind == "parquet":
        pl.DataFrame({"patient": ["A", "A"], "visit": ["M0", "M3"], "mmt8": [60.0, 61.5]}).write_parquet(file)  # fmt: skip  # noqa: E501
    elif kind == "long":
        file.write_text("usubjid,avisit,paramcd,aval\nA,M0,MMT8,60\nA,M3,MMT8,61.5\n")
    elif kind == "wide":
        file.write_text("patient,mmt8_M0,mmt8_M3\nA,60,61.5\n")
    else:
        file.write_text("patient;visit;mmt8\nA;M0;60\nA;M3;61,5\n")
    assert run("import", file, trial).exit_code == 0
    answer = run("import", file, trial)
    assert answer.exit_code == 0, answer.output
    assert read(trial)["visits"]["MMT8"].to_list() == [60.0, 61.5]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(("column: mmt8", "column: mtm8"), "did you mean 'mmt8'?", id="column"),
        pytest.param(("sheet: v", "sheet: w"), "a sheet of the source, found 'w'", id="sheet"),
        pytest.param(("  visits:", "  visit:"), "did you mean 'visits'?", id="table"),
        pytest.param(("unit: points", "unit: kg"), "the unit of 'mmt8', found 'kg'", id="unit"),
        pytest.param(("unit: points", "date: YDM"), "YMD", id="order"),
        pytest.param(("missing: []", "missing: {}"), "a list", id="form"),
        pytest.param(("value: TREATED", "value: PLACEBO"), "one of TREATED", id="value"),
    ],
)
def test_import__a_wrong_mapping_is_told_with_its_line(run, trial, tmp_path, change, says):
    file = tmp_path / "v.csv"
    file.write_text("patient,visit,mmt8\nA,M0,60\n")
    run("import", file, trial)
    settle(trial, change)
    answer = run("import", file, trial)
    assert answer.exit_code in (1, 3)
    assert says in answer.output
    assert "mapping.yaml:" in answer.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"patient,visit,mmt8\nA,M0,\xff\n", "the byte 0xff", id="not UTF-8"),
        pytest.param("patient,mmt8\nA,60\n".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(b"PK\x03\x04xx", "an XLSX file", id="another kind"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"patient,visit,mmt8\n", "holds no rows", id="no rows"),
    ],
)
def test_import__a_file_that_cannot_be_read_is_told(run, trial, tmp_path, content, says):
    file = tmp_path / "v.csv"
    file.write_bytes(content)
    answer = run("import", file, trial)
    assert (answer.exit_code, says in answer.output) == (3, True), answer.output
    assert not (trial / "mapping.yaml").exists()


def test_import__a_source_that_is_not_there_is_told(run, trial, tmp_path):
    answer = run("import", tmp_path / "no.csv", trial)
    assert (answer.exit_code, "is not there" in answer.output) == (3, True)
