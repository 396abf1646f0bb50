"""One server a study: nothing is put in its database's place while it is served.

The lock belongs to the system and ends with the process that holds it, however it ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from myotrial.capture.places import Places
from myotrial.errors import MyotrialError

__all__ = ["serving"]


@contextmanager
def serving(places: Places) -> Iterator[None]:
    """Hold a study's server lock: the server while it runs, a restore while it works.

    Raises:
        MyotrialError: Another process holds it.
    """
    places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(places.folder / "serving.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MyotrialError(
                f"{places.study} is being served.\nHint: end its server, then do this again."
            ) from None
        yield
    finally:
        os.close(handle)
