"""The patients of one simulated trial: donors, and what each visit shows of them.

Model    that of `Assumed`, drawn by the kernel: what a table holds is what tier 3 decides on.
Others   measures that the kernel does not simulate start from the donor's, moved at random, and
         change with physical function (`WITH_FUNCTION`) and the plan's spread.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from myotrial.design.protocols.assumed import Assumed
from myotrial.design.protocols.donors import JITTER
from myotrial.design.simulation.trajectories import Trajectories, trajectories
from myotrial.facts import Fact

__all__ = ["FACTS", "Patients", "draw"]

WITH_FUNCTION = 0.7
FACTS = (
    Fact("correlation of the change of a measure outside the core set with that of function",
         WITH_FUNCTION, "", "no source says; myotrial's choice", "assumed"),
)  # fmt: skip


@dataclass(frozen=True)
class Patients:
    """Simulated patients, in the order of enrolment.

    Attributes:
        donor: Number of each patient's donor.
        arm: Number of the arm: 0 treated, 1 control.
        baseline: Values at baseline by measure, shape (patients,).
        values: Values after baseline by measure, shape (visits, patients); NaN where not seen.
        seen: Whether each visit took place, shape (visits, patients).
        left: Number of the visit after baseline before which each patient left; the number of
            visits where none did.
    """

    donor: np.ndarray
    arm: np.ndarray
    baseline: dict[str, np.ndarray] = field(repr=False)
    values: dict[str, np.ndarray] = field(repr=False)
    seen: np.ndarray
    left: np.ndarray


def draw(
    assumed: Assumed,
    donor: np.ndarray,
    arm: Sequence[int],
    generator: np.random.Generator,
    seed: int,
    trial: int = 0,
) -> Patients:
    """Draw what happens to patients whose donors and arms are known.

    Args:
        assumed: The trial as it is assumed to go.
        donor: Number of each patient's donor.
        arm: Number of each patient's arm.
        generator: Draws what the kernel does not.
        seed: Of the kernel.
        trial: Number of the trial.
    """
    arms = np.asarray(arm)
    diagnoses = [item.value for item in assumed.plan.strata]
    own = [assumed.donors.attributes[one].get("DIAG") for one in donor.tolist()]
    layer = np.array([diagnoses.index(value) if value in diagnoses else 0 for value in own])
    order = np.lexsort((np.arange(len(arms)), layer, 1 - arms))  # as the kernel has them
    sizes = int((arms == 0).sum()), int((arms == 1).sum())
    strata = [
        (name, (int(((arms == 0) & (layer == at)).sum()), int(((arms == 1) & (layer == at)).sum())))
        for at, name in enumerate(diagnoses)
    ]
    shown = trajectories(assumed.trial(sizes, strata=strata), seed, trial)
    back = np.argsort(order)
    seen = shown.seen[back].T
    baseline, values = _recorded(assumed, shown, back)
    _others(assumed, donor, baseline, values, generator)
    values = {name: np.where(seen, column, np.nan) for name, column in values.items()}
    return Patients(donor, arms, baseline, values, seen, (~shown.left[back]).sum(1))


def _recorded(
    assumed: Assumed, shown: Trajectories, back: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Values at and after baseline, on the steps in which they are recorded."""
    whole = {
        name: assumed.donors.scales[name].recorded(shown.values[back, :, at].T.astype(float))
        for at, name in enumerate(assumed.names)
    }
    return {name: item[0] for name, item in whole.items()}, {
        name: item[1:] for name, item in whole.items()
    }


def _others(
    assumed: Assumed,
    donor: np.ndarray,
    baseline: dict[str, np.ndarray],
    values: dict[str, np.ndarray],
    generator: np.random.Generator,
) -> None:
    """Add the measures that the kernel does not simulate."""
    function = str(assumed.protocol.core_set.model_dump()["function"])
    better = assumed.donors.scales[function].better
    start = np.maximum(baseline[function], assumed.donors.scales[function].step)
    along = np.clip(better * (values[function] - baseline[function]) / start, -1, 1)
    spread = assumed.plan.trajectory.spread / 100 * (1 - WITH_FUNCTION**2) ** 0.5
    for name, known in assumed.donors.baseline.items():
        if name in values:
            continue
        scale = assumed.donors.scales[name]
        moved = known[donor] * np.exp(JITTER * generator.standard_normal(len(donor)))
        first = np.maximum(scale.recorded(moved), scale.low or scale.step)
        change = WITH_FUNCTION * along + spread * generator.standard_normal(along.shape)
        after = first * (1 + change) if scale.better > 0 else first * np.exp(-change)
        baseline[name], values[name] = first, scale.recorded(after)
