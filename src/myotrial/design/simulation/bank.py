"""Tier 2: trials drawn from a bank of subjects whose visits were simulated once.

A subject of the bank is its pattern: at which visits it was seen and which criteria it met there.
Whatever is a function of that pattern (every endpoint of a scenario is; a mean score is not) has
in trials drawn from the bank the distribution that the bank has: the error of a rate is that of a
bank of so many subjects, and does not shrink with more trials.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from myotrial.design.simulation import kernel
from myotrial.design.simulation.arrays import CRITERIA as ROWS
from myotrial.design.simulation.deciding import compare_pair
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.philox import HALF_WORD, WORD, philox
from myotrial.design.simulation.scenario import CRITERIA, Endpoint, Scenario
from myotrial.design.simulation.tallies import Tallies, empty
from myotrial.design.simulation.trials import MOST_TRIALS, check_numbers, keys, run
from myotrial.errors import MyotrialError

__all__ = ["Bank", "make_bank"]

APART = MOST_TRIALS  # the bank's own trials have numbers from here on


@dataclass(frozen=True)
class Bank:
    """Patterns of simulated subjects.

    Attributes:
        scenario: What was assumed.
        seed: Of the random numbers.
        patterns: Of each arm, controls first (CRITERIA + 1, subjects): for each criterion a bit for
            each visit where it was met and seen; last, a bit for each visit that was seen.
    """

    scenario: Scenario
    seed: int
    patterns: tuple[np.ndarray, np.ndarray]

    def rates(self, endpoint: Endpoint) -> tuple[float, float]:
        """Share of the bank's subjects that meet an endpoint: controls, active arm."""
        scenario = replace(self.scenario, endpoints=(endpoint,))
        control, active = (float((part[0] == 1).mean()) for part in _verdicts(self, scenario))
        return control, active

    def simulate(
        self,
        trials: int,
        seed: int,
        sizes: tuple[int, int] | None = None,
        endpoints: tuple[Endpoint, ...] = (),
        first: int = 0,
    ) -> Tallies:
        """Draw trials from the bank, subjects with replacement.

        Args:
            trials: How many.
            seed: Of the drawing.
            sizes: Subjects of controls and active arm; by default those of the scenario.
            endpoints: What is counted; by default what the scenario counts.
            first: Number of the first trial.

        Returns:
            Tallies as of tier 3, without scores and without who was seen.
        """
        check_numbers(trials, seed, first)
        control, active = sizes or (self.scenario.control.size, self.scenario.active.size)
        scenario = replace(
            self.scenario,
            control=replace(self.scenario.control, size=control),
            active=replace(self.scenario.active, size=active),
            endpoints=endpoints or self.scenario.endpoints,
        )
        part = empty(scenario, seed)
        drawn = kernel.compiled(draw_trials)
        critical = make_model(scenario).critical[0]
        sizes_, sums = (control, active), (part.counts, part.rejected)
        drawn(*_verdicts(self, scenario), *sizes_, first, trials, *keys(seed), critical, *sums)
        key = f"bank-{self.scenario.key}-{self.seed}-{scenario.key}"
        return replace(part, key=key, ranges=((first, trials),))


def make_bank(scenario: Scenario, subjects: int, seed: int) -> Bank:
    """Simulate subjects of both arms once.

    Args:
        scenario: What is assumed; the sizes of its arms do not matter.
        subjects: How many of each arm, 1 to 10 million.
        seed: Of the random numbers.

    Raises:
        MyotrialError: The number is out of its range.
    """
    if not 1 <= subjects <= 10_000_000:
        raise MyotrialError(f"bank: expected 1 to 10 million subjects, found {subjects!r}")
    check_numbers(1, seed)
    of = min(subjects, 1000)
    sized = replace(
        scenario,
        control=replace(scenario.control, size=of),
        active=replace(scenario.active, size=of),
    )
    times = -(-subjects // of)
    kept = np.zeros((times, ROWS + 2, 2 * of), np.uint8)
    run(sized, make_model(sized), seed, APART, times, kept)
    rows = kept[:, :-1].transpose(1, 0, 2)
    arms = (rows[:, :, :of], rows[:, :, of:])
    control, active = (part.reshape(ROWS + 1, -1)[:, :subjects].copy() for part in arms)
    return Bank(scenario, seed, (control, active))


def _verdicts(bank: Bank, scenario: Scenario) -> list[np.ndarray]:
    """For each arm, what each endpoint makes of each subject (E, subjects)."""
    tables = make_model(scenario).tables
    rows = [CRITERIA.index(item.criterion) for item in scenario.endpoints]
    return [
        np.stack(
            [
                table[part[row] + (part[-1].astype(np.int64) << scenario.visits)]
                for table, row in zip(tables, rows, strict=True)
            ]
        )
        for part in bank.patterns
    ]


def draw_arm(
    verdicts: Any, e: Any, start: Any, stop: Any, trial: Any, key0: Any, key1: Any
) -> tuple[Any, Any]:
    """Draw one arm: how many count for an endpoint, and how many of them met it."""
    number, found = np.int64(0), np.int64(0)
    low, high = np.uint64(trial) & WORD, np.uint64(trial) >> HALF_WORD
    size = np.uint64(verdicts.shape[1])
    for i in range(start, stop):
        word = philox(np.uint64(0), np.uint64(i), low, high, key0, key1)[0]
        verdict = verdicts[e, np.int64((np.uint64(word) * size) >> HALF_WORD)]
        number += verdict < 2
        found += verdict == 1
    return number, found


def draw_trials(
    control: Any,
    active: Any,
    controls: Any,
    actives: Any,
    first: Any,
    trials: Any,
    key0: Any,
    key1: Any,
    critical: Any,
    counts: Any,
    rejected: Any,
) -> None:
    """Add trials drawn from verdicts (E, subjects) of both arms to `counts` and `rejected`."""
    for trial in range(first, first + trials):
        for e in range(counts.shape[0]):
            n0, x0 = draw_arm(control, e, np.int64(0), controls, trial, key0, key1)
            n1, x1 = draw_arm(active, e, controls, controls + actives, trial, key0, key1)
            compare_pair(e, n0, x0, n1, x1, critical, counts, rejected)
