"""Tables of several libraries: opened as one kind, and given back as they came."""

from collections.abc import Container, Mapping
from typing import Any

import narwhals as nw
import numpy as np

from myotrial.errors import MyotrialError

__all__ = ["added", "opened"]


def opened(table: Any) -> nw.DataFrame[Any]:
    """The table as a Narwhals frame in memory.

    Raises:
        MyotrialError: It is no table of pandas, Polars or PyArrow.
    """
    try:
        frame = nw.from_native(table)
    except TypeError as error:
        raise MyotrialError(
            f"score takes a table of pandas, Polars or PyArrow (got {type(table).__name__})."
        ) from error
    if isinstance(frame, nw.LazyFrame):
        if not frame.implementation.is_polars():
            raise MyotrialError(
                f"score cannot give back a lazy table of {frame.implementation.value}.\n"
                "Hint: collect it first."
            )
        return frame.collect()
    return frame


def added(
    table: Any, frame: nw.DataFrame[Any], made: Mapping[str, np.ndarray], whole: Container[str]
) -> Any:
    """The table with columns added, of the kind that came in.

    Args:
        table: The table as it came.
        frame: The same, opened.
        made: Cells of each column: objects with None, or floats with NaN, where missing.
        whole: Columns of whole numbers. In pandas these are floats, as are all numbers that can
            be missing there.
    """
    series = [_series(frame, name, cells, name in whole) for name, cells in made.items()]
    wider = frame.with_columns(*series)
    lazy = isinstance(nw.from_native(table), nw.LazyFrame)
    return (wider.lazy() if lazy else wider).to_native()


def _series(frame: nw.DataFrame[Any], name: str, cells: np.ndarray, whole: bool) -> nw.Series[Any]:
    values = [None if item != item else item for item in cells.tolist()]
    pandas = frame.implementation.is_pandas()
    kind = nw.String if cells.dtype == object else nw.Float64
    made = nw.new_series(name, values, kind, backend=frame.implementation)
    if whole and not pandas:
        return made.cast(nw.Int64)
    if pandas:
        native = made.to_native()
        native.index = frame.to_native().index
        return nw.from_native(native, series_only=True)
    return made
