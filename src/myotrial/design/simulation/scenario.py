"""What is assumed of a trial that is simulated: measures, their course in both arms, who leaves.

Unit      of each measure; of its natural logarithm where `log`. A course is a mean change in the
          direction that is better: 1.5 is better by 1.5 whichever way the scale runs.
Subject   baseline + own change (from the first visit on) + mean course + noise at each visit,
          rounded to the scale's steps and cut at its floor and ceiling. Baselines are correlated
          between measures, and so are the subjects' own changes; noise is not.
Leaving   before a visit, with one chance at random and two that add to it: for those who were
          worse than at baseline when last seen (at random given what was seen), and for those who
          do not meet the definition of improvement at that visit (not at random: it is not seen).
Missing   a visit is missed as a whole, with one chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import sha256
from itertools import chain
from math import isfinite

import numpy as np

from myotrial.errors import MyotrialError, TooLargeError

__all__ = [
    "CRITERIA",
    "ESTIMANDS",
    "IMPUTATIONS",
    "Arm",
    "Course",
    "Dropout",
    "Endpoint",
    "Measure",
    "Scenario",
]

CRITERIA = ("DOI", "TIS20", "TIS40", "TIS60", "FI")  # in the order of the kernel's patterns
ESTIMANDS = ("at", "ever", "sustained")
IMPUTATIONS = ("non-responder", "carried", "observed")  # in the order of the kernel's codes
MOST_VISITS = 8
MOST_SUBJECTS = 100_000  # of an arm
MOST_BYTES = 2**28  # of tallies
LARGEST_LOG = 80.0  # of a logarithm, which single precision still holds
Course = tuple[tuple[float, ...], ...]  # visits of measures
Chances = float | tuple[float, ...]  # the same before each visit, or one for each


@dataclass(frozen=True)
class Measure:
    """One measure at baseline and what varies about it.

    Attributes:
        name: As messages call it.
        mean: Mean at baseline (of the logarithm, where `log`).
        sd: Standard deviation at baseline.
        own: Standard deviation of the subjects' own change.
        noise: Standard deviation at each visit.
        low: Floor of the scale.
        high: Ceiling of the scale.
        better: 1 where higher is better, -1 where lower is.
        step: Step of the scale; 0 for none.
        log: Whether mean, deviations and course are those of the natural logarithm.
        extent: Range that the total improvement score takes a change in percent of.
        minimum: What counts as worse from a baseline of zero.
    """

    name: str
    mean: float
    sd: float
    own: float
    noise: float
    low: float
    high: float
    better: int = -1
    step: float = 0.0
    log: bool = False
    extent: float = 10.0
    minimum: float = 1.0


@dataclass(frozen=True)
class Arm:
    """One arm.

    Attributes:
        size: Subjects.
        course: Mean change at each visit of each measure (visits of measures).
        strata: Subjects with a course of their own, as (how many, course): the first of the arm in
            this order; all others go by `course`.
    """

    size: int
    course: Course
    strata: tuple[tuple[int, Course], ...] = ()


@dataclass(frozen=True)
class Dropout:
    """Chances, from 0 to 1, to leave before each visit, and to miss a visit.

    Each is one number for all visits, or one for each of them.

    Attributes:
        random: Of everyone.
        worse: In addition, of those whose physician global was worse than at baseline when they
            were last seen.
        inefficacy: In addition, of those who do not meet the definition of improvement.
        missing: To miss a visit and come again.
    """

    random: Chances = 0.0
    worse: Chances = 0.0
    inefficacy: Chances = 0.0
    missing: Chances = 0.0

    def at(self, name: str, visits: int) -> tuple[float, ...]:
        """One of the chances at each visit.

        >>> Dropout(random=0.1).at("random", 2)
        (0.1, 0.1)
        """
        chances: Chances = getattr(self, name)
        return chances if isinstance(chances, tuple) else (chances,) * visits


@dataclass(frozen=True)
class Endpoint:
    """What a subject has to reach.

    Attributes:
        criterion: One of `CRITERIA`.
        estimand: One of `ESTIMANDS`; "at" means at the last visit.
        imputation: What counts where a visit was not seen, one of `IMPUTATIONS`: not improved, as
            the last visit that was seen, or nothing: then only those count whose seen visits could
            have met the estimand.
        consecutive: How many visits in a row "sustained" asks for.
    """

    criterion: str = "DOI"
    estimand: str = "at"
    imputation: str = "non-responder"
    consecutive: int = 2


@dataclass(frozen=True)
class Scenario:
    """A two-arm trial as it is assumed to go.

    Attributes:
        measures: Physician, patient, strength, function, enzyme, extramuscular; then the functional
            index, where it is simulated.
        correlation: Of the baselines, a matrix of the measures.
        own_correlation: Of the subjects' own changes.
        control: Control arm.
        active: Active arm.
        endpoints: What is counted.
        dropout: Who leaves.
        alpha: Two-sided level of the z and t tests in the kernel.
        score_imputation: One of `IMPUTATIONS`, of the score at the last visit.

    Raises:
        MyotrialError: Something assumed cannot be; the message says what.
        TooLargeError: The trial is beyond what can be tallied.
    """

    measures: tuple[Measure, ...]
    correlation: tuple[tuple[float, ...], ...]
    own_correlation: tuple[tuple[float, ...], ...]
    control: Arm
    active: Arm
    endpoints: tuple[Endpoint, ...] = (Endpoint(),)
    dropout: Dropout = Dropout()
    alpha: float = 0.05
    score_imputation: str = "non-responder"

    def __post_init__(self) -> None:
        problems = [*chain(_measures(self), _arms(self), _dropout(self), _endpoints(self))]
        if not 0 < self.alpha < 1:
            problems.append(f"alpha: expected a level between 0 and 1, found {self.alpha!r}")
        if problems:
            raise MyotrialError("The scenario cannot be simulated.\n" + "\n".join(problems))
        for name in ("correlation", "own_correlation"):
            check_correlation(name, getattr(self, name), len(self.measures))
        _check_size(self)

    @property
    def visits(self) -> int:
        """How many visits follow baseline."""
        return len(self.control.course)

    @property
    def key(self) -> str:
        """A name that changes with anything assumed."""
        return sha256(repr(self).encode()).hexdigest()[:16]


def check_correlation(name: str, matrix: tuple[tuple[float, ...], ...], size: int) -> None:
    """Refuse what is not a correlation matrix of that size, or is not positive definite.

    >>> check_correlation("correlation", ((1.0, 0.5), (0.5, 1.0)), 2)
    """
    values = np.array(matrix, float) if {len(row) for row in matrix} == {len(matrix)} else None
    if values is None or values.shape != (size, size):
        raise MyotrialError(f"{name}: expected a matrix of {size} rows of {size} numbers")
    if not np.allclose(values, values.T) or not np.allclose(np.diag(values), 1):
        raise MyotrialError(f"{name}: expected a symmetric matrix with 1 on its diagonal")
    lowest = float(np.linalg.eigvalsh(values)[0])
    if lowest < 1e-6:
        raise MyotrialError(
            f"{name}: expected a positive definite matrix, found one with the eigenvalue "
            f"{lowest:.4g}: no measures can be correlated like that.\n"
            "Hint: bring the correlations closer to 0, or give those of one source."
        )


def _number(where: str, value: float, low: float, high: float) -> Iterator[str]:
    if not low <= value <= high:
        yield f"{where}: expected {low:g} to {high:g}, found {value!r}"


def _measures(scenario: Scenario) -> Iterator[str]:
    if len(scenario.measures) not in (6, 7):
        yield (
            "measures: expected the six of the core set, and the functional index where it is "
            f"simulated, found {len(scenario.measures)}"
        )
    for item in scenario.measures:
        numbers = [getattr(item, f.name) for f in fields(item) if f.name not in ("name", "log")]
        finite = all(isfinite(value) for value in numbers[:4])
        if not finite or min(item.sd, item.own, item.noise, item.step) < 0:
            yield f"{item.name}: expected finite means and deviations of 0 or more"
        if not item.low < item.high:
            yield f"{item.name}: expected a floor below the ceiling, found {item.low}, {item.high}"
        if item.better not in (-1, 1):
            yield f"{item.name}: better: expected 1 or -1, found {item.better!r}"
        if not item.extent > 0:
            yield f"{item.name}: extent: expected more than 0, found {item.extent!r}"


def _arms(scenario: Scenario) -> Iterator[str]:
    shape = (scenario.visits, len(scenario.measures))
    for name in ("control", "active"):
        arm: Arm = getattr(scenario, name)
        if arm.size < 1:
            yield f"{name}: size: expected at least 1 subject, found {arm.size!r}"
        if len(arm.course) != shape[0] or {len(row) for row in arm.course} != {shape[1]}:
            yield f"{name}: course: expected {shape[0]} visits of {shape[1]} numbers"
        yield from _strata(name, arm, shape)
        for item, column in zip(scenario.measures, zip(*_all(arm), strict=False), strict=False):
            largest = max(map(abs, column))
            reach = abs(item.mean) + largest + 6 * (item.sd + item.own + item.noise)
            if not isfinite(largest) or (item.log and reach > LARGEST_LOG):
                yield f"{item.name}: the course of {name} leaves what can be computed"
    if not 1 <= scenario.visits <= MOST_VISITS:
        yield f"visits: expected 1 to {MOST_VISITS}, found {scenario.visits}"


def _all(arm: Arm) -> Course:
    """Every visit's course of an arm, that of its strata too."""
    return (*arm.course, *(row for _, course in arm.strata for row in course))


