"""One run at a time in a study's folder.

The lock belongs to the system and ends with the process that holds it, however it ends; the file
only tells who holds it. A file left behind by a killed run is therefore no obstacle.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from myotrial.errors import MyotrialError
from myotrial.study.output import cannot_write

__all__ = ["FILE", "alone"]

FILE = ".myotrial.lock"
BEYOND = 1 << 20  # Windows locks bytes, and locked bytes cannot be read: lock one past the text


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock.

    Raises:
        MyotrialError: Another run holds it; the message names its process.
        OutputError: The folder cannot be written to.
    """
    path = folder / FILE
    handle = _open(path)
    try:
        _sign(handle, folder)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _sign(handle: int, folder: Path) -> None:
    try:
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise cannot_write(folder, error) from error


def _open(path: Path) -> int:
    """Open and lock the file that now bears the name; a file unlinked meanwhile does not count."""
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise cannot_write(path.parent, error) from error
        try:
            _lock(handle)
        except BlockingIOError as error:
            holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise MyotrialError(
                f"Another run is at work in {path.parent} (process {holder}).\n"
                "Hint: wait until it ends, or end it, then run again."
            ) from error
        if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
            return handle
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        os.lseek(handle, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
