"""What a plan leaves out: made from the pilot and from the field's trials, each marked as such."""

from collections.abc import Sequence
from typing import Any

from myotrial.design.planning.field import REPORTS, Report, reports_of
from myotrial.design.planning.models import Candidates, Plan, Question, Scenario, Stratum
from myotrial.protocol.models import Protocol, Visit

__all__ = ["complete", "expected", "label", "later_visits"]

WANTED_MONTH = 6.0  # the field's trials look at 16 to 28 weeks
SMALL, LARGE = REPORTS[0].difference, REPORTS[1].difference  # abatacept by DOI, IVIg by TIS
NAMES = {
    "imacs_2004": "IMACS definition of improvement",
    "functional_index_20": "Functional index improved by 20 %",
}


def complete(plan: Plan, protocol: Protocol, shares: Sequence[tuple[str, float]]) -> Plan:
    """Fill what a plan leaves out.

    Args:
        plan: The plan as read, or an empty one.
        protocol: The protocol of the pilot.
        shares: Diagnoses of the pilot's patients with their shares.
    """
    given: dict[str, Any] = {"endpoint": _endpoint(plan.endpoint, protocol)}
    if not plan.scenarios:
        given["scenarios"] = tuple(_scenarios(reports_of(plan.endpoint.definition)[0], plan))
    if not plan.strata:
        given["strata"] = tuple(
            Stratum.model_validate({"value": value, "share": share, "status": "derived"})
            for value, share in shares
        )
    if not any(getattr(plan.candidates, kind) for kind in Candidates.model_fields):
        given["candidates"] = Candidates.model_validate(CANDIDATES)
    if not plan.title:
        given["title"] = f"Confirmation of: {protocol.study.title}"
    return plan.model_copy(update=given)


def expected(plan: Plan) -> Scenario:
    """The scenario the power is wanted in."""
    by_id = {item.id: item for item in plan.scenarios}
    return by_id.get(plan.expected, plan.scenarios[0])


def label(question: Question, protocol: Protocol) -> str:
    """The endpoint in words."""
    if question.label:
        return question.label
    name = NAMES.get(question.definition, question.definition.replace("_", " "))
    if question.estimand == "ever":
        return f"{name} at any visit"
    if question.estimand == "sustained":
        return f"{name} at {question.consecutive} consecutive visits"
    labels = {visit.id: visit.label for visit in protocol.visits}
    place = labels.get(question.visit or "", question.visit or "")
    return f"{name} at {place[:1].lower()}{place[1:]}"


def later_visits(protocol: Protocol) -> list[Visit]:
    """Scheduled visits after baseline, in order."""
    return [item for item in protocol.visits if not (item.baseline or item.unscheduled)]


def _endpoint(question: Question, protocol: Protocol) -> Question:
    """The question, with the visit nearest to half a year where none is named."""
    if question.estimand != "at_visit" or question.visit is not None:
        return question
    nearest = min(later_visits(protocol), key=lambda item: abs((item.month or 0) - WANTED_MONTH))
    return question.model_copy(update={"visit": nearest.id})


def _scenarios(report: Report, plan: Plan) -> list[Scenario]:
    """The field's control rate against what its treatments added: little, middling, much."""
    stay = 1 - plan.dropout.share
    control = min(round(report.control_rate, 3), stay)
    told = {"source": (), "status": "derived"}

    def scenario(name: str, words: str, added: float, status: str) -> Scenario:
        treated = min(round(control + added, 3), stay)
        rates = {"id": name, "label": words, "control": control, "treatment": treated}
        return Scenario.model_validate(rates | told | {"status": status})

    return [
        scenario(
            "middle",
            "Halfway between abatacept and intravenous immunoglobulin",
            (SMALL + LARGE) / 2,
            "assumed",
        ),
        scenario("small", "The effect of abatacept", SMALL, "derived"),
        scenario("large", "The effect of intravenous immunoglobulin", LARGE, "derived"),
        scenario("none", "No effect: both arms as the field's placebo", 0.0, "derived"),
    ]


CANDIDATES = {
    "fixed": [
        {"id": "boschloo"},
        {"id": "fisher", "test": "fisher"},
        {"id": "two_to_one", "ratio": [2, 1]},
    ],
    "group_sequential": [
        {"id": "halfway", "looks": [0.5, 1.0], "futility": [0.0]},
        {"id": "three_looks", "looks": [0.4, 0.7, 1.0], "futility": [0.0, 0.5]},
    ],
    "reestimation": [{"id": "reestimated"}],
    "unblinded": [
        {"id": "promising", "rule": "promising_zone"},
        {"id": "inverse_normal"},
    ],
    "bayesian": [{"id": "bayesian"}],
    "placebo_switch": [{"id": "switch"}],
    "randomised_withdrawal": [{"id": "withdrawal"}],
    "crossover": [{"id": "crossover"}],
    "two_stage": [{"id": "simon"}],
}
