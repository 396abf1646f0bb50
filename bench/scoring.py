"""How long `myotrial score` takes on a Parquet file, against reading and writing it with Polars.

Files of growing size, by subject and mixed; and one file on a cluster of one worker and of two.
Each measurement runs in a process of its own, which has loaded its libraries before, and tells wall
and processor time, and the most memory it held. `python -m bench.scoring 100000000` adds a size.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from myotrial import study

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
MIXED = 1_000_000
ON_CLUSTER = 4_000_000
EAGER = 10_000_000  # rows up to which Polars reads the whole file
CHUNK = 1_000_000
VISITS = ("M0", "M3", "M6", "M9", "M12")
TOPS = {"PHGA": 100, "PTGA": 100, "MMT8": 80, "CK": 3000, "EXTRAM": 100, "FI": 64}
MISSING = 0.03
GOALS = "goals: at most 3 times reading and writing at 10 million rows, 4 GB at 100 million"
STATED: dict[str, Any] = {
    "baseline": "M0",
    "column": {},
    "unit": {"PHGA": "mm", "PTGA": "mm", "CK": "U/L", "EXTRAM": "mm"},
    "variant": {"MMT8": "one side"},
    "limit": {"CK": "200"},
}


class Cost(NamedTuple):
    """Seconds, seconds of the processor, and gigabytes at most."""

    wall: float
    processor: float
    memory: float


def visits(rows: int, first: int) -> pl.DataFrame:
    """Visits of subjects, five each, drawn over the whole scales, a few values missing."""
    luck = np.random.default_rng(first)
    place = np.arange(first, first + rows)
    columns = {"USUBJID": pl.Series(place // len(VISITS)).cast(pl.String).str.zfill(9)}
    columns["VISIT"] = pl.Series(VISITS).gather(place % len(VISITS))
    for name, top in TOPS.items():
        columns[name] = pl.Series(np.round(luck.random(rows) * top))
    columns["HAQDI"] = pl.Series(np.round(luck.random(rows) * 24) / 8)
    made = pl.DataFrame(columns)
    return made.with_columns(
        pl.when(pl.Series(luck.random(rows) >= MISSING)).then(pl.col(name)).alias(name)
        for name in (*TOPS, "HAQDI")
    )


def written(file: Path, rows: int) -> Path:
    """A file of so many rows, written in pieces."""
    from polars.io.plugins import register_io_source

    def pieces(*_asked: object) -> Any:
        for first in range(0, rows, CHUNK):
            yield visits(min(CHUNK, rows - first), first)

    register_io_source(pieces, schema=visits(1, 0).schema).sink_parquet(file)
    return file


def read_and_write(file: Path, out: Path) -> None:
    """What no program could do without."""
    if pl.scan_parquet(file).select(pl.len()).collect().item() > EAGER:
        pl.scan_parquet(file).sink_parquet(out)
    else:
        pl.read_parquet(file).write_parquet(out)


def score(file: Path, out: Path) -> None:
    """The command, without its answer being printed."""
    study.score(file, out=out, **STATED)


def cost(task: Callable[[Path, Path], None], file: Path, warm: Path, folder: Path) -> Cost:
    """What a task costs on a file, after the same on a small one."""
    task(warm, folder / "warm.parquet")
    wall, processor = time.perf_counter(), time.process_time()
    task(file, folder / "out.parquet")
    took = Cost(
        time.perf_counter() - wall,
        time.process_time() - processor,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    )
    (folder / "out.parquet").unlink()
    return took


def alone(task: Callable[[Path, Path], None], file: Path, warm: Path, folder: Path) -> Cost:
    """The same in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(cost, task, file, warm, folder).result()


def growth(sizes: Sequence[int], folder: Path) -> None:
    """Print the cost a row for files of growing size."""
    warm = written(folder / "small.parquet", 1000)
    print("      rows   score          Polars reads, writes   ratio (processor)  ns a row  memory")
    for rows in sizes:
        file = written(folder / "visits.parquet", rows)
        floor = alone(read_and_write, file, warm, folder)
        took = alone(score, file, warm, folder)
        print(_line(rows, took, floor), flush=True)
    file = written(folder / "visits.parquet", MIXED)
    pl.read_parquet(file).sample(fraction=1.0, shuffle=True, seed=1).write_parquet(file)
    floor = alone(read_and_write, file, warm, folder)
    print(_line(MIXED, alone(score, file, warm, folder), floor), " rows mixed")
    file.unlink()


def _line(rows: int, took: Cost, floor: Cost) -> str:
    return (
        f"{rows:10}   {took.wall:8.2f} s     {floor.wall:8.2f} s           "
        f"{took.wall / floor.wall:6.1f} ({took.processor / floor.processor:.1f})       "
        f"{1e9 * took.processor / rows:8.0f}  {took.memory:5.2f} GB"
    )


def on_cluster(workers: int, file: Path, folder: Path) -> tuple[float, float, list[bytes]]:
    """A file on a cluster of so many workers of one thread each.

    Returns:
        Seconds; processor seconds of this process and the busiest worker together, which is what
        it takes where every worker has a core to itself; and the bytes that were written.
    """
    from distributed import Client, LocalCluster

    os.environ["POLARS_MAX_THREADS"] = "1"  # of the workers, which start with it
    whole: Any = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=":0",
        silence_logs=50,
    )
    with whole as cluster:
        address = str(cluster.scheduler_address)
        with Client(address) as client:
            client.wait_for_workers(workers)
            client.run(study.score, folder / "small.parquet", **STATED)
            out = folder / f"{workers}.parquet"
            before: Any = client.run(time.process_time)
            start, own = time.perf_counter(), time.process_time()
            study.score(file, out=out, cluster=address, **STATED)
            wall, own = time.perf_counter() - start, time.process_time() - own
            after: Any = client.run(time.process_time)
            busiest = max(after[name] - before[name] for name in before)
            return wall, own + busiest, [part.read_bytes() for part in sorted(out.iterdir())]


def clusters(folder: Path) -> None:
    """Print how much quicker two workers are than one, and whether they write the same."""
    file = written(folder / "visits.parquet", ON_CLUSTER)
    (one, alone_, first), (two, both, second) = (
        on_cluster(workers, file, folder) for workers in (1, 2)
    )
    same = "the same bytes" if first == second else "OTHER BYTES"
    print(
        f"cluster, {ON_CLUSTER} rows: one worker {one:.1f} s, two {two:.1f} s: "
        f"{one / two:.2f} times as quick, {alone_ / both:.2f} by processor time (goal: 1.7); {same}"
    )
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as place:
        growth((*SIZES, *map(int, arguments)), Path(place))
        print(GOALS)
        clusters(Path(place))


if __name__ == "__main__":
    main(sys.argv[1:])
