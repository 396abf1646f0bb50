"""SAS transport files, version 5: written by pyreadstat, their times set, read back and compared.

Times    the header of a transport file holds the time it was made; here it is the one that is
         given, so that the same data give the same bytes.
Missing  a missing number is the standard's missing value, a missing text is blank.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from myotrial.datasets.standards.dataset import Dataset
from myotrial.errors import OutputError

__all__ = ["read", "write"]

RECORD = 80
TIMES = (RECORD + 64, 2 * RECORD, 5 * RECORD + 64, 6 * RECORD)  # where the header holds times
STAMP = "%d%b%y:%H:%M:%S"


def write(item: Dataset, file: Path, made: datetime) -> None:
    """Write one dataset and make sure that it reads back as it is.

    Args:
        item: The dataset, checked.
        file: Where to.
        made: The time its header is to hold.

    Raises:
        OutputError: It cannot be written, or does not read back the same.
    """
    import pyreadstat

    frame: Any = _plain(item.frame)
    try:
        pyreadstat.write_xport(
            frame,
            file,
            file_label=item.label,
            column_labels=list(item.labels.values()),
            table_name=item.name,
            file_format_version=5,
        )
        _stamp(file, made)
    except (OSError, pyreadstat.PyreadstatError, pyreadstat.ReadstatError) as error:
        raise OutputError(f"{file} cannot be written: {error}") from error
    _compare(frame, read(file), file)


def read(file: Path) -> pl.DataFrame:
    """The rows of a transport file; blank texts are missing."""
    import pyreadstat

    found: Any = pyreadstat.read_xport(str(file), output_format="polars")[0]
    return _blank_is_missing(found)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts and numbers in the two types that a transport file has; no column is all null."""
    return frame.with_columns(
        pl.selectors.numeric().cast(pl.Float64),
        pl.selectors.string().fill_null(""),
    )


def _blank_is_missing(frame: pl.DataFrame) -> pl.DataFrame:
    texts = pl.selectors.string()
    return frame.with_columns(pl.when(texts != "").then(texts).name.keep())


def _stamp(file: Path, made: datetime) -> None:
    text = made.strftime(STAMP).upper().encode("ascii")
    with file.open("r+b") as handle:
        for place in TIMES:
            handle.seek(place)
            handle.write(text)


def _compare(written: pl.DataFrame, found: pl.DataFrame, file: Path) -> None:
    """Numbers lose at most what the 56-bit fraction of the format does, which is nothing."""
    expected = _blank_is_missing(written)
    if found.height != expected.height or found.columns != expected.columns:
        raise OutputError(
            f"{file} reads back with {found.height} rows of {found.columns}, "
            f"not {expected.height} rows of {expected.columns}."
        )
    for name in expected.columns:
        same = (
            expected[name].str.strip_chars_end()
            if expected[name].dtype == pl.String
            else expected[name]
        )
        if not found[name].cast(same.dtype).equals(same, null_equal=True):
            raise OutputError(f"{file}: {name} does not read back as it was written.")
