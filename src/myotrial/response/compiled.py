"""Criteria over large columns, compiled by Numba: the same functions, several times as fast.

Alike      columns in one precision (and truths). Anything else, and a function that Numba cannot
           compile, takes the plain way of `blocks`, with the same result.
Checked    the first rows are evaluated both ways; if a bit differs, the plain way is taken.
Cost       compiling takes some seconds, unless it was kept from before (`compiling`): worth it
           from some ten million rows on.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from myotrial.response import blocks
from myotrial.response.compiling import Kind, compile_plain, keep, settle

__all__ = ["evaluate"]

CHECKED = 4096  # rows
Shape = tuple[Any, ...]  # COLUMN, SCALAR, or a kind of tuple with the shapes of its parts
COLUMN, SCALAR = ("column",), ("scalar",)


def evaluate(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a criterion on columns, compiled; the result is that of `blocks.evaluate`.

    Args:
        function: Works row by row in plain operators, and calls only such functions.
        arguments: As in `blocks.evaluate`.

    Returns:
        What `function` returns: an array, or a tuple or named tuple of such.

    >>> from myotrial.response import imacs_2004
    >>> from myotrial.response.core_set import CoreSet
    >>> columns = CoreSet(*np.full((6, 100_000), 20.0))
    >>> int(evaluate(imacs_2004.improved, columns).sum())
    100000
    """
    kind = _kind(arguments)
    if kind is None or not isinstance(function, FunctionType) or function.__closure__:
        return blocks.evaluate(function, *arguments)
    whole = _filled(function, kind, settle(arguments, kind))
    return blocks.evaluate(function, *arguments) if whole is None else whole


def _filled(function: FunctionType, kind: Kind, arguments: tuple[Any, ...]) -> Any:
    """The compiled result; None if the function does not compile, or differs."""
    from numba.core.errors import NumbaError

    first = function(*blocks.cut(arguments, slice(0, CHECKED)))
    whole = blocks.room(first, blocks.length(arguments))
    try:
        loop = _loop(function, kind, _shape(arguments), _shape(whole))
        loop(*_leaves(arguments), *_leaves(whole))
    except NumbaError:
        return None
    pairs = zip(_leaves(blocks.cut(whole, slice(0, CHECKED))), _leaves(first), strict=True)
    alike = all(np.array_equal(*pair, equal_nan=pair[1].dtype.kind == "f") for pair in pairs)
    return whole if alike else None


def _kind(arguments: tuple[Any, ...]) -> Kind | None:
    """The one precision of the columns; None where compiled code might not follow NumPy.

    A whole number of Python takes the precision of what it meets, which compiled code does not
    know: in single precision it is left to NumPy.
    """
    leaves = [*_leaves(arguments)]
    columns = [item for item in leaves if _is_column(item)]
    others = [item for item in leaves if not _is_column(item)]
    if not columns or {item.shape for item in columns} != {(len(columns[0]),)}:
        return None
    if not len(columns[0]) or not all(isinstance(x, float | int | np.number) for x in others):
        return None
    kinds = {item.dtype.type for item in columns} - {np.bool_}
    if kinds == {np.float32} and not any(type(item) is int for item in others):
        return np.float32
    return np.float64 if kinds == {np.float64} else None


def _is_column(item: Any) -> bool:
    return isinstance(item, np.ndarray) and item.ndim > 0


def _leaves(item: Any) -> Iterator[Any]:
    """What nested tuples hold, in order."""
    if isinstance(item, tuple):
        for part in item:
            yield from _leaves(part)
    else:
        yield item


def _shape(item: Any) -> Shape:
    if isinstance(item, tuple):
        return (type(item), *map(_shape, item))
    return COLUMN if _is_column(item) else SCALAR


@lru_cache(maxsize=256)
def _loop(function: FunctionType, kind: Kind, taken: Shape, given: Shape) -> Callable[..., None]:
    """A compiled loop over rows: takes every column and scalar in order, fills the result's."""
    known: dict[str, Any] = {
        "__name__": __name__,
        "function": compile_plain(function, kind, wrapped=False),
    }
    inputs, outputs = ([*_names(*pair)] for pair in (("i", taken), ("o", given)))
    names = iter(inputs)
    row = ", ".join(_row(part, names, known) for part in taken[1:])
    text = "\n".join(
        [
            f"def loop({', '.join(inputs + outputs)}):",
            "    for row in range(o0.shape[0]):",
            f"        found = function({row})",
            *(f"        {line}" for line in _filling(given, iter(outputs), "found")),
        ]
    )
    exec(compile(text, __file__, "exec"), known)  # noqa: S102  (made of the shapes above only)
    file = Path(function.__code__.co_filename)
    name = f"{function.__module__}.{function.__qualname__} {kind.__name__} {text}"
    known["loop"].__qualname__ = f"loop-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return keep(known["loop"], *([file] if file.is_file() else []))


def _names(letter: str, shape: Shape, position: int = 0) -> Iterator[str]:
    return (f"{letter}{number}" for number in range(position, position + _count(shape)))


def _count(shape: Shape) -> int:
    return 1 if shape in (COLUMN, SCALAR) else sum(map(_count, shape[1:]))


def _row(shape: Shape, names: Iterator[str], known: dict[str, Any]) -> str:
    """The expression that builds one row of an argument."""
    if shape in (COLUMN, SCALAR):
        return next(names) + ("[row]" if shape == COLUMN else "")
    inner = "".join(f"{_row(part, names, known)}, " for part in shape[1:])
    if shape[0] is tuple:
        return f"({inner})"
    known[shape[0].__name__] = shape[0]
    return f"{shape[0].__name__}({inner})"


def _filling(shape: Shape, names: Iterator[str], place: str) -> Iterator[str]:
    """The statements that put one row of the result where it belongs."""
    if shape == COLUMN:
        yield f"{next(names)}[row] = {place}"
    else:
        for position, part in enumerate(shape[1:]):
            yield from _filling(part, names, f"{place}[{position}]")
