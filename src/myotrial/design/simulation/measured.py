"""Scores and changes of one measure in simulated trials (tier 3), many trials at a time.

Value    improvement since baseline at each visit: the Total Improvement Score in points, or the
         change of a measure in its unit; positive is better. NaN where a visit was not seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from myotrial.design.simulation.arrays import CRITERIA, Model
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.scenario import Scenario
from myotrial.design.simulation.trials import run
from myotrial.response import tis_2016
from myotrial.response.core_set import CoreSet

__all__ = ["Measured", "measured"]

SUBJECT_VISITS = 2_000_000  # worked out at a time


@dataclass(frozen=True)
class Measured:
    """Trials with one continuous outcome; T trials, N subjects, controls first, V visits.

    Attributes:
        values: Improvement (T, N, V), NaN where not seen.
        before: Baseline of the measure (T, N), in its unit; None for the score, which has none.
        controls: How many subjects are controls.
    """

    values: np.ndarray
    before: np.ndarray | None
    controls: int


def measured(
    scenario: Scenario, trials: int, seed: int, measure: int | None = None, first: int = 0
) -> Iterator[Measured]:
    """Simulate trials and hand them on in blocks.

    Args:
        scenario: What is assumed.
        trials: How many.
        seed: Of the random numbers.
        measure: Position of the measure among the scenario's; None for the score.
        first: Number of the first trial.
    """
    model = make_model(scenario)
    subjects = scenario.control.size + scenario.active.size
    block = max(1, SUBJECT_VISITS // (subjects * scenario.visits))
    for start in range(first, first + trials, block):
        number = min(block, first + trials - start)
        kept = np.zeros((number, CRITERIA + 2, subjects), np.uint8)
        shape = (number, 1 + scenario.visits, len(scenario.measures), subjects)
        shown = np.zeros(shape, np.float32)
        run(scenario, model, seed, start, number, kept, shown)
        bits = 1 << np.arange(scenario.visits)
        seen = kept[:, CRITERIA, :, np.newaxis] & bits > 0
        values = _score(shown, model) if measure is None else _change(shown, scenario, measure)
        before = None if measure is None else shown[:, 0, measure].astype(float)
        yield Measured(
            np.where(seen, values.transpose(0, 2, 1), np.nan), before, scenario.control.size
        )


def _score(shown: np.ndarray, model: Model) -> np.ndarray:
    """The Total Improvement Score (T, V, N)."""
    first = CoreSet(*(shown[:, :1, m] for m in range(6)))
    after = CoreSet(*(shown[:, 1:, m] for m in range(6)))
    changes = tis_2016.changes(first, after, model.ranges, model.better)
    return np.asarray(tis_2016.bounds(changes)[0], float)


def _change(shown: np.ndarray, scenario: Scenario, measure: int) -> np.ndarray:
    """The change of a measure (T, V, N), positive is better."""
    after, before = shown[:, 1:, measure].astype(float), shown[:, :1, measure].astype(float)
    return scenario.measures[measure].better * (after - before)