def _strata(name: str, arm: Arm, shape: tuple[int, int]) -> Iterator[str]:
    sizes = [size for size, _ in arm.strata]
    if min(sizes, default=0) < 0 or sum(sizes) > arm.size:
        yield f"{name}: strata: expected sizes that add up to {arm.size} at most, found {sizes}"
    for _, course in arm.strata:
        if len(course) != shape[0] or {len(row) for row in course} != {shape[1]}:
            yield f"{name}: strata: expected courses of {shape[0]} visits of {shape[1]} numbers"


def _dropout(scenario: Scenario) -> Iterator[str]:
    for field in fields(Dropout):
        chances = scenario.dropout.at(field.name, scenario.visits)
        for chance in chances:
            yield from _number(f"dropout: {field.name}", chance, 0, 1)
        if len(chances) != scenario.visits:
            expected = f"one chance, or one for each of {scenario.visits} visits"
            yield f"dropout: {field.name}: expected {expected}, found {len(chances)}"
    if scenario.dropout.at("random", scenario.visits)[:1] == (1,):
        yield "dropout: everyone leaves before the first visit, so that nothing is left to simulate"
    if {*scenario.dropout.at("missing", scenario.visits)} == {1}:
        yield "dropout: every visit is missed, so that nobody can be seen to leave or to improve"


