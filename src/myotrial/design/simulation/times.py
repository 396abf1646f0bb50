"""Tier 2: times to the first response, drawn from a bank of response patterns.

Pattern  when a subject responded first, or when it was last seen without having responded: a visit
         at which the response is first seen, or one after which the subject is censored. A trial's
         log-rank test is a function of how many subjects of each arm have each pattern.
Bank     subjects simulated once from trajectories; the error of a share is that of the bank.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from myotrial.design.simulation.bank import Bank
from myotrial.design.simulation.scenario import CRITERIA

__all__ = ["Patterns", "log_rank", "patterns"]


@dataclass(frozen=True)
class Patterns:
    """Shares of the patterns in both arms, V visits.

    Attributes:
        control: Of controls (2 V + 1): first response at each visit, then censored before any
            visit and after each but the last where they are still watched, in order of time.
        active: The same of the active arm.
    """

    control: np.ndarray
    active: np.ndarray

    def draw(
        self, stages: Sequence[tuple[int, int]], trials: int, seed: int
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """Counts of the patterns (trials, 2 V + 1) of controls and active arm at each look.

        Args:
            stages: Active and control subjects that each look has seen, rising.
            trials: How many trials.
            seed: Of the drawing.
        """
        generator = np.random.default_rng([seed, 6])
        found, before = [], (0, 0)
        shape = (trials, len(self.control))
        sums = np.zeros(shape, int), np.zeros(shape, int)
        for active, control in stages:
            more = (
                generator.multinomial(control - before[1], self.control, trials),
                generator.multinomial(active - before[0], self.active, trials),
            )
            sums = sums[0] + more[0], sums[1] + more[1]
            before = active, control
            found.append(sums)
        return found


def patterns(bank: Bank) -> Patterns:
    """The patterns of a bank by the first criterion that its scenario counts."""
    row = CRITERIA.index(bank.scenario.endpoints[0].criterion)
    visits = bank.scenario.visits
    control, active = (_shares(part[row], part[-1], visits) for part in bank.patterns)
    return Patterns(control, active)


def _shares(met: np.ndarray, seen: np.ndarray, visits: int) -> np.ndarray:
    bits = 1 << np.arange(visits)
    responds, watched = met[:, np.newaxis] & bits > 0, seen[:, np.newaxis] & bits > 0
    first = np.where(responds.any(1), responds.argmax(1), visits)
    last = np.where(watched.any(1), visits - watched[:, ::-1].argmax(1), 0)
    kind = np.where(first < visits, first, visits + last)
    return np.bincount(kind, minlength=2 * visits + 1) / len(met)


def log_rank(control: np.ndarray, active: np.ndarray) -> np.ndarray:
    """Values of z of the log-rank test, positive where the active arm responds sooner.

    Args:
        control: Counts of the patterns (trials, 2 V + 1).
        active: The same of the active arm.
    """
    visits = control.shape[1] // 2
    excess = np.zeros(len(control))
    spread = np.zeros(len(control))
    for visit in range(visits):
        died = [arm[:, visit] for arm in (control, active)]
        risk = [
            arm[:, visit:visits].sum(1) + arm[:, visits + visit + 1 :].sum(1)
            for arm in (control, active)
        ]
        d, n = died[0] + died[1], np.maximum(risk[0] + risk[1], 1)
        share = risk[1] / n
        excess += died[1] - d * share
        spread += d * share * (1 - share) * (n - d) / np.maximum(n - 1, 1)
    return np.divide(excess, np.sqrt(spread), out=np.zeros(len(control)), where=spread > 0)
