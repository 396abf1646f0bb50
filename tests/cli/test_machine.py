"""Commands on the installation: what works here, and completion."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from myotrial.cli.commands import SECTIONS, cli
from myotrial.study.doctor import PARTS

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]


def names(requirements):
    return {re.split(r"[\[<>=;]", one)[0] for one in requirements}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name or "base")
def test_parts__are_what_the_package_declares(part):
    declared = PROJECT["optional-dependencies"][part.name] if part.name else PROJECT["dependencies"]
    assert set(part.modules) == names(declared)


def test_parts__are_all_of_them():
    assert {part.name for part in PARTS} == {"", *PROJECT["optional-dependencies"]}


def test_doctor__finds_what_is_installed(run):
    done = run("doctor", "--json")
    answer = json.loads(done.output)
    assert done.exit_code == 0
    states = {part["name"]: part["state"] for part in answer["parts"]}
    assert states["base"] == states["biopsy"] == states["cluster"] == states["server"] == "ready"
    assert metadata.version("numpy") in answer["parts"][0]["says"]


def test_doctor__says_how_to_get_a_part_that_is_missing(run, monkeypatch):
    known = metadata.version

    def version(name):
        if name == "tifffile":
            raise metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(metadata, "version", version)
    done = run("doctor")
    assert done.exit_code == 0
    assert "tifffile not installed: pip install 'myotrial[biopsy]'" in done.output


def test_doctor__ends_with_a_finding_where_a_part_does_not_load(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "tifffile", None)  # as if its files were damaged
    done = run("doctor")
    assert done.exit_code == 1
    assert re.search(r"broken +biopsy", done.output)
    assert "tifffile: ModuleNotFoundError" in done.output


def test_doctor__tells_a_rules_engine_that_cannot_be_run(run, monkeypatch, tmp_path):
    monkeypatch.setenv("MYOTRIAL_CORE", str(tmp_path / "core"))
    assert f"MYOTRIAL_CORE names {tmp_path / 'core'}" in run("doctor").output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion__is_what_the_shell_reads(run, shell):
    done = run("completion", shell)
    assert done.exit_code == 0
    assert "_MYOTRIAL_COMPLETE" in done.output


def test_completion__completes_commands_in_bash(run, tmp_path):
    script = tmp_path / "completion.bash"
    script.write_text(run("completion", "bash").output)
    words = "COMP_WORDS=(myotrial inst); COMP_CWORD=1; _myotrial_completion myotrial"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f'source {script}; {words}; echo "${{COMPREPLY[@]}}"'],
        capture_output=True, text=True, check=True, timeout=60, env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert done.stdout.split() == ["instruments"]


def test_completion__offers_options_of_a_command():
    asked = ShellComplete(cli, {}, "myotrial", "_MYOTRIAL_COMPLETE")
    offered = {item.value for item in asked.get_completions(["export", "study"], "--")}
    assert {"--to", "--format", "--json"} <= offered


def test_help__lists_every_command_once(run):
    told = [one for section in SECTIONS.values() for one in section]
    assert {one.name for one in told} == set(cli.commands)
    assert len(told) == len(cli.commands)
    text = run("--help").output
    assert all(re.search(rf"^  {name} ", text, re.MULTILINE) for name in cli.commands)
