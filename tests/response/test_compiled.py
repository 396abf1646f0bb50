"""Compiled columns against the plain way: the same bits, whatever the precision."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from myotrial.response import blocks, compiled, compiling, core_set, course, imacs_2004, tis_2016
from myotrial.response.core_set import CoreSet

RANGES = tis_2016.imacs_ranges(strength=80.0, enzyme=3000.0)
MINIMA = CoreSet(1.0, 1.0, 8.0, 0.3, 300.0, 1.0)
ROWS = 20_000


@pytest.fixture(autouse=True, scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYOTRIAL_CACHE", str(place))
        yield place


def visits(kind, seed):
    """Decimal grids, so that edges and zeros are hit, with some missing."""
    generator = np.random.default_rng(seed)
    parts = []
    for top in RANGES * 2:
        values = (generator.integers(0, 101, ROWS) * top / 100).astype(kind)
        values[generator.random(ROWS) < 0.05] = np.nan
        parts.append(values)
    return CoreSet(*parts[:6]), CoreSet(*parts[6:])


def verdicts(before, after, zero):
    percent = tis_2016.changes(before, after, RANGES)
    low, high = tis_2016.bounds(percent, zero)
    relative = core_set.improvements(before, after, MINIMA)
    found = imacs_2004.bounds(relative, zero)
    return (
        percent,
        relative,
        low,
        high,
        tis_2016.category(low, high),
        found,
        tis_2016.score(percent),
    )


def leaves(item):
    return [leaf for part in item for leaf in leaves(part)] if isinstance(item, tuple) else [item]


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_evaluate__gives_the_same_bits_as_the_plain_way(kind, monkeypatch):
    monkeypatch.setattr(compiled, "CHECKED", 1)  # the rest is compared here
    columns = visits(kind, seed=5)
    loop = compiled._filled(
        verdicts, np.dtype(kind).type, compiling.settle((*columns, np.int8(0)), np.dtype(kind).type)
    )
    expected = blocks.evaluate(verdicts, *columns, np.int8(0))
    assert type(loop[0]) is CoreSet
    for found, plain in zip(leaves(loop), leaves(expected), strict=True):
        assert found.dtype == plain.dtype
        np.testing.assert_array_equal(found, plain)
        if found.dtype.kind == "f":
            numbers = ~np.isnan(plain)
            np.testing.assert_array_equal(np.signbit(found[numbers]), np.signbit(plain[numbers]))


def first_of_three(a, b, c):
    return course.first((a, b, c))


def test_evaluate__of_truths_and_positions(monkeypatch):
    truths = np.random.default_rng(2).random((3, 100)) < 0.3
    found = compiled.evaluate(first_of_three, *truths)  # no precision at all: the plain way
    assert found.tolist() == [first_of_three(*column) for column in truths.T.tolist()]


def cubic(values):
    return 3 * values * values * values + 0.1


def test_evaluate__takes_the_plain_way_where_compiled_code_would_differ():
    values = np.linspace(0, 1, 1000, dtype="float32")
    assert compiled._filled(cubic, np.float32, (values,)) is None  # 3 * single is double there
    np.testing.assert_array_equal(compiled.evaluate(cubic, values), cubic(values))


def sorted_rows(values):
    return np.asarray(values).astype(str)


def test_evaluate__takes_the_plain_way_where_nothing_compiles():
    values = np.arange(3.0)
    assert compiled._filled(sorted_rows, np.float64, (values,)) is None
    assert compiled.evaluate(sorted_rows, values).tolist() == ["0.0", "1.0", "2.0"]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((np.float32([0.3]), np.float32([0.24]), -1, 1.0), id="a whole number"),
        pytest.param((np.float32([0.3]), np.array([0.24]), -1.0, 1.0), id="two precisions"),
        pytest.param((np.array([3]), np.array([2]), -1.0, 1.0), id="whole columns"),
        pytest.param((np.array([]), np.array([]), -1.0, 1.0), id="no rows"),
        pytest.param((0.3, 0.24, -1.0, 1.0), id="no columns"),
    ],
)
def test_evaluate__leaves_to_numpy_what_only_numpy_knows(arguments):
    found = compiled.evaluate(core_set.improvement, *arguments)
    np.testing.assert_array_equal(found, core_set.improvement(*arguments))
    assert compiled._kind(arguments) is None


def row(values):
    return values


def test_keep__finds_again_what_was_compiled_before(place):
    values = np.arange(3.0)
    assert compiled.evaluate(row, values).tolist() == [0, 1, 2]
    assert list(place.rglob("*.nbi"))
    compiled._loop.cache_clear()
    loop = compiled._loop(row, np.float64, compiled._shape((values,)), compiled._shape(values))
    loop(values, np.empty(3))
    assert sum(loop.stats.cache_hits.values()) == 1


def test_keep__compiles_where_nothing_can_be_written(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("MYOTRIAL_CACHE", str(blocked / "below"))
    monkeypatch.setattr("numba.core.caching.CacheImpl._locator_classes", [])

    def twice(x):
        return x + x

    assert compiling.keep(twice)(2.0) == 4.0


def aged(folder, days):
    (folder / "inside").mkdir(parents=True)
    (folder / "inside" / "code.nbc").write_bytes(b"code")
    then = time.time() - days * 86400
    os.utime(folder, (then, then))
    return folder


def test_keep__removes_what_no_run_used_for_long(tmp_path, monkeypatch):
    monkeypatch.setenv("MYOTRIAL_CACHE", str(tmp_path))
    compiling._tidy.cache_clear()
    gone = aged(tmp_path / "0123456789abcdef", compiling.DAYS + 1)
    recent = aged(tmp_path / "fedcba9876543210", compiling.DAYS - 1)
    others = aged(tmp_path / "results", compiling.DAYS + 1)
    link = tmp_path / "aaaaaaaaaaaaaaaa"
    link.symlink_to(others)
    used = aged(tmp_path / compiling._stamp(Path(compiling.__file__).parent), compiling.DAYS + 1)
    compiling.keep(row)
    assert not gone.exists()
    assert all((place / "inside" / "code.nbc").exists() for place in (recent, others, used))
    assert time.time() - used.stat().st_mtime < 3600


def test_keep__goes_on_where_nothing_may_be_removed(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("MYOTRIAL_CACHE", str(tmp_path))
    compiling._tidy.cache_clear()
    left = aged(tmp_path / "0123456789abcdef", compiling.DAYS + 1)
    for name in ("rmdir", "unlink", "utime"):
        monkeypatch.setattr(os, name, refuse)
    compiling.keep(row)
    assert left.exists()


def full_disk(*_):
    raise OSError(28, "No space left on device")


def half(x):
    return x / 2


@pytest.mark.parametrize("step", ["save", "load"])
def test_keep__goes_on_without_a_disk_that_answers(tmp_path, monkeypatch, step):
    monkeypatch.setenv("MYOTRIAL_CACHE", str(tmp_path))
    monkeypatch.setattr(f"numba.core.caching.IndexDataCacheFile.{step}", full_disk)
    assert compiling.keep(half)(5.0) == 2.5


def test_folder__is_the_users_and_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("MYOTRIAL_CACHE", str(tmp_path))
    assert compiling.folder() == tmp_path
    monkeypatch.delenv("MYOTRIAL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiling.folder() == tmp_path / "myotrial"
