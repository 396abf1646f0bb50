"""From the cells of a column to NumPy arrays: texts, and numbers with those that are none.

Missing  an empty cell, null, NaN, and in a column of text also "NA" and "." (as R and SAS write).
         Anything else that is not a finite number is told, never guessed at.
"""

from math import isfinite
from typing import Any

import narwhals as nw
import numpy as np

__all__ = ["numbers", "texts"]

MISSING = frozenset({"", "NA", "."})


def texts(column: nw.Series[Any]) -> np.ndarray:
    """Each cell as text, without blanks around it; "" where missing; 1.0 reads as "1"."""
    distinct: dict[Any, str] = {}
    cells = column.to_list()
    gone = column.is_null().to_list()
    return np.array(
        [
            ""
            if lost
            else distinct[cell]
            if cell in distinct
            else distinct.setdefault(cell, _text(cell))
            for cell, lost in zip(cells, gone, strict=True)
        ],
        dtype=object,
    )


def numbers(column: nw.Series[Any]) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of a column (NaN where missing), and the places that hold something else."""
    if column.dtype.is_numeric():
        values = _floats(column)
        odd = np.isinf(values)
        return np.where(odd, np.nan, values), odd
    words = texts(column)
    distinct, position = np.unique(words.astype(str), return_inverse=True)
    read = [_number(word) for word in distinct]
    values = np.array([value for value, _ in read], dtype=float)
    odd = np.array([wrong for _, wrong in read], dtype=bool)
    return values[position], odd[position]


def _floats(column: nw.Series[Any]) -> np.ndarray:
    gone = np.asarray(column.is_null().to_list(), dtype=bool)
    filled = column.fill_null(0) if gone.any() else column
    return np.where(gone, np.nan, np.asarray(filled.to_numpy(), dtype=float))


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell:.15g}"
    return str(cell).strip()


def _number(word: str) -> tuple[float, bool]:
    if word in MISSING:
        return np.nan, False
    try:
        value = float(word)
    except ValueError:
        return np.nan, True
    return (value, False) if isfinite(value) else (np.nan, True)
