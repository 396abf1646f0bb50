"""The kernel of the GPU in Numba's simulator of one, in a Python of its own, against the processor.

The simulator runs every thread of every block as plain Python on NumPy's single precision, which
rounds after each operation as the compiled code of a processor does: equality is to the last bit.
It says nothing about a real GPU's compiler, which fuses products and sums.
"""

import os
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from myotrial.design.simulation import trials
from myotrial.design.simulation.arrays import CRITERIA as ROWS
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.tallies import SUMS
from myotrial.design.simulation.trials import chosen, simulate
from myotrial.errors import MyotrialError

SEED = 2**40 + 5
FIRST = 2**33 + 1
NUMBER = 5
SIMULATED = f"""
import pickle, sys
import numpy as np
from myotrial.design.simulation import gpu, trials
from myotrial.design.simulation.model import make_model

scenario = pickle.load(open(sys.argv[1], "rb"))
gpu.THREADS, gpu.BLOCKS = 7, 2  # divide neither the arms nor the trials evenly
kept = np.zeros(({NUMBER}, {ROWS + 2}, 25), np.uint8)
tallies = trials.run(scenario, make_model(scenario), {SEED}, {FIRST}, {NUMBER}, kept, on_gpu=True)
gpu.THREADS = 128  # more than there are subjects
trials.GPU_CHUNK = 2 * 25
again = trials.simulate(scenario, 3, {SEED}, {FIRST}, device="auto")
pickle.dump((tallies, kept, again), open(sys.argv[2], "wb"))
"""


@pytest.fixture(scope="module")
def scenario(small):
    """Arms of 9 and 16."""
    sizes = {"control": replace(small.control, size=9), "active": replace(small.active, size=16)}
    return replace(small, **sizes)


@pytest.fixture(scope="module")
def simulated(scenario, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpu")
    asked, answered = folder / "scenario", folder / "tallies"
    asked.write_bytes(pickle.dumps(scenario))
    subprocess.run(
        [sys.executable, "-c", SIMULATED, str(asked), str(answered)],
        check=True,
        env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"},
    )
    return pickle.loads(answered.read_bytes())  # noqa: S301  (what the lines above wrote)


def alike(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in SUMS)


def test_gpu__gives_every_subject_of_every_trial_the_same_patterns(scenario, simulated):
    tallies, kept, _ = simulated
    expected = np.zeros_like(kept)
    whole = trials.run(scenario, make_model(scenario), SEED, FIRST, NUMBER, expected)
    np.testing.assert_array_equal(kept, expected)
    assert all(len(np.unique(row)) > 1 for row in expected.transpose(1, 0, 2))
    assert alike(tallies, whole)
    assert tallies.ranges == whole.ranges


def test_gpu__adds_up_the_same_in_other_threads_and_parts(scenario, simulated):
    *_, again = simulated
    assert alike(again, simulate(scenario, 3, SEED, FIRST))


@pytest.mark.parametrize(
    ("device", "there", "expected"),
    [("cpu", True, "cpu"), ("auto", True, "gpu"), ("gpu", True, "gpu"), ("auto", False, "cpu")],
)
def test_chosen__takes_a_gpu_where_it_may(monkeypatch, device, there, expected):
    monkeypatch.setattr(trials, "find_spec", lambda name: name)
    monkeypatch.setattr("numba.cuda.is_available", lambda: there)
    assert chosen(device) == expected


@pytest.mark.parametrize(("installed", "there"), [("numba_cuda", False), (None, True)])
def test_simulate__tells_who_asks_for_a_gpu_that_none_is_there(
    monkeypatch, scenario, installed, there
):
    monkeypatch.setattr(trials, "find_spec", {"numba_cuda": installed}.get)
    monkeypatch.setattr("numba.cuda.is_available", lambda: there)
    with pytest.raises(MyotrialError, match=r"found none that can be used(.|\n)*Hint: pip install"):
        simulate(scenario, 1, SEED, device="gpu")


def test_simulate__refuses_another_device(scenario):
    with pytest.raises(MyotrialError, match=r"device: expected one of .*, found 'tpu'"):
        simulate(scenario, 1, SEED, device="tpu")
