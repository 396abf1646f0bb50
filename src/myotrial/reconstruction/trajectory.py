"""One patient's values at every visit, so that the derived verdicts are the planned ones.

At each visit the planned state says how many core set measures improve and worsen; which ones is
drawn in one order per patient, so that the same measures tend to move at every visit. Each measure
then gets a change from the recipe's distribution, at a level that persists from visit to visit,
moved into the band that its part asks for (`measures.Scale`). The steady band keeps clear of both
limits: no verdict here hangs on a rounding.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myotrial.reconstruction.course import IMPROVED, WORSE, Plan
from myotrial.reconstruction.draws import NORMAL, Stream
from myotrial.reconstruction.measures import Band, Scale
from myotrial.reconstruction.recipe import Change
from myotrial.response import functional_index, imacs_2004

__all__ = ["Moves", "Values", "feasible", "values"]

Value = float | int
Values = dict[str, dict[str, Value]]  # visit -> assessment -> value
UP, STEADY, DOWN = "improved", "steady", "worsened"
CLEAR = 0.05  # percent of baseline between the steady band and either limit
ANY = Band(-math.inf, math.inf)
INDEX_BANDS = {
    True: Band(functional_index.IMPROVED, math.inf),
    False: Band(-math.inf, functional_index.IMPROVED - CLEAR),
    None: ANY,
}


@dataclass(frozen=True)
class Moves:
    """What may change in this trial, by how much, and what that makes of a patient.

    Attributes:
        core: Scales of the core set measures, by assessment.
        index: Scale of the functional index by assessment; empty where it is not assessed.
        strength: Assessment of muscle strength, which must not worsen in response.
        assessed: Assessments at each visit.
        worse: How many core set measures are worse in a patient who is worse, at least.
        percent: From how many percent of baseline each of them is worse.
        change: The recipe's distributions of change.
    """

    core: Mapping[str, Scale]
    index: Mapping[str, Scale]
    strength: str
    assessed: Mapping[str, frozenset[str]]
    worse: int
    percent: float
    change: Change

    def band(self, part: str) -> Band:
        """Changes in percent that make a core set measure play a part."""
        limits = sorted((self.percent, -imacs_2004.WORSENED))
        return {
            UP: Band(imacs_2004.IMPROVED, math.inf),
            STEADY: Band(CLEAR - limits[0], imacs_2004.IMPROVED - CLEAR),
            DOWN: Band(-math.inf, -limits[1]),
        }[part]

    def able(self, part: str, before: Mapping[str, Value], visit: str) -> list[str]:
        """Core set measures that can play a part at a visit, given their baseline."""
        here = [name for name in self.core if name in self.assessed[visit]]
        band = self.band(part)
        return [name for name in here if self.core[name].reach(before[name], band)]


def feasible(plan: Plan, moves: Moves, before: Mapping[str, Value]) -> bool:
    """Whether the plan fits on the scales from this baseline."""
    for visit, state in plan.states.items():
        if state == IMPROVED and len(moves.able(UP, before, visit)) < imacs_2004.NEEDED:
            return False
        if state == WORSE and len(moves.able(DOWN, before, visit)) < moves.worse:
            return False
        for name, scale in moves.index.items():
            if not scale.reach(before[name], INDEX_BANDS[plan.index[visit]]):
                return False
    return True


def values(plan: Plan, moves: Moves, before: Mapping[str, Value], draws: Stream) -> Values:
    """One patient's values at each visit after baseline; the plan must be feasible.

    Args:
        plan: State of each visit.
        moves: What may change.
        before: Values at baseline.
        draws: The patient's stream.
    """
    ready = {name: scale.measure.readiness for name, scale in moves.core.items()}
    rising, falling = draws.order(ready), draws.order(ready)
    wander = dict.fromkeys(before, 0.0)
    found: Values = {}
    for number, visit in enumerate(plan.assessed):
        keep = moves.change.persistence if number else 0.0
        for name, level in wander.items():
            wander[name] = keep * level + math.sqrt(1 - keep**2) * draws.normal()
        parts = _parts(plan.states[visit], moves, before, visit, (rising, falling), draws)
        found[visit] = {
            name: _core(moves, name, part, before[name], wander[name])
            for name, part in parts.items()
        }
        for name in moves.index.keys() & moves.assessed[visit]:
            found[visit][name] = _index(moves, name, plan.index[visit], before[name], wander[name])
    return found


def _parts(
    state: str,
    moves: Moves,
    before: Mapping[str, Value],
    visit: str,
    orders: tuple[Sequence[str], Sequence[str]],
    draws: Stream,
) -> dict[str, str]:
    """What each core set measure assessed at the visit does."""
    rises, falls = (
        sorted(moves.able(part, before, visit), key=order.index)
        for order, part in zip(orders, (UP, DOWN), strict=True)
    )
    ready = {name: scale.measure.readiness for name, scale in moves.core.items()}
    alone = {name: moves.change.isolated * share for name, share in ready.items()}
    with_others = {name: moves.change.further * share for name, share in ready.items()}
    most = imacs_2004.NEEDED - 1, min(imacs_2004.ALLOWED, moves.worse - 1)
    if state == WORSE:
        down = _taken(falls, moves.worse, len(falls), with_others, draws)
        up = _taken(_without(rises, down), 0, most[0], alone, draws)
    elif state == IMPROVED:
        up = _taken(rises, imacs_2004.NEEDED, len(rises), with_others, draws)
        down = _taken(_without(falls, [*up, moves.strength]), 0, most[1], alone, draws)
    else:
        up = _taken(rises, 0, most[0], alone, draws)
        down = _taken(_without(falls, up), 0, most[1], alone, draws)
    here = [name for name in moves.core if name in moves.assessed[visit]]
    return {name: UP if name in up else DOWN if name in down else STEADY for name in here}


def _taken(
    names: Sequence[str], needed: int, most: int, chances: Mapping[str, float], draws: Stream
) -> list[str]:
    """The first `needed` names and each further one by chance, at most `most`."""
    chosen = [name for n, name in enumerate(names) if draws.chance(chances[name]) or n < needed]
    return chosen[:most]


def _without(names: Sequence[str], others: Sequence[str]) -> list[str]:
    return [name for name in names if name not in others]


def _core(moves: Moves, name: str, part: str, before: Value, level: float) -> Value:
    change, scale = moves.change, moves.core[name]
    distribution = {UP: change.improved, STEADY: change.steady, DOWN: change.worsened}[part]
    band = moves.band(part)
    percent = _scaled(distribution.at(NORMAL.cdf(level)), band, scale)
    return scale.changed(before, percent, scale.reach(before, band))


def _index(moves: Moves, name: str, improved: bool | None, before: Value, level: float) -> Value:
    change, scale = moves.change, moves.index[name]
    distribution = {True: change.improved, False: change.steady, None: change.open}[improved]
    band = INDEX_BANDS[improved]
    percent = _scaled(distribution.at(NORMAL.cdf(level)), band, scale)
    return scale.changed(before, percent, scale.reach(before, band))


def _scaled(percent: float, band: Band, scale: Scale) -> float:
    """A change made larger or smaller by the measure's variability, from the band's limit on."""
    nearest = min(max(0.0, band.low), band.high)
    return nearest + (percent - nearest) * scale.measure.variability
