"""How fast the total improvement score and the definition of improvement run over large columns.

The floor is copying the columns that are read: no program could do less. The same functions run in
blocks, on whole columns at once, on columns of pandas, and on one patient's numbers at a time.
Times are of the processor, one core, the best of a few taken in turns. Compiling is not among them.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from myotrial.response import blocks, compiled, core_set, imacs_2004, tis_2016
from myotrial.response.core_set import CoreSet

VISITS = 2_000_000
FEW = 2_000  # visits for what takes one at a time
REPEATS = 5
COPIES = 1 / 8  # of the bandwidth of copying, goal
RANGES = tis_2016.imacs_ranges(strength=80.0, enzyme=15 * 200.0)
MINIMA = CoreSet(1.0, 1.0, 8.0, 0.3, 300.0, 1.0)


def score(before: CoreSet, after: CoreSet, zero: Any = 0) -> tuple[Any, Any]:
    """Both bounds of the total improvement score, from measured values."""
    return tis_2016.bounds(tis_2016.changes(before, after, RANGES), zero)


def improvement(before: CoreSet, after: CoreSet, zero: Any = 0) -> tuple[Any, Any]:
    """Both bounds of the definition of improvement, from measured values."""
    return imacs_2004.bounds(core_set.improvements(before, after, MINIMA), zero)


def both(before: CoreSet, after: CoreSet, zero: Any = 0) -> tuple[Any, ...]:
    """Both criteria."""
    return *score(before, after, zero), *improvement(before, after, zero)


def visits(number: int) -> tuple[CoreSet, CoreSet]:
    """Baselines and later values in single precision, drawn over the whole scales."""
    generator = np.random.default_rng(1)
    parts = (
        CoreSet(*(generator.random(number, dtype=np.float32) * np.float32(top) for top in RANGES))
        for _ in range(2)
    )
    before, after = parts
    return before, after


def nanoseconds(tasks: dict[str, tuple[Callable[[], Any], int]]) -> dict[str, float]:
    """Nanoseconds of processor time a visit, for tasks that each do so many visits."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(REPEATS):
        for name, (task, number) in tasks.items():
            start = time.process_time_ns()
            task()
            best[name] = min(best[name], (time.process_time_ns() - start) / number)
    return best


def by_row(frame: pd.DataFrame) -> Any:
    """What a pandas user writes first: a function applied to each row."""

    def verdict(row: pd.Series) -> tuple[Any, ...]:
        return both(CoreSet(*row.iloc[:6]), CoreSet(*row.iloc[6:]))

    return frame.apply(verdict, axis=1)


def tasks() -> dict[str, tuple[Callable[[], Any], int]]:
    """What is timed, and over how many visits."""
    before, after = visits(VISITS)
    narrow = np.int8(0)
    frame = pd.DataFrame({str(i): item[:FEW] for i, item in enumerate(before + after)})
    rows = [(CoreSet(*row[:6]), CoreSet(*row[6:])) for row in frame.to_numpy(float).tolist()]
    columns = [CoreSet(*map(pd.Series, part)) for part in (before, after)]
    return {
        "copying the columns": (lambda: [item.copy() for item in before + after], VISITS),
        "score, in blocks": (lambda: blocks.evaluate(score, before, after, narrow), VISITS),
        "improvement, in blocks": (
            lambda: blocks.evaluate(improvement, before, after, narrow),
            VISITS,
        ),
        "both, in blocks": (lambda: blocks.evaluate(both, before, after, narrow), VISITS),
        "both, compiled": (lambda: compiled.evaluate(both, before, after, narrow), VISITS),
        "both, whole columns": (lambda: both(before, after, narrow), VISITS),
        "both, columns of pandas": (lambda: both(*columns), VISITS),
        "both, one visit at a time": (lambda: [both(*row) for row in rows], FEW),
        "both, pandas row by row": (lambda: by_row(frame), FEW),
    }


def main() -> None:
    """Print nanoseconds and millions of visits a second, and ratios to both, in blocks."""
    start = time.perf_counter()
    compiled.evaluate(both, *visits(compiled.CHECKED), np.int8(0))
    waited = time.perf_counter() - start
    took = nanoseconds(tasks())
    blocked, floor = took["both, in blocks"], took["copying the columns"]
    print(f"{VISITS} patient-visits of 6 measures at 2 times, single precision")
    for name, cost in took.items():
        print(f"{name:<26} {cost:10.1f} ns {1000 / cost:8.2f} million/s {cost / blocked:9.2f} x")
    print(f"first compiled call: {waited:.1f} s")
    print(f"share of the bandwidth of copying: {floor / blocked:.2f} (goal: {COPIES:.2f})")


if __name__ == "__main__":
    main()
