"""Write tables as CSV, the same bytes for the same rows, and label the columns of datasets.

UTF-8, commas, a line feed after each row, an empty cell where missing, numbers with at most 12
significant digits.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from myotrial import terms
from myotrial.errors import OutputError
from myotrial.protocol.models import Protocol

__all__ = ["DIGITS", "label", "labels", "write", "write_table"]

DIGITS = 12  # significant digits of a number in a file
STATUS_AT = re.compile(r"STATUS_(.+)")


def write(frames: Mapping[str, pl.DataFrame], folder: str | Path) -> list[Path]:
    """Write each dataset to FOLDER/<name>.csv; every dataset carries its ORIGIN column.

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
    for file, frame in zip(files, frames.values(), strict=True):
        _put(file, frame)
    return files


def write_table(rows: Iterable[Mapping[str, Any]], file: str | Path) -> None:
    """Write rows as a captured table that `read_tables` reads; without rows, write nothing.

    Args:
        rows: The rows, columns in the order of the first; missing is None.
        file: Where to; its folder is made if it is not there.

    Raises:
        OutputError: The file cannot be written.
    """
    listed = list(rows)
    if listed:
        _put(Path(file), pl.DataFrame(listed, infer_schema_length=None))


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


def _put(file: Path, frame: pl.DataFrame) -> None:
    numbers = pl.selectors.float().round_sig_figs(DIGITS)
    content = frame.with_columns(numbers).write_csv(line_terminator="\n").encode()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{file} cannot be written: {reason}.") from error
