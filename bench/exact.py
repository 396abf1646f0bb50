"""Exact designs against the ways they are usually computed, in one run.

Power of Boschloo's test against the route through SciPy's p-values: SciPy is timed on a few
outcomes spread over the table, and would need one p-value for every outcome that is open (an
outcome less extreme than one that does not reject needs none, so the outcomes along the edge of the
region are counted, two for each number of responders in arm 2). A group-sequential trial
enumerated (tier 0) against a million trials with simulated counts (tier 1). Times are of the
processor, in a Python of its own whose linear algebra keeps to one thread, the best of a few; the
first call of a fresh Python is told beside, imports included.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from scipy.stats import boschloo_exact

from myotrial.design.counts.sequential import simulate
from myotrial.design.exact.sequential import SequentialDesign, by_z
from myotrial.design.exact.simon import simon
from myotrial.design.exact.two_arm import rejection_region

REPEATS = 7
N = 200  # patients an arm of the fixed design
LOOKS, BOUNDS = (50, 100, 150), (3.710303, 2.511427, 1.993047)
RATES = 0.507, 0.3345
TRIALS = 1_000_000
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
TIMES = "from bench.exact import timings; timings()"
FIRST = (
    "from myotrial.design.exact.two_arm import rejection_region as r;"
    "r('boschloo', 200, 200).power(0.5, 0.35)"
)


def boschloo_power() -> float:
    """Region, then power, of 200 against 200 patients."""
    return rejection_region("boschloo", N, N).power(*RATES)


def three_looks() -> SequentialDesign:
    """A design of three looks with its power at one pair of rates."""
    design = by_z(LOOKS, LOOKS, BOUNDS)
    design.characteristics(*RATES)
    return design


def scipy_p_values(number: int) -> float:
    """One p-value of SciPy for each of so many outcomes near the edge of the region."""
    last = 1.0
    for place in range(number):
        control = 20 + 160 * place // number
        table = [[control + 20, control], [N - control - 20, N - control]]
        last = float(boschloo_exact(table, alternative="greater").pvalue)
    return last


def milliseconds(task: Callable[[], object], repeats: int = REPEATS) -> float:
    """Processor time of a task, the best of a few."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time_ns()
        task()
        best = min(best, (time.process_time_ns() - start) / 1e6)
    return best


def elapsed_ms(task: Callable[[], object], repeats: int = REPEATS) -> float:
    """Elapsed time of a task, the best of a few."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        best = min(best, (time.perf_counter() - start) * 1e3)
    return best


def main() -> None:
    """Print times, ratios and goals."""
    subprocess.run([sys.executable, "-c", TIMES], env={**os.environ, **ONE_THREAD}, check=True)


def timings() -> None:
    """The same, in this Python."""
    subprocess.run([sys.executable, "-c", FIRST], check=True)  # so that files are in the cache
    first = elapsed_ms(lambda: subprocess.run([sys.executable, "-c", FIRST], check=True), 3)
    print(f"first call in a fresh Python, imports included: {first / 1e3:.2f} s (goal: 10 s)")

    ours, elapsed = milliseconds(boschloo_power), elapsed_ms(boschloo_power)
    few = 6
    each = milliseconds(lambda: scipy_p_values(few), 1) / few
    route = each * 2 * (N + 1)
    print(f"Boschloo's power, {N} an arm: {ours:.1f} ms, elapsed {elapsed:.1f} ms (goal: 15 ms)")
    print(f"  SciPy: {each:.1f} ms a p-value, {route / 1e3:.1f} s for the edge of the region")
    print(f"  ratio {route / ours:.0f}")
    size = milliseconds(lambda: rejection_region("boschloo", N, N).size())
    print(f"  with its greatest type I error: {size:.1f} ms")

    tier0, elapsed = milliseconds(three_looks), elapsed_ms(three_looks)
    design = three_looks()
    again = milliseconds(lambda: design.characteristics(*RATES))
    sizes = milliseconds(lambda: by_z(LOOKS, LOOKS, BOUNDS).size())
    tier1 = milliseconds(lambda: simulate(design, *RATES, trials=TRIALS, seed=1), 1)
    print(f"three looks, 150 an arm: {tier0:.1f} ms, elapsed {elapsed:.1f} ms (goal: 5 ms)")
    print(f"  each further pair of rates {again:.2f} ms; greatest type I error {sizes:.1f} ms")
    print(f"  a million simulated trials {tier1:.0f} ms, ratio {tier1 / tier0:.0f}")

    search = milliseconds(lambda: simon(0.2, 0.4, alpha=0.05, power=0.9), 3)
    print(f"all two-stage designs up to 100 patients: {search:.0f} ms")


if __name__ == "__main__":
    main()
