"""How fast trials are simulated from trajectories (tier 3): 300 subjects, 4 visits, 6 measures.

Each trial has both criteria at every visit, dropout, missed visits, and Fisher's test on its
counts. The floor is filling the same normal numbers and nothing else. Beside it, the same trials
in NumPy, many at a time. Times are of the processor, the best of a few taken in turns; that of two
threads is of the clock and means something on free cores only, and so is that of a GPU, where there
is one.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import fisher_exact

from myotrial.design.simulation import kernel, philox
from myotrial.design.simulation.arrays import make_room
from myotrial.design.simulation.presets import LOADINGS, add_on_therapy, one_factor
from myotrial.design.simulation.scenario import Arm, Endpoint, Scenario
from myotrial.design.simulation.trials import chosen, simulate
from myotrial.response import core_set, imacs_2004, tis_2016
from myotrial.response.core_set import CoreSet

TRIALS = 4000
GPU_TRIALS = 1_000_000
BATCH = 20  # trials at a time in NumPy
REPEATS = 5
SIZE = 150  # of an arm
START = "from bench import trajectories; trajectories.simulate(trajectories.scenario(), 1, 1)"


def scenario() -> Scenario:
    """The preset without the functional index."""
    whole = add_on_therapy(SIZE, endpoints=(Endpoint("DOI"), Endpoint("TIS20")))
    control, active = (
        Arm(SIZE, tuple(row[:6] for row in arm.course)) for arm in (whole.control, whole.active)
    )
    return replace(
        whole,
        measures=whole.measures[:6],
        correlation=one_factor(LOADINGS[:6]),
        own_correlation=one_factor(LOADINGS[:6]),
        control=control,
        active=active,
    )


def region(size: int) -> np.ndarray:
    """Where Fisher's test rejects at 0.05, by responders of both arms."""
    counts = range(size + 1)

    def rejects(active: int, control: int) -> bool:
        found: Any = fisher_exact([[active, size - active], [control, size - control]])
        return found.pvalue <= 0.05

    return np.array([[rejects(active, control) for control in counts] for active in counts])


def in_numpy(plan: Scenario, trials: int, generator: np.random.Generator) -> np.ndarray:
    """The same trials by whole arrays; gives responders (trials, arms) of both criteria."""
    items = plan.measures
    shape = (trials, 2 * SIZE)
    mean, sd, spread, noises, better = (
        np.array([getattr(item, name) for item in items], np.float32)
        for name in ("mean", "sd", "own", "noise", "better")
    )
    lower = np.linalg.cholesky(plan.correlation).astype(np.float32)
    z = generator.standard_normal((2, *shape, 6), np.float32) @ lower.T
    latent = mean + z[0] * better * sd
    own = z[1] * better * spread
    before = shown(latent, plan)
    arms = np.array([plan.control.course, plan.active.course], np.float32)
    course = np.repeat(arms * better, SIZE, axis=0)
    here = np.ones(shape, bool)
    found = np.zeros((2, *shape), bool)
    for visit in range(plan.visits):
        noise = generator.standard_normal((*shape, 6), np.float32) * noises
        after = shown(latent + own + course[:, visit] + noise, plan)
        here &= generator.random(shape, np.float32) >= plan.dropout.random
        sees = here & (generator.random(shape, np.float32) >= plan.dropout.missing)
        found = np.stack(verdicts(before, after, plan)) & sees
    return np.stack([found[..., :SIZE].sum(-1), found[..., SIZE:].sum(-1)], axis=-1)


def shown(values: np.ndarray, plan: Scenario) -> CoreSet:
    """What the scales show of values (..., measures)."""
    parts = []
    for m, item in enumerate(plan.measures):
        part = np.exp(values[..., m]) if item.log else values[..., m]
        if item.step:
            part = np.floor(part / np.float32(item.step) + np.float32(0.5)) * np.float32(item.step)
        parts.append(np.clip(part, item.low, item.high))
    return CoreSet(*parts)


