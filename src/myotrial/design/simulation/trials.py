"""Tier 3: trials simulated from full trajectories."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, get_args

import numpy as np

from myotrial.design.simulation import kernel
from myotrial.design.simulation.arrays import CRITERIA, Model, make_room
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.scenario import Scenario
from myotrial.design.simulation.tallies import SUMS, Tallies, empty
from myotrial.errors import MyotrialError

__all__ = ["Device", "check_numbers", "chosen", "keys", "run", "simulate"]

Device = Literal["cpu", "gpu", "auto"]
CHUNK = 600_000  # subjects between two chances to stop
GPU_CHUNK = 100_000_000
MOST_TRIALS = 2**62
NOTHING = np.zeros((0, CRITERIA + 2, 0), np.uint8)
NO_VALUES = np.zeros((0, 0, 0, 0), np.float32)


def simulate(
    scenario: Scenario,
    trials: int,
    seed: int,
    first: int = 0,
    threads: int = 1,
    device: Device = "cpu",
) -> Tallies:
    """Simulate trials; the result depends on their numbers alone, not on who works them out.

    Args:
        scenario: What is assumed.
        trials: How many.
        seed: 0 to 2**64 - 1.
        first: Number of the first trial.
        threads: How many are worked on at once by processors.
        device: Whether an NVIDIA GPU does the work; "auto" where there is one.

    Returns:
        Tallies that add up with those of other trials.

    Raises:
        MyotrialError: A number is out of its range, or there is no GPU.
    """
    check_numbers(trials, seed, first)
    on_gpu = chosen(device) == "gpu"
    model = make_model(scenario)
    chunk = -(-(GPU_CHUNK if on_gpu else CHUNK) // (scenario.control.size + scenario.active.size))

    def work(start: int) -> Tallies:
        number = min(chunk, first + trials - start)
        return run(scenario, model, seed, start, number, on_gpu=on_gpu)

    whole = empty(scenario, seed)
    with ThreadPoolExecutor(1 if on_gpu else threads) as pool:
        try:
            for part in pool.map(work, range(first, first + trials, chunk)):
                whole = whole + part
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return whole


def run(
    scenario: Scenario,
    model: Model,
    seed: int,
    first: int,
    trials: int,
    kept: np.ndarray = NOTHING,
    shown: np.ndarray = NO_VALUES,
    on_gpu: bool = False,
) -> Tallies:
    """Work out trials on one thread, or on the GPU; `kept`, `shown` as in `kernel.run_trials`."""
    part = empty(scenario, seed)
    subjects = scenario.control.size + scenario.active.size
    room = (len(scenario.measures), scenario.visits, subjects)
    numbers = (first, trials, *keys(seed), kept, shown, *(getattr(part, name) for name in SUMS))
    if on_gpu:
        from myotrial.design.simulation import gpu

        gpu.run_trials(model, room, *numbers)
    else:
        kernel.compiled(kernel.run_trials)(model, make_room(*room), *numbers)
    return replace(part, ranges=((first, trials),))


def chosen(device: Device) -> Device:
    """What "auto" comes to on this machine; an error where a GPU is asked for and none is there."""
    if device not in get_args(Device):
        raise MyotrialError(f"device: expected one of {get_args(Device)}, found {device!r}")
    if device == "cpu" or _has_gpu():
        return "cpu" if device == "cpu" else "gpu"
    if device == "auto":
        return "cpu"
    raise MyotrialError(
        'device: expected an NVIDIA GPU for "gpu", found none that can be used.\n'
        "Hint: pip install 'myotrial[gpu]' on a machine that has one and its driver, or take "
        'device="cpu".'
    )


def _has_gpu() -> bool:
    """Whether the kernel can run: on a GPU by numba-cuda, or in the simulator of one."""
    config: Any = import_module("numba.core.config")
    if find_spec("numba_cuda") is None and not config.ENABLE_CUDASIM:
        return False  # what older versions of Numba bring along does not compile the kernel
    return bool(import_module("numba.cuda").is_available())


def keys(seed: int) -> tuple[np.uint64, np.uint64]:
    """The two halves of a seed."""
    return np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)


def check_numbers(trials: int, seed: int, first: int = 0) -> None:
    """Refuse numbers of trials and seeds that the counter cannot hold."""
    if not (0 < trials <= MOST_TRIALS and 0 <= first <= MOST_TRIALS):
        raise MyotrialError(f"expected 1 trial or more, from number 0 on, found {trials}, {first}")
    if not 0 <= seed < 2**64:
        raise MyotrialError(f"seed: expected 0 to 2**64 - 1, found {seed!r}")
