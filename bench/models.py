"""How long a mixed model for repeated measures takes, fit and inference.

The floor is one evaluation of the same restricted likelihood subject by subject, a Cholesky
factorisation each, as a program without shared cross-products makes it at every step. The goal is
a fit with Kenward-Roger inference of 200 patients and 4 visits in 25 ms. Times are of the
processor with one thread for linear algebra: on matrices this small, more threads only wait for
each other.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from myotrial.statistics import mmrm
from myotrial.statistics.mmrm_inference import Inference

PATIENTS, VISITS = 200, 4
REPEATS = 20
GOAL = 25.0  # milliseconds
MORE = (200, 2_000, 20_000)


def trial(patients: int) -> tuple[np.ndarray, np.ndarray]:
    """Values and design: visit by arm, baseline by visit, two strata; visits missing at random."""
    generator = np.random.default_rng(1)
    arm = (np.arange(patients) % 2).astype(float)
    base = generator.normal(size=patients)
    stratum = generator.integers(3, size=patients)
    root = np.linalg.cholesky(0.5 + 0.5 * np.eye(VISITS))
    values = generator.normal(size=(patients, VISITS)) @ root.T
    values += arm[:, np.newaxis] * np.linspace(0.1, 0.4, VISITS) + 0.5 * base[:, np.newaxis]
    values[generator.random(values.shape) < 0.15] = np.nan
    each = np.broadcast_to(np.eye(VISITS), (patients, VISITS, VISITS))
    strata = np.stack([stratum == 1, stratum == 2], axis=-1)[:, np.newaxis].astype(float)
    parts = [each, each * arm[:, np.newaxis, np.newaxis], each * base[:, np.newaxis, np.newaxis],
             np.broadcast_to(strata, (patients, VISITS, 2))]  # fmt: skip
    return values, np.concatenate(parts, axis=-1)


def fitted(values: np.ndarray, design: np.ndarray) -> list[float]:
    """A fit, and the difference of the arms at each visit with Kenward-Roger inference."""
    model = mmrm.fit(values, design)
    inference = Inference(model)
    rows = np.eye(design.shape[-1])[VISITS : 2 * VISITS]
    return [inference.combination(model, row).p_value for row in rows]


def by_subject(values: np.ndarray, design: np.ndarray, variance: np.ndarray) -> float:
    """The restricted likelihood at one covariance, subject by subject."""
    p = design.shape[-1]
    whole, logs = np.zeros((p + 1, p + 1)), 0.0
    for y, x in zip(values, design, strict=True):
        seen = np.isfinite(y)
        factor = np.linalg.cholesky(variance[np.ix_(seen, seen)])
        scaled = np.linalg.solve(factor, np.column_stack([x[seen], y[seen]]))
        whole += scaled.T @ scaled
        logs += 2 * np.log(factor.diagonal()).sum()
    corner = np.linalg.cholesky(whole).diagonal()
    return logs + 2 * np.log(corner[:-1]).sum() + corner[-1] ** 2


def milliseconds(task: Callable[[], object], repeats: int = REPEATS) -> float:
    """Processor time of a task, the best of a few."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time_ns()
        task()
        best = min(best, time.process_time_ns() - start)
    return best / 1e6


def main() -> None:
    """Measure in a process of its own, where the number of threads can still be set."""
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-m", "bench.models"], check=True, env=alone)


def measure() -> None:
    """Print the time of a fit, the ratio to the floor, and how it grows."""
    values, design = trial(PATIENTS)
    kept = np.isfinite(values).any(axis=1)
    variance = mmrm.fit(values, design).variance
    floor = milliseconds(lambda: by_subject(values[kept], design[kept], variance))
    took = milliseconds(lambda: fitted(values, design))
    columns = design.shape[-1]
    print(f"{PATIENTS} patients, {VISITS} visits, unstructured, {columns} coefficients")
    print(f"fit with Kenward-Roger inference {took:8.2f} ms (goal: {GOAL:.0f} ms)")
    print(f"one likelihood by subject        {floor:8.2f} ms, the fit is {took / floor:.2f} x")
    for patients in MORE:
        more = trial(patients)
        cost = milliseconds(lambda more=more: fitted(*more), 3)
        print(f"{patients:>6} patients {cost:10.2f} ms {cost / took:8.2f} x")


if __name__ == "__main__":
    measure()
