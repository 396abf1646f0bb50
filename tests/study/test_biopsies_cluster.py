"""Slides measured by a cluster of Dask on the loopback: the same integers, and what may be lost."""

import json
import os
import signal

import pytest
from distributed import Client, LocalCluster

from myotrial import study
from myotrial.biopsy import measure

from .test_biopsies import HEADER, ROOT, ROWS, _sections


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


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "biopsies").mkdir()
    made = _sections()
    for name, positive, seed in (("a0", 20, 3), ("a6", 6, 4), ("b6", 10, 5), ("neg", 0, 6)):
        section = made.draw(positive=positive, negative=40, seed=seed)
        made.write_slide(tmp_path / "biopsies" / f"{name}.tif", section.pixels)
    (tmp_path / "study.yaml").write_bytes((ROOT / "studies/anakinra-2009/study.yaml").read_bytes())
    (tmp_path / "biopsies" / "manifest.csv").write_text(HEADER + ROWS)
    return tmp_path


def numbers(folder):
    record = json.loads((folder / "biopsies" / "measured" / "record.json").read_text())
    slides = record["batches"]["DAB"]["slides"]
    for one in slides.values():
        one["record"]["settings"].pop("threads")
    return slides


def anew(folder):
    (folder / "data" / "biopsies.csv").unlink()
    (folder / "biopsies" / "measured" / "record.json").unlink()


def test_measure_biopsies__on_a_cluster_gives_the_same_numbers(folder, address):
    told = []
    study.measure_biopsies(folder, told.append)
    here, table = numbers(folder), (folder / "data" / "biopsies.csv").read_bytes()
    assert any("Counting: 1 of 4 slides, about" in one for one in told)
    anew(folder)
    told.clear()
    done = study.measure_biopsies(folder, told.append, cluster=address)
    assert (done.slides, done.reused, done.code) == (4, 0, 0)
    assert numbers(folder) == here
    assert (folder / "data" / "biopsies.csv").read_bytes() == table
    assert any("Measuring: 3 of 4 slides, about" in one for one in told)


def test_measure_biopsies__goes_on_when_a_worker_is_killed(folder, address):
    killed = []

    def kill(sentence):
        if sentence.startswith("Measuring: 1 of") and not killed:
            with Client(address, set_as_default=False) as client:
                workers = client.run(os.getpid)
            killed.append(next(iter(workers.values())))
            os.kill(killed[0], signal.SIGKILL)

    done = study.measure_biopsies(folder, kill, cluster=address)
    assert killed
    assert (done.slides, done.code) == (4, 0)
    there = numbers(folder)
    anew(folder)
    study.measure_biopsies(folder)
    assert numbers(folder) == there


def test_measure_biopsies__tells_an_unreadable_slide_of_a_cluster_and_leaves_it_out(
    folder, address
):
    whole = (folder / "biopsies" / "a6.tif").read_bytes()
    (folder / "biopsies" / "a6.tif").write_bytes(whole[: len(whole) // 2])
    done = study.measure_biopsies(folder, cluster=address)
    assert (done.slides, set(done.failed)) == (3, {"a6.tif"})


def test_measure_biopsies__tells_a_slide_that_workers_die_of(folder, address, monkeypatch):
    whole = measure._count

    def deadly(job, count=whole):
        if job[0].source.name == "b6.tif":
            os.kill(os.getpid(), signal.SIGKILL)
        return count(job)

    deadly.__module__ = "__main__"  # sent to the workers by value
    monkeypatch.setattr(measure, "_count", deadly)
    done = study.measure_biopsies(folder, cluster=address)
    assert done.code == 1
    assert set(done.failed) == {"b6.tif"}
    assert "one worker of the cluster after another was lost" in done.failed["b6.tif"]
    assert done.slides == 3
