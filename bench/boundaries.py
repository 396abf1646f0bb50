"""How long the search for group-sequential boundaries takes.

The floor is one pass of the integration over the same looks with the bounds known: a search cannot
do with less. Beside it stands one evaluation of SciPy's multivariate normal distribution, which a
search without the recursion would call again and again. Processor time, the best of a few in turns.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import multivariate_normal

from myotrial.design.sequential.characteristics import characteristics, inflation
from myotrial.statistics.sequential.boundaries import Boundary, boundary
from myotrial.statistics.sequential.efficacy import efficacy_bounds
from myotrial.statistics.sequential.shapes import BetaSpending, HaybittlePeto, OBrienFleming, Pocock
from myotrial.statistics.sequential.spending import LanDeMetsOBrienFleming, LanDeMetsPocock

REPEATS = 9
FEW = 3  # looks up to which SciPy's normal is timed; it takes seconds for ten
GOAL = 20.0  # milliseconds for a search over 3 looks
EQUAL3 = (1 / 3, 2 / 3, 1.0)
EQUAL10 = tuple(k / 10 for k in range(1, 11))


def normal(bounds: Boundary) -> float:
    """The chance to cross, by SciPy's multivariate normal distribution."""
    times = np.array(bounds.information)
    correlation = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    limits: Any = {"cov": correlation, "abseps": 1e-7, "releps": 1e-7}
    return float(1 - multivariate_normal.cdf(np.array(bounds.efficacy), **limits))


def tasks(information: tuple[float, ...]) -> dict[str, Callable[[], object]]:
    """What is timed for given looks, the floor first."""
    spending = LanDeMetsOBrienFleming()
    known = boundary(spending, information)
    loose = BetaSpending(spending, 0.8)
    tied = BetaSpending(spending, 0.8, binding=True)
    timed: dict[str, Callable[[], object]] = {
        "floor: one pass, bounds known": lambda: characteristics(known, 0.0),
        "Lan-DeMets, O'Brien-Fleming": lambda: boundary(spending, information),
        "Lan-DeMets, Pocock": lambda: boundary(LanDeMetsPocock(), information),
        "O'Brien-Fleming": lambda: boundary(OBrienFleming, information),
        "Pocock, two-sided": lambda: boundary(Pocock, information, sides=2, alpha=0.05),
        "Haybittle-Peto": lambda: boundary(HaybittlePeto(), information),
        "with futility, not binding": lambda: boundary(spending, information, futility=loose),
        "with futility, binding": lambda: boundary(spending, information, futility=tied),
        "O'Brien-Fleming, binding": lambda: boundary(OBrienFleming, information, futility=tied),
        "size: inflation and expected n": lambda: inflation(known, 0.8),
    }
    if len(information) <= FEW:
        timed["SciPy's normal, once"] = lambda: normal(known)
    return timed


def milliseconds(timed: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Milliseconds of processor time of each task; what is cached is forgotten before each."""
    best = dict.fromkeys(timed, float("inf"))
    for _ in range(REPEATS):
        for name, task in timed.items():
            efficacy_bounds.cache_clear()
            start = time.process_time_ns()
            task()
            best[name] = min(best[name], (time.process_time_ns() - start) / 1e6)
    return best


def main() -> None:
    """Print milliseconds, and ratios to the floor, for three and ten looks."""
    for information in (EQUAL3, EQUAL10):
        took = milliseconds(tasks(information))
        floor = next(iter(took.values()))
        print(f"{len(information)} looks (goal for 3: at most {GOAL:g} ms)")
        for name, cost in took.items():
            print(f"{name:<31} {cost:8.2f} ms {cost / floor:8.1f} x")


if __name__ == "__main__":
    main()
