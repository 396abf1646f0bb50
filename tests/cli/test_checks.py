"""`trace` and `verify`, called as a person would."""

import json
import shutil
from pathlib import Path

import pytest

SEED = Path(__file__).parents[2] / "studies" / "anakinra-2009"


@pytest.fixture
def done(captured, run):
    assert run("run", captured).exit_code == 0
    return captured


def test_trace__names_rule_publication_and_source_rows(captured, run):
    answer = run("trace", captured, "A-01", "DOI", "M3")
    assert answer.exit_code == 0
    assert "Rule: myotrial.response.imacs_2004.bounds" in answer.output
    assert "Published: Rider LG et al. Arthritis Rheum 2004;50:2281-90." in answer.output
    assert "data/visits.csv, row 1: VISIT M0, VISITDY 1, PHGA 50" in answer.output
    assert "data/visits.csv, row 2: VISIT M3, VISITDY 92, PHGA 30" in answer.output


def test_trace__as_json_holds_the_value_and_its_rows(captured, run):
    answer = json.loads(run("trace", captured, "A-01", "CK", "Month 3", "--json").output)
    (row,) = answer["rows"]
    assert (row["cells"]["AVAL"], row["cells"]["BASE"]) == (250.0, 400.0)
    assert [(item["file"], item["row"]) for item in row["sources"]] == [
        ("data/visits.csv", 1),
        ("data/visits.csv", 2),
    ]
    assert [item["cells"]["CK"] for item in row["sources"]] == [400.0, 250.0]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        pytest.param(("A-1", "DOI", "M3"), "USUBJID: there is no 'A-1'", id="subject"),
        pytest.param(("A-01", "DOJ", "M3"), "did you mean 'DOI'?", id="parameter"),
        pytest.param(("A-01", "DOI", "M9"), "AVISIT: there is no 'M9'", id="visit"),
    ],
)
def test_trace__says_what_is_not_there(captured, run, asked, says):
    answer = run("trace", captured, *asked)
    assert answer.exit_code == 3
    assert says in answer.output


def test_trace__of_a_study_whose_tables_are_not_drawn_yet_says_to_run_it(tmp_path, run):
    for name in ("study.yaml", "published.yaml", "reconstruction.yaml"):
        shutil.copy(SEED / name, tmp_path)
    answer = run("trace", tmp_path, "X", "DOI", "M3")
    assert answer.exit_code == 3
    assert "Hint: myotrial run" in answer.output


def test_verify__finds_nothing_right_after_a_run(done, run):
    answer = run("verify", done)
    assert answer.exit_code == 0
    assert "came out the same to the byte" in answer.output


def test_verify__names_what_was_changed_removed_and_added(done, run):
    out = done / "out"
    (out / "datasets" / "ADSL.csv").write_text("edited")
    (out / "results.json").unlink()
    (out / "note.txt").write_text("mine")
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    answer = run("verify", done)
    assert answer.exit_code == 1
    assert "out/datasets/ADSL.csv came out otherwise" in answer.output
    assert "out/results.json is not there" in answer.output
    assert "out/note.txt was not made by this study" in answer.output
    assert before == {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}


def test_verify__says_that_inputs_have_changed(done, run):
    visits = done / "data" / "visits.csv"
    visits.write_text(visits.read_text().replace("A-01,M3,92,30", "A-01,M3,92,31"))
    answer = json.loads(run("verify", done, "--json").output)
    assert not answer["verified"]
    assert "datasets" in answer["stale"]
    assert "protocol" not in answer["stale"]


def test_verify__of_a_study_that_was_never_run_says_so(captured, run):
    answer = run("verify", captured)
    assert answer.exit_code == 3
    assert "has no output to verify" in answer.output
