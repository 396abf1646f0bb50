"""A large simulation in parts: one file for each, which merge by addition in any order.

A part that is finished stays, whatever happens to the others: the next call works out only what is
missing. Several machines may work on one folder, or a Dask cluster may be named; the tallies are
the same to the last number.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import reduce
from operator import add
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np

from myotrial.design.simulation.scenario import Scenario
from myotrial.design.simulation.tallies import SUMS, Tallies
from myotrial.design.simulation.trials import Device, check_numbers, simulate
from myotrial.errors import MyotrialError, OutputError

__all__ = ["load", "merge", "place", "save", "shard", "simulate_in"]

FORM = 1  # of the files
Progress = Callable[[int, int], None]


def shard(
    scenario: Scenario, trials: int, seed: int, index: int, of: int, device: Device = "cpu"
) -> Tallies:
    """Simulate one of the parts that trials are divided into.

    Args:
        scenario: What is assumed.
        trials: How many in all parts together.
        seed: Of the random numbers.
        index: Which part, from 1 to `of`.
        of: How many parts, at most one for each trial.
        device: As of `simulate`.
    """
    check_numbers(trials, seed)
    if not 1 <= index <= of <= trials:
        raise MyotrialError(
            f"shard {index}/{of}: expected a part from 1 to the number of parts, of which there "
            f"can be at most as many as trials ({trials})"
        )
    first, end = ((place * trials) // of for place in (index - 1, index))
    return simulate(scenario, end - first, seed, first, device=device)


def simulate_in(
    folder: Path,
    scenario: Scenario,
    trials: int,
    seed: int,
    of: int,
    cluster: str | None = None,
    threads: int = 1,
    progress: Progress | None = None,
    device: Device = "cpu",
) -> Tallies:
    """Simulate in parts that are kept in a folder, and merge them; finished parts are not redone.

    Args:
        folder: Made where it is not there.
        scenario: What is assumed.
        trials: How many in all.
        seed: Of the random numbers.
        of: How many parts.
        cluster: Address of a Dask scheduler; by default this machine works.
        threads: How many parts at once on this machine.
        progress: Called with how many parts are done, and of how many.
        device: As of `simulate`; on a cluster, of each of its machines.

    Raises:
        MyotrialError: A part could not be worked out; those that are finished are kept.
        OutputError: The folder cannot be written.
    """
    shard_numbers = range(1, of + 1)
    paths = {index: place(folder, scenario, trials, seed, index, of) for index in shard_numbers}
    missing = [index for index in shard_numbers if not paths[index].exists()]
    done = of - len(missing)
    tasks: list[Task] = [(scenario, trials, seed, index, of, device) for index in missing]
    with _workers(cluster, threads) as work:
        try:
            for (*_, index, _, _), part in work(tasks):
                save(part, paths[index])
                done += 1
                if progress:
                    progress(done, of)
        except (
            OSError,
            RuntimeError,
        ) as error:  # Dask's errors of a lost cluster are of both kinds
            raise MyotrialError(
                f"The simulation stopped: {error}\n{done} of {of} parts are finished and kept in "
                f"{folder}.\nHint: run it again to go on from there."
            ) from error
    return merge(map(load, paths.values()))


def merge(parts: Iterable[Tallies]) -> Tallies:
    """Add parts up; the same trial in two parts is an error."""
    return reduce(add, parts)


def save(tallies: Tallies, path: Path) -> None:
    """Write tallies to a file, whole or not at all."""
    told = {
        "form": FORM,
        "key": tallies.key,
        "seed": tallies.seed,
        "ranges": [list(pair) for pair in tallies.ranges],
    }
    sums: dict[str, Any] = {name: getattr(tallies, name) for name in SUMS}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as file:
            np.savez_compressed(file, told=np.array(json.dumps(told)), **sums)
        Path(file.name).replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error


def load(path: Path) -> Tallies:
    """Read tallies that `save` wrote."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            told = json.loads(str(file["told"]))
            sums = [file[name] for name in SUMS]
        ranges = tuple((int(first), int(number)) for first, number in told["ranges"])
        return Tallies(told["key"], told["seed"], ranges, *sums)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise MyotrialError(
            f"{path}: expected tallies of a simulation, found something else.\n"
            "Hint: delete the file; its part is then simulated again."
        ) from error


def place(folder: Path, scenario: Scenario, trials: int, seed: int, index: int, of: int) -> Path:
    """The file of one part."""
    return folder / f"{scenario.key}-{seed}-{trials}-{index}-of-{of}.npz"


Task = tuple[Scenario, int, int, int, int, Device]
Work = Callable[[list[Task]], Iterator[tuple[Task, Tallies]]]


@contextmanager
def _workers(cluster: str | None, threads: int) -> Iterator[Work]:
    """What works out tasks and hands each back as it is finished; stops when it is left."""
    if cluster is None:
        pool = ThreadPoolExecutor(threads)
        try:
            yield lambda tasks: _finished(pool, tasks)
        finally:
            pool.shutdown(cancel_futures=True)
    else:
        with _client(cluster) as client:
            yield lambda tasks: _gathered(client, tasks)


def _finished(pool: ThreadPoolExecutor, tasks: list[Task]) -> Iterator[tuple[Task, Tallies]]:
    futures = {pool.submit(shard, *task): task for task in tasks}
    for future in as_completed(futures):
        yield futures[future], future.result()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise MyotrialError(
            "A cluster needs Dask, which is not installed.\nHint: pip install 'myotrial[cluster]'"
        ) from None
    try:
        return Client(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise MyotrialError(
            f"cluster: expected the address of a Dask scheduler, found {address!r}, where none "
            f"answers.\nHint: start one with `dask scheduler`, which prints its address."
        ) from error


def _gathered(client: Any, tasks: list[Task]) -> Iterator[tuple[Task, Tallies]]:
    from distributed import as_completed as completed

    futures = {client.submit(shard, *task, pure=False): task for task in tasks}
    for future in completed(futures, loop=client.loop):
        if future.status in ("cancelled", "lost"):
            raise RuntimeError("the cluster was lost")
        yield futures[future], future.result()