def verdicts(before: CoreSet, after: CoreSet, plan: Scenario) -> tuple[Any, Any]:
    """Both criteria of one visit."""
    zero: Any = np.int8(0)
    minima = CoreSet(*(item.minimum for item in plan.measures))
    ranges = CoreSet(*(item.extent for item in plan.measures))
    doi = imacs_2004.improved(core_set.improvements(before, after, minima), zero)
    return doi, tis_2016.bounds(tis_2016.changes(before, after, ranges), zero)[0] >= 20


def microseconds(tasks: dict[str, tuple[Callable[[], Any], int]]) -> dict[str, float]:
    """Microseconds of processor time a trial."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(REPEATS):
        for name, (task, number) in tasks.items():
            start = time.process_time_ns()
            task()
            best[name] = min(best[name], (time.process_time_ns() - start) / number / 1000)
    return best


def tasks(plan: Scenario) -> dict[str, tuple[Callable[[], Any], int]]:
    """What is timed, and over how many trials."""
    room = make_room(6, plan.visits, 2 * SIZE)
    fill = kernel.compiled(philox.fill_normals)
    subjects, key = room.seen.shape[0], (np.uint64(1), np.uint64(2))
    generator, rejects = np.random.default_rng(1), region(SIZE)

    def floor() -> None:
        for trial in range(TRIALS):
            fill(room.normals, room.words, room.radii, subjects, trial, *key)

    return {
        "normal numbers only": (floor, TRIALS),
        "simulated": (lambda: simulate(plan, TRIALS, 1).share(0, rejects), TRIALS),
        "in NumPy, by whole arrays": (
            lambda: [rejects[tuple(row)] for row in in_numpy(plan, BATCH, generator)[0]],
            BATCH,
        ),
    }


def first_call(cache: str) -> float:
    """Seconds of processor time of a Python that simulates one trial."""
    start = sum(os.times()[2:4])
    environment = {**os.environ, "MYOTRIAL_CACHE": cache}
    subprocess.run([sys.executable, "-c", START], check=True, env=environment)
    return sum(os.times()[2:4]) - start


def on_gpu(plan: Scenario, core: float) -> str:
    """How much faster a GPU is than one core, which takes so many microseconds a trial."""
    if chosen("auto") == "cpu":
        return "GPU: skipped: no NVIDIA GPU on this machine"
    there, here = (simulate(plan, TRIALS, 1, device=device) for device in ("gpu", "cpu"))
    moved = np.abs(there.counts - here.counts).sum() // 2
    wall = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        simulate(plan, GPU_TRIALS, 1, device="gpu")
        wall.append(time.perf_counter() - start)
    cost = min(wall) / GPU_TRIALS * 1e6
    return (
        f"GPU: {cost:.3f} us of the clock a trial, {core / cost:.0f} x one core; "
        f"{moved} of {2 * TRIALS} counts of responders differ from the processor's"
    )


def main() -> None:
    """Print microseconds a trial and their ratios, the speed-up of two threads, the first call."""
    plan = scenario()
    simulate(plan, 1, 1)
    with tempfile.TemporaryDirectory() as cache:
        fresh, kept = first_call(cache), first_call(cache)
    took = microseconds(tasks(plan))
    floor = took["normal numbers only"]
    print(f"trials of {2 * SIZE} subjects, 4 visits, 6 measures: processor time a trial and core")
    for name, cost in took.items():
        print(f"{name:<26} {cost:10.1f} us {cost / floor:8.2f} x the floor")
    print(f"NumPy to simulated: {took['in NumPy, by whole arrays'] / took['simulated']:.1f} x")
    wall = []
    for threads in (1, 2, 1, 2, 1, 2):
        start = time.perf_counter()
        simulate(plan, 4 * TRIALS, 1, threads=threads)
        wall.append(time.perf_counter() - start)
    print(f"one thread to two: {min(wall[::2]) / min(wall[1::2]):.2f} x")
    print(on_gpu(plan, took["simulated"]))
    print(f"first call: {fresh:.1f} s of processor time; with code kept on disk: {kept:.1f} s")


if __name__ == "__main__":
    main()
