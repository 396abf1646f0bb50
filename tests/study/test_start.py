"""A study's folder from the template, and the seed study in a checkout and in a wheel."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from myotrial import protocol
from myotrial.errors import OutputError
from myotrial.study import start

CHECKOUT = Path(__file__).parents[2]


def tree(folder):
    files = (item for item in folder.rglob("*") if item.is_file())
    return {item.relative_to(folder).as_posix(): item.read_bytes() for item in files}


def test_init__copies_the_template(tmp_path):
    made = start.init(tmp_path / "mine")
    copied = tree(tmp_path / "mine")
    assert made.as_record()["files"] == sorted(copied)
    assert json.loads(copied.pop(start.SCHEMA)) == protocol.json_schema()
    assert copied == tree(start.TEMPLATE)


def test_init__names_the_schema_in_the_first_line_of_the_protocol(tmp_path):
    start.init(tmp_path / "mine")
    first = (tmp_path / "mine" / "study.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={start.SCHEMA}"


def test_init__gives_a_protocol_whose_columns_are_those_of_the_tables(tmp_path):
    start.init(tmp_path / "mine")
    plan = protocol.read(tmp_path / "mine" / "study.yaml")
    header = {
        file.stem: file.read_text().strip().split(",")
        for file in (tmp_path / "mine" / "data").iterdir()
    }
    assert set(plan.subject) <= set(header["subjects"])
    assert [item.id for item in plan.assessments] == header["visits"][3:]


def test_init__fills_an_empty_folder(tmp_path):
    start.init(tmp_path)
    assert (tmp_path / "study.yaml").is_file()


def test_init__leaves_nothing_behind_when_it_is_stopped(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(start.shutil, "copyfile", stop)
    with pytest.raises(KeyboardInterrupt):
        start.init(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


def test_demo__copies_the_seed_without_what_was_derived(tmp_path, monkeypatch):
    seed = tmp_path / "seed"
    for name in ("study.yaml", "out/report.html", "biopsies/out.csv", ".hidden/x", "data/.x"):
        (seed / name).parent.mkdir(parents=True, exist_ok=True)
        (seed / name).write_text(name)
    monkeypatch.setattr(start, "seed", lambda: seed)
    start.demo(tmp_path / "demo")
    assert sorted(tree(tmp_path / "demo")) == ["biopsies/out.csv", "study.yaml"]


def test_demo__keeps_a_study_that_is_there(tmp_path):
    (tmp_path / "study.yaml").write_text("mine")
    assert start.demo(tmp_path).folder == tmp_path
    assert tree(tmp_path) == {"study.yaml": b"mine"}


def test_demo__refuses_a_folder_that_holds_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        start.demo(tmp_path)
    assert tree(tmp_path) == {"notes.txt": b"mine"}


def test_seed__is_found_in_a_checkout():
    assert start.seed() == CHECKOUT / "studies" / start.SEED


def test_seed__is_found_in_an_installed_package(tmp_path, monkeypatch):
    (tmp_path / "_studies" / start.SEED).mkdir(parents=True)
    monkeypatch.setattr(start, "PACKAGE", tmp_path)
    assert start.seed() == tmp_path / "_studies" / start.SEED


def test_seed__is_in_the_wheel_with_the_template_and_nothing_derived(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    seed = f"myotrial/_studies/{start.SEED}"
    written = {name for name in tree(start.seed()) if not name.startswith(("out/", "."))}
    assert "study.yaml" in written
    assert {f"{seed}/{name}" for name in written} <= names
    assert {f"myotrial/study/template/{name}" for name in tree(start.TEMPLATE)} <= names
    assert not any(name.startswith(f"{seed}/out") for name in names)
