"""One simulated trial subject by subject: what every measure showed, and who was there to see it.

The numbers are those that `trials.simulate` decides on, from the same counters: trial 7 of a seed
here is trial 7 there.
"""

from dataclasses import dataclass

import numpy as np

from myotrial.design.simulation.arrays import CRITERIA
from myotrial.design.simulation.model import make_model
from myotrial.design.simulation.scenario import Scenario
from myotrial.design.simulation.trials import check_numbers, run

__all__ = ["Trajectories", "trajectories"]


@dataclass(frozen=True)
class Trajectories:
    """The subjects of one trial, N of them: the controls come first.

    Attributes:
        values: What each measure shows (N, 1 + V, M) at baseline and at every visit, in its own
            unit (not of its logarithm), in single precision as the criteria were given it; also
            of visits that nobody saw.
        seen: Whether the visit took place (N, V).
        left: Whether the subject had left the trial before the visit (N, V); who has not left and
            is not seen missed it.
        controls: How many are controls.
    """

    values: np.ndarray
    seen: np.ndarray
    left: np.ndarray
    controls: int


def trajectories(scenario: Scenario, seed: int, trial: int) -> Trajectories:
    """What the subjects of one trial of a scenario go through.

    Args:
        scenario: What is assumed.
        seed: 0 to 2**64 - 1.
        trial: Number of the trial.

    Raises:
        MyotrialError: A number is out of its range.

    >>> from myotrial.design.simulation.presets import add_on_therapy
    >>> trajectories(add_on_therapy(20), seed=1, trial=0).values.shape
    (40, 5, 7)
    """
    check_numbers(1, seed, trial)
    controls, visits = scenario.control.size, scenario.visits
    subjects = controls + scenario.active.size
    kept = np.zeros((1, CRITERIA + 2, subjects), np.uint8)
    shown = np.zeros((1, 1 + visits, len(scenario.measures), subjects), np.float32)
    run(scenario, make_model(scenario), seed, trial, 1, kept, shown)
    bits = 1 << np.arange(visits)
    seen, stays = ((kept[0, row][:, None] & bits) > 0 for row in (CRITERIA, CRITERIA + 1))
    return Trajectories(np.ascontiguousarray(shown[0].transpose(2, 0, 1)), seen, ~stays, controls)
