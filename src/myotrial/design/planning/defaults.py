"""What a plan leaves out: made from the pilot and from the field's trials, each marked as such."""

from collections.abc import Sequence
from typing import Any

from myotrial.design.planning.asking import TESTS
from myotrial.design.planning.field import MEANS, REPORTS, reports_of
from myotrial.design.planning.models import Candidates, Plan, Question, Scenario, Stratum
from myotrial.design.planning.question import CHANGE
from myotrial.protocol.models import Protocol, Visit

__all__ = ["complete", "expected", "label", "later_visits"]

WANTED_MONTH = 6.0  # the field's trials look at 16 to 28 weeks
SMALL, LARGE = REPORTS[0].difference, REPORTS[1].difference  # abatacept by DOI, IVIg by TIS
NAMES = {
    "imacs_2004": "IMACS definition of improvement",
    "functional_index_20": "Functional index improved by 20 %",
    "tis_2016": "Total Improvement Score",
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
        given["scenarios"] = tuple(_scenarios(plan))
    if not plan.strata:
        given["strata"] = tuple(
            Stratum.model_validate({"value": value, "share": share, "status": "derived"})
            for value, share in shares
        )
    listed = plan.candidates
    if not any(getattr(listed, kind) for kind in Candidates.model_fields):
        listed = Candidates.model_validate(CANDIDATES[plan.endpoint.kind])
    given["candidates"] = _with_tests(listed, plan.endpoint)
    if not plan.title:
        given["title"] = f"Confirmation of: {protocol.study.title}"
    return plan.model_copy(update=given)


def _with_tests(listed: Candidates, asked: Question) -> Candidates:
    """The candidates, with a test where they name none."""
    first = TESTS[asked.kind][0]
    tests = {"fixed": first, "group_sequential": "z-pooled" if first == "boschloo" else first}
    return listed.model_copy(
        update={
            kind: tuple(
                item if item.test else item.model_copy(update={"test": test})
                for item in getattr(listed, kind)
            )
            for kind, test in tests.items()
        }
    )


def expected(plan: Plan) -> Scenario:
    """The scenario the power is wanted in."""
    by_id = {item.id: item for item in plan.scenarios}
    return by_id.get(plan.expected, plan.scenarios[0])


def label(question: Question, protocol: Protocol) -> str:
    """The endpoint in words."""
    if question.label:
        return question.label
    name = _name(question, protocol)
    if question.estimand == "time_to_response":
        return f"Time to {name[:1].lower() if name[1:2].islower() else name[:1]}{name[1:]}"
    if question.estimand == "ever":
        return f"{name} at any visit"
    if question.estimand == "sustained":
        return f"{name} at {question.consecutive} consecutive visits"
    labels = {visit.id: visit.label for visit in protocol.visits}
    place = labels.get(question.visit or "", question.visit or "")
    return f"{name} at {place[:1].lower()}{place[1:]}"


def _name(question: Question, protocol: Protocol) -> str:
    """What is met, without when."""
    if question.definition == CHANGE:
        item = next(one for one in protocol.assessments if one.id == question.measure)
        return f"Mean improvement of {item.id}, {item.unit},"
    if question.kind == "mean":
        return "Mean Total Improvement Score"
    name = NAMES.get(question.definition, question.definition.replace("_", " "))
    if question.points is None:
        return name
    whose = " in children" if question.population == "juvenile" else ""
    return f"{name} of {question.points:g} points or more ({question.threshold} response{whose})"


def later_visits(protocol: Protocol) -> list[Visit]:
    """Scheduled visits after baseline, in order."""
    return [item for item in protocol.visits if not (item.baseline or item.unscheduled)]


def _endpoint(question: Question, protocol: Protocol) -> Question:
    """The question, with the visit nearest to half a year where none is named."""
    if question.estimand not in ("at_visit", "time_to_response") or question.visit is not None:
        return question
    nearest = min(later_visits(protocol), key=lambda item: abs((item.month or 0) - WANTED_MONTH))
    return question.model_copy(update={"visit": nearest.id})


def _scenarios(plan: Plan) -> list[Scenario]:
    """The field's control rate against what its treatments added: little, middling, much."""
    if plan.endpoint.kind == "mean":
        return _scenarios_of_means()
    key, stay = plan.endpoint.key, 1 - plan.dropout.share
    control = min(round(reports_of(key)[0].control_rate, 3), stay)
    (less, few), (much, many), between = _added(key)

    def scenario(name: str, words: str, more: float, status: str) -> Scenario:
        treated = min(round(control + more, 3), stay)
        rates = {"id": name, "label": words, "control": control, "treatment": treated}
        return Scenario.model_validate(rates | {"source": (), "status": status})

    return [
        scenario("middle", between, (few + many) / 2, "assumed"),
        scenario("small", less, few, "derived"),
        scenario("large", much, many, "derived"),
        scenario("none", "No effect: both arms as the field's placebo", 0.0, "derived"),
    ]


def _scenarios_of_means() -> list[Scenario]:
    """The field's mean score on placebo against what its treatments added to it."""
    small, large = (choose(MEANS, key=lambda one: one.difference) for choose in (min, max))
    control = MEANS[0].control

    def scenario(name: str, words: str, more: float, status: str) -> Scenario:
        means = {"control": control, "treatment": round(control + more, 2)}
        return Scenario.model_validate({"id": name, "label": words, "status": status} | means)

    between = f"Halfway between {small.treatment} and {large.treatment}"
    return [
        scenario("middle", between, (small.difference + large.difference) / 2, "assumed"),
        scenario("small", f"The effect of {small.treatment}", small.difference, "derived"),
        scenario("large", f"The effect of {large.treatment}", large.difference, "derived"),
        scenario("none", "No effect: both arms as the field's placebo", 0.0, "derived"),
    ]


def _added(key: str) -> tuple[tuple[str, float], tuple[str, float], str]:
    """A small and a large effect on a rate, in words and as a difference; and between them."""
    own = sorted((item for item in REPORTS if item.definition == key), key=lambda i: i.difference)
    if key == "imacs_2004" or not own:
        small, large = ("abatacept", SMALL), ("intravenous immunoglobulin", LARGE)
    elif len(own) == 1:
        name, whole = own[0].treatment, own[0].difference
        half = f"Half the effect of {name}", whole / 2
        return half, (f"The effect of {name}", whole), f"Three quarters of the effect of {name}"
    else:
        small, large = ((item.treatment, item.difference) for item in (own[0], own[-1]))
    return (
        (f"The effect of {small[0]}", small[1]),
        (f"The effect of {large[0]}", large[1]),
        f"Halfway between {small[0]} and {large[0]}",
    )


FOR_RESPONSE = {
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
CANDIDATES = {
    "response": FOR_RESPONSE,
    "mean": {
        "fixed": [
            {"id": "mmrm", "test": "mmrm"},
            {"id": "ancova", "test": "ancova"},
            {"id": "t", "test": "t"},
        ],
        "group_sequential": [{"id": "halfway", "test": "ancova", "futility": [0.0]}],
    },
    "time": {
        "fixed": [{"id": "log_rank"}],
        "group_sequential": [{"id": "halfway", "futility": [0.0]}],
    },
}
