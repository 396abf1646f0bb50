"""Our own checks of ADaM, and a rules engine run as a program of its own."""

import json
import stat
import sys

import polars as pl
import pytest

from myotrial.datasets.standards.adam_checks import checked

ENGINE = """\
#!{python}
import json, pathlib, sys
given = sys.argv[1:]
assert given[0] == "validate", given
said = dict(zip(given[1::2], given[2::2]))
assert said["-s"] == "sdtmig" and said["-v"] == "3-4" and said["-of"] == "JSON", said
data = pathlib.Path(said["-d"])
assert (data / "dm.xpt").is_file() and pathlib.Path(said["-dxp"]).is_file()
def rule(number, message, status):
    return {{"core_id": f"CORE-{{number:06}}", "version": "1", "cdisc_rule_id": "CG0001",
             "fda_rule_id": "", "message": message, "status": status}}
report = {{
    "Conformance_Details": {{"CORE_Engine_Version": "0.15.0", "Standard": "SDTMIG"}},
    "Dataset_Details": [],
    "Issue_Summary": [
        {{"dataset": "dm.xpt", "core_id": "CORE-000002", "message": "SITEID is empty",
         "issues": 4}},
        {{"dataset": "ae.xpt", "core_id": "CORE-000004", "message": "no column", "issues": 1}},
    ],
    "Issue_Details": [],
    "Rules_Report": [
        rule(1, "a rule", "SUCCESS"), rule(2, "SITEID is empty", "ISSUE REPORTED"),
        rule(3, "not for these", "SKIPPED"), rule(4, "no column", "EXECUTION ERROR"),
        rule(5, "another rule", "SUCCESS"),
    ],
}}
pathlib.Path(said["-o"] + ".json").write_text(json.dumps(report), encoding="utf-8")
"""


@pytest.fixture
def engine(tmp_path):
    """A program that speaks as CDISC's core does: its arguments and its JSON report."""

    def made(text=ENGINE):
        file = tmp_path / "core"
        file.write_text(text.format(python=sys.executable))
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return file

    return made


@pytest.fixture(autouse=True)
def no_engine(monkeypatch):
    monkeypatch.delenv("MYOTRIAL_CORE", raising=False)


def test_conformance__tells_met_broken_skipped_and_not_run_apart(captured, run, engine):
    answer = run("conformance", captured, "--engine", engine(), "--json")
    assert answer.exit_code == 1, answer.output
    found = json.loads(answer.output)["engine"]
    assert found["counts"] == {"met": 2, "broken": 1, "skipped": 1, "not run": 1}
    assert found["broken"] == [
        {"rule": "CORE-000002", "dataset": "dm.xpt", "message": "SITEID is empty", "issues": 4}
    ]
    assert found["failed"] == [{"rule": "CORE-000004", "message": "no column"}]
    told = run("conformance", captured, "--engine", engine()).output
    assert "engine 0.15.0: 2 met, 1 broken, 1 skipped, 1 not run" in told


def test_conformance__takes_the_engine_from_the_environment(captured, run, engine, monkeypatch):
    monkeypatch.setenv("MYOTRIAL_CORE", f"{sys.executable} {engine()}")
    assert "engine 0.15.0" in run("conformance", captured).output


def test_conformance__without_an_engine_our_own_checks_run(captured, run, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = run("conformance", captured)
    assert answer.exit_code == 0, answer.output
    assert "0 failed" in answer.output
    assert "not run. None was named" in answer.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            "#!{python}\nimport sys; sys.exit('no rules found')\n", "no rules found", id="ends"
        ),
        pytest.param(ENGINE.replace('"Rules_Report"', '"Rules"'), "another form", id="other form"),
        pytest.param("#!/no/such/interpreter\n", "cannot be run", id="no interpreter"),
    ],
)
def test_conformance__an_engine_that_fails_is_told(captured, run, engine, text, says):
    answer = run("conformance", captured, "--engine", engine(text))
    assert (answer.exit_code, says in answer.output) == (3, True), answer.output
    assert "our own checks" in answer.output


def test_conformance__an_engine_that_is_not_there_is_told(captured, run, tmp_path):
    answer = run("conformance", captured, "--engine", tmp_path / "nowhere")
    assert (answer.exit_code, "no such program" in answer.output) == (3, True)
    assert "our own checks" in answer.output


ADSL = pl.DataFrame({"USUBJID": ["A", "B"], "SAFFL": ["Y", "N"]})
GOOD = {
    "USUBJID": ["A", "A"], "PARAMCD": ["CK", "CK"], "PARAM": ["CK (U/L)"] * 2, "AVAL": [10.0, 5.0],
    "BASE": [10.0, 10.0], "CHG": [None, -5.0], "PCHG": [None, -50.0], "ABLFL": ["Y", None],
}  # fmt: skip


def failed(adsl=ADSL, **frames):
    return {item.check: item.found for item in checked({"ADSL": adsl} | frames)
            if item.status == "failed"}  # fmt: skip


def test_checked__passes_what_holds():
    assert failed(ADCS=pl.DataFrame(GOOD)) == {}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"USUBJID": ["A", "C"]}, "AD02"),
        ({"ABLFL": ["Y", "N"]}, "AD04"),
        ({"PARAM": ["CK", "CPK"]}, "AD05"),
        ({"PARAMCD": ["CREATINEKINASE"] * 2}, "AD06"),
        ({"ABLFL": ["Y"] * 2, "AVAL": [10.0] * 2, "CHG": [0.0] * 2, "PCHG": [0.0] * 2}, "AD07"),
        ({"BASE": [9.0, 10.0]}, "AD08"),
        ({"CHG": [None, 5.0]}, "AD09"),
        ({"PCHG": [None, 50.0]}, "AD10"),
    ],
)  # fmt: skip
def test_checked__names_what_does_not_hold(change, check):
    assert set(failed(ADCS=pl.DataFrame(GOOD | change))) == {check}


def test_checked__names_subjects_twice_flags_times_and_ends():
    twice = pl.DataFrame({"USUBJID": ["A", "A"], "SAFFL": ["Y", "maybe"]})
    assert set(failed(twice)) == {"AD01", "AD03"}
    time = pl.DataFrame({"USUBJID": ["A"], "CNSR": [2], "AVAL": [-1.0]})
    event = pl.DataFrame({"USUBJID": ["A"], "ASTDY": [5], "AENDY": [4]})
    assert failed(ADTTE=time, ADAE=event) == {"AD11": "rows 1", "AD12": "rows 1"}


def test_checked__a_dataset_without_rows_is_skipped():
    found = checked({"ADSL": ADSL, "ADCS": pl.DataFrame(GOOD).clear()})
    assert {item.status for item in found if item.dataset == "ADCS"} == {"skipped"}


def test_export__writes_the_protocol_as_usdm_without_any_record(run, tmp_path):
    run("init", tmp_path / "new")
    answer = run("export", tmp_path / "new", "--to", tmp_path / "out", "--format", "usdm")
    assert answer.exit_code == 0, answer.output
    found = json.loads((tmp_path / "out" / "usdm.json").read_text(encoding="utf-8"))
    assert found["study"]["name"] == "MY-STUDY"
