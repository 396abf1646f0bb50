"""What must hold before a dataset may be written: names, labels and texts, in bytes.

A transport file (XPT version 5) holds ASCII alone, names of 8 and labels of 40 bytes, texts of 200.
"""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from myotrial.datasets.standards.dataset import Dataset
from myotrial.errors import DocumentError, Problem, shorten, some

__all__ = ["check"]

NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
LABEL, TEXT = 40, 200  # bytes


def check(datasets: Sequence[Dataset], *, transport: bool) -> None:
    """Refuse datasets that a file could not hold as they are.

    Args:
        datasets: What is to be written.
        transport: Whether into transport files, which hold ASCII and texts of 200 bytes alone.

    Raises:
        DocumentError: Lists every name, label and text that does not fit, texts with their rows.
    """
    found = [problem for item in datasets for problem in _problems(item, transport)]
    if found:
        raise DocumentError("export", found)


def _problems(item: Dataset, transport: bool) -> Iterator[Problem]:
    for name, words in ((item.name, item.label), *item.labels.items()):
        where = item.name if name == item.name else f"{item.name}.{name}"
        if not NAME.fullmatch(name):
            yield Problem(where, "a name of 1 to 8 capitals, digits or _", repr(name))
        if len(words.encode()) > LABEL:
            size = len(words.encode())
            yield Problem(where, f"a label of at most {LABEL} bytes", f"{size} bytes: {words!r}")
    twice = item.frame.select(item.keys).is_duplicated()
    if twice.any():
        keys = ", ".join(item.keys)
        yield Problem(item.name, f"rows that differ in {keys}", _rows(twice))
    if transport:
        yield from _texts(item)


def _texts(item: Dataset) -> Iterator[Problem]:
    for name in item.frame.select(pl.selectors.string()).columns:
        cells = item.frame[name]
        foreign = cells.str.contains(r"[^\x00-\x7F]").fill_null(value=False)
        long = (cells.str.len_bytes() > TEXT).fill_null(value=False)
        place = f"{item.name}.{name}"
        if foreign.any():
            text = shorten(cells.filter(foreign)[0])
            hint = "write it in ASCII, or export Dataset-JSON, which holds every letter"
            yield Problem(place, "ASCII text", f"{text} in {_rows(foreign)}", hint=hint)
        if long.any():
            found = f"more in {_rows(long)}"
            hint = "shorten it, or export Dataset-JSON"
            yield Problem(place, f"texts of at most {TEXT} bytes", found, hint=hint)


def _rows(marked: pl.Series) -> str:
    numbers = (marked.arg_true() + 1).to_list()
    return f"row {numbers[0]}" if len(numbers) == 1 else f"rows {some(numbers)}"
