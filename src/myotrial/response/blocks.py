"""Criteria over large columns, walked in blocks that stay in the processor's cache.

A criterion in plain operators makes a new array at every step. On millions of rows each of them
travels to memory and back; on blocks of some ten thousand rows few of them do.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = ["ROWS", "cut", "evaluate", "length", "room"]

ROWS = 32768  # 128 KiB a column in single precision; half and twice as much hardly differ


def evaluate(function: Callable[..., Any], *arguments: Any, rows: int = ROWS) -> Any:
    """Call a criterion block by block; the result is that of calling it once.

    Args:
        function: Works row by row: each row of its result depends on that row of its arguments.
        arguments: Arrays of one length; tuples or named tuples of such, like a `CoreSet`; and
            scalars, which every block receives as they are.
        rows: Rows of a block, 1 or more.

    Returns:
        What `function` returns: an array, or a tuple or named tuple of such.

    >>> from myotrial.response import imacs_2004
    >>> from myotrial.response.core_set import CoreSet
    >>> columns = CoreSet(*np.full((6, 100_000), 20.0))
    >>> int(evaluate(imacs_2004.improved, columns).sum())
    100000
    """
    total = length(arguments)
    if total <= rows:
        return function(*arguments)
    whole = None
    for start in range(0, total, rows):
        block = slice(start, start + rows)
        part = function(*cut(arguments, block))
        whole = room(part, total) if whole is None else whole
        _put(whole, part, block)
    return whole


def length(arguments: Any) -> int:
    """How many rows the arrays in nested tuples have; 0 if there are none."""
    return max((item.shape[0] for item in _arrays(arguments)), default=0)


def _arrays(item: Any) -> Iterator[np.ndarray]:
    """Every array with rows in nested tuples."""
    if isinstance(item, tuple):
        for part in item:
            yield from _arrays(part)
    elif isinstance(item, np.ndarray) and item.ndim:
        yield item


def _like(item: tuple[Any, ...], parts: Iterator[Any]) -> Any:
    """A tuple of the same kind, named or not."""
    return type(item)(*parts) if hasattr(item, "_fields") else tuple(parts)


def cut(item: Any, block: slice) -> Any:
    """Some rows of every array in nested tuples."""
    if isinstance(item, tuple):
        return _like(item, (cut(part, block) for part in item))
    return item[block] if isinstance(item, np.ndarray) and item.ndim else item


def room(part: Any, rows: int) -> Any:
    """Empty arrays for the whole result, of the kinds of its first block."""
    if isinstance(part, tuple):
        return _like(part, (room(item, rows) for item in part))
    kind = np.asarray(part)
    return np.empty((rows, *kind.shape[1:]), kind.dtype)


def _put(whole: Any, part: Any, block: slice) -> None:
    if isinstance(part, tuple):
        for room, item in zip(whole, part, strict=True):
            _put(room, item, block)
    else:
        whole[block] = part
