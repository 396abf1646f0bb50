"""From the cells of a column to texts, numbers and codes; no cell becomes a Python object.

Missing  an empty cell, null, NaN, and in a column of text also "NA" and "." (as R and SAS write).
         Anything else that is not a finite number is told, never guessed at.
"""

import numpy as np
import polars as pl

__all__ = ["codes", "numbers", "repeated_texts", "starts", "texts"]

MISSING = ("", "NA", ".")


def texts(column: pl.Series) -> pl.Series:
    """Each cell as text, without blanks around it; null where missing; 1.0 reads as "1".

    >>> texts(pl.Series([1.0, None, 2.0])).to_list(), texts(pl.Series([" M0 ", ""])).to_list()
    (['1', None, '2'], ['M0', None])
    """
    if column.dtype.is_numeric():
        column = column.cast(pl.Float64).fill_nan(None)
        whole = column.cast(pl.Int64, strict=False)
        column = whole if (whole == column).all() else column
    words = column.cast(pl.String).str.strip_chars()
    empty = words == ""
    return words.set(empty, None) if empty.any() else words


def repeated_texts(column: pl.Series) -> pl.Series:
    """The same as `texts`, quicker where a few texts stand in very many rows."""
    if column.dtype != pl.String:
        return texts(column)
    distinct = column.unique().drop_nulls()
    tidy = texts(distinct)
    return column if tidy.eq_missing(distinct).all() else column.replace(distinct, tidy)


def numbers(column: pl.Series, *, decimal: str = ".") -> tuple[np.ndarray, np.ndarray]:
    """The numbers of a column (NaN where missing), and the places that hold something else.

    Args:
        column: Numbers, or texts.
        decimal: What stands before the decimals in texts, "." or ",".

    >>> values, odd = numbers(pl.Series(["60", "sixty", "NA"]))
    >>> values.tolist(), odd.tolist()
    ([60.0, nan, nan], [False, True, False])
    """
    if column.dtype.is_numeric() or column.dtype == pl.Null:
        values = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
        odd = np.isinf(values)
        return (np.where(odd, np.nan, values) if odd.any() else values), odd
    words = column.cast(pl.String).str.strip_chars()
    if decimal == ",":
        words = words.set(words.str.contains(".", literal=True), "?").str.replace(",", ".")
    read = words.cast(pl.Float64, strict=False)
    values = read.to_numpy()
    written = (words.is_not_null() & ~words.is_in(MISSING)).to_numpy()
    odd = written & ~np.isfinite(values)
    return np.where(odd, np.nan, values), odd


def starts(words: pl.Series) -> np.ndarray:
    """Whether another text stands in a row than in the one before; so in the first."""
    return words.ne_missing(words.shift(1)).to_numpy() | (np.arange(len(words)) == 0)


def codes(words: pl.Series) -> tuple[np.ndarray, int]:
    """A number from 0 for each distinct text (null is one), and how many there are.

    Where equal texts stand together, as in a table sorted by subject, this is a walk along the
    column; otherwise their hashes are sorted, and checked against the texts.
    """
    if not len(words):
        return np.zeros(0, dtype=np.int64), 0
    begins = starts(words)
    heads = words.gather(np.flatnonzero(begins))
    if heads.n_unique() == len(heads):
        return np.cumsum(begins) - 1, len(heads)
    _, first, place = np.unique(words.hash().to_numpy(), return_index=True, return_inverse=True)
    if words.gather(first).gather(place).eq_missing(words).all():
        return place, len(first)
    distinct = words.unique(maintain_order=True)  # two texts of one hash
    return words.cast(pl.Enum(distinct.drop_nulls())).to_physical().cast(pl.Int64).fill_null(
        len(distinct)
    ).to_numpy(), len(distinct) + 1
