"""Every criterion says of the chunks of a Dask array what it says of NumPy columns."""

from functools import partial

import numpy as np
import pytest

from myotrial.response import (
    core_set,
    course,
    functional_index,
    imacs_2004,
    printo,
    proderm,
    tis_2016,
    worsening,
)
from myotrial.response.core_set import CoreSet

arrays = pytest.importorskip("dask.array")

ROWS, CHUNK = 1000, 300
STEPS = (-40.0, -30.0, -25.0, -20.0, 0.0, 5.0, 15.0, 20.0, 25.0, 40.0, np.nan)


def drawn(seed, values=STEPS, columns=6):
    """Columns of numbers on the edges of every rule, some of them missing."""
    return np.random.default_rng(seed).choice(values, (columns, ROWS))


change = CoreSet(*drawn(1))
before, after = CoreSet(*np.abs(drawn(2))), CoreSet(*np.abs(drawn(3)))
rises = tuple(drawn(4, (-1.0, 1.9, 2.0, 2.1, np.nan), 2))
visits = tuple(drawn(5, (0, 1), 4).astype(bool))
known = tuple(one | (other > 0) for one, other in zip(visits, drawn(6, (0, 1), 4), strict=True))
days = tuple(np.full(ROWS, day) for day in (90.0, 180.0, 270.0, 365.0))
least = CoreSet(10.0, 10.0, 8.0, 0.3, 3.0, 0.1)
extents = tis_2016.imacs_ranges(strength=80.0, enzyme=3000.0)

CRITERIA = [
    pytest.param(partial(core_set.improvements, minimum=least), (before, after), id="change"),
    pytest.param(core_set.enzyme_unless_normal, (*change[:3], after.enzyme), id="normal enzyme"),
    pytest.param(imacs_2004.improved, (change,), id="imacs_2004"),
    pytest.param(imacs_2004.bounds, (change,), id="imacs_2004 bounds"),
    pytest.param(imacs_2004.assessed, (change,), id="assessed"),
    pytest.param(printo.bounds, (change,), id="printo"),
    pytest.param(worsening.core_set_bounds, (change,), id="core_set"),
    pytest.param(worsening.imacs_2005_bounds, (change, *rises), id="imacs_2005"),
    pytest.param(
        lambda one: worsening.status(*imacs_2004.bounds(one), *worsening.core_set_bounds(one)),
        (change,), id="status",
    ),
    pytest.param(proderm.bounds, (change, *rises), id="proderm"),
    pytest.param(proderm.confirmed, (visits,), id="confirmed"),
    pytest.param(partial(tis_2016.changes, extent=extents), (before, after), id="of the range"),
    pytest.param(tis_2016.score, (change,), id="tis"),
    pytest.param(tis_2016.bounds, (change,), id="tis bounds"),
    pytest.param(
        lambda one: tis_2016.category(*tis_2016.bounds(one), tis_2016.JUVENILE), (change,),
        id="category",
    ),
    pytest.param(tis_2016.number_worse, (change,), id="number worse"),
    pytest.param(
        lambda one, two: functional_index.bounds(
            core_set.improvement(one, two, 1.0, 6.4), one, two
        ),
        (before.physician, after.physician), id="functional index",
    ),
    pytest.param(functional_index.tasks_bounds, (tuple(change),), id="tasks"),
    pytest.param(course.ever, (visits,), id="ever"),
    pytest.param(course.first, (visits,), id="first"),
    pytest.param(course.held, (visits,), id="held"),
    pytest.param(course.sustained, (visits,), id="sustained"),
    pytest.param(course.at_last, (visits, known), id="at the last"),
    pytest.param(course.time_to_first, (visits, known, days), id="time to first"),
]  # fmt: skip


def chunked(item):
    if isinstance(item, tuple):
        parts = [chunked(part) for part in item]
        return type(item)(*parts) if hasattr(item, "_fields") else tuple(parts)
    return arrays.from_array(item, chunks=CHUNK)


def same(found, expected):
    if isinstance(expected, tuple):
        return all(same(*pair) for pair in zip(found, expected, strict=True))
    assert isinstance(found, arrays.Array)
    return np.array_equal(found.compute(), np.asarray(expected, dtype=found.dtype), equal_nan=True)


@pytest.mark.parametrize(("criterion", "arguments"), CRITERIA)
def test_criteria__say_of_dask_arrays_what_they_say_of_numpy(criterion, arguments):
    assert same(criterion(*map(chunked, arguments)), criterion(*arguments))
