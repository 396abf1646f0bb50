"""Each command as one call: what it prints, and its exit code."""

import json
import stat
from itertools import pairwise

import pytest

from myotrial.cli.commands import cli


def tree(folder):
    return sorted(item.relative_to(folder).as_posix() for item in folder.rglob("*"))


def test_init__starts_a_study_and_tells_the_next_step(run, tmp_path):
    done = run("init", tmp_path / "deep" / "mine")
    assert done.exit_code == 0
    assert f"myotrial check {tmp_path / 'deep' / 'mine'}" in done.output
    assert {"study.yaml", "README.md", "data/subjects.csv", "data/visits.csv"} <= set(
        tree(tmp_path / "deep" / "mine")
    )
    assert sorted(item.name for item in (tmp_path / "deep").iterdir()) == ["mine"]


def test_init__tells_a_program_what_it_made(run, tmp_path):
    done = run("init", tmp_path / "mine", "--json")
    answer = json.loads(done.output)
    assert answer["folder"] == str(tmp_path / "mine")
    assert answer["files"] == [
        name for name in tree(tmp_path / "mine") if (tmp_path / "mine" / name).is_file()
    ]


def test_init__makes_files_and_folders_others_can_read(run, tmp_path):
    run("init", tmp_path / "mine")
    modes = {stat.S_IMODE(item.stat().st_mode) for item in (tmp_path / "mine").rglob("*")}
    assert all(mode & stat.S_IRUSR and mode & stat.S_IWUSR for mode in modes)
    assert all(not item.name.startswith(".") for item in (tmp_path / "mine").rglob("*"))


@pytest.mark.parametrize("command", ["init", "demo"])
def test_commands__refuse_to_overwrite(run, tmp_path, command):
    (tmp_path / "notes.txt").write_text("mine")
    done = run(command, tmp_path)
    assert done.exit_code == 4
    assert "not empty" in done.output
    assert "Hint:" in done.output
    assert tree(tmp_path) == ["notes.txt"]


@pytest.mark.parametrize("command", ["init", "demo"])
def test_commands__refuse_a_path_that_is_a_file(run, tmp_path, command):
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        done = run(command, place)
        assert done.exit_code == 4
        assert "Hint:" in done.output
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("command", ["check", "run"])
def test_commands__say_when_there_is_no_study(run, tmp_path, command):
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "missing", tmp_path / "file"):
        done = run(command, place)
        assert done.exit_code == 3
        assert f"There is no study in {place}" in done.output
        assert "myotrial init" in done.output
    assert tree(tmp_path) == ["file"]


@pytest.mark.parametrize("name", cli.commands)
def test_commands__carry_a_line_to_copy(name):
    words = cli.commands[name].help.split()
    assert ("myotrial", name) in pairwise(words)
    assert "…" not in cli.commands[name].get_short_help_str(60)
    assert "..." not in cli.commands[name].get_short_help_str(60)
