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
    for path in (captured, captured / "out"):
        path.chmod(0o755)


def call(folder, *limit, code="from myotrial.cli.main import main; main()"):
    """`myotrial run` by a user who may not do everything."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code, *map(str, limit), "run", str(folder)]
    command = [*UNPRIVILEGED, *command] if os.geteuid() == 0 else command
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


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
