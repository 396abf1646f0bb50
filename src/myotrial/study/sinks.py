"""A table written batch by batch, beside its place and moved there when whole."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from myotrial.errors import MyotrialError, OutputError
from myotrial.study import parts
from myotrial.study.output import cannot_write

__all__ = ["KINDS", "beside", "check", "write"]

KINDS = (".csv", ".parquet")


def check(out: Path, file: Path) -> None:
    """Refuse a place that cannot be written to, before any work is done.

    Raises:
        MyotrialError: Its name tells no kind of file.
        OutputError: It is the input.
    """
    if out.suffix.lower() not in KINDS:
        raise MyotrialError(f"{out}: expected a file that ends in {' or '.join(KINDS)}.")
    if out.resolve() == file.resolve():
        raise OutputError(f"{out} is the file to score.\nHint: write the scores elsewhere.")


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A folder beside the place, gone in the end; what the system refuses is an OutputError."""
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".myotrial-") as folder:
            yield Path(folder)
    except OSError as error:
        raise cannot_write(out, error) from error


def write(
    out: Path, schema: pl.Schema, batches: Callable[[], Iterator[pl.DataFrame]], folder: Path
) -> None:
    """Write batches of one table, each when it is made.

    Args:
        out: The place: .csv or .parquet.
        schema: The table's columns.
        batches: Makes them.
        folder: Where the file grows before it is moved.

    Raises:
        OutputError: It cannot be written; what was there before is untouched.
    """
    from polars.io.plugins import register_io_source

    failed: list[BaseException] = []

    def made(*_asked: object) -> Iterator[pl.DataFrame]:
        try:
            yield from batches()
        except BaseException as error:  # Polars would tell it as its own
            failed.append(error)
            raise

    growing = folder / out.name
    whole = register_io_source(made, schema=schema)
    try:
        if out.suffix.lower() == ".parquet":
            whole.sink_parquet(growing, compression_level=parts.LEVEL)
        else:
            whole.sink_csv(growing)
        growing.replace(out)
    except (OSError, pl.exceptions.PolarsError) as error:
        if failed:
            raise failed[0] from error
        raise OutputError(f"{out} cannot be written: {error}") from error
