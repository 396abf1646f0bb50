"""Where the system refuses to write: a message with the way out, and nothing half-written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from myotrial import study

SOURCES = Path(study.__file__).parents[2]
# Root may write anywhere unless this capability is taken away.
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from myotrial.cli.main import main
main()
"""


@pytest.fixture
def folder(captured):
    """A study with an earlier output."""
    (captured / "out").mkdir()
    (captured / "out" / "report.html").write_text("earlier")
    yield captured
    for path in (captured, captured / "out", captured / "data"):
        path.chmod(0o755)


def call(folder, *limit, command="run", code="from myotrial.cli.main import main; main()"):
    """A command by a user who may not do everything."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1"}
    line = [sys.executable, "-c", code, *map(str, limit), command, str(folder)]
    line = [*UNPRIVILEGED, *line] if os.geteuid() == 0 else line
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)


def tree(folder):
    return {
        item.relative_to(folder).as_posix(): item.read_bytes() if item.is_file() else None
        for item in folder.rglob("*")
    }


@pytest.mark.parametrize("protected", [".", "out"])
def test_run__says_that_a_folder_is_read_only(folder, protected):
    (folder / protected).chmod(0o555)
    before = tree(folder)
    done = call(folder)
    assert done.returncode == 4, done.stderr
    assert "permission denied" in done.stderr
    assert "Hint: make the folder writable" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(folder) == before


@pytest.mark.parametrize("limit", [5_000, 100_000], ids=["at the first file", "on the way"])
def test_run__says_when_a_file_cannot_grow_and_keeps_the_output(folder, limit):
    before = tree(folder)
    done = call(folder, limit, code=LIMITED)
    assert done.returncode == 4, done.stderr
    assert f"Cannot write {folder / 'out'}: file too large." in done.stderr
    assert "What it held before is untouched." in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("closed", "command", "code", "says"),
    [
        ("data/visits.csv", "run", 3, "visits.csv: (file): expected a readable file"),
        ("data", "run", 3, "data: (folder): expected a readable folder"),
        ("data", "check", 3, "data: (folder): expected a readable folder"),
        ("study.yaml", "check", 3, "study.yaml: (file): expected a readable YAML file"),
        (".", "run", 3, "There is no study in"),
        (".", "init", 4, "Cannot write"),
        (".", "demo", 4, "Cannot write"),
    ],
)
def test_commands__say_what_cannot_be_read(folder, closed, command, code, says):
    (folder / closed).chmod(0o000)
    done = call(folder, command=command)
    (folder / closed).chmod(0o755)
    assert done.returncode == code, done.stderr
    told = done.stderr + done.stdout
    assert says in told
    assert "permission denied" in told
    assert "Traceback" not in told
    assert "defect" not in told
