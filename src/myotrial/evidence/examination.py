"""From a paper to everything that follows from its statements, each answer with its proof."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from myotrial.errors import TooLargeError
from myotrial.evidence import conflicts, determined, explain, farkas, ranges, recount, worlds
from myotrial.evidence.claims import Claim, Paper, Unchecked
from myotrial.evidence.conflicts import Map
from myotrial.evidence.elements import bits
from myotrial.evidence.findings import Conflict, Findings, Group, Repair
from myotrial.evidence.question import Admissible, Question
from myotrial.evidence.solver import Clash, Extra, Vector
from myotrial.evidence.statements import Line

__all__ = ["examine"]

SETS = 12  # admissible sets of readings whose statistics are given


def examine(paper: Paper) -> Findings:
    """Examine a paper.

    Returns:
        Whether the stated claims can all hold, all minimal conflicts and repairs, the ranges of the
        statistics of interest, what is implied, determined, bounded and free, and warnings.

    Raises:
        TooLargeError: The paper is too large; says what to drop.
    """
    return _Examination(Question.of(paper)).findings()


class _Examination:
    def __init__(self, question: Question) -> None:
        self.question, self.paper, self.elements = question, question.paper, question.elements
        self.explorer, self.solver = question.explorer, question.solver
        self.warnings: list[str] = []

    def findings(self) -> Findings:
        stated = self.elements.stated
        table = self.explorer.table(stated)
        consistent = not isinstance(table, Clash)
        admissible = self.question.admissible
        if admissible is not None and not admissible.map.complete:
            self.capped("sets of readings")
        free = sum(1 << i for i, each in enumerate(self.elements.all) if each.statements)
        found = self.explorer.map(free, 0, self.question.calls)
        if not found.complete:
            self.capped("conflicts and repairs")
        clashes, groups = self.conflicts(found, admissible)
        return Findings(
            source=self.paper.source,
            readings=[
                {"id": reading.id, "says": reading.says, "why": reading.why}
                for reading in self.paper.readings
            ],
            consistent=consistent,
            witness=self.witness(table) if not isinstance(table, Clash) else None,
            conflicts=clashes,
            groups=groups,
            repairs=self.repairs(found),
            admissible=self.sets(admissible),
            statistics=self.statistics(consistent, admissible),
            implied=self.implied() if consistent else [],
            **self.openness(consistent),
            unchecked=[
                {"claim": claim.id, "says": claim.says, "why": claim.form.unchecked}
                for claim in self.paper.claims
                if isinstance(claim.form, Unchecked)
            ],
            warnings=self.warnings,
        )

    def capped(self, what: str) -> None:
        self.warnings.append(
            f"the search for {what} was ended after {self.question.calls:,} runs of the "
            "solver; there may be more than are listed"
        )

    def witness(self, table: np.ndarray) -> list[dict[str, Any]]:
        """A table spelt out as patients, recounted against every stated claim, then counted up."""
        generator = np.random.default_rng(0)
        patients = worlds.patients(self.paper, self.solver.model, table, generator)
        for claim in self.paper.claims:
            if not recount.holds(self.paper, claim.form, patients):
                raise RuntimeError(f"the witness does not meet claim {claim.id!r}")
        counted: dict[tuple[Any, ...], int] = {}
        for patient in patients:
            key = tuple(str(value) for value in patient.values())
            counted[key] = counted.get(key, 0) + 1
        names = [*self.paper.attributes]
        return [
            {**dict(zip(names, key, strict=True)), "patients": count}
            for key, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
        ]

    def conflicts(
        self, found: Map, admissible: Admissible | None
    ) -> tuple[list[Conflict], list[Group]]:
        """All conflicts, ranked, each in the group of the clash of readings that it contains."""
        readings = self.elements.of_kind("reading")
        strictness = self.elements.of_kind("strictness")
        ordered = conflicts.ranked(found.conflicts, readings, strictness)
        cores = conflicts.ranked(
            admissible.map.conflicts if admissible else [], readings, strictness
        )
        members: dict[int, list[int]] = {}
        for conflict in ordered:
            core = next((each for each in cores if not each & ~conflict), None)
            key = core if core is not None else self.shared_claim(conflict, ordered)
            members.setdefault(key, []).append(conflict)
        groups, clashes = [], []
        for place, (key, group) in enumerate(members.items(), start=1):
            fewest = [each for each in group if not each & readings & ~key] or group
            shared = self.elements.everything
            for conflict in fewest:
                shared &= conflict
            told = [self.conflict(conflict, shared, place) for conflict in group]
            clashes += told
            groups.append(self.group(place, shared, told[0], len(told)))
        order = {conflict: i for i, conflict in enumerate(ordered)}
        clashes.sort(key=lambda each: order[each.elements])
        return clashes, groups

    def shared_claim(self, conflict: int, ordered: Sequence[int]) -> int:
        """Of a conflict without readings, the element found in most such conflicts."""
        readings = self.elements.of_kind("reading")
        alone = [each for each in ordered if not each & readings]
        total = self.total()
        places = [i for i in bits(conflict) if not total >> i & 1] or list(bits(conflict))
        return 1 << max(places, key=lambda i: (sum(each >> i & 1 for each in alone), -i))

    def total(self) -> int:
        everyone = [
            i for i, each in enumerate(self.elements.all) if hasattr(each.item.form, "total")
        ]
        return sum(1 << i for i in everyone)

    def conflict(self, conflict: int, shared: int, group: int) -> Conflict:
        proof, explanation = self.reason(conflict, shared)
        model = self.solver.model
        if proof is None:
            self.warnings.append(
                "no exact certificate was found for a conflict; it rests on the solver's precision"
            )
        strict = set(self.elements.ids(conflict, "strictness"))
        claims = self.elements.ids(conflict, "claim")
        loosely = [
            name
            for name in claims
            if name not in strict and ("strictness", name) in self.elements.place
        ]
        chosen = [self.elements[i] for i in bits(conflict)]
        return Conflict(
            elements=conflict,
            claims=claims,
            loosely=loosely,
            readings=self.elements.ids(conflict, "reading"),
            group=group,
            explanation=explanation,
            because=explain.because(chosen, set(loosely)),
            certificate=farkas.record(model, self.elements, proof) if proof else None,
        )

    def reason(self, conflict: int, shared: int) -> tuple[farkas.Proof | None, str]:
        """The proof of a conflict, if the solver leads to one, and the conflict in a sentence."""
        proof, told = None, f"These {conflict.bit_count()} statements cannot all hold."
        with suppress(TooLargeError):
            proof = farkas.prove(self.solver, conflict)
            told = explain.sentence(self.solver, conflict, shared)
        return proof, told

    def group(self, place: int, shared: int, first: Conflict, size: int) -> Group:
        """A clash that hangs on readings is told with all that is stated beside them."""
        whole = self.elements.stated | first.elements
        told = explain.forced(self.solver, whole, shared) if first.readings else ""
        return Group(
            id=place,
            readings=first.readings,
            shares=list(dict.fromkeys(self.elements[i].item.id for i in bits(shared))),
            explanation=told or first.explanation,
            conflicts=size,
        )

    def repairs(self, found: Map) -> list[Repair]:
        claims, strictness = (self.elements.of_kind(kind) for kind in ("claim", "strictness"))
        built = []
        for repair in sorted(
            (each for each in found.repairs if each),
            key=lambda each: (
                (each & claims).bit_count(),
                (each & strictness).bit_count(),
                each.bit_count(),
                list(bits(each)),
            ),
        ):
            kinds = [self.elements.ids(repair, kind) for kind in ("reading", "strictness", "claim")]
            built.append(Repair(withdraw=kinds[0], loosely=kinds[1], doubt=kinds[2]))
        return built

    def sets(self, admissible: Admissible | None) -> list[dict[str, Any]]:
        if admissible is None:
            return []
        return [self.described(chosen) for chosen in admissible.sets]

    def described(self, chosen: int) -> dict[str, Any]:
        missing = self.elements.everything & ~chosen
        return {
            "readings": self.elements.ids(chosen, "reading"),
            "without": self.elements.ids(missing, "reading"),
            "loosely": self.elements.ids(missing, "strictness"),
        }

    def statistics(self, consistent: bool, admissible: Admissible | None) -> list[dict[str, Any]]:
        """Ranges under the stated claims alone, then under each admissible set of readings."""
        sets = [self.elements.stated] if consistent else []
        more = admissible.sets if admissible is not None else ()
        if len(more) > SETS:
            self.warnings.append(
                f"{len(more)} maximal sets of readings can hold; statistics are given for {SETS}"
            )
        sets += [each for each in more[:SETS] if each != self.elements.stated]
        if not sets and self.paper.statistics:
            self.warnings.append("the claims cannot all hold, so no statistic has a range")
        records = []
        for chosen in sets:
            under = self.described(chosen)
            if chosen == self.elements.stated:
                under |= {"readings": [], "without": []}
            for statistic in self.paper.statistics:
                found = ranges.of_statistic(self.solver, statistic, chosen)
                records += [record | under for record in found]
        return records

    def implied(self) -> list[dict[str, Any]]:
        """The stated claims that follow from the other stated claims."""
        found = []
        end = self.solver.calls + self.question.calls
        claims = [i for i in bits(self.elements.of_kind("claim")) if self.elements[i].statements]
        for done, place in enumerate(claims):
            if self.solver.calls > end:
                self.warnings.append(f"only the first {done} claims were examined for implication")
                break
            try:
                support = self.follows(place)
            except TooLargeError:
                self.warnings.append(
                    f"whether {self.elements[place].item.id!r} is implied was too hard to tell"
                )
                continue
            if support is not None:
                item = self.elements[place].item
                record = {"claim": item.id, "from": self.elements.ids(support, "claim")}
                definition = isinstance(item, Claim) and item.definition
                found += [] if definition else [record]
        return found

    def follows(self, place: int) -> int | None:
        """The claims from which one follows; None where it does not follow."""
        name = self.elements[place].item.id
        strict = self.elements.place.get(("strictness", name))
        own = 1 << place | (1 << strict if strict is not None else 0)
        element = self.elements[place if strict is None else strict]
        others, support = self.elements.stated & ~own, 0
        for line in element.statements:
            if not isinstance(line, Line):
                return None
            vector = explain.vector_of(self.solver, line)
            for extra in _broken(vector, line):
                if self.breakable(others, extra):
                    return None
                clash = self.solver.check(others, [extra])
                if not isinstance(clash, Clash):
                    self.explorer.tables.setdefault(self.solver.holding(clash), clash)
                    return None
                support |= clash.support
        return support

    def breakable(self, others: int, extra: Extra) -> bool:
        """Whether a known table keeps the others and breaks the line."""
        for holding, table in self.explorer.tables.items():
            if not others & ~holding:
                total = int(extra.vector[1] @ table[extra.vector[0]])
                low = extra.low is None or total >= extra.low
                if low and (extra.high is None or total <= extra.high):
                    return True
        return False

    def openness(self, consistent: bool) -> dict[str, Any]:
        if not consistent:
            return {"determined": [], "bounded": [], "free": []}
        found = determined.openness(
            self.paper, self.question.weights, self.elements.stated, self.question.calls // 4
        )
        self.warnings += found.warnings
        cells = [*found.single, *found.pairs]
        by_status = {
            status: [cell.record() for cell in cells if cell.status == status]
            for status in ("determined", "bounded", "free")
        }
        by_status["free"] += [{"unlinked": list(pair)} for pair in found.unlinked]
        return by_status


def _broken(vector: Vector, line: Line) -> list[Extra]:
    """The ways in which a line can be broken."""
    ways = []
    if line.low is not None:
        ways.append(Extra(vector, None, line.low - 1))
    if line.high is not None:
        ways.append(Extra(vector, line.high + 1, None))
    return ways
