"""Replace a folder or a file so that it is always whole: the old or the new, never a mixture.

The new folder is filled beside its place under a hidden name, flushed to the disk, and put in
place by one exchange of names. A system that cannot exchange names gets two renames instead, and
the next run puts back what an interruption between the two left aside.
"""

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from myotrial.errors import OutputError

__all__ = ["cannot_write", "recover", "replacing", "write_whole"]

EXCHANGE = 2  # RENAME_EXCHANGE on Linux and RENAME_SWAP on macOS
AT_FDCWD = -100
NO_FOLDER = "name a folder that is there, or make it first"
HINTS = {  # refusals of the disk itself
    errno.ENOSPC: "free some space on the disk, then run again",
    errno.EDQUOT: "free some of your quota, then run again",
    errno.EFBIG: "raise the limit on file sizes, then run again",
    errno.EROFS: "copy the study to a place that can be written to, and run it there",
    errno.EACCES: "make the folder writable, or copy the study to a place you may write to",
    errno.EPERM: "make the folder writable, or copy the study to a place you may write to",
    errno.EBUSY: "the folder is in use or a mount point; run in a copy of the study",
    errno.EIO: "the disk reports a fault; copy the study to another disk",
}


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when it is left without an error it becomes `target`.

    Args:
        target: The folder to replace or to make; its parent exists.

    Yields:
        The folder to fill, beside the target.

    Raises:
        OutputError: Something could not be written; the target is as it was.
    """
    target = target.resolve()
    _require_replaceable(target)
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        _make(fresh, target)
        with _told(target):
            yield fresh
            _flush(fresh)
            _swap(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, and move it there once it has reached the disk.

    Args:
        path: The file; folders that lead to it are made.
        content: What it holds.

    Raises:
        OutputError: It could not be written; what was there is as it was.
    """
    beside = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        _sync(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def _require_replaceable(target: Path) -> None:
    """A folder that is write-protected is meant to stay, though its name could be taken over."""
    if target.exists() and not target.is_dir():
        raise OutputError(
            f"{target} is a file where a folder belongs.\nHint: move the file away, then run again."
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise cannot_write(target, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def recover(target: Path) -> None:
    """Clear away what an interrupted run left beside `target`; put back the folder it set aside.

    Call it only while no other run writes to the same place.

    Raises:
        OutputError: The folder that was set aside cannot be put back.
    """
    target = target.resolve()
    aside = _aside(target)
    with _told(target):
        if aside.exists() and not target.exists():
            aside.rename(target)
    for left in (aside, *target.parent.glob(f".{target.name}.new-*")):
        shutil.rmtree(left, ignore_errors=True)


def cannot_write(target: Path, error: OSError) -> OutputError:
    """Tell a person why `target` could not be written, and the way out."""
    reason = (error.strerror or str(error)).lower()
    known = HINTS | {errno.ENOENT: NO_FOLDER}
    hint = known.get(error.errno or 0, "check the path, then run again")
    text = f"Cannot write {target}: {reason}."
    kept = " What it held before is untouched." if target.exists() else ""
    return OutputError(f"{text}{kept}\nHint: {hint}.")


def _make(folder: Path, target: Path) -> None:
    try:
        folder.mkdir()
    except OSError as error:  # whatever the reason: nothing can be written here
        raise cannot_write(target, error) from error


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Turn the disk's refusals into an OutputError about the target; other errors pass."""
    try:
        yield
    except (OSError, OutputError) as error:
        cause = error.__cause__ if isinstance(error, OutputError) else error
        if not isinstance(cause, OSError) or cause.errno not in HINTS:
            raise
        raise cannot_write(target, cause) from error


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _flush(folder: Path) -> None:
    """Make everything in a folder reach the disk before its name does."""
    for place in sorted(folder.rglob("*")):
        _sync(place)
    _sync(folder)


def _sync(place: Path) -> None:
    if place.is_dir() and sys.platform == "win32":
        return  # folders cannot be opened there
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swap(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`; the old folder, if any, is gone afterwards."""
    if not target.exists():
        fresh.rename(target)
    elif not _exchange(fresh, target):
        aside = _aside(target)
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        try:
            fresh.rename(target)
        except BaseException:
            aside.rename(target)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    _sync(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system or the disk cannot."""
    import ctypes  # only here

    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        return library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE) == 0
    if hasattr(library, "renamex_np"):
        return library.renamex_np(*names, EXCHANGE) == 0
    return False
