"""Whatever ends a run, and whenever: the output stays whole, and the next run succeeds."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from myotrial.study import steps

SOURCES = Path(steps.__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from myotrial.study import output, steps

folder, version = Path(sys.argv[1]), sys.argv[2]

def work(name):
    def write(out):
        (out / f"{name}.txt").write_text(f"{name} {version}")
        print(name, flush=True)
        sys.stdin.readline()
    return write

names = ["first", "second", "third"]
chain = [steps.Step(name, name, (), (f"{name}.txt",), work(name)) for name in names]
"""
PLAIN = RUN + "steps.run(folder, chain, code=version)\n"
BETWEEN_RENAMES = (
    RUN
    + """
output._exchange = lambda one, other: False
rename = Path.rename
def stop(self, target):
    rename(self, target)
    print("set aside", flush=True)
    sys.stdin.readline()
Path.rename = stop
steps.run(folder, chain, code=version)
"""
)


def start(folder, version, code=PLAIN):
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    command = [sys.executable, "-c", code, str(folder), version]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, text=True, **pipes)


def finish(process):
    """Let a run come to its end."""
    process.communicate("\n" * 5, timeout=60)
    assert process.returncode == 0


def content(folder):
    return {file.name: file.read_text() for file in (folder / "out").glob("*.txt")}


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def whole(version):
    return {f"{name}.txt": f"{name} {version}" for name in ("first", "second", "third")}


def stop_at(process, step, number):
    """Let a run go on until a step has written, and end it there."""
    while (line := process.stdout.readline().strip()) != step:
        assert line
        process.stdin.write("\n")
        process.stdin.flush()
    process.send_signal(number)
    process.communicate(timeout=60)


@pytest.mark.parametrize("step", ["first", "second", "third"])
@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name
)
def test_run__keeps_the_output_when_it_is_ended(tmp_path, step, number):
    finish(start(tmp_path, "1"))
    process = start(tmp_path, "2")
    stop_at(process, step, number)
    assert process.returncode != 0
    assert content(tmp_path) == whole("1")
    if number == signal.SIGINT:
        assert names(tmp_path) == ["out"]
    finish(start(tmp_path, "3"))
    assert content(tmp_path) == whole("3")
    assert names(tmp_path) == ["out"]


def test_run__puts_the_output_back_when_it_was_killed_between_two_renames(tmp_path):
    finish(start(tmp_path, "1"))
    process = start(tmp_path, "2", BETWEEN_RENAMES)
    stop_at(process, "set aside", signal.SIGKILL)
    assert not (tmp_path / "out").exists()
    process = start(tmp_path, "3")
    stop_at(process, "first", signal.SIGINT)
    assert content(tmp_path) == whole("1")
    assert names(tmp_path) == ["out"]


def test_run__refuses_while_another_process_runs(tmp_path):
    first = start(tmp_path, "1")
    assert first.stdout.readline() == "first\n"
    second = start(tmp_path, "2")
    told = second.communicate(timeout=60)[1]
    assert second.returncode != 0
    assert f"Another run is at work in {tmp_path} (process {first.pid})" in told
    finish(first)
    assert content(tmp_path) == whole("1")
