"""How measures change in simulated patients, and the effect that gives a stated response rate.

Model    the change of a measure at a visit, in percent of baseline with positive as better, is the
         arm's effect times the share of it that is there by then, plus a normal deviate. Deviates
         are correlated between measures (by loadings on the patient's own change, or by a stated
         matrix) and between visits (autoregressive). Measures outside the core set move with
         physical function (`WITH_FUNCTION`).
Effect   grows as 1 - 2**(-months / half_months), 1 at the endpoint's visit.
Scale    where higher is better the change is of the baseline, cut off at the ends of the scale;
         where lower is better it is of the logarithm, so that no value falls below zero.
Leaving  a random event of each patient before each visit: of all alike; at random and for lack of
         efficacy more probable the less the patient's own change was at the visit before.
Rate     the verdict is that of `myotrial.response`, with whoever left as no responder. It can only
         turn to the better as the effect grows, so the effect is found by bisection on one set of
         deviates.
"""

from dataclasses import dataclass, field

import numpy as np

from myotrial.design.planning.models import Dropout, Question, Trajectory
from myotrial.design.protocols.donors import JITTER, Donors
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.protocol.models import Protocol
from myotrial.response import core_set, course, functional_index, imacs_2004
from myotrial.response.core_set import CoreSet

__all__ = ["FACTS", "Cohort", "Model", "Patients"]

WITH_FUNCTION = 0.7
LEAST, MOST = -400.0, 400.0  # percent of baseline: effects searched
STEEPNESS = 2.0  # by which the log odds of leaving fall with a standard deviation of own change
STEPS = 26  # halvings of that range: to 0.00001
FACTS = (
    Fact("correlation of the change of a measure outside the core set with that of function",
         WITH_FUNCTION, "", "no source says; myotrial's choice", "assumed"),
    Fact("log odds of leaving for lack of efficacy, by which they fall with an SD of own change",
         STEEPNESS, "", "no source says; myotrial's choice", "assumed"),
    Fact("correlation of the changes of the six core set measures", "not published",
         "", "no matrix was found in any publication that was read", "unknown"),
)  # fmt: skip


@dataclass(frozen=True)
class Patients:
    """Simulated patients of one arm before an effect is added.

    Attributes:
        donor: Number of each patient's donor.
        baseline: Values at baseline by measure, shape (patients,).
        deviates: Changes without effect by measure, percent, shape (visits, patients).
        left: Number of the visit after baseline before which each patient left; the number of
            visits where none did.
    """

    donor: np.ndarray
    baseline: dict[str, np.ndarray]
    deviates: dict[str, np.ndarray]
    left: np.ndarray

    def __len__(self) -> int:
        return len(self.donor)

    def take(self, numbers: np.ndarray | slice) -> "Patients":
        """Some of the patients."""
        return Patients(
            self.donor[numbers],
            {name: values[numbers] for name, values in self.baseline.items()},
            {name: values[:, numbers] for name, values in self.deviates.items()},
            self.left[numbers],
        )


@dataclass(frozen=True)
class Cohort:
    """Patients with an effect: their values at each visit, and whether they respond.

    Attributes:
        patients: The patients.
        values: Values after baseline by measure, shape (visits, patients); NaN once they left.
        responds: Whether the endpoint is met, whoever left counted as not.
    """

    patients: Patients
    values: dict[str, np.ndarray] = field(repr=False)
    responds: np.ndarray


