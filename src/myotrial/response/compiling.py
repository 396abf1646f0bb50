"""Turns plain functions into compiled ones, and keeps what was compiled.

Same       a Python float in a function takes the precision of the numbers it meets, as NumPy has
           it, so that single precision gives the same bits as NumPy; nothing is reordered or fused.
Kept       in `folder()`, under a name that changes with the sources and the versions; where
           nothing can be written, code is compiled anew each time. What no run has used for
           `DAYS` is removed.
"""

import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

__all__ = ["Inline", "Kind", "compile_plain", "folder", "keep", "rewrite", "settle"]

PACKAGE = __name__.partition(".")[0]
Kind = type[np.float32] | type[np.float64]
Inline = Callable[[FunctionType, Kind, frozenset[FunctionType]], Any]
DAYS = 30.0


def settle(value: Any, kind: Kind, whole: bool = False) -> Any:
    """Give Python's floats, in tuples too, the precision of what they will meet.

    Args:
        value: Anything; only numbers of Python, and tuples of them, change.
        kind: The precision.
        whole: Also turn whole numbers into such: counts in the precision of what is counted.

    >>> settle((20.0, 1), np.float32)
    (np.float32(20.0), 1)
    """
    if isinstance(value, tuple):
        parts = [settle(part, kind, whole) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    change = kind is np.float32 and type(value) in ((float, int) if whole else (float,))
    return kind(value) if change else value


@lru_cache(maxsize=1024)
def compile_plain(
    function: FunctionType,
    kind: Kind,
    whole: frozenset[FunctionType] = frozenset(),
    wrapped: bool = True,
) -> Callable[..., Any]:
    """Compile a plain function, and the plain functions it calls, for one precision.

    Args:
        function: Plain operators on numbers and tuples of numbers, without a closure.
        kind: `np.float32` or `np.float64`: the precision of the numbers it will be given.
        whole: Functions which, with all that they call, count in that precision too: quicker
            where whole numbers only count. Counts up to 2**24 stay exact.
        wrapped: Whether plain Python calls it too; compiling is much quicker without.

    Returns:
        A function to call from code that Numba compiles, where it is always inlined.

    >>> from myotrial.response import imacs_2004
    >>> from myotrial.response.core_set import CoreSet
    >>> compile_plain(imacs_2004.improved, np.float64)(CoreSet(30.0, 25.0, 22.0, 0.0, 0.0, -40.0))
    True
    """
    import numba

    options: dict[str, Any] = {"error_model": "numpy", "forceinline": True}
    if not wrapped:
        options |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return numba.njit(**options)(rewrite(function, kind, whole))


def rewrite(
    function: FunctionType,
    kind: Kind,
    whole: frozenset[FunctionType] = frozenset(),
    inline: Inline | None = None,
) -> FunctionType:
    """The function that `compile_plain` compiles: with settled constants, calling compiled ones.

    Args:
        function: As in `compile_plain`.
        kind: As in `compile_plain`.
        whole: As in `compile_plain`.
        inline: Compiles a function that this one calls, for something else than this processor.
    """
    code = function.__code__
    counts = function in whole
    inner = _Everything() if counts else whole
    inline = inline or partial(compile_plain, wrapped=False)
    fresh = FunctionType(
        code.replace(co_consts=tuple(settle(item, kind, counts) for item in code.co_consts)),
        {name: _known(value, function, kind, inner, inline) for name, value in _used(function)},
        function.__name__,
        settle(function.__defaults__, kind, counts) if function.__defaults__ else None,
    )
    fresh.__module__ = __name__  # which code kept on disk can always import again
    return fresh


class _Everything(frozenset[FunctionType]):
    """A set that holds every function."""

    def __contains__(self, item: object) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Everything)

    def __hash__(self) -> int:
        return hash(_Everything)


def _used(function: FunctionType) -> Iterator[tuple[str, Any]]:
    names = function.__code__.co_names
    return ((name, value) for name, value in function.__globals__.items() if name in names)


def _known(
    value: Any, user: FunctionType, kind: Kind, whole: frozenset[FunctionType], inline: Inline
) -> Any:
    """What a name means inside compiled code; in a module, every plain function the user names."""
    home = {PACKAGE, user.__module__.partition(".")[0]}
    if isinstance(value, FunctionType) and value.__module__.partition(".")[0] in home:
        return inline(value, kind, whole)
    if isinstance(value, ModuleType) and value.__name__.partition(".")[0] in home:
        module = ModuleType(value.__name__)
        for name in user.__code__.co_names:
            if hasattr(value, name):
                setattr(module, name, _known(getattr(value, name), user, kind, whole, inline))
        return module
    return settle(value, kind, user in whole)


def keep(function: FunctionType, *sources: Path) -> Any:
    """Compile a function when it is first called, and keep the result on disk.

    Args:
        function: Its qualified name must tell it from every other that is kept.
        sources: Files and folders whose change makes it be compiled anew, beside this package's
            criteria.
    """
    import numba

    dispatcher: Any = numba.njit(function, error_model="numpy", nogil=True)
    place = folder() / _stamp(Path(__file__).parent, *sources)
    with _cache_in(place):
        try:
            dispatcher.enable_caching()
        except RuntimeError:  # no folder can be written
            return numba.njit(function, error_model="numpy", nogil=True)
    for name in ("load_overload", "save_overload"):
        setattr(dispatcher._cache, name, _without_disk(getattr(dispatcher._cache, name)))
    _tidy(place)
    return dispatcher


def _without_disk(step: Callable[..., Any]) -> Callable[..., Any]:
    """The step of a cache; on a disk that is full or does not answer, as if nothing were kept."""

    def attempt(*arguments: Any) -> Any:
        with suppress(OSError):
            return step(*arguments)
        return None

    return attempt


@lru_cache(maxsize=64)
def _tidy(place: Path) -> None:
    """Mark a folder as used, and remove those beside it that were not for `DAYS`, where allowed."""
    with suppress(OSError):
        os.utime(place)
    with suppress(OSError):
        for other in place.parent.iterdir():
            if re.fullmatch("[0-9a-f]{16}", other.name) and _is_stale(other):
                shutil.rmtree(other, ignore_errors=True)


def _is_stale(place: Path) -> bool:
    with suppress(OSError):
        age = time.time() - place.lstat().st_mtime
        return place.is_dir() and not place.is_symlink() and age > DAYS * 86400
    return False


def folder() -> Path:
    """Where compiled code is kept: `MYOTRIAL_CACHE`, or the user's usual place for such."""
    named = os.environ.get("MYOTRIAL_CACHE")
    if named:
        return Path(named)
    usual = os.environ.get("XDG_CACHE_HOME")
    return (Path(usual) if usual else Path.home() / ".cache") / PACKAGE


@lru_cache(maxsize=64)
def _stamp(*sources: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        for file in sorted(source.glob("*.py")) if source.is_dir() else [source]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _cache_in(place: Path) -> Iterator[None]:
    config: Any = import_module("numba.core.config")
    before = config.CACHE_DIR
    config.CACHE_DIR = str(place)
    try:
        yield
    finally:
        config.CACHE_DIR = before
