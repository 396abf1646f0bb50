"""Tables of several libraries: their columns read, and columns added to what came in."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from myotrial.errors import MyotrialError
from myotrial.scoring.packing import Coded

__all__ = ["Table", "opened"]

KNOWN = "pandas, Polars, PyArrow, DuckDB or Dask"


class Table:
    """A table in memory, of any library, with its columns as Polars reads them."""

    def __init__(self, native: Any, frame: nw.DataFrame[Any], lazy: bool) -> None:
        self.native, self.frame, self.lazy = native, frame, lazy
        self.kind = frame.implementation
        self._read: dict[str, pl.Series] = {}

    @property
    def columns(self) -> list[str]:
        """Their names."""
        return [*self.frame.columns]

    def read(self, names: Sequence[str]) -> pl.DataFrame:
        """Some columns, as they are."""
        for name in names:
            if name not in self._read:
                self._read[name] = _column(self.frame, name)
        return pl.DataFrame({name: self._read[name] for name in names})

    def distinct(self, names: list[str]) -> pl.DataFrame:
        """The distinct rows of some columns."""
        return self.read(names).unique()

    def with_columns(self, made: Sequence[Coded]) -> Any:
        """The table as it came, with columns added."""
        if self.kind.is_pandas():
            pandas = self.kind.to_native_namespace()
            added = {item.name: _in_pandas(pandas, item) for item in made}
            return self.frame.to_native().assign(**added)
        series = [item.series() for item in made]
        if self.kind.is_pyarrow():
            native = self.frame.to_native()
            for item in series:
                native = native.append_column(item.name, item.to_arrow())
            return native
        return self._given_back(self.frame.to_native().hstack(series))

    def instead(self, made: pl.DataFrame) -> Any:
        """A table in place of the one that came, of its kind."""
        if self.kind.is_pandas():
            return self.kind.to_native_namespace().DataFrame(
                {item.name: _plain_pandas(item) for item in made.get_columns()}
            )
        if self.kind.is_pyarrow():
            return made.to_arrow()
        return self._given_back(made)

    def _given_back(self, made: pl.DataFrame) -> Any:
        if nw.get_native_namespace(self.native).__name__ == "duckdb":
            return nw.get_native_namespace(self.native).from_arrow(made.to_arrow())
        return made.lazy() if self.lazy else made


def opened(table: Any) -> Table:
    """The table in memory.

    Raises:
        MyotrialError: It is no table of a library that is known here.
    """
    try:
        frame = nw.from_native(table)
    except TypeError as error:
        raise MyotrialError(
            f"score takes a table of {KNOWN} (got {type(table).__name__}).\n"
            "Hint: for a file, use `myotrial score FILE`, or read it with one of these first."
        ) from error
    if not isinstance(frame, nw.LazyFrame):
        return Table(table, frame, lazy=False)
    if frame.implementation.is_polars():
        return Table(table, frame.collect(), lazy=True)
    if frame.implementation.is_duckdb():
        return Table(table, nw.from_native(pl.DataFrame(table)), lazy=False)
    raise MyotrialError(
        f"score cannot give back a lazy table of {frame.implementation.value}.\n"
        "Hint: collect it first."
    )


def _column(frame: nw.DataFrame[Any], name: str) -> pl.Series:
    """One column in Polars; cells of different types become texts."""
    column = frame[name]
    if frame.implementation.is_polars():
        return column.to_native()
    if frame.implementation.is_pyarrow():
        return pl.Series(name, column.to_native())
    if column.dtype.is_numeric() and isinstance(column.to_native().dtype, np.dtype):
        return pl.Series(name, column.to_numpy())
    cells = [
        None if gone else cell
        for cell, gone in zip(column.to_list(), column.is_null().to_list(), strict=True)
    ]
    try:
        return pl.Series(name, cells, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return pl.Series(name, [None if cell is None else _text(cell) for cell in cells])


def _text(cell: Any) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _in_pandas(pandas: Any, item: Coded) -> Any:
    """Words as categories; numbers as floats, which are what can be missing there."""
    if item.kind in {"word", "sentence"}:
        levels, place = np.unique(
            np.array(item.levels, dtype=object).astype(str), return_inverse=True
        )
        codes = np.append(place, -1)[np.minimum(item.codes, len(place))]
        return pandas.Categorical.from_codes(codes, levels.astype(object))
    levels = np.array([*(np.nan if one is None else one for one in item.levels), np.nan], float)
    return levels[item.codes]


def _plain_pandas(column: pl.Series) -> Any:
    if column.dtype.is_numeric():
        return column.cast(pl.Float64).to_numpy()
    return column.cast(pl.String).to_list()
