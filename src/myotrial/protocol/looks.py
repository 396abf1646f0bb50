"""Whether the looks of the primary analysis hold together, and its bounds are what they say."""

from collections.abc import Iterator
from itertools import pairwise

from myotrial.errors import MyotrialError, Problem
from myotrial.protocol.draft import Draft, Path
from myotrial.protocol.models import Arm, Endpoint
from myotrial.protocol.primary import MEANS, Look, PrimaryAnalysis
from myotrial.protocol.wording import problem

__all__ = ["problems"]

PLACE: Path = ("primary_analysis",)
NEAR = 5e-4  # of a bound: bounds written with three decimals are still the same
EVEN = 2.0  # patients by which rounding to whole patients an arm may move a look


def problems(draft: Draft) -> Iterator[Problem]:
    """Every contradiction within the primary analysis."""
    given = draft.one(PrimaryAnalysis, *PLACE)
    if given is None:
        return
    if draft.whole(Arm, "arms") and len(list(draft.entries(Arm, "arms"))) < 2:
        expected = "a primary analysis in a study with two arms or more"
        yield problem(draft.document, PLACE, expected, "one arm")
        return
    if (given.certainty is not None) != (given.test == "posterior"):
        expected = "a certainty exactly where the test is posterior"
        found = f"test {given.test} {'without' if given.certainty is None else 'with'} it"
        yield problem(draft.document, (*PLACE, "certainty"), expected, found)
    yield from _fits(draft, given)
    if not given.looks:
        if given.bounds is not None:
            expected = "looks whose bounds these are"
            yield problem(draft.document, (*PLACE, "bounds"), expected, "none")
        return
    found = list(_order(draft, given.looks))
    yield from found
    if not found:
        yield from _size(draft, given)
        yield from _bounds(draft, given)


def _fits(draft: Draft, given: PrimaryAnalysis) -> Iterator[Problem]:
    """Means are compared where the primary endpoint is one, responses where it is a response."""
    listed = [item for _, item in draft.entries(Endpoint, "endpoints") if item.role == "primary"]
    if not listed:
        return
    first = listed[0]
    score = first.definition == "tis_2016" and first.threshold is None
    if (score or first.definition == "change") != (given.test in MEANS):
        what = "a mean" if given.test not in MEANS else "a response"
        expected = f"a test of {what}, as the primary endpoint is {what}"
        hint = f"means are compared by {', '.join(MEANS)}"
        yield problem(draft.document, (*PLACE, "test"), expected, given.test, hint)


def _order(draft: Draft, looks: tuple[Look, ...]) -> Iterator[Problem]:
    """Patients and information rise; the last look has all of it."""
    for key in ("patients", "information"):
        values = [getattr(look, key) for look in looks]
        if any(later <= before for before, later in pairwise(values)):
            expected = f"{key} that rise from look to look"
            yield problem(draft.document, (*PLACE, "looks"), expected, f"{values}")
    if looks[-1].information != 1:
        expected = "a last look with all the information, 1"
        found = f"{looks[-1].information:g}"
        yield problem(
            draft.document, (*PLACE, "looks", len(looks) - 1, "information"), expected, found
        )
        return
    whole = looks[-1].patients
    for index, look in enumerate(looks):
        if abs(look.patients - look.information * whole) > EVEN:
            expected = f"information of about {look.patients / whole:.3f}, {look.patients} of the "
            path = (*PLACE, "looks", index, "information")
            found = f"{look.information:g}"
            yield problem(draft.document, path, f"{expected}{whole} patients", found)
    last = (*PLACE, "looks", len(looks) - 1)
    if looks[-1].futility is not None:
        expected = "no futility bound at the last look, where efficacy decides"
        yield problem(draft.document, (*last, "futility"), expected, f"{looks[-1].futility:g}")
    if looks[-1].efficacy is None:
        yield problem(draft.document, last, "an efficacy bound at the last look", "none")


def _size(draft: Draft, given: PrimaryAnalysis) -> Iterator[Problem]:
    """The last look waits for as many patients as are planned."""
    arms = [arm for _, arm in draft.entries(Arm, "arms")]
    planned = sum(arm.planned for arm in arms)
    if draft.whole(Arm, "arms") and len(arms) == 2 and given.looks[-1].patients != planned:
        path = (*PLACE, "looks", len(given.looks) - 1, "patients")
        expected = f"{planned}, the patients planned in both arms"
        yield problem(draft.document, path, expected, f"{given.looks[-1].patients}")


def _bounds(draft: Draft, given: PrimaryAnalysis) -> Iterator[Problem]:
    """The bounds are those that their way of computing gives."""
    from myotrial.statistics.sequential.named import bounds  # heavy: only for trials with looks

    how = given.bounds
    if how is None:
        expected = "how the bounds were computed: spending or alpha_spent, binding, raised"
        yield problem(draft.document, (*PLACE, "bounds"), expected, "nothing")
        return
    futility = [look.futility for look in given.looks[:-1]]
    low = [float("-inf") if bound is None else bound for bound in futility]
    try:
        made = bounds(
            how.spending, [look.information for look in given.looks], alpha=given.alpha,
            spent=how.alpha_spent, futility=low if any(bound is not None for bound in futility)
            else (), binding=how.binding,
        )  # fmt: skip
    except MyotrialError as error:
        first, _, hint = str(error).partition("\nHint: ")
        yield problem(draft.document, (*PLACE, "bounds"), "bounds that exist", first, hint)
        return
    high = [*made.efficacy[:-1], made.efficacy[-1] + how.raised]
    for index, (look, bound) in enumerate(zip(given.looks, high, strict=True)):
        if look.efficacy is None and bound == float("inf"):
            continue
        if look.efficacy is None or abs(look.efficacy - bound) > NEAR:
            path = (*PLACE, "looks", index, "efficacy")
            expected = f"{bound:.4f}, the bound that alpha {given.alpha:g}, spent as stated, gives"
            shown = "none" if look.efficacy is None else f"{look.efficacy:g}"
            hint = "`bounds` must tell how the numbers were computed; change the one that is wrong"
            yield problem(draft.document, path, expected, shown, hint)
