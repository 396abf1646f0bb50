"""`myotrial run` reads the study's server, and gives what it gives from tables."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from myotrial.errors import MyotrialError
from myotrial.study import sources
from myotrial.study.checking import check
from myotrial.study.places import CAPTURED
from myotrial.study.stages import stages
from myotrial.study.steps import run


def analysed(folder: Path) -> dict:
    run(folder, stages(folder)[:-1], code="same")  # without the report
    return json.loads((folder / "out" / "results.json").read_text())


@pytest.fixture
def study(filled, tmp_path):
    return Path(shutil.copytree(filled, tmp_path / "study"))


@pytest.fixture(scope="module")
def from_server(filled, tmp_path_factory):
    """The study analysed from its server, without what the paper says of it."""
    folder = Path(shutil.copytree(filled, tmp_path_factory.mktemp("server") / "study"))
    for name in ("published.yaml", "reconstruction.yaml", "design.yaml"):
        (folder / name).unlink()
    return folder, analysed(folder)


def test_run__of_a_server_gives_the_results_of_the_same_tables(from_server, drawn, tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    shutil.copy(from_server[0] / "study.yaml", folder)
    shutil.copytree(drawn, folder / "data")
    tables, server = analysed(folder), from_server[1]
    assert server["results"] == tables["results"]
    assert server["origin"] == tables["origin"] == "reconstructed"
    assert len(server["results"]) > 100


def test_run__of_the_seed_tells_what_the_abstract_tells(from_server):
    folder, found = from_server
    rows = (folder / "out" / CAPTURED / "visits.csv").read_text().splitlines()
    held = [row.split(",")[2] for row in rows]
    assert [held.count(visit) for visit in ("M0", "M3", "M6", "M12")] == [15, 13, 11, 9]
    ended = (folder / "out" / CAPTURED / "disposition.csv").read_text()
    assert ended.count("WITHDRAWN") == 6
    reasons = {"Injection-site rash": 2, "Increased muscle symptoms": 2, "Headache": 1,
               "Lack of efficacy": 1}  # fmt: skip
    assert {reason: ended.count(reason) for reason in reasons} == reasons
    ever = found["listings"]["ADCOURSE"]
    column = [item["name"] for item in ever["columns"]].index("EVER")
    assert sum(row[column] == "Y" for row in ever["rows"]) == 7


def test_run__names_the_trails_it_rests_on(from_server):
    folder, found = from_server
    said = next(item for item in found["inputs"] if item["file"] == "server")
    assert said["sha256"] == sources.source(folder).state
    assert [item["file"] for item in found["inputs"]] == ["study.yaml", "server"]


def test_run__reads_again_only_where_a_trail_has_grown(from_server):
    folder, _ = from_server
    steps = {item.name: item.reused for item in run(folder, stages(folder)[:-1], code="same")}
    assert all(steps.values())
    with sqlite3.connect(folder / "server" / "study.sqlite3") as base:
        base.execute("UPDATE capture_chain SET hash = 'f' WHERE number LIKE '%R001'")
    steps = {item.name: item.reused for item in run(folder, stages(folder)[:-1], code="same")}
    assert not steps[CAPTURED]
    assert steps["protocol"]


def test_source__refuses_patients_in_two_places(study):
    (study / "data").mkdir()
    (study / "data" / "subjects.csv").write_text("USUBJID,ARM\nP1,ANAKINRA\n")
    with pytest.raises(MyotrialError, match=r"subjects\.csv.*not clear[\s\S]*Hint: move aside"):
        stages(study)


@pytest.mark.parametrize("name", ["subjects.csv", "readings.csv"])
def test_source__lets_empty_tables_and_readings_stand_beside_a_server(study, name):
    (study / "data").mkdir()
    content = "USUBJID,ARM\n" if name == "subjects.csv" else "anything\nat all\n"
    (study / "data" / name).write_text(content)
    assert sources.source(study).served


def test_source__does_not_take_an_empty_server_for_patients(study, made):
    shutil.copy(made / "server" / "study.sqlite3", study / "server" / "study.sqlite3")
    assert sources.source(study).drawn


def test_source__asks_for_a_database_that_is_elsewhere(study):
    (study / "server" / "study.sqlite3").unlink()
    with pytest.raises(MyotrialError, match="DATABASE_URL"):
        sources.source(study)


def test_source__says_what_is_no_database(study):
    (study / "server" / "study.sqlite3").write_bytes(b"no database at all, but long enough" * 40)
    with pytest.raises(MyotrialError, match="cannot be read as the database of a study server"):
        sources.source(study)


def test_check__reads_the_patients_of_the_server(study):
    found = check(study)
    assert found.problems == ()
    assert "server" in found.files


def test_fill__draws_patients_where_no_tables_are(study, protocol):
    from myotrial.study.demo import _tables

    tables = _tables(study, protocol)
    assert len(tables["subjects"]) == 15
    assert {row["ORIGIN"] for rows in tables.values() for row in rows} == {"reconstructed"}


def test_enter__goes_through_the_checks_and_says_what_the_patients_are(filled):
    with sources.server(filled) as held:
        patients = held.patients()
        trail = [entry for item in patients for entry in held.entries(item)]
    assert {entry.name for entry in trail} == {"Demonstration (reconstructed patients)"}
    assert sum(entry.field == "@origin" and entry.new.text == "reconstructed"
               for entry in trail) == len(patients) == 15  # fmt: skip


@pytest.fixture(scope="module")
def exports(filled, protocol, forms, tmp_path_factory):
    """An export of the filled server in every format."""
    from myotrial.capture.exchange.writing import KINDS, export, file_name

    folder = tmp_path_factory.mktemp("exports")
    with sources.server(filled) as held:
        for kind in KINDS:
            pieces = export(kind, held, protocol, {forms.version: forms})
            (folder / file_name(kind, kind)).write_bytes(b"".join(pieces))
    return folder


@pytest.mark.parametrize("kind", ["csv", "dataset-json", "odm", "odm2"])
def test_run__reads_an_export_with_no_further_step(kind, exports, from_server, tmp_path):
    (file,) = exports.glob(f"{kind}-{kind}.*")
    folder = tmp_path / "study"
    (folder / "data").mkdir(parents=True)
    shutil.copy(from_server[0] / "study.yaml", folder)
    shutil.copy(file, folder / "data")
    assert sources.source(folder).export == f"data/{file.name}"
    run(folder, stages(folder)[:-2], code="same")  # as far as the datasets
    for dataset in (from_server[0] / "out" / "datasets").iterdir():
        made = folder / "out" / "datasets" / dataset.name
        assert made.read_bytes() == dataset.read_bytes(), dataset.name


def test_bring__of_an_export_fills_tables_or_a_server(exports, from_server, made, tmp_path):
    import subprocess
    import sys

    (file,) = exports.glob("odm-odm.*")
    plain, served = tmp_path / "plain", tmp_path / "served"
    for folder in (plain, served):
        folder.mkdir()
        shutil.copy(from_server[0] / "study.yaml", folder)
    (served / "server").mkdir()
    for key in (from_server[0] / "server").glob("*.key"):
        shutil.copy(key, served / "server")
    from myotrial.study.importing import bring

    assert bring(file, plain).rows["visits"] == 54
    assert sources.source(plain).place == "data"
    told = subprocess.run(
        [sys.executable, "-m", "myotrial", "import", str(file), str(served)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "15 patients" in told.stdout
    with sources.server(served) as after, sources.server(from_server[0]) as before:
        assert [item.head.seq for item in after.patients()] == [
            item.head.seq for item in before.patients()
        ]