@dataclass(frozen=True)
class Model:
    """Draws patients and gives them an effect.

    Attributes:
        protocol: The protocol of the next trial.
        donors: The pilot's patients.
        endpoint: What the next trial asks.
        trajectory: How measures change together.
        dropout: How many leave, and why.
        whole: Id of the visit at which the effect and the leaving are whole; that of the endpoint
            if left out.
    """

    protocol: Protocol
    donors: Donors
    endpoint: Question
    trajectory: Trajectory
    dropout: Dropout
    whole: str | None = None

    def draw(self, diagnoses: np.ndarray, generator: np.random.Generator) -> Patients:
        """Draw patients with the given diagnoses.

        Raises:
            MyotrialError: The pilot has no donor with one of them.
        """
        donor = np.empty(len(diagnoses), dtype=int)
        for diagnosis in dict.fromkeys(diagnoses.tolist()):
            here = diagnoses == diagnosis
            donor[here] = generator.choice(self.donors.of(diagnosis), int(here.sum()))
        baseline = {}
        for name, values in self.donors.baseline.items():
            scale = self.donors.scales[name]
            moved = values[donor] * np.exp(JITTER * generator.standard_normal(len(donor)))
            baseline[name] = np.maximum(scale.recorded(moved), scale.low or scale.step)
        deviates = self._deviates(len(donor), generator)
        return Patients(donor, baseline, deviates, self._leaving(deviates, generator))

    def with_effect(self, patients: Patients, effect: float) -> Cohort:
        """Give patients an effect, in percent of baseline at the endpoint's visit."""
        values, changes = {}, {}
        gone = np.arange(len(self.visits))[:, np.newaxis] >= patients.left
        for name, deviate in patients.deviates.items():
            scale, before = self.donors.scales[name], patients.baseline[name]
            change = (effect * self.growth[:, np.newaxis] + deviate) / 100.0
            after = before * (1 + change) if scale.better > 0 else before * np.exp(-change)
            after = np.where(gone, np.nan, scale.recorded(after))
            values[name] = after
            changes[name] = core_set.improvement(before, after, scale.better, scale.rise)
        return Cohort(patients, values, self._responds(changes))

    def effect_for(self, patients: Patients, rate: float) -> float:
        """The effect with which a share of the patients responds.

        Raises:
            MyotrialError: No effect within reach gives the rate, for ceilings or for leaving.
        """
        shares = [self.with_effect(patients, end).responds.mean() for end in (LEAST, MOST)]
        if not shares[0] <= rate <= shares[1] + 1 / len(patients):
            raise MyotrialError(
                f"No effect gives a response rate of {rate:g}: it can lie between {shares[0]:.3f} "
                f"and {shares[1]:.3f} here.\n"
                "Hint: lower the rate or the dropout in design.yaml; measures near the end of "
                "their scale cannot improve further."
            )
        low, high = LEAST, MOST
        for _ in range(STEPS):
            middle = (low + high) / 2
            if self.with_effect(patients, middle).responds.mean() < rate:
                low = middle
            else:
                high = middle
        return high

    @property
    def visits(self) -> list[str]:
        """Scheduled visits after baseline, in order."""
        found = self.protocol.visits
        return [item.id for item in found if not (item.baseline or item.unscheduled)]

    @property
    def growth(self) -> np.ndarray:
        """Share of the effect that is there at each visit."""
        months = {item.id: item.month or 0.0 for item in self.protocol.visits}
        end = months[self.whole or self.endpoint.visit or self.visits[-1]]
        half = self.trajectory.half_months
        shares = [1 - 2 ** (-months[name] / half) for name in self.visits]
        return np.array(shares) / (1 - 2 ** (-end / half))

    def _deviates(self, n: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        roles = CoreSet(**self.protocol.core_set.model_dump())
        others = [name for name in self.donors.baseline if name not in roles]
        kept = self.trajectory.persistence
        normals = np.empty((len(roles) + len(others), len(self.visits), n))
        for at in range(len(self.visits)):
            fresh = self._correlated(n, len(others), generator)
            before = normals[:, at - 1] if at else fresh
            normals[:, at] = kept * before + np.sqrt(1 - kept**2) * fresh if at else fresh
        scaled = self.trajectory.spread * normals
        return dict(zip((*roles, *others), scaled, strict=True))

    def _correlated(self, n: int, others: int, generator: np.random.Generator) -> np.ndarray:
        """Normal deviates of all measures at one visit, core set first; shape (measures, n)."""
        if self.trajectory.correlation:
            root = np.linalg.cholesky(np.array(self.trajectory.correlation, dtype=float))
            core = root @ generator.standard_normal((len(root), n))
        else:
            loads = np.array(self.trajectory.loadings)[:, np.newaxis]
            own = generator.standard_normal((len(loads), n))
            core = loads * generator.standard_normal(n) + np.sqrt(1 - loads**2) * own
        function = core[CoreSet._fields.index("function")]
        rest = np.sqrt(1 - WITH_FUNCTION**2) * generator.standard_normal((others, n))
        return np.vstack([core, WITH_FUNCTION * function + rest])

    def _leaving(
        self, deviates: dict[str, np.ndarray], generator: np.random.Generator
    ) -> np.ndarray:
        """Before which visit each patient leaves."""
        names = self.visits
        last = names.index(self.whole or self.endpoint.visit or names[-1])
        even = {name: self.dropout.share * (at + 1) / (last + 1) for at, name in enumerate(names)}
        shares = np.minimum(
            [self.dropout.by_visit.get(name, even[name]) for name in names], self.dropout.share
        )
        core = list(self.protocol.core_set.model_dump().values())
        own = np.mean([deviates[name] for name in core], axis=0)
        n = own.shape[1]
        left = np.full(n, len(names))
        weight = {"completely_at_random": 0.0, "at_random": 0.5, "lack_of_efficacy": 1.0}
        keep = weight[self.dropout.mechanism]
        gone = 0.0
        for at, share in enumerate(shares):
            own_before = own[max(at - 1, 0)] / own.std()
            staying = np.flatnonzero(left == len(names))
            chance = _leaving_chance((share - gone) / (1 - gone), keep * own_before[staying])
            left[staying[generator.random(n)[staying] < chance]] = at
            gone = float(share)
        return left

    def _responds(self, changes: dict[str, np.ndarray]) -> np.ndarray:
        roles = self.protocol.core_set.model_dump()
        if self.endpoint.definition == "functional_index_20":
            index = next(
                item.id
                for item in self.protocol.assessments
                if item.instrument == "functional_index"
            )
            improved = functional_index.improved(changes[index])
        else:
            core = CoreSet(**{role: changes[name] for role, name in roles.items()})
            improved = imacs_2004.bounds(core)[0]
        if self.endpoint.estimand == "at_visit":
            return improved[self.visits.index(self.endpoint.visit or self.visits[-1])]
        if self.endpoint.estimand == "sustained":
            return np.asarray(course.sustained(tuple(improved), self.endpoint.consecutive or 2))
        return np.asarray(course.ever(tuple(improved)))


def _leaving_chance(share: float, standing: np.ndarray) -> np.ndarray:
    """The chance of each patient to leave, less where their own change was better.

    Args:
        share: Of all who are still there that leaves, on average.
        standing: Each patient's own change in standard deviations, by how much it counts; 0 where
            it does not.

    >>> _leaving_chance(0.1, np.zeros(3)).round(3).tolist()
    [0.1, 0.1, 0.1]
    """
    if share <= 0:
        return np.zeros(len(standing))
    odds = np.exp(-STEEPNESS * standing)
    low, high = 0.0, share / (1 - share) / odds.min()
    for _ in range(STEPS):
        middle = (low + high) / 2
        if (middle * odds / (1 + middle * odds)).mean() < share:
            low = middle
        else:
            high = middle
    return high * odds / (1 + high * odds)
