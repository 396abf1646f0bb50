"""Two arms whose later stages are set by the difference seen so far, the arms known.

Promising zone   one look without a decision. Where the trend is promising the trial grows, and the
                 ordinary z of all patients decides at the end.
Inverse normal   each stage after the first is set so that the chance to cross its bound, at the
                 rates seen so far, is as wanted. Stages keep their planned weights.
Bounds           are those of normal theory; the last is then raised until the type I error, worked
                 out at a grid of common rates, is no more than alpha.
Tiers            With one look the next stage's size is a function of two counts, so that every
                 course can be listed (tier 0). With more, each stage's size depends on all before
                 it, and counts are simulated (tier 1).
Source           Mehta CR, Pocock SJ. Stat Med 2011;30:3267-84. Lehmacher W, Wassmer G. Biometrics
                 1999;55:1286-90.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from myotrial.design.adaptive import simulation
from myotrial.design.candidates.courses import Course, PromisingCourse, WeightedCourse
from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.parallel import sizes_of
from myotrial.design.fixed import rates
from myotrial.design.planning.models import Plan, Scenario, Unblinded
from myotrial.errors import TooLargeError
from myotrial.statistics.beta_mixture import BetaMixture
from myotrial.statistics.sequential.boundaries import Boundary, boundary
from myotrial.statistics.sequential.named import SHAPES

__all__ = ["unblinded"]

LARGEST = 1000  # patients of the control arm up to which a size is looked for
COMMON = tuple((np.arange(1, 60) / 60).tolist())  # rates at which the type I error is worked out
FEWER = (0.1, 0.3, 0.5, 0.7, 0.9)  # the same where each is simulated
HIGHEST = 0.32  # how far the last bound is raised at most
STEPS, FEW_STEPS = 7, 5  # halvings by which that is found; where each is simulated
TRIALS = 40_000  # simulated at each pair of rates
QUANTILES, ROUGH = 12, 2000  # of each belief, and trials at each pair of them, for the assurance
ERRORS = 2.0  # standard errors that a simulated type I error must stay below alpha
FEWEST = 0.75  # of the patients of a fixed design, where the search begins
DOUBT = (
    "whoever learns its new size learns how the arms compare so far, so that it needs a committee "
    "apart from the trial, and a concealed rule"
)


def unblinded(candidate: Unblinded, plan: Plan, aim: Scenario) -> Evaluated:
    """A candidate of two arms with unblinded re-estimation of its size.

    Raises:
        MyotrialError: The bounds cannot be had.
        TooLargeError: More than 1000 patients of the control arm would be planned.
    """
    make = _maker(candidate, plan)
    given = sizes_of(candidate.n, candidate.ratio)
    if given is not None:
        return _evaluated(_raised(make, given[1], plan.alpha), candidate)
    one, other = candidate.ratio
    start = rates.sample_size(
        aim.treatment, aim.control, power=plan.power, alpha=plan.alpha, ratio=one / other
    )
    for control in range(max(6, int(FEWEST * start.second)), LARGEST + 1):
        if make(control, 0.0).at(aim.control, aim.treatment).power < plan.power:
            continue
        course = _raised(make, control, plan.alpha)
        if course.at(aim.control, aim.treatment).power >= plan.power:
            return _evaluated(course, candidate)
    raise TooLargeError(
        f"{candidate.id} would need more than {LARGEST} patients an arm.\n"
        "Hint: name a larger effect as the expected scenario, or state n in design.yaml."
    )


def _maker(candidate: Unblinded, plan: Plan) -> Callable[[int, float], Course]:
    """Makes the courses of a trial from its control patients and what its last bound is raised."""
    wanted = candidate.conditional_power or plan.power
    ratio = candidate.ratio[0] / candidate.ratio[1]

    def make(control: int, more: float) -> Course:
        stages = _stages(control, candidate)
        if candidate.rule == "promising_zone":
            return PromisingCourse(stages, ratio, candidate.most, wanted, plan.alpha, more)
        bounds = boundary(SHAPES[candidate.efficacy], candidate.looks, alpha=plan.alpha)
        last = bounds.efficacy[-1] + more
        raised = replace(bounds, efficacy=(*bounds.efficacy[:-1], last))
        if bounds.looks == 2:
            return WeightedCourse(stages, ratio, candidate.most, wanted, raised)
        return _Simulated(stages, ratio, candidate.most, wanted, raised, plan.simulation.seed)

    return make


def _stages(control: int, candidate: Unblinded) -> tuple[float, ...]:
    """Planned patients of each stage, both arms together."""
    one, other = candidate.ratio
    ends = [0, *(round(t * control) for t in candidate.looks)]
    return tuple(max(1, b - a) * (one + other) / other for a, b in pairwise(ends))


def _raised(make: Callable[[int, float], Course], control: int, alpha: float) -> Course:
    """The trial with its last bound raised until its type I error is no more than alpha."""
    course = make(control, 0.0)
    if _bound(course) <= alpha:
        return course
    low, high = 0.0, HIGHEST
    for _ in range(FEW_STEPS if course.trials else STEPS):
        middle = (low + high) / 2
        if _bound(make(control, middle)) <= alpha:
            high = middle
        else:
            low = middle
    return make(control, high)


def _bound(course: Course) -> float:
    """The type I error, or where it is simulated what it is probably below."""
    error, _ = _error(course)
    return error + ERRORS * (error * (1 - error) / course.trials) ** 0.5 if course.trials else error


def _error(course: Course) -> tuple[float, float]:
    """The greatest type I error over a grid of common rates, and the rate of it."""
    return max((course.at(rate, rate).power, rate) for rate in _common(course))


def _common(course: Course) -> tuple[float, ...]:
    return FEWER if course.trials else COMMON


def _evaluated(course: Course, candidate: Unblinded) -> Evaluated:
    error, rate = _error(course)
    name = {"promising_zone": "promising zone", "inverse_normal": "inverse-normal combination"}
    ends = np.cumsum(course.arms, axis=0).astype(int)
    planned, looks = int(ends[-1].sum()), len(course.stages)
    upper = (*course.upper, *[None] * (looks - len(course.upper)))
    simulated = isinstance(course, _Simulated)
    return Evaluated(
        candidate.id, "unblinded",
        candidate.label or f"Two arms, {looks} looks, {name[candidate.rule]}",
        (int(ends[-1][0]), int(ends[-1][1])), planned, course.at, error, rate,
        1 if simulated else 0,
        f"a stage's size depends on all stages before it, too many courses to list; "
        f"{course.trials} trials are drawn at each pair of rates"
        if simulated
        else "the second stage's size is a function of the first's counts, and every course can be "
        "listed",
        tuple(Analysis(int(n.sum()), high) for n, high in zip(ends, upper, strict=True)),
        doubts=(DOUBT,),
        notes=(
            _spanned(course.span, planned, early=looks > 2 or bool(course.upper)),
            f"Its type I error is the greatest over {len(_common(course))} common rates; its last "
            f"bound is z = {course.last:.3f}.",
        ),
        trials=course.trials,
        averaged=course.averaged if isinstance(course, _Simulated) else None,
    )  # fmt: skip


def _span(stages: tuple[float, ...], growths: tuple[float, float], ratio: float) -> tuple[int, int]:
    """Patients of the first stage, and of later ones that shrink or grow as they may."""
    first = sum(simulation.arms(stages[0], ratio))
    fewest, most = (
        first + sum(sum(simulation.arms(by * size, ratio)) for size in stages[1:]) for by in growths
    )
    return fewest, most


def _spanned(span: tuple[int, int], planned: int, *, early: bool) -> str:
    """How many patients there may be, in a sentence."""
    fewest, most = span
    between = f"{fewest} to {most} patients" if fewest < most else f"{most} patients"
    stops = ", fewer if it stops before" if early else ""
    return f"Planned with {planned} patients; {between} at the last look{stops}."


class _Simulated:
    """The courses of a trial with more than one look, simulated as counts."""

    trials = TRIALS

    def __init__(
        self,
        stages: tuple[float, ...],
        ratio: float,
        most: float,
        wanted: float,
        bounds: Boundary,
        seed: int,
    ) -> None:
        self.stages, self.ratio, self.bounds, self.seed = stages, ratio, bounds, seed
        self.arms = tuple(simulation.arms(size, ratio) for size in stages)
        self.upper: tuple[float, ...] = bounds.efficacy
        self.last = bounds.efficacy[-1]
        grown = 1 + (most - 1) * sum(stages) / sum(stages[1:])
        self.rules = [simulation.Reestimation(wanted, size, grown * size) for size in stages[1:]]
        self.span = _span(stages, (1.0, grown), ratio)
        self.at = lru_cache(maxsize=256)(self._at)

    def _at(self, control: float, treatment: float) -> Outcome:
        found = self._drawn(control, treatment, TRIALS)
        early = found.efficacy[:-1]
        return Outcome(found.power, found.expected, (*early, 1 - sum(early)), sum(early))

    def averaged(self, control: BetaMixture, treatment: BetaMixture) -> float:
        """Power averaged over equally likely parts of both beliefs."""
        parts = ((np.arange(QUANTILES) + 0.5) / QUANTILES).tolist()
        pairs = [(control.quantile(a), treatment.quantile(b)) for a in parts for b in parts]
        return float(np.mean([self._drawn(*pair, ROUGH).power for pair in pairs]))

    def _drawn(self, control: float, treatment: float, trials: int) -> simulation.Simulated:
        return simulation.simulate_rates(
            self.bounds, treatment, control, self.stages, reestimation=self.rules,
            ratio=self.ratio, trials=trials, seed=self.seed,
        )  # fmt: skip
