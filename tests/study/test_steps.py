"""Steps are reused when nothing they read has changed, and their output appears whole."""

import errno
import json
import os

import pytest

from myotrial.errors import MyotrialError, OutputError
from myotrial.study import steps
from myotrial.study.lock import alone


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "study.yaml").write_text("a study")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "visits.csv").write_text("a,b\n")
    return tmp_path


class Chain:
    """Three steps: tables from data/, numbers from tables, a page from numbers and study.yaml."""

    def __init__(self, folder):
        self.folder, self.worked = folder, []

    def steps(self):
        return [
            steps.Step("tables", "…", ("data/",), ("tables/",), self.tables),
            steps.Step("numbers", "…", ("out/tables/",), ("numbers.json",), self.numbers),
            steps.Step("page", "…", ("study.yaml", "out/numbers.json"), ("page.html",), self.page),
        ]

    def tables(self, out):
        self.worked.append("tables")
        (out / "tables").mkdir()
        for file in (self.folder / "data").iterdir():
            (out / "tables" / file.name).write_text(file.read_text().strip())

    def numbers(self, out):
        self.worked.append("numbers")
        text = "".join(file.read_text() for file in sorted((out / "tables").iterdir()))
        (out / "numbers.json").write_text(str(len(text)))

    def page(self, out):
        self.worked.append("page")
        title = (self.folder / "study.yaml").read_text()
        (out / "page.html").write_text(title + (out / "numbers.json").read_text())

    def run(self, code="1"):
        self.worked.clear()
        done = steps.run(self.folder, self.steps(), code=code)
        assert [step.name for step in done if not step.reused] == self.worked
        return list(self.worked)


def tree(folder):
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_run__does_every_step_the_first_time_and_none_the_second(folder):
    chain = Chain(folder)
    assert chain.run() == ["tables", "numbers", "page"]
    before = tree(folder)
    assert chain.run() == []
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("file", "text", "again"),
    [
        pytest.param("study.yaml", "renamed", ["page"], id="what the last step reads"),
        pytest.param("data/visits.csv", "a,b,c", ["tables", "numbers", "page"], id="content"),
        pytest.param("data/visits.csv", "c,d\n", ["tables", "numbers"], id="same numbers after"),
        pytest.param("data/visits.csv", "a,b\n\n", ["tables"], id="same tables after"),
        pytest.param("data/new.csv", "x", ["tables", "numbers", "page"], id="a new file"),
        pytest.param("data/.lock", "x", [], id="a hidden file"),
        pytest.param("out/page.html", "edited", ["page"], id="an edited output"),
        pytest.param("out/numbers.json", "7", ["numbers"], id="an edited output in between"),
        pytest.param("out/manifest.json", "{", ["tables", "numbers", "page"], id="bad manifest"),
    ],
)
def test_run__repeats_only_what_a_change_reaches(folder, file, text, again):
    chain = Chain(folder)
    chain.run()
    (folder / file).write_text(text)
    assert chain.run() == again
    assert chain.run() == []


def test_run__repeats_all_when_the_code_changed_or_the_output_was_deleted(folder):
    chain = Chain(folder)
    chain.run(code="1")
    before = tree(folder / "out")
    assert chain.run(code="2") == ["tables", "numbers", "page"]
    (folder / "out" / "page.html").unlink()
    assert chain.run(code="2") == ["page"]
    assert {**tree(folder / "out"), "manifest.json": b""} == {**before, "manifest.json": b""}


def test_run__drops_files_no_step_makes(folder):
    chain = Chain(folder)
    chain.run()
    (folder / "out" / "stray.txt").write_text("by hand")
    (folder / "study.yaml").write_text("changed")
    chain.run()
    assert sorted(tree(folder / "out")) == [
        "manifest.json", "numbers.json", "page.html", "tables/visits.csv"
    ]  # fmt: skip


@pytest.mark.parametrize("stopped", ["tables", "numbers", "page"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_run__leaves_the_previous_output_whole_when_a_step_stops(
    folder, monkeypatch, stopped, error
):
    chain = Chain(folder)
    chain.run()
    (folder / "data" / "visits.csv").write_text("changed")
    before = tree(folder)

    def stop(out):
        (out / "half.txt").write_text("half")
        raise error

    monkeypatch.setattr(chain, stopped, stop)
    with pytest.raises(error):
        chain.run()
    assert tree(folder) == before
    assert sorted(item.name for item in folder.iterdir()) == ["data", "out", "study.yaml"]


def test_run__tells_of_a_full_disk_and_keeps_what_was_there(folder, monkeypatch):
    chain = Chain(folder)
    chain.run()
    before = tree(folder / "out")
    (folder / "data" / "visits.csv").write_text("changed")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(type(folder), "write_text", full)
    with pytest.raises(OutputError, match="no space left"):
        chain.run()
    assert tree(folder / "out") == before
    assert sorted(item.name for item in folder.iterdir()) == ["data", "out", "study.yaml"]


def test_run__is_refused_while_another_run_is_at_work(folder):
    with alone(folder), pytest.raises(MyotrialError, match="Another run"):
        Chain(folder).run()


def test_run__tells_what_happens(folder):
    chain, told = Chain(folder), []
    chain.run()
    (folder / "study.yaml").write_text("changed")
    steps.run(
        folder, chain.steps(), code="1", watch=lambda step, state: told.append((step.name, state))
    )
    assert told == [
        ("tables", "reused"), ("numbers", "reused"), ("page", "started"), ("page", "computed")
    ]  # fmt: skip


def test_run__writes_the_same_manifest_for_the_same_inputs(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere") / "copy"
    (other / "data").mkdir(parents=True)
    for name, content in tree(folder).items():
        (other / name).write_bytes(content)
    Chain(folder).run()
    Chain(other).run()
    assert tree(folder / "out") == tree(other / "out")
    assert set(json.loads((other / "out" / "manifest.json").read_text())) == {"schema", "steps"}


def test_code_digest__changes_with_the_code_and_with_what_it_stands_on(tmp_path):
    (tmp_path / "a.py").write_text("x = 1")
    first = steps.code_digest(tmp_path, {"numpy": "2.1"})
    assert steps.code_digest(tmp_path, {"numpy": "2.1"}) == first
    assert steps.code_digest(tmp_path, {"numpy": "2.2"}) != first
    (tmp_path / "a.py").write_text("x = 2")
    assert steps.code_digest(tmp_path, {"numpy": "2.1"}) != first
