"""What must agree between the endpoint, its scenarios, and the candidates that compare it."""

from collections.abc import Callable, Iterator

from myotrial.design.planning.models import Plan
from myotrial.design.planning.question import ASKED, CHANGE, SCORE, Kind
from myotrial.documents import nearest
from myotrial.errors import Problem
from myotrial.protocol.models import Protocol

__all__ = ["TESTS", "WITHOUT_COUNTS", "candidates", "endpoint", "scenarios"]

Say = Callable[..., Problem]
TESTS: dict[Kind, tuple[str, ...]] = {  # the first where none is named
    "response": ("boschloo", "fisher", "z-pooled", "z-unpooled", "chi-square"),
    "mean": ("mmrm", "ancova", "t"),
    "time": ("log-rank",),
}
NAMES: dict[Kind, str] = {"response": "response rates", "mean": "means", "time": "times"}
ONE: dict[Kind, str] = {"response": "rate", "mean": "mean", "time": "share"}
WITHOUT_COUNTS = ("fixed", "group_sequential")  # kinds that compare means and times as well
BESIDE = {"visit": ("at_visit", "time_to_response"), "consecutive": ("sustained",)}


def endpoint(plan: Plan, protocol: Protocol, say: Say) -> Iterator[Problem]:
    """A definition that is known, with what belongs to it and nothing else."""
    asked = plan.endpoint
    known = [item.id for item in protocol.visits if not (item.baseline or item.unscheduled)]
    if asked.visit is not None and asked.visit not in known:
        expected = "a scheduled visit of study.yaml after baseline"
        yield say(("endpoint", "visit"), expected, repr(asked.visit), nearest(asked.visit, known))
    if asked.definition not in ASKED:
        expected = f"one of {', '.join(ASKED)}"
        hint = nearest(asked.definition, ASKED)
        yield say(("endpoint", "definition"), expected, repr(asked.definition), hint)
    for key in ("population", "threshold"):
        if getattr(asked, key) is not None and asked.definition != SCORE:
            yield say(("endpoint", key), f"{key} only beside {SCORE}", asked.definition)
    for key, estimands in BESIDE.items():
        if getattr(asked, key) is not None and asked.estimand not in estimands:
            expected = f"{key} only where the estimand is {' or '.join(estimands)}"
            yield say(("endpoint", key), expected, f"estimand {asked.estimand} with it")
    if asked.estimand == "sustained" and asked.consecutive is None:
        yield say(
            ("endpoint",), "consecutive where the estimand is sustained", "sustained without it"
        )
    yield from _without_response(plan, say)
    yield from _measure(plan, protocol, say)


def _without_response(plan: Plan, say: Say) -> Iterator[Problem]:
    """A mean is asked for at one visit, and it alone has a standard deviation."""
    asked = plan.endpoint
    score = asked.definition == SCORE and asked.threshold is None
    if score and asked.estimand != "at_visit":
        hint = "threshold: minimal is 20 points in adults, moderate 40, major 60"
        yield say(("endpoint",), f"a threshold beside the estimand {asked.estimand}", "none", hint)
    if asked.definition == CHANGE and asked.estimand != "at_visit":
        expected = "the estimand at_visit beside change"
        yield say(("endpoint", "estimand"), expected, asked.estimand)
    if asked.sd is not None and asked.kind != "mean":
        expected = "sd only where the endpoint is a mean"
        yield say(("endpoint", "sd"), expected, f"an endpoint of {NAMES[asked.kind]}")


def _measure(plan: Plan, protocol: Protocol, say: Say) -> Iterator[Problem]:
    """The measure whose change is asked for is one that is simulated."""
    asked = plan.endpoint
    if asked.measure is not None and asked.definition != CHANGE:
        yield say(("endpoint", "measure"), "measure only beside change", asked.definition)
    if asked.definition != CHANGE:
        return
    known = {item.id: item for item in protocol.assessments if _simulated(item.id, protocol)}
    place = known.get(asked.measure or "")
    if place is None:
        expected = f"measure, one of the core set or the functional index: {', '.join(known)}"
        found = "none" if asked.measure is None else repr(asked.measure)
        hint = nearest(asked.measure, known) if asked.measure else ""
        yield say(("endpoint", "measure"), expected, found, hint)
    elif asked.visit is not None and asked.visit not in place.visits:
        expected = f"a visit at which {place.id} is assessed: {', '.join(place.visits)}"
        yield say(("endpoint", "visit"), expected, asked.visit)
    if not plan.scenarios:
        hint = "no trial of the field is on record here with the mean change of one measure"
        yield say(("endpoint",), "scenarios, with the means of both arms", "none", hint)


def _simulated(name: str, protocol: Protocol) -> bool:
    item = next(one for one in protocol.assessments if one.id == name)
    return name in protocol.core_set.model_dump().values() or item.instrument == "functional_index"


def scenarios(plan: Plan, say: Say) -> Iterator[Problem]:
    """Rates and shares between 0 and 1; an effect in the scenario that the power is for."""
    kind, names = plan.endpoint.kind, [item.id for item in plan.scenarios]
    expected = plan.expected or (names[0] if names else "")
    for index, item in enumerate(plan.scenarios):
        for key in ("control", "treatment"):
            value = getattr(item, key)
            if kind != "mean" and not 0 <= value <= 1:
                limit = "at most 1" if value > 1 else "at least 0"
                hint = f"write {value:g} % as {value / 100:g}" if 1 < value <= 100 else ""
                yield say(("scenarios", index, key), f"a number of {limit}", f"{value:g}", hint)
            elif kind == "time" and value in (0, 1):
                expected_ = "a share between 0 and 1, both excluded"
                yield say(("scenarios", index, key), expected_, f"{value:g}")
        if item.id == expected and item.treatment <= item.control:
            found = f"{item.treatment:g} treated against {item.control:g}"
            hint = "name another scenario under `expected`, or put it first"
            one = ONE[kind]
            text = f"a treated {one} above the control {one} in the scenario the power is for"
            yield say(("scenarios", index), text, found, hint)


def candidates(plan: Plan, say: Say) -> Iterator[Problem]:
    """Candidates that compare what the endpoint gives, by tests of it."""
    kind = plan.endpoint.kind
    for name in type(plan.candidates).model_fields:
        for index, item in enumerate(getattr(plan.candidates, name)):
            path = ("candidates", name, index)
            test = getattr(item, "test", None)
            if kind != "response" and name not in WITHOUT_COUNTS:
                expected = f"candidates for {NAMES[kind]}: {' or '.join(WITHOUT_COUNTS)}"
                yield say(path, expected, name)
            elif name in WITHOUT_COUNTS and test is not None and test not in TESTS[kind]:
                expected = f"a test for {NAMES[kind]}: {', '.join(TESTS[kind])}"
                yield say((*path, "test"), expected, test)
