"""What must agree within a plan, and with the pilot's protocol, beyond the form of each part."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from myotrial.design.planning import asking
from myotrial.design.planning.models import GroupSequential, Plan, Prior, Scenario, Unblinded
from myotrial.documents import Document, Step, nearest
from myotrial.errors import Problem
from myotrial.protocol.models import Protocol, Visit
from myotrial.protocol.wording import problem

__all__ = ["LARGEST", "problems"]

Path = tuple[Step, ...]
LARGEST = 4000  # patients of one candidate: beyond, exact enumeration would not fit in memory
CLOSE = 1e-6  # how far shares that should sum to 1 may miss it


def problems(plan: Plan, protocol: Protocol, document: Document) -> list[Problem]:
    """Every contradiction within the plan, and with the protocol, in the order of the file."""
    check = _Checks(plan, protocol, document)
    found = [item for part in check.parts() for item in part]
    return sorted(found, key=lambda item: item.line or 0)


class _Checks:
    """The checks of one plan."""

    def __init__(self, plan: Plan, protocol: Protocol, document: Document) -> None:
        self.plan, self.protocol, self.document = plan, protocol, document

    def parts(self) -> Iterator[Iterator[Problem]]:
        yield from (self.endpoint(), self.scenarios(), self.strata(), self.priors())
        yield from (self.dropout(), self.covariance(), self.candidates(), self.alternatives())

    def say(self, path: Path, expected: str, found: str, hint: str = "") -> Problem:
        return problem(self.document, path, expected, found, hint)

    @property
    def later(self) -> list[Visit]:
        """Scheduled visits after baseline."""
        return [item for item in self.protocol.visits if not (item.baseline or item.unscheduled)]

    def endpoint(self) -> Iterator[Problem]:
        yield from asking.endpoint(self.plan, self.protocol, self.say)

    def scenarios(self) -> Iterator[Problem]:
        names = [item.id for item in self.plan.scenarios]
        yield from self._once("scenarios", names)
        if self.plan.expected and self.plan.expected not in names:
            hint = nearest(self.plan.expected, names)
            yield self.say(("expected",), "the id of a scenario", repr(self.plan.expected), hint)
        yield from asking.scenarios(self.plan, self.say)

    def strata(self) -> Iterator[Problem]:
        diagnosis = self.protocol.subject.get("DIAG")
        known = list(diagnosis.values or ()) if diagnosis else []
        values = [item.value for item in self.plan.strata]
        yield from self._once("strata", values, "value")
        for index, value in enumerate(values):
            if known and value not in known:
                yield self.say(
                    ("strata", index, "value"), "a diagnosis of study.yaml", repr(value),
                    nearest(value, known),
                )  # fmt: skip
        yield from self._sums(("strata",), [item.share for item in self.plan.strata])
        for index, name in enumerate(self.plan.randomisation.by):
            attribute = self.protocol.subject.get(name)
            if attribute is None or attribute.values is None:
                choices = [key for key, item in self.protocol.subject.items() if item.values]
                expected = "a subject attribute of study.yaml with a list of values"
                yield self.say(
                    ("randomisation", "by", index), expected, repr(name), nearest(name, choices)
                )

    def priors(self) -> Iterator[Problem]:
        for name in ("pilot", "treatment", "control"):
            prior: Prior | None = getattr(self.plan.priors, name)
            if prior is not None:
                weights = [item.weight for item in prior.components]
                yield from self._sums(("priors", name, "components"), weights, "weights")

    def dropout(self) -> Iterator[Problem]:
        lost, known = self.plan.dropout, [visit.id for visit in self.later]
        order = sorted(lost.by_visit, key=lambda name: known.index(name) if name in known else -1)
        for name in order:
            if name not in known:
                yield self.say(
                    ("dropout", "by_visit", name), "a scheduled visit of study.yaml", repr(name),
                    nearest(name, known),
                )  # fmt: skip
        shares = [lost.by_visit[name] for name in order]
        if any(later < before for before, later in pairwise(shares)):
            hint = "each is the share that has left by then, so it cannot fall"
            yield self.say(("dropout", "by_visit"), "shares that do not fall", f"{shares}", hint)
        if shares and abs(max(shares) - lost.share) > CLOSE and "share" in lost.model_fields_set:
            found = f"{max(shares):g} by visit, {lost.share:g} in all"
            yield self.say(("dropout", "by_visit"), "a last share equal to `share`", found)
        stay = 1 - max([lost.share, *shares])
        for index, item in enumerate(self._of_rates()):
            for key in ("control", "treatment"):
                if getattr(item, key) > stay + CLOSE:
                    expected = f"a rate of at most {stay:g}, the share of patients who stay"
                    found = f"{getattr(item, key):g}"
                    hint = "rates count those who leave as no responders: lower dropout or the rate"
                    yield self.say(("scenarios", index, key), expected, found, hint)

    def _of_rates(self) -> Sequence[Scenario]:
        """Scenarios whose values count those who leave as no responders."""
        return self.plan.scenarios if self.plan.endpoint.kind == "response" else ()

    def covariance(self) -> Iterator[Problem]:
        rows = self.plan.trajectory.correlation
        if not rows:
            return
        path = ("trajectory", "correlation")
        if {len(rows), *map(len, rows)} != {6}:
            yield self.say(path, "six rows of six numbers", f"{[len(row) for row in rows]} numbers")
            return
        matrix = np.array(rows, dtype=float)
        if not np.allclose(matrix, matrix.T) or not np.allclose(np.diag(matrix), 1):
            yield self.say(path, "a symmetric matrix with 1 on its diagonal", "another matrix")
            return
        least = float(np.linalg.eigvalsh(matrix).min())
        if least <= 0:
            expected = "correlations that can hold together (a positive definite matrix)"
            found = f"a matrix whose smallest eigenvalue is {least:.3g}"
            hint = "bring the largest correlations nearer to zero"
            yield self.say(path, expected, found, hint)

    def candidates(self) -> Iterator[Problem]:
        listed = [
            (("candidates", kind, index), item)
            for kind in type(self.plan.candidates).model_fields
            for index, item in enumerate(getattr(self.plan.candidates, kind))
        ]
        first: dict[str, Path] = {}
        for path, item in listed:
            if item.id in first:
                yield self.say((*path, "id"), "an id that is used once", f"{item.id!r} again")
            first.setdefault(item.id, path)
            n = getattr(item, "n", None)
            if n is not None and n > LARGEST:
                expected = f"at most {LARGEST} patients"
                hint = "exact enumeration of more would not fit in memory"
                yield self.say((*path, "n"), expected, f"{n}", hint)
            if isinstance(item, GroupSequential | Unblinded):
                yield from self._looks(path, item)
        yield from asking.candidates(self.plan, self.say)
        yield from self._diagnoses()
        for index, item in enumerate(self.plan.candidates.two_stage):
            if item.p0 is not None and item.p1 is not None and item.p1 <= item.p0:
                path = ("candidates", "two_stage", index, "p1")
                yield self.say(path, f"a rate above p0 ({item.p0:g})", f"{item.p1:g}")
        for index, item in enumerate(self.plan.candidates.placebo_switch):
            known = [visit.id for visit in self.later][:-1]
            if item.visit is not None and item.visit not in known:
                path = ("candidates", "placebo_switch", index, "visit")
                expected = "a scheduled visit before the last"
                yield self.say(path, expected, repr(item.visit), nearest(item.visit, known))

    def _diagnoses(self) -> Iterator[Problem]:
        """Rates by diagnosis: for all strata or none."""
        diagnosis = self.protocol.subject.get("DIAG")
        known = [item.value for item in self.plan.strata]
        known = known or (list(diagnosis.values or ()) if diagnosis else [])
        for index, item in enumerate(self.plan.candidates.stratified):
            path = ("candidates", "stratified", index, "control")
            for name in item.control:
                if name not in known:
                    hint = nearest(name, known)
                    yield self.say((*path, name), "a diagnosis of the strata", repr(name), hint)
            missing = [name for name in known if name not in item.control]
            if item.control and missing:
                expected = "a rate for every diagnosis, or for none"
                yield self.say(path, expected, f"none for {', '.join(missing)}")

    def _looks(self, path: Path, item: GroupSequential | Unblinded) -> Iterator[Problem]:
        yield from self._shares(path, item.looks)
        yield from (
            self._rule(path, item) if isinstance(item, Unblinded) else self._spending(path, item)
        )

    def _rule(self, path: Path, item: Unblinded) -> Iterator[Problem]:
        if item.rule == "promising_zone" and len(item.looks) > 2:
            hint = "inverse_normal may set the size at several looks"
            yield self.say(
                (*path, "looks"), "two looks for promising_zone", f"{len(item.looks)}", hint
            )
        if len(item.looks) < 2:
            yield self.say((*path, "looks"), "a look before the last", f"{list(item.looks)}")

    def _shares(self, path: Path, given: Sequence[float]) -> Iterator[Problem]:
        looks = list(given)
        rising = all(before < later for before, later in pairwise(looks))
        if not rising or looks[0] <= 0 or looks[-1] != 1:
            hint = "[0.5, 1] looks once halfway and once at the end"
            yield self.say(
                (*path, "looks"), "rising shares of the patients that end with 1", f"{looks}", hint
            )

    def _spending(self, path: Path, item: GroupSequential) -> Iterator[Problem]:
        looks = item.looks
        if item.futility and len(item.futility) != len(looks) - 1:
            expected = f"{len(looks) - 1} values, one for each look before the last"
            yield self.say((*path, "futility"), expected, f"{len(item.futility)}")
        if not item.alpha_spent:
            return
        place = (*path, "alpha_spent")
        if item.efficacy is not None:
            found = f"{item.efficacy} and a list of amounts"
            hint = "keep either `efficacy` or `alpha_spent`"
            yield self.say(place, "alpha spent once", found, hint)
        if len(item.alpha_spent) != len(looks):
            expected = f"{len(looks)} amounts, one for each look"
            yield self.say(place, expected, f"{len(item.alpha_spent)}")
        total = sum(item.alpha_spent)
        if abs(total - self.plan.alpha) > CLOSE * self.plan.alpha:
            expected = f"amounts that sum to alpha ({self.plan.alpha:g}), each spent once"
            hint = "give what is spent at each look, not the running total; the last takes the rest"
            yield self.say(place, expected, f"a sum of {total:g}", hint)

    def alternatives(self) -> Iterator[Problem]:
        for index, item in enumerate(self.plan.alternatives):
            binary = (item.control is not None, item.treatment is not None)
            continuous = (item.difference is not None, item.sd is not None)
            if sorted([all(binary), all(continuous)]) != [False, True] or (
                any(binary) and any(continuous)
            ):
                expected = "either control and treatment, or difference and sd"
                given = ", ".join(
                    key
                    for key in ("control", "treatment", "difference", "sd")
                    if getattr(item, key) is not None
                )
                yield self.say(("alternatives", index), expected, given or "neither")

    def _once(self, place: str, names: list[str], key: str = "id") -> Iterator[Problem]:
        for index, name in enumerate(names):
            if name in names[:index]:
                yield self.say((place, index, key), "an entry that is used once", f"{name!r} again")

    def _sums(self, path: Path, shares: list[float], what: str = "shares") -> Iterator[Problem]:
        if shares and abs(sum(shares) - 1) > CLOSE:
            yield self.say(path, f"{what} that sum to 1", f"a sum of {sum(shares):g}")
