"""The same file on a cluster of Dask, on the loopback of this machine."""

import os
import signal
import sys

import polars as pl
import pytest
from distributed import LocalCluster
from polars.testing import assert_frame_equal

from myotrial import study
from myotrial.errors import MyotrialError
from myotrial.study import cluster, parts

STATED = {
    "baseline": "M0",
    "column": {},
    "unit": {},
    "variant": {"MMT8": "one side"},
    "limit": {},
}
VISITS = pl.DataFrame(
    {
        "USUBJID": [f"S-{number:03}" for number in range(300) for _ in range(4)],
        "VISIT": ["M0", "M3", "M6", "M6"] * 150 + ["M0", "M3", "M6", "M9"] * 150,
        "MMT8": [(7 * number) % 83 for number in range(1200)],
        "FI": [(5 * number) % 65 for number in range(1200)],
    }
)


@pytest.fixture(scope="module")
def address():
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
        silence_logs=50,
    ) as made:
        yield made.scheduler_address


@pytest.mark.parametrize("shuffled", [False, True], ids=["by subject", "mixed"])
def test_score__on_a_cluster_gives_the_same_table(tmp_path, monkeypatch, address, shuffled):
    monkeypatch.setattr(parts, "SHARED", 200)
    table = VISITS.sample(fraction=1.0, shuffle=shuffled, seed=1)
    table.write_parquet(tmp_path / "visits.parquet")
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    one = study.score(tmp_path / "visits.parquet", out=here, **STATED)
    for _ in range(2):  # the second takes the place of the first
        other = study.score(tmp_path / "visits.parquet", out=there, cluster=address, **STATED)
    assert there.is_dir()
    keys = ["USUBJID", "VISIT", "MMT8", "FI"]
    assert_frame_equal(pl.read_parquet(there).sort(keys), pl.read_parquet(here).sort(keys))
    assert one.report == other.report
    assert one.report.problems
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "here.parquet", "there.parquet", "visits.parquet",
    ]  # fmt: skip


def _dies(_job):
    os.kill(os.getpid(), signal.SIGKILL)


def test_score__leaves_nothing_where_a_worker_is_lost(tmp_path, monkeypatch, address):
    monkeypatch.setattr(parts, "written", _dies)
    VISITS.write_parquet(tmp_path / "visits.parquet")
    out = tmp_path / "scores.parquet"
    with pytest.raises(MyotrialError, match="was lost while it worked; nothing was written"):
        study.score(tmp_path / "visits.parquet", out=out, cluster=address, **STATED)
    assert [item.name for item in tmp_path.iterdir()] == ["visits.parquet"]


def test_connected__tells_that_nothing_answers(monkeypatch):
    monkeypatch.setattr(cluster, "TIMEOUT", 1)
    with (
        pytest.raises(MyotrialError, match=r"no Dask scheduler answers at 'tcp://127.0.0.1:9'"),
        cluster.connected("tcp://127.0.0.1:9"),
    ):
        pass


def test_connected__tells_that_dask_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MyotrialError, match=r"pip install 'myotrial\[cluster\]'"),
        cluster.connected("tcp://127.0.0.1:9"),
    ):
        pass


def test_score__refuses_a_cluster_for_what_it_does_not_do(tmp_path):
    for file, out in (("visits.csv", "scores.parquet"), ("visits.parquet", None)):
        with pytest.raises(MyotrialError, match="a cluster works on a Parquet file"):
            study.score(tmp_path / file, out=out and tmp_path / out, cluster="tcp://x:1", **STATED)
