"""How many patients other endpoints would need, at the rates or means that trials reported."""

from collections.abc import Iterator

from myotrial.design.candidates.parallel import TESTS
from myotrial.design.exact.sample_size import sample_size
from myotrial.design.fixed import means
from myotrial.design.planning.field import REPORTS
from myotrial.design.planning.models import Alternative, Plan
from myotrial.design.wording import percent
from myotrial.errors import MyotrialError

__all__ = ["sized"]

TEST = "boschloo"


def sized(plan: Plan) -> Iterator[tuple[str, int, str]]:
    """Patients in all for each other endpoint: words, number, and how it was found.

    Without any stated, those of the field's trials at the rates that they reported.
    """
    for item in plan.alternatives or _reported():
        try:
            yield _sized(item, plan)
        except MyotrialError:  # nothing to find between two equal rates
            continue


def _sized(item: Alternative, plan: Plan) -> tuple[str, int, str]:
    if item.control is not None and item.treatment is not None:
        found = sample_size(
            TEST, item.treatment, item.control, power=plan.power, alpha=plan.alpha
        ).first
        words = f"{item.label}: {percent(item.treatment)} against {percent(item.control)}"
        return words, found.n1 + found.n2, f"{TESTS[TEST]}, exact (tier 0)"
    effect, sd = item.difference or 0.0, item.sd or 1.0
    needed = means.sample_size(effect, sd, power=plan.power, alpha=plan.alpha)
    words = f"{item.label}: difference {effect:g}, SD {sd:g}"
    return words, sum(needed.whole), "t-test of two means, noncentral t"


def _reported() -> list[Alternative]:
    return [
        Alternative.model_validate(
            {
                "label": report.name,
                "control": report.control_rate,
                "treatment": report.control_rate + report.difference,
                "status": report.status,
            }
        )
        for report in REPORTS
    ]
