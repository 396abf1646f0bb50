"""Tier 3: trials simulated from full trajectories."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from myotrial.design.simulation import kernel
from myotrial.design.simulation.arrays import CRITERIA, Model, make_room
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.scenario import Scenario
from myotrial.design.simulation.tallies import SUMS, Tallies, empty
from myotrial.errors import MyotrialError

__all__ = ["check_numbers", "keys", "run", "simulate"]

CHUNK = 600_000  # subjects between two chances to stop
MOST_TRIALS = 2**62
NOTHING = np.zeros((0, CRITERIA + 1, 0), np.uint8)


def simulate(
    scenario: Scenario, trials: int, seed: int, first: int = 0, threads: int = 1
) -> Tallies:
    """Simulate trials; the result depends on their numbers alone, not on who works them out.

    Args:
        scenario: What is assumed.
        trials: How many.
        seed: 0 to 2**64 - 1.
        first: Number of the first trial.
        threads: How many are worked on at once.

    Returns:
        Tallies that add up with those of other trials.

    Raises:
        MyotrialError: A number is out of its range.
    """
    check_numbers(trials, seed, first)
    model = make_model(scenario)
    chunk = -(-CHUNK // (scenario.control.size + scenario.active.size))

    def work(start: int) -> Tallies:
        return run(scenario, model, seed, start, min(chunk, first + trials - start), NOTHING)

    whole = empty(scenario, seed)
    with ThreadPoolExecutor(threads) as pool:
        try:
            for part in pool.map(work, range(first, first + trials, chunk)):
                whole = whole + part
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return whole


def run(
    scenario: Scenario, model: Model, seed: int, first: int, trials: int, kept: np.ndarray
) -> Tallies:
    """Work out trials on one thread; `kept` as in `kernel.run_trials`."""
    part = empty(scenario, seed)
    subjects = scenario.control.size + scenario.active.size
    room = make_room(len(scenario.measures), scenario.visits, subjects)
    sums = [getattr(part, name) for name in SUMS]
    kernel.compiled(kernel.run_trials)(model, room, first, trials, *keys(seed), kept, *sums)
    return replace(part, ranges=((first, trials),))


def keys(seed: int) -> tuple[np.uint64, np.uint64]:
    """The two halves of a seed."""
    return np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)


def check_numbers(trials: int, seed: int, first: int = 0) -> None:
    """Refuse numbers of trials and seeds that the counter cannot hold."""
    if not (0 < trials <= MOST_TRIALS and 0 <= first <= MOST_TRIALS):
        raise MyotrialError(f"expected 1 trial or more, from number 0 on, found {trials}, {first}")
    if not 0 <= seed < 2**64:
        raise MyotrialError(f"seed: expected 0 to 2**64 - 1, found {seed!r}")
