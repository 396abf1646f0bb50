"""Two arms compared by means or times, once or at looks.

Size     by closed form, then by as much more or less as simulated trials show to be needed.
Bounds   on z by normal theory; what they do, without an effect too, is simulated.
Curve    of power by normal theory, for figures and averages only.
"""

from collections.abc import Callable
from functools import lru_cache
from math import ceil, inf, nan

import numpy as np
from scipy.special import ndtri

from myotrial.design.candidates.comparing import Comparison, Means, Times
from myotrial.design.candidates.looks import NAMES, bounds_for
from myotrial.design.candidates.outcome import Analysis, Evaluated, Outcome
from myotrial.design.candidates.parallel import sizes_of
from myotrial.design.planning.field import MEANS
from myotrial.design.planning.models import Dropout as Lost
from myotrial.design.planning.models import Fixed, GroupSequential, Plan, Scenario
from myotrial.design.planning.question import SCORE
from myotrial.design.protocols.assumed import Assumed
from myotrial.design.sequential.characteristics import characteristics, drift_for, fixed_drift
from myotrial.errors import TooLargeError
from myotrial.statistics.beta_mixture import BetaMixture
from myotrial.statistics.sequential.boundaries import Boundary

__all__ = ["compared_by", "continuous"]

TRIES = 4
LARGEST = 2000  # patients of an arm


def compared_by(assumed: Assumed, test: str) -> Comparison:
    """What compares the arms: means by a test, or times."""
    return Times(assumed) if assumed.plan.endpoint.kind == "time" else Means(assumed, test)


def continuous(candidate: Fixed | GroupSequential, assumed: Assumed, aim: Scenario) -> Evaluated:
    """A candidate of two arms compared by means or times.

    Raises:
        MyotrialError: Bounds or effects cannot be had.
        TooLargeError: More than 2000 patients an arm would be needed.
    """
    plan = assumed.plan
    compared = compared_by(assumed, str(candidate.test))
    bounds = _bounds(candidate, plan.alpha)
    sizes = sizes_of(candidate.n, candidate.ratio) or _sought(
        candidate, compared, bounds, plan, aim
    )
    made = _Design(compared, bounds, sizes)
    null = made.at(aim.control, aim.control)
    futility = (*(bounds.futility or (None,) * (bounds.looks - 1)), None)
    looked = bounds.looks > 1
    analyses = tuple(
        Analysis(sum(n), high if looked else None, None if low in (None, -inf) else low)
        for n, high, low in zip(made.looks, bounds.efficacy, futility, strict=True)
    )
    kind = "group_sequential" if isinstance(candidate, GroupSequential) else "fixed"
    return Evaluated(
        candidate.id, kind, candidate.label or _named(candidate, compared, bounds), sizes,
        sum(sizes), made.at, null.power, aim.control, compared.tier,
        f"{compared.why}; {compared.trials} trials are simulated at each pair of true values",
        analyses, averaged=made.averaged(plan), trials=compared.trials, curve=made.curve,
        under=made.under,
        notes=("Its size is that of a closed form, corrected until simulated trials have the "
               "power.",) if candidate.n is None else (),
    )  # fmt: skip


def _bounds(candidate: Fixed | GroupSequential, alpha: float) -> Boundary:
    if isinstance(candidate, GroupSequential):
        return bounds_for(candidate, alpha)
    return Boundary((1.0,), (-float(ndtri(alpha)),), (), alpha)


