"""A Parquet file of any size, scored part by part in little memory.

A verdict needs its subject's baseline, so that all rows of a subject are scored together. Where
they stand together in the file, it is cut between subjects and walked once. Otherwise the columns
that are needed are first spread over files by subject, and verdicts are put back in the order of
the rows. Either way a part is scored as a table in memory is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from myotrial.scoring import cells, part, running
from myotrial.scoring.part import Part
from myotrial.scoring.plan import Plan
from myotrial.scoring.report import Tally

__all__ = ["LEVEL", "ROWS", "Pieces", "Source", "ahead", "opened", "piece", "pieces", "written"]

LEVEL = 1  # of zstd: for scores quicker than the usual 3, and no larger
AT_ONCE = 4  # pieces in memory
ROWS = 1_000_000  # rows of a part, about
SHARED = 250_000  # on a cluster, so that every worker gets as much
NUMBER = "__number__"  # the column of row numbers in spread files

Map = Callable[[Callable[..., Any], Iterable[Any]], Iterator[Any]]


@dataclass(frozen=True)
class Source:
    """A Parquet file and how it is scored.

    Attributes:
        file: The file, or a pattern of files.
        plan: How it is scored.
        rows: How many rows it has.
    """

    file: str
    plan: Plan
    rows: int

    def read(self, start: int, stop: int, columns: list[str] | None = None) -> pl.DataFrame:
        """Some rows, from `start` (counted from 0) to before `stop`."""
        whole = pl.scan_parquet(self.file)
        chosen = whole if columns is None else whole.select(columns)
        return chosen.slice(start, stop - start).collect()

    def schema(self) -> pl.Schema:
        """The columns of the table with its scores."""
        none = self.read(0, 0)
        return _joined(self, none, _scored(self, none, 1)).schema


@dataclass(frozen=True)
class Pieces:
    """How a file is cut.

    Attributes:
        cuts: Rows at which a piece starts, and the end.
        spread: Folder of rows spread by subject; None where subjects stand together.
        offsets: Where spread: for each spread file, where each piece starts in its verdicts.
    """

    cuts: tuple[int, ...]
    spread: Path | None = None
    offsets: tuple[tuple[int, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.cuts) - 1


def opened(file: Path, options: dict[str, Any]) -> Source:
    """Look at a file's columns and settle how it is scored.

    Raises:
        MyotrialError: As `scoring.score`.
    """
    scan = pl.scan_parquet(file)

    def distinct(columns: list[str]) -> pl.DataFrame:
        return scan.select(columns).unique().collect(engine="streaming")

    plan = running.plan(scan.collect_schema().names(), distinct, **options)
    return Source(str(file), plan, int(scan.select(pl.len()).collect().item()))


def pieces(
    source: Source, folder: Path, each: Map | None = None, rows: int | None = None
) -> tuple[Pieces, list[Tally]]:
    """Cut the file so that every piece can be scored by itself.

    Args:
        source: The file.
        folder: An empty folder, for what has to be spread.
        each: How a function is called on many arguments: here (`ahead`), or on a cluster.
        rows: Rows of a piece, about; None: `ROWS`.

    Returns:
        The pieces; and what was counted already, where verdicts were made on the way.
    """
    rows, each = rows or ROWS, each or ahead
    cuts = _together(source, each, rows)
    if cuts is not None:
        return Pieces(cuts), []
    files = _spread(source, folder, rows)
    ends = (*range(0, source.rows, rows), source.rows)
    done = [*each(_judge, [(source, file, ends) for file in files])]
    offsets = tuple(offset for offset, _ in done)
    return Pieces(ends, folder, offsets), [tally for _, tally in done]


def piece(job: tuple[Source, Pieces, int, bool]) -> tuple[pl.DataFrame | None, Tally | None]:
    """One piece of the table with its scores, and what was counted in it.

    Args:
        job: The file, its pieces, which of them; and whether the table is wanted.
    """
    source, cut, place, wanted = job
    start, stop = cut.cuts[place : place + 2]
    if cut.spread is not None:
        return (_gathered(source, cut, place, start, stop) if wanted else None), None
    frame = source.read(start, stop, None if wanted else source.plan.needed)
    made = _scored(source, frame, start + 1)
    return (_joined(source, frame, made) if wanted else None), made.tally


def written(job: tuple[Source, Pieces, int, Path]) -> Tally | None:
    """Write one piece of the table with its scores; what was counted in it.

    Args:
        job: The file, its pieces, which of them, and where it goes.
    """
    source, cut, place, target = job
    frame, tally = piece((source, cut, place, True))
    if frame is not None:
        frame.write_parquet(target, compression_level=LEVEL)
    return tally


def ahead(task: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
    """Call a task on each job as `map` does, a few at a time and ahead of what is asked for.

    As many run as Polars has threads, which NumPy and Polars let work meanwhile, but not more than
    memory should hold.
    """
    many = min(pl.thread_pool_size(), AT_ONCE)
    with ThreadPoolExecutor(many) as pool:
        waiting: deque[Future[Any]] = deque()
        try:
            for job in jobs:
                waiting.append(pool.submit(task, job))
                if len(waiting) > many:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _scored(source: Source, frame: pl.DataFrame, first: int) -> Part:
    numbers = np.arange(first, first + frame.height)
    return part.scored(frame.select(source.plan.needed), source.plan, numbers)


def _joined(source: Source, frame: pl.DataFrame, made: Part) -> pl.DataFrame:
    return made.frame() if source.plan.is_long else frame.hstack(made.frame())


def _together(source: Source, each: Map, rows: int) -> tuple[int, ...] | None:
    """Rows at which the file can be cut between subjects; None where they do not stand together.

    Equal hashes of different subjects would only make the walk a longer one.
    """
    cuts, seen, last = [0], [], None
    for start, walk in zip(
        range(0, source.rows, rows), each(_walk, _ranges(source, rows)), strict=True
    ):
        if walk is None:
            return None
        heads, hashes, first, ending = walk
        if first is not None and first == last:
            heads, hashes = heads[1:], hashes[1:]
        seen.append(hashes)
        if start and len(heads):
            cuts.append(int(heads[-1]))
        last = last if ending is None else ending
    known = pl.Series(np.concatenate(seen) if seen else [])
    return (*cuts, source.rows) if known.n_unique() == len(known) else None


def _ranges(source: Source, rows: int) -> list[tuple[Source, int, int]]:
    starts = range(0, source.rows, rows)
    return [(source, start, min(start + rows, source.rows)) for start in starts]


def _walk(
    job: tuple[Source, int, int],
) -> tuple[np.ndarray, np.ndarray, str | None, str | None] | None:
    """Where subjects begin in a range of rows, and their hashes; the first and last subject.

    None where a subject begins twice.
    """
    source, start, stop = job
    words = cells.texts(source.read(start, stop, [source.plan.keys["USUBJID"]]).to_series())
    named = words.is_not_null().arg_true().to_numpy()  # a row without a subject parts none
    words = words.drop_nulls()
    if not len(words):
        return named, np.zeros(0, dtype=np.uint64), None, None
    heads = np.flatnonzero(cells.starts(words))
    hashes = words.gather(heads).hash()
    if hashes.n_unique() < len(hashes):
        return None
    return named[heads] + start, hashes.to_numpy(), words[0], words[-1]


def _spread(source: Source, folder: Path, rows: int) -> list[Path]:
    """Spread the needed columns over files, all rows of a subject in one folder."""
    many = -(-source.rows // rows)
    column = source.plan.keys["USUBJID"]
    for place, start in enumerate(range(0, source.rows, rows)):
        frame = source.read(start, min(start + rows, source.rows), source.plan.needed)
        frame = frame.with_columns(
            pl.int_range(start + 1, start + frame.height + 1).alias(NUMBER),
            (cells.texts(frame[column]).hash() % many).alias("__file__"),
        )
        for key, some in frame.partition_by("__file__", as_dict=True, include_key=False).items():
            target = folder / str(key[0])
            target.mkdir(exist_ok=True)
            some.write_ipc(target / f"{place:06}.arrow")
    return sorted(folder.iterdir())


def _judge(job: tuple[Source, Path, tuple[int, ...]]) -> tuple[tuple[int, ...], Tally]:
    """Score the rows of one spread folder; its verdicts stand beside, in the order of rows."""
    source, folder, ends = job
    frame = pl.concat([pl.read_ipc(file) for file in sorted(folder.iterdir())])
    made = part.scored(frame.drop(NUMBER), source.plan, frame[NUMBER].to_numpy())
    verdicts = made.frame().with_columns(pl.Series(NUMBER, made.numbers))
    if source.plan.is_long:
        verdicts = verdicts.sort(NUMBER)
    verdicts.write_ipc(_verdicts(folder))
    numbers = verdicts[NUMBER].to_numpy()
    return tuple(np.searchsorted(numbers, np.array(ends) + 1).tolist()), made.tally


def _gathered(source: Source, cut: Pieces, place: int, start: int, stop: int) -> pl.DataFrame:
    """One piece of the table with verdicts from every spread file, in the order of rows."""
    found = []
    for folder, offset in zip(_folders(cut.spread), cut.offsets, strict=True):
        first, last = offset[place : place + 2]
        found.append(pl.scan_ipc(_verdicts(folder)).slice(first, last - first).collect())
    made = pl.concat(found).sort(NUMBER).drop(NUMBER)
    return made if source.plan.is_long else source.read(start, stop).hstack(made)


def _folders(spread: Path | None) -> list[Path]:
    return sorted(item for item in spread.iterdir() if item.is_dir()) if spread else []


def _verdicts(folder: Path) -> Path:
    return folder.with_suffix(".arrow")
