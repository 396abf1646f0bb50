import numpy as np
import pytest

from myotrial.design.simulation import shards
from myotrial.design.simulation.shards import load, merge, save, shard, simulate_in
from myotrial.design.simulation.tallies import SUMS
from myotrial.design.simulation.trials import simulate
from myotrial.errors import MyotrialError, OutputError

TRIALS, PARTS = 23, 4


def alike(one, other):
    same = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in SUMS)
    return same and one.ranges == other.ranges


@pytest.fixture(scope="module")
def whole(small):
    return simulate(small, TRIALS, seed=1)


def test_shard__parts_make_the_whole(small, whole):
    parts = [shard(small, TRIALS, 1, index, PARTS) for index in (3, 1, 4, 2)]
    assert alike(merge(parts), whole)


@pytest.mark.parametrize(("index", "of"), [(0, 4), (5, 4), (1, 24)])
def test_shard__refuses_parts_that_are_none(small, index, of):
    with pytest.raises(MyotrialError, match=f"shard {index}/{of}: expected a part"):
        shard(small, TRIALS, 1, index, of)


def test_save__is_read_again_and_leaves_nothing_beside(small, whole, tmp_path):
    save(whole, tmp_path / "deep" / "part.npz")
    assert alike(load(tmp_path / "deep" / "part.npz"), whole)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["part.npz"]


def test_save__names_what_cannot_be_written(whole, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        save(whole, tmp_path / "file" / "part.npz")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04half", b"words"])
def test_load__names_a_file_that_is_broken(tmp_path, content):
    (tmp_path / "part.npz").write_bytes(content)
    with pytest.raises(MyotrialError, match=r"(?s)part\.npz: expected tallies.*Hint: delete"):
        load(tmp_path / "part.npz")


def stop_after(number, error):
    """A `shard` that works so many times."""
    left = [number]

    def work(*task):
        left[0] -= 1
        if left[0] < 0:
            raise error
        return shard(*task)

    return work


def test_simulate_in__keeps_finished_parts_on_ctrl_c(small, whole, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(shards, "shard", stop_after(2, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            simulate_in(tmp_path, small, TRIALS, 1, PARTS)
    assert len(list(tmp_path.iterdir())) == 2
    told = []
    monkeypatch.setattr(shards, "shard", stop_after(2, AssertionError()))  # only what is missing
    found = simulate_in(tmp_path, small, TRIALS, 1, PARTS, progress=lambda *it: told.append(it))
    assert alike(found, whole)
    assert told == [(3, 4), (4, 4)]
    monkeypatch.setattr(shards, "shard", stop_after(0, AssertionError()))
    assert alike(simulate_in(tmp_path, small, TRIALS, 1, PARTS, threads=2), whole)


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
    ) as found:
        yield found


def test_simulate_in__a_cluster_finds_the_same(small, whole, tmp_path, cluster):
    address = cluster.scheduler_address
    assert alike(simulate_in(tmp_path, small, TRIALS, 1, PARTS, cluster=address), whole)


def test_simulate_in__goes_on_after_a_cluster_that_died(small, whole, tmp_path, cluster):
    address = cluster.scheduler_address
    with pytest.raises(MyotrialError, match="of 12 parts are finished and kept"):
        simulate_in(tmp_path, small, TRIALS, 1, 12, address, progress=lambda *_: cluster.close())
    kept = len(list(tmp_path.iterdir()))
    assert 1 <= kept < 12
    assert alike(simulate_in(tmp_path, small, TRIALS, 1, 12), whole)


def test_simulate_in__finished_parts_survive_a_cluster(small, whole, tmp_path, monkeypatch):
    class Lost:
        """A cluster whose second answer never comes."""

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    def gathered(client, tasks):
        yield tasks[0], shard(*tasks[0])
        raise OSError("connection to the scheduler was lost")

    monkeypatch.setattr(shards, "_client", lambda _: Lost())
    monkeypatch.setattr(shards, "_gathered", gathered)
    with pytest.raises(MyotrialError, match="1 of 4 parts are finished and kept") as caught:
        simulate_in(tmp_path, small, TRIALS, 1, PARTS, cluster="tcp://127.0.0.1:1")
    assert "Hint: run it again" in str(caught.value)
    assert alike(simulate_in(tmp_path, small, TRIALS, 1, PARTS), whole)


def test_simulate_in__names_an_address_where_nothing_answers(small, tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(MyotrialError, match="expected the address of a Dask scheduler"):
        simulate_in(tmp_path, small, TRIALS, 1, PARTS, cluster="nowhere://")
