"""What a call gives back, to a person and to a program."""

import json

import pytest

from myotrial.errors import Problem
from myotrial.study import Checked, Outcome
from myotrial.study.steps import Done


@pytest.fixture
def out(tmp_path):
    published = [{"verdict": verdict} for verdict in ("reproduced", "cannot hold", "reproduced")]
    (tmp_path / "results.json").write_text(json.dumps({"published": published}))
    return tmp_path


def test_outcome__tells_each_step_the_verdicts_and_the_report(out):
    text = str(Outcome(out, (Done("evidence", True, 0.0), Done("report", False, 3.14))))
    assert text.splitlines() == [
        "evidence        unchanged",
        "report          3.1 s",
        "Published claims: 2 reproduced, 1 cannot hold.",
        f"Report: {out / 'report.html'}",
    ]


@pytest.mark.parametrize(
    ("count", "told"), [(1, "1 hangs on a reading"), (2, "2 hang on a reading")]
)
def test_outcome__counts_verdicts_in_words(tmp_path, count, told):
    published = [{"verdict": "hangs on a reading"}] * count
    (tmp_path / "results.json").write_text(json.dumps({"published": published}))
    assert f"Published claims: {told}.\n" in str(Outcome(tmp_path, ()))


def test_outcome__says_when_nothing_had_changed(out):
    text = str(Outcome(out, (Done("evidence", True, 0.0), Done("report", True, 0.0))))
    assert text.startswith("Nothing has changed since the last run.\n")


def test_outcome__is_plain_data_for_a_program(out):
    record = Outcome(out, (Done("report", False, 3.14),)).as_record()
    assert json.loads(json.dumps(record)) == {
        "report": str(out / "report.html"),
        "results": str(out / "results.json"),
        "steps": [{"name": "report", "reused": False, "seconds": 3.14}],
        "published": {"reproduced": 2, "cannot hold": 1},
    }


def test_checked__lists_problems_notes_and_files(tmp_path):
    problem = Problem("visits[1].day", "a day", "'x'", 7)
    checked = Checked(tmp_path, ("study.yaml", "data"), (("s.yaml", problem),), ("a note",))
    assert checked.code == 3
    assert str(checked).splitlines() == [
        "s.yaml:7: visits[1].day: expected a day, found 'x'",
        "Note: a note",
        f"{tmp_path}: 1 problem (read study.yaml, data).",
    ]
    (record,) = checked.as_record()["problems"]
    assert (record["file"], record["line"], record["where"]) == ("s.yaml", 7, "visits[1].day")


def test_checked__is_no_failure_without_problems(tmp_path):
    checked = Checked(tmp_path, ("study.yaml",))
    assert (checked.code, str(checked)) == (0, f"{tmp_path}: no problems (read study.yaml).")
