"""The same work on a cluster of Dask, whose workers see the same files."""

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from myotrial.errors import MyotrialError

__all__ = ["connected"]

TIMEOUT = 10  # seconds until a scheduler that does not answer is given up


class Map(Protocol):
    """A task on each of some jobs, by the workers of a cluster."""

    def __call__(
        self,
        task: Callable[..., Any],
        jobs: Iterable[Any],
        *,
        done: Callable[[int], object] | None = None,
        lost: Callable[[Any], Any] | None = None,
    ) -> Iterator[Any]:
        """Results in the order of the jobs.

        Args:
            task: What is done.
            jobs: One argument each.
            done: Told after each job how many are done.
            lost: Gives the result of a job that one worker after another has died of; None: the
                whole is given up.
        """
        ...


@contextmanager
def connected(address: str) -> Iterator[Map]:
    """A `map` whose calls run on the workers of a cluster, results in order.

    Raises:
        MyotrialError: Dask is not installed, no scheduler answers, it has no worker, or workers
            were lost while they worked.
    """
    try:
        from distributed import Client, as_completed
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise MyotrialError(
            "a cluster needs Dask, which is not installed.\n"
            "Hint: pip install 'myotrial[cluster]', or leave --cluster out."
        ) from error
    try:
        client = Client(address, timeout=TIMEOUT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise MyotrialError(
            f"no Dask scheduler answers at {address!r}.\n"
            "Hint: start one (dask scheduler, dask worker ADDRESS) and give the address it prints."
        ) from error
    try:
        _await_worker(client, address)

        def each(
            task: Callable[..., Any],
            jobs: Iterable[Any],
            *,
            done: Callable[[int], object] | None = None,
            lost: Callable[[Any], Any] | None = None,
        ) -> Iterator[Any]:
            given = [*jobs]
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph")  # jobs are what is sent
                futures = client.map(task, given, pure=False)
            if done:
                for number, _ in enumerate(as_completed(futures, loop=client.loop), start=1):
                    done(number)
            if lost is None:
                found: Any = client.gather(futures)
                return iter(found)
            return iter(
                [
                    lost(job) if isinstance(future.exception(), KilledWorker) else future.result()
                    for job, future in zip(given, futures, strict=True)
                ]
            )

        yield each
    except (KilledWorker, CommClosedError, FutureCancelledError, TimeoutError) as error:
        raise MyotrialError(
            f"the cluster at {address!r} was lost while it worked; nothing was written.\n"
            "Hint: see the workers' logs (memory, most often), then ask again."
        ) from error
    finally:
        client.close(timeout=TIMEOUT)


def _await_worker(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError as error:
        raise MyotrialError(
            f"the cluster at {address!r} has no worker.\nHint: start one: dask worker {address}"
        ) from error
