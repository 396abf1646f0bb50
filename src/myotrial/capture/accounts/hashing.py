"""Hashing of passwords: Argon2id, few at a time, so that sign-ins never starve other people.

One hash takes 64 MiB and a core for a tenth of a second. A process works on one at a time; a few
wait for their turn, and whoever comes after them is told to try again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

from myotrial.capture.record.refusals import RefusedError

__all__ = ["Hasher", "turn"]

WAITING = 6  # at most, in one process
PATIENCE = 8.0  # seconds
PLACES = threading.BoundedSemaphore(WAITING + 1)
ONE = threading.Lock()


class Hasher(Argon2PasswordHasher):
    """Argon2id with 64 MiB, 3 passes, one lane (RFC 9106 gives the memory and the passes)."""

    memory_cost = 65_536
    time_cost = 3
    parallelism = 1


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn to hash.

    Raises:
        RefusedError: Too many wait already.
    """
    if not PLACES.acquire(blocking=False):
        raise RefusedError("late", "many people sign in just now: try again in a few seconds.")
    try:
        if not ONE.acquire(timeout=PATIENCE):
            raise RefusedError("late", "many people sign in just now: try again in a few seconds.")
        try:
            yield
        finally:
            ONE.release()
    finally:
        PLACES.release()