class _Design:
    """One size with its bounds."""

    def __init__(self, compared: Comparison, bounds: Boundary, sizes: tuple[int, int]) -> None:
        self.compared, self.bounds, self.sizes = compared, bounds, sizes
        treated, control = sizes
        self.looks = [
            (max(2, round(t * treated)), max(2, round(t * control))) for t in bounds.information
        ]
        self.at = lru_cache(maxsize=256)(self._at)

    def _at(self, control: float, treatment: float) -> Outcome:
        return self._outcome(self.compared.z(control, treatment, self.looks))

    def under(self, control: float, treatment: float, lost: Lost) -> Outcome:
        """The same with another dropout."""
        return self._outcome(self.compared.z(control, treatment, self.looks, lost))

    def curve(self, control: float, treatment: float) -> float:
        """Power by normal theory."""
        drift = self.compared.drift(control, treatment, self.sizes)
        return characteristics(self.bounds, drift).power

    def averaged(self, plan: Plan) -> Callable[[BetaMixture, BetaMixture], float] | None:
        """The mean of the power over what is believed: of a score, the field's differences."""
        if plan.endpoint.kind == "time":
            return None
        if plan.endpoint.definition != SCORE:
            return lambda _, __: nan
        powers = [self.curve(0.0, item.difference) for item in MEANS]
        return lambda _, __: float(np.mean(powers))

    def _outcome(self, z: np.ndarray) -> Outcome:
        going, early, lost, stops = np.ones(len(z), bool), 0.0, 0.0, []
        low = self.bounds.futility or (-inf,) * (self.bounds.looks - 1)
        for look, (column, high) in enumerate(zip(z.T[:-1], self.bounds.efficacy, strict=False)):
            won, ended = going & (column >= high), going & (column <= low[look])
            early, lost = early + won.mean(), lost + ended.mean()
            stops.append(float((won | ended).mean()))
            going &= ~(won | ended)
        power = early + (going & (z[:, -1] >= self.bounds.efficacy[-1])).mean()
        stops.append(1 - sum(stops))
        n = sum(share * sum(look) for share, look in zip(stops, self.looks, strict=True))
        return Outcome(float(power), float(n), tuple(stops), float(early), float(lost))


def _sought(
    candidate: Fixed | GroupSequential,
    compared: Comparison,
    bounds: Boundary,
    plan: Plan,
    aim: Scenario,
) -> tuple[int, int]:
    """Closed form, then as many more or fewer as the simulated power asks for."""
    one, other = candidate.ratio
    fixed = compared.size(aim.control, aim.treatment, one / other).second
    drift = fixed_drift(plan.alpha, plan.power)
    control = fixed * (drift_for(bounds, plan.power) / drift) ** 2 if bounds.looks > 1 else fixed
    found: list[tuple[int, int]] = []
    sizes = 3, 3
    for _ in range(TRIES):
        whole = max(3, ceil(control - 1e-6))
        sizes = ceil(whole * one / other - 1e-6), whole
        if sizes in found or max(sizes) > LARGEST:
            break
        power = _Design(compared, bounds, sizes).at(aim.control, aim.treatment).power
        error = (plan.power * (1 - plan.power) / compared.trials) ** 0.5
        if plan.power <= power < plan.power + 3 * error:
            return sizes
        if power >= plan.power:
            found.append(sizes)
        reached = float(ndtri(min(max(power, 0.05), 0.999)) - ndtri(plan.alpha))
        change = (drift / reached) ** 2
        control = max(control * change, whole + 1) if power < plan.power else control * change
    if max(sizes) > LARGEST:
        raise TooLargeError(
            f"{candidate.id} would need more than {LARGEST} patients an arm.\n"
            "Hint: name a larger effect as the expected scenario, or state n in design.yaml."
        )
    return min(found, default=sizes)


def _named(candidate: Fixed | GroupSequential, compared: Comparison, bounds: Boundary) -> str:
    one, other = candidate.ratio
    shared = "" if one == other else f", {one} to {other}"
    if not isinstance(candidate, GroupSequential):
        return f"Two arms, {compared.words}{shared}"
    kind = "alpha spent as stated" if candidate.alpha_spent else NAMES[
        candidate.efficacy or "obrien_fleming"]  # fmt: skip
    return f"Two arms, {bounds.looks} looks, {compared.words}, {kind}{shared}"
