import numpy as np
import pytest

from myotrial.response import blocks, core_set, imacs_2004, tis_2016
from myotrial.response.core_set import CoreSet

RANGES = tis_2016.imacs_ranges(strength=80.0, enzyme=3000.0)
MINIMA = CoreSet(1.0, 1.0, 8.0, 0.3, 300.0, 1.0)


@pytest.fixture(params=["float32", "float64"])
def visits(request):
    """Drawn values on coarse decimal grids, so that edges are hit, with some missing and zero."""
    generator = np.random.default_rng(3)
    parts = []
    for top in RANGES * 2:
        values = (generator.integers(0, 21, 1000) * top / 20).astype(request.param)
        values[generator.random(1000) < 0.1] = np.nan
        parts.append(values)
    return CoreSet(*parts[:6]), CoreSet(*parts[6:])


def verdicts(before, after, zero=0):
    percent = tis_2016.changes(before, after, RANGES)
    relative = core_set.improvements(before, after, MINIMA)
    return percent, tis_2016.bounds(percent, zero), imacs_2004.bounds(relative, zero)


@pytest.mark.parametrize("rows", [1, 7, 250, 999, 1000, 5000])
def test_evaluate__gives_what_one_call_gives(visits, rows):
    whole = verdicts(*visits)
    found = blocks.evaluate(verdicts, *visits, rows=rows)
    assert isinstance(found[0], CoreSet)
    for part, other in zip(found, whole, strict=True):
        np.testing.assert_array_equal(part, other)
        assert [item.dtype for item in part] == [item.dtype for item in other]


def test_evaluate__agrees_with_one_visit_at_a_time(visits):
    low, high = blocks.evaluate(verdicts, *visits, rows=64)[1]
    each = zip(*visits[0], *visits[1], strict=True)
    expected = [verdicts(CoreSet(*row[:6]), CoreSet(*row[6:]))[1] for row in each]
    np.testing.assert_array_equal(np.stack([low, high], axis=1), expected)


def test_evaluate__counts_the_same_in_narrow_integers(visits):
    wide, narrow = (blocks.evaluate(verdicts, *visits, zero, rows=64) for zero in (0, np.int8(0)))
    for part, other in zip(wide[1:], narrow[1:], strict=True):
        np.testing.assert_array_equal(part, other)


def test_evaluate__passes_scalars_to_every_block():
    found = blocks.evaluate(tis_2016.category, np.full(10, 40.0), 100.0, (20.0, 30.0, 40.0), rows=3)
    assert found.tolist() == [3] * 10


def test_evaluate__of_scalars_and_of_nothing_is_one_call():
    assert blocks.evaluate(tis_2016.category, 40.0, 40.0) == 2
    assert blocks.evaluate(tis_2016.category, np.array([]), np.array([])).shape == (0,)
