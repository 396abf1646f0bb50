"""Write derived datasets as CSV, the same bytes for the same rows, and label their columns."""

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from myotrial import terms
from myotrial.errors import OutputError
from myotrial.protocol.models import Protocol

__all__ = ["DIGITS", "label", "labels", "write"]

DIGITS = 12  # significant digits of a number in a file
STATUS_AT = re.compile(r"STATUS_(.+)")


def write(frames: Mapping[str, pl.DataFrame], folder: str | Path) -> list[Path]:
    """Write each dataset to FOLDER/<name>.csv.

    UTF-8, commas, a line feed after each row, an empty cell where missing, numbers with at most 12
    significant digits. Every dataset carries its ORIGIN column.

    Args:
        frames: Datasets by name.
        folder: Where to; made if it is not there.

    Returns:
        The files, in the order of `frames`.

    Raises:
        OutputError: A file cannot be written.
    """
    folder = Path(folder)
    files = [folder / f"{name}.csv" for name in frames]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, frame in zip(files, frames.values(), strict=True):
            file.write_bytes(_csv(frame))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"The datasets cannot be written to {folder}: {reason}.") from error
    return files


def label(column: str, protocol: Protocol | None = None) -> str:
    """A column's label; a status column names its visit.

    >>> label("USUBJID")
    'Unique Subject Identifier'
    """
    visit = STATUS_AT.fullmatch(column)
    if visit and column not in terms.LABELS:
        names = {item.id: item.label for item in protocol.visits} if protocol else {}
        return f"Status at {names.get(visit[1], visit[1])}"
    return terms.LABELS[column]


def labels(frame: pl.DataFrame, protocol: Protocol | None = None) -> dict[str, str]:
    """The label of each column of a derived dataset."""
    return {column: label(column, protocol) for column in frame.columns}


def _csv(frame: pl.DataFrame) -> bytes:
    numbers = pl.selectors.float().round_sig_figs(DIGITS)
    return frame.with_columns(numbers).write_csv(line_terminator="\n").encode()
