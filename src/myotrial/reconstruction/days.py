"""Study days of one patient's visits: near the target, inside the window, in order.

Day 1 is the first dose, the day before is -1, there is no day 0.
"""

from collections.abc import Mapping

from myotrial.protocol.models import Protocol, Visit, shift
from myotrial.reconstruction.course import Plan
from myotrial.reconstruction.draws import Stream
from myotrial.reconstruction.recipe import Days

__all__ = ["visit_days"]


def visit_days(plan: Plan, recipe: Days, protocol: Protocol, draws: Stream) -> dict[str, int]:
    """The day of each visit attended, the withdrawal visit last."""
    visits = {visit.id: visit for visit in protocol.visits}
    days: dict[str, int] = {}
    for name in plan.attended:
        day = _near(visits[name], recipe, draws)
        days[name] = max(day, shift(max(days.values()), 1)) if days else day
    if plan.withdrawal:
        days[plan.withdrawal] = _withdrawal(plan, recipe, visits, days, draws)
    return days


def _near(visit: Visit, recipe: Days, draws: Stream) -> int:
    jitter = round(recipe.jitter.at(draws.uniform()))
    low, high = visit.window or (0, 0)
    return shift(visit.day or 1, min(max(jitter, low), high))


def _withdrawal(
    plan: Plan, recipe: Days, visits: Mapping[str, Visit], days: Mapping[str, int], draws: Stream
) -> int:
    """A day after the last visit (and the first dose), before the next visit's window opens."""
    scheduled = [name for name, visit in visits.items() if not visit.unscheduled]
    following = visits[scheduled[len(plan.attended)]]
    opens = following.days[0] if following.days else following.day or 1
    last = max(days[plan.attended[-1]], 1)
    room = max(opens - 1 - last, 1)
    return last + max(1, round(recipe.withdrawal.at(draws.uniform()) * room))
