"""The command as a person calls it: messages, exit codes, pipes, signals; never a traceback."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import myotrial

SOURCES = Path(myotrial.__file__).parents[1]
HEAVY = {
    "highspy", "jinja2", "matplotlib", "narwhals", "numba", "numpy", "polars", "pydantic", "rich",
    "ruamel", "scipy", "typst",
}  # fmt: skip
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOURCES)}


def call(*arguments, code="from myotrial.cli.main import main; main()", **options):
    """Run the command in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    options = {"capture_output": True, "text": True, "env": ENVIRONMENT, **options}
    return subprocess.run(command, check=False, timeout=120, **options)


def with_fault(fault, name="init"):
    """Code that runs the command with a call on a study replaced by a fault."""
    return f"""
import myotrial.study
def {name}(argument):
    {fault}
myotrial.study.{name} = {name}
from myotrial.cli.main import main
main()
"""


def test_main__answers_help_without_loading_anything_heavy():
    code = (
        "import sys, atexit; from myotrial.cli.main import main; "
        "atexit.register(lambda: print(sorted({m.split('.')[0] for m in sys.modules}))); main()"
    )
    done = call("--help", code=code)
    assert done.returncode == 0
    loaded = set(json.loads(done.stdout.splitlines()[-1].replace("'", '"')))
    assert "click" in loaded
    assert not loaded & HEAVY
    assert all(f"  {name} " in done.stdout for name in ("init", "check", "run", "claims", "demo"))


def test_main__prints_the_version():
    assert call("--version").stdout.split()[-1] == myotrial.__version__


@pytest.mark.parametrize(
    "arguments",
    [["nothing"], ["init"], ["run", "--wrong"], ["claims"]],
    ids=["no such command", "argument missing", "no such option", "file missing"],
)
def test_main__ends_with_2_when_the_command_line_is_wrong(arguments):
    done = call(*arguments)
    assert done.returncode == 2
    assert "Usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_main__calls_an_unforeseen_error_a_defect_and_says_how_to_report_it():
    done = call("init", "my study", code=with_fault("raise KeyError('x')"))
    assert done.returncode == 70
    (line,) = done.stderr.splitlines()
    assert line.startswith("This is a defect in myotrial, not in your study: KeyError at init:")
    assert line.endswith("myotrial --debug init 'my study'")


def test_main__shows_the_traceback_of_a_defect_on_request():
    done = call("--debug", "init", "x", code=with_fault("raise KeyError('x')"))
    assert "Traceback" in done.stderr
    assert "KeyError: 'x'" in done.stderr


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("raise KeyboardInterrupt", 130, "Interrupted"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143, ""),
        ("raise BrokenPipeError", 141, ""),
    ],
    ids=["interrupted", "terminated", "reader gone"],
)
def test_main__ends_quietly_when_it_is_stopped(fault, code, says):
    done = call("init", "x", code=with_fault(fault))
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_main__says_when_its_answer_cannot_be_written():
    with Path("/dev/full").open("w") as full:
        done = call("--help", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 4
    assert done.stderr == "Error: Cannot write the answer: No space left on device.\n"


def test_main__ends_when_the_reader_of_a_pipe_has_gone(tmp_path):
    read, write = os.pipe()
    os.close(read)
    done = call("init", tmp_path / "x", capture_output=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert done.returncode == 141
    assert done.stderr == ""


def test_main__is_interrupted_by_a_signal(tmp_path):
    fault = "import time; print('started', flush=True); time.sleep(60)"
    code = with_fault(fault)
    command = [sys.executable, "-c", code, "init", str(tmp_path / "x")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout.readline() == b"started\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert b"Traceback" not in process.stderr.read()


def test_main__shows_what_is_being_done_on_a_terminal_and_clears_it(tmp_path):
    code = with_fault("import time; time.sleep(0.5); raise KeyboardInterrupt", "examine")
    terminal, end = os.openpty()
    done = call("claims", "x", code=code, capture_output=False, stdout=subprocess.PIPE, stderr=end)
    os.close(end)
    shown = b""
    with contextlib.suppress(OSError):  # a closed terminal ends so
        while part := os.read(terminal, 4096):
            shown += part
    os.close(terminal)
    assert b"Examining the published claims" in shown
    assert b"\x1b[2K" in shown  # the line is cleared
    assert done.stdout == ""


def test_main__shows_nothing_of_what_is_being_done_elsewhere():
    code = with_fault("import time; time.sleep(0.2); raise KeyboardInterrupt", "examine")
    done = call("claims", "x", code=code)
    assert done.stderr.strip() == "Interrupted; what was there before is untouched."
