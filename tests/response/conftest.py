"""Every criterion runs on floats, on NumPy arrays and compiled by Numba: one fixture for all."""

from functools import lru_cache

import numba
import numpy as np
import pytest

compiled = lru_cache(maxsize=None)(numba.njit)


def on_floats(function, rows):
    return [function(*row) for row in rows]


def on_numba(function, rows):
    return [compiled(function)(*row) for row in rows]


def on_numpy(function, rows):
    """Turn rows of (nested tuples of) scalars into arrays, call once, and cut into rows again."""
    result = function(*map(columns, zip(*rows, strict=True)))
    if isinstance(result, tuple):
        return list(
            zip(*(np.broadcast_to(part, len(rows)).tolist() for part in result), strict=True)
        )
    return np.broadcast_to(result, len(rows)).tolist()


def columns(cells):
    if isinstance(cells[0], tuple):
        kind = type(cells[0])
        arrays = [columns(part) for part in zip(*cells, strict=True)]
        return kind(*arrays) if hasattr(kind, "_fields") else tuple(arrays)
    return np.array(cells)


@pytest.fixture(scope="session", params=[on_floats, on_numpy, on_numba], ids=lambda f: f.__name__)
def run(request):
    """Run a criterion over rows of arguments; gives one result for each row."""
    return request.param


@pytest.fixture(scope="session")
def everywhere():
    """Run a criterion every way and check that all agree; gives the results on floats."""

    def check(function, rows):
        expected = on_floats(function, rows)
        for way in (on_numpy, on_numba):
            np.testing.assert_array_equal(way(function, rows), expected, err_msg=way.__name__)
        return expected

    return check