def _endpoints(scenario: Scenario) -> Iterator[str]:
    if not scenario.endpoints:
        yield "endpoints: expected at least one"
    if scenario.score_imputation not in IMPUTATIONS:
        found = scenario.score_imputation
        yield f"score_imputation: expected one of {IMPUTATIONS}, found {found!r}"
    for item in scenario.endpoints:
        for name, known in (
            ("criterion", CRITERIA),
            ("estimand", ESTIMANDS),
            ("imputation", IMPUTATIONS),
        ):
            if getattr(item, name) not in known:
                yield f"{name}: expected one of {known}, found {getattr(item, name)!r}"
        if item.criterion == "FI" and len(scenario.measures) < 7:
            yield "criterion FI: expected the functional index as seventh measure, found none"
        if item.estimand == "sustained" and not 1 <= item.consecutive <= scenario.visits:
            yield f"consecutive: expected 1 to {scenario.visits}, found {item.consecutive!r}"


def _check_size(scenario: Scenario) -> None:
    sizes = scenario.control.size, scenario.active.size
    cells = (sizes[0] + 1) * (sizes[1] + 1) * len(scenario.endpoints)
    if max(sizes) > MOST_SUBJECTS or 8 * cells > MOST_BYTES:
        raise TooLargeError(
            f"{sizes[0]} and {sizes[1]} subjects with {len(scenario.endpoints)} endpoints: the "
            f"table of responders of both arms would take {8 * cells / 2**20:.0f} MiB of "
            f"{MOST_BYTES / 2**20:.0f} MiB.\n"
            "Hint: simulate fewer endpoints at a time, or use exact counts for so large a trial."
        )
