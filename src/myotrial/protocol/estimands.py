"""Whether intercurrent events and estimands hold together with the rest of a protocol."""

from collections.abc import Iterator

from myotrial.documents import nearest
from myotrial.errors import Problem
from myotrial.protocol.draft import Draft, Path
from myotrial.protocol.intercurrent import Estimand, IntercurrentEvent
from myotrial.protocol.models import Arm, Endpoint, Stable
from myotrial.protocol.wording import problem

__all__ = ["problems"]

EVENTS, ESTIMANDS = "intercurrent_events", "estimands"
RESPONSES = ("NRI", "OC", "MAR", "J2R")  # what a response can do with missing verdicts
SCORES = ("OC", "MAR", "J2R", "CIR", "CR")
IMPUTED = ("MAR", "J2R", "CIR", "CR")


def problems(draft: Draft) -> Iterator[Problem]:
    """Every contradiction of intercurrent events and estimands."""
    for path, event in draft.entries(IntercurrentEvent, EVENTS):
        yield from _event(draft, path, event)
    given = list(draft.entries(Estimand, ESTIMANDS))
    for path, estimand in given:
        yield from _strategies(draft, path, estimand)
        yield from _endpoint(draft, path, estimand)
    planned = ESTIMANDS in [text for _, text in draft.texts("analyses")]
    if bool(draft.keys() and draft.raw(ESTIMANDS)) != planned:
        expected = "estimands among the analyses exactly where estimands are declared"
        found = "declared, not analysed" if not planned else "analysed, none declared"
        yield problem(draft.document, ("analyses",), expected, found)


def _event(draft: Draft, path: Path, event: IntercurrentEvent) -> Iterator[Problem]:
    """What tells the event apart fits its kind."""
    about_therapy = event.kind != "withdrawal"
    if bool(event.classes) != about_therapy:
        expected = "classes exactly where the kind is rescue or dose_change"
        found = f"kind {event.kind} {'with' if event.classes else 'without'} them"
        yield problem(draft.document, (*path, "classes"), expected, found)
    if event.reasons and about_therapy:
        expected = "reasons only where the kind is withdrawal"
        yield problem(draft.document, (*path, "reasons"), expected, f"kind {event.kind} with them")
    stable = draft.one(Stable, "concomitant", "stable")
    if event.kind == "dose_change":
        known = list(stable.classes) if stable else []
        for index, name in enumerate(event.classes):
            if name not in known:
                here = (*path, "classes", index)
                expected = "a class of concomitant.stable, whose doses are followed"
                yield problem(draft.document, here, expected, repr(name), nearest(name, known))


def _strategies(draft: Draft, path: Path, estimand: Estimand) -> Iterator[Problem]:
    """Each declared event has one strategy, and hypothetical ones an imputation."""
    known = draft.ids(EVENTS)
    here = (*path, "strategies")
    for name in estimand.strategies:
        if name not in known:
            expected = "the id of an intercurrent event"
            yield problem(draft.document, (*here, name), expected, repr(name), nearest(name, known))
    without = [name for name in known if name not in estimand.strategies]
    if without:
        expected = f"a strategy for each intercurrent event: {', '.join(known)}"
        yield problem(draft.document, here, expected, f"none for {', '.join(without)}")
    hypothetical = [name for name, way in estimand.strategies.items() if way == "hypothetical"]
    if hypothetical and estimand.missing not in IMPUTED:
        expected = f"one of {', '.join(IMPUTED)}, as {hypothetical[0]} is hypothetical"
        hint = "what would have been seen without the event has to be imputed"
        yield problem(draft.document, (*path, "missing"), expected, estimand.missing, hint)


def _endpoint(draft: Draft, path: Path, estimand: Estimand) -> Iterator[Problem]:
    """The endpoint is there, and its missing values can be handled so."""
    endpoints = {item.id: item for _, item in draft.entries(Endpoint, "endpoints")}
    known = draft.ids("endpoints")
    if estimand.endpoint not in known:
        found = repr(estimand.endpoint)
        hint = nearest(estimand.endpoint, known)
        yield problem(draft.document, (*path, "endpoint"), "the id of an endpoint", found, hint)
    endpoint = endpoints.get(estimand.endpoint)
    if endpoint is None:
        return
    score = endpoint.definition == "tis_2016" and endpoint.threshold is None
    able = SCORES if score else RESPONSES
    if estimand.missing not in able:
        kind = "score" if score else "response"
        expected = f"one of {', '.join(able)} for a {kind}"
        yield problem(draft.document, (*path, "missing"), expected, estimand.missing)
    elif not draft.whole(Arm, "arms") or len(list(draft.entries(Arm, "arms"))) > 1:
        return
    elif estimand.missing in IMPUTED and (score or estimand.missing != "MAR"):
        expected = "an imputation that needs one arm only: NRI, OC, or MAR of a response"
        yield problem(draft.document, (*path, "missing"), expected, estimand.missing)
