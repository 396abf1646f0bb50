"""One run at a time, and no lock outlives its process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from myotrial.errors import MyotrialError, OutputError
from myotrial.study import lock

SOURCES = Path(lock.__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from myotrial.study.lock import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock of `tmp_path`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )
    with process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_alone__refuses_a_second_run_and_names_the_first(tmp_path, holder):
    with pytest.raises(MyotrialError, match=rf"process {holder.pid}\b"), lock.alone(tmp_path):
        pytest.fail("two runs at once")


def test_alone__is_not_stopped_by_the_file_of_a_killed_run(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / lock.FILE).exists()
    with lock.alone(tmp_path):
        assert (tmp_path / lock.FILE).read_text() == f"{os.getpid()}\n"
    assert not (tmp_path / lock.FILE).exists()


def test_alone__is_given_back_on_an_error(tmp_path):
    with pytest.raises(KeyboardInterrupt), lock.alone(tmp_path):
        raise KeyboardInterrupt
    with lock.alone(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_alone__says_when_the_folder_cannot_be_written(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lock.os, "open", refuse)
    with pytest.raises(OutputError, match="permission denied"), lock.alone(tmp_path):
        pytest.fail("not writable")
