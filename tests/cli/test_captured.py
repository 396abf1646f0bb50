"""A study with captured tables: checked, run, and compared with a paper that cannot be true."""

import json
import shutil

import pytest

from myotrial import datasets, protocol, report, study

PUBLISHED = """\
source: {id: P, citation: An invented paper.}
attributes:
  outcome: {values: [better, same]}
  sex: {values: [F, M]}
claims:
  - {id: patients, says: 4 took part, where: x, total: 4, reproduced_by: [disposition.enrolled]}
  - id: women
    says: 3 were women
    where: x
    count: sex == 'F'
    equals: 3
    reproduced_by: [baseline.SEX.F]
  - {id: better, says: 2 improved, where: x, count: outcome == 'better', equals: 2}
  - {id: worse, says: 3 did not, where: x, count: outcome == 'same', equals: 3}
"""


@pytest.fixture
def quick(monkeypatch):
    """Leave out the drawing and typesetting, which tests of the report cover."""

    def write(results, folder):
        for name in ("report.html", "report.pdf", "figures/flow.svg"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(str(len(results["results"])))

    monkeypatch.setattr(report, "write", write)


def results(folder):
    return json.loads((folder / "out" / "results.json").read_bytes())


def test_check__finds_no_problem_in_a_study_that_was_just_started(run, tmp_path):
    study.init(tmp_path / "mine")
    done = run("check", tmp_path / "mine")
    assert done.exit_code == 0, done.output
    assert "hold no rows yet" in done.output
    assert "no problems" in done.output


def test_check__says_of_empty_tables_what_run_refuses(run, tmp_path):
    study.init(tmp_path / "mine")
    checked = run("check", tmp_path / "mine").output
    refused = run("run", tmp_path / "mine").output
    for name in ("subjects", "visits", "disposition", "exposure"):
        assert f"at least one row in {name}" in checked
        assert f"at least one row in {name}" in refused


def test_run__says_what_to_do_in_a_study_that_was_just_started(run, tmp_path):
    study.init(tmp_path / "mine")
    done = run("run", tmp_path / "mine")
    assert done.exit_code == 3
    assert "subjects.csv" in done.output
    shutil.rmtree(tmp_path / "mine" / "data")
    done = run("run", tmp_path / "mine")
    assert done.exit_code == 3
    assert "holds no captured tables" in done.output
    assert "Hint: enter rows in" in done.output


def test_check__finds_no_problem_in_a_sound_study(run, captured):
    answer = json.loads(run("check", captured, "--json").output)
    assert answer == {
        "folder": str(captured),
        "files": ["study.yaml", "data"],
        "problems": [],
        "notes": [],
    }


def test_check__names_an_instrument_that_does_not_exist(run, captured):
    file = captured / "study.yaml"
    file.write_text(file.read_text().replace("instrument: mmt8", "instrument: mmt9"))
    done = run("check", captured)
    assert done.exit_code == 3
    assert f"{file}" in done.output
    assert "mmt9" in done.output
    assert "mmt8" in done.output


@pytest.mark.usefixtures("quick")
def test_run__takes_captured_tables_as_they_are(run, captured):
    before = {file.name: file.read_bytes() for file in (captured / "data").iterdir()}
    done = run("run", captured)
    assert done.exit_code == 0, done.output
    assert {file.name: file.read_bytes() for file in (captured / "data").iterdir()} == before
    found = results(captured)
    assert (found["origin"], found["origin_note"]) == ("captured", "")
    assert (found["evidence"], found["published"]) == (None, [])
    known = {result["id"]: result["value"] for result in found["results"]}
    assert known["disposition.enrolled"] == 4
    assert known["withdrawals.total"] == 1
    assert [item["file"] for item in found["inputs"]] == [
        *(f"data/{name}" for name in sorted(before)), "study.yaml"
    ]  # fmt: skip
    assert not (captured / "out" / "reconstruction").exists()


@pytest.mark.usefixtures("quick")
def test_run__reads_parquet_as_it_reads_csv(run, captured):
    assert run("run", captured).exit_code == 0
    expected = results(captured)["results"]
    plan = protocol.read(captured / "study.yaml")
    tables = datasets.read_tables(captured / "data", plan)
    tables["visits"].write_parquet(captured / "data" / "visits.parquet")
    (captured / "data" / "visits.csv").unlink()
    assert run("run", captured).exit_code == 0
    assert results(captured)["results"] == expected


@pytest.mark.usefixtures("quick")
def test_run__repeats_only_what_a_change_reaches(run, captured):
    def repeated():
        steps = json.loads(run("run", captured, "--json").output)["steps"]
        return [step["name"] for step in steps if not step["reused"]]

    assert repeated() == ["protocol", "datasets", "results", "report"]
    assert repeated() == []
    file = captured / "study.yaml"
    file.write_text(file.read_text() + "# a comment\n")
    assert repeated() == ["protocol", "results", "report"]
    file = captured / "data" / "visits.csv"
    file.write_text(file.read_text().replace("A-02,M3,90,42", "A-02,M3,90,43"))
    assert repeated() == ["datasets", "results", "report"]
    (captured / "published.yaml").write_text(PUBLISHED)
    assert repeated() == ["protocol", "evidence", "results", "report"]


@pytest.mark.usefixtures("quick")
def test_run__keeps_the_output_when_the_tables_become_wrong(run, captured):
    assert run("run", captured).exit_code == 0
    before = results(captured)
    file = captured / "data" / "visits.csv"
    file.write_text(file.read_text().replace("A-02,M3,90,42", "A-02,M3,90,420"))
    assert run("run", captured).exit_code == 3
    assert results(captured) == before


@pytest.mark.usefixtures("quick")
def test_run__compares_captured_tables_with_a_paper_that_cannot_be_true(run, captured):
    (captured / "published.yaml").write_text(PUBLISHED)
    done = run("run", captured)
    assert done.exit_code == 0, done.output
    verdicts = {claim["claim"]: claim["verdict"] for claim in results(captured)["published"]}
    assert verdicts["women"] == "not reproduced"  # the tables have 2
    assert "cannot hold" in {verdicts["better"], verdicts["worse"], verdicts["patients"]}
    assert "1 not reproduced" in done.output


def test_run__draws_nothing_from_a_paper_that_cannot_be_true(run, captured):
    (captured / "published.yaml").write_text(PUBLISHED)
    seed = study.start.seed()
    shutil.copyfile(seed / "reconstruction.yaml", captured / "reconstruction.yaml")
    shutil.copyfile(seed / "study.yaml", captured / "study.yaml")
    shutil.rmtree(captured / "data")
    done = run("run", captured)
    assert done.exit_code == 1, done.output
    assert "cannot all hold, so no tables can be drawn" in done.output
    assert "myotrial claims" in done.output
    assert not (captured / "out").exists()


def test_claims__ends_with_1_when_the_stated_claims_cannot_all_hold(run, tmp_path):
    file = tmp_path / "published.yaml"
    file.write_text(PUBLISHED)
    done = run("claims", file)
    assert done.exit_code == 1
    assert "the stated claims cannot all hold." in done.output
    done = run("claims", file, "--json")
    assert done.exit_code == 1
    answer = json.loads(done.output)
    assert answer["consistent"] is False
    assert answer["conflicts"]
