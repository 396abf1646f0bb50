"""What a paper says of one patient's course, as the state of every visit.

A patient's attributes are read through the recipe's roles. What they leave open is drawn; what
they say that cannot be (improved at a visit the patient did not attend) is an error that names
the patient. Three choices are ours and stand in every reconstruction: a first improvement that
was lost is not regained, a patient in response who leaves is not improved at the withdrawal
visit, and a functional index that improved did so while the patient was in response.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myotrial.errors import ReconstructionError
from myotrial.protocol.models import Assessment, Protocol
from myotrial.reconstruction.draws import Stream, stream
from myotrial.reconstruction.recipe import FIRST, NEVER, Reason, Reasons, Recipe, Role

__all__ = ["IMPROVED", "UNCHANGED", "WORSE", "Plan", "functional_index", "meaning", "plan"]

IMPROVED, UNCHANGED, WORSE = "IMPROVED", "UNCHANGED", "WORSE"
OUTCOMES = {"responder": IMPROVED, "unchanged": UNCHANGED, "worse": WORSE}
NO_REASON = Reason.model_validate({})
INDEX = {"improved": True, "not improved": False, "open": None}


@dataclass(frozen=True)
class Plan:
    """One patient's course.

    Attributes:
        patient: 1-based number of the patient.
        attended: Scheduled visits attended, in order, baseline first.
        left: Whether the patient left before the last scheduled visit.
        withdrawal: Id of the withdrawal visit of a patient who left; None where there is none.
        reason: Why the patient left.
        outcome: IMPROVED (ever), UNCHANGED or WORSE (at the last assessment).
        response: Visits of the first improvement, without a break; empty unless a responder.
        states: State at each assessed visit after baseline, in order.
        index: Whether the functional index improves at each of these visits; None: left open.
    """

    patient: int
    attended: tuple[str, ...]
    left: bool
    withdrawal: str | None
    reason: Reason
    outcome: str
    response: tuple[str, ...]
    states: dict[str, str]
    index: dict[str, bool | None]

    @property
    def assessed(self) -> tuple[str, ...]:
        """Visits after baseline, the withdrawal visit last."""
        return tuple(self.states)


def plan(
    world: Mapping[str, Any], recipe: Recipe, protocol: Protocol, patient: int, seed: int
) -> Plan:
    """Read one patient's course; draw what the attributes leave open.

    Args:
        world: The patient's attributes.
        recipe: What they mean.
        protocol: Visits.
        patient: 1-based number of the patient.
        seed: Seed of the reconstruction.

    Raises:
        ReconstructionError: An attribute is missing or has no meaning, or the course cannot be.
    """
    reader = _Reader(world, recipe, protocol, patient, stream(seed, patient, "course"))
    return reader.plan()


def functional_index(protocol: Protocol) -> Assessment | None:
    """The assessment of the functional index, if the protocol has one."""
    found = (item for item in protocol.assessments if item.instrument == "functional_index")
    return next(found, None)


def meaning(role: Role | Reasons, world: Mapping[str, Any], patient: int) -> Any:
    """What an attribute's value stands for.

    Raises:
        ReconstructionError: The patient lacks the attribute, or the recipe lacks the value.
    """
    if role.attribute not in world:
        raise ReconstructionError(patient, f"has no attribute {role.attribute!r}")
    value = str(world[role.attribute])
    if role.values is None:
        return value
    if value not in role.values:
        known = ", ".join(map(repr, role.values))
        raise ReconstructionError(
            patient, f"{role.attribute} is {value!r}, but the recipe knows {known}"
        )
    return role.values[value]


class _Reader:
    """Reads one patient's attributes in the order in which one limits the next."""

    def __init__(
        self,
        world: Mapping[str, Any],
        recipe: Recipe,
        protocol: Protocol,
        patient: int,
        draws: Stream,
    ) -> None:
        self.world, self.course, self.patient, self.draws = world, recipe.course, patient, draws
        self.scheduled = [visit.id for visit in protocol.visits if not visit.unscheduled]
        unscheduled = [visit.id for visit in protocol.visits if visit.unscheduled]
        self.extra = unscheduled[0] if unscheduled else None
        index = functional_index(protocol)
        self.indexed = index.visits if index else ()

    def fail(self, message: str) -> ReconstructionError:
        return ReconstructionError(self.patient, message)

    def word(self, role: Role, known: Sequence[str]) -> str:
        word = meaning(role, self.world, self.patient)
        if word not in known:
            listed = ", ".join(map(repr, known))
            raise self.fail(f"{role.attribute} means {word!r}, expected one of {listed}")
        return word

    def plan(self) -> Plan:
        role = self.course.last_visit
        last = self.word(role, self.scheduled) if role else self.scheduled[-1]
        attended = self.scheduled[: self.scheduled.index(last) + 1]
        left = last != self.scheduled[-1]
        assessed = attended[1:] + ([self.extra] if left and self.extra else [])
        outcome = OUTCOMES[self.word(self.course.outcome, list(OUTCOMES))]
        response = self.response(outcome, attended[1:])
        states = self.states(outcome, response, assessed)
        return Plan(
            self.patient,
            tuple(attended),
            left,
            self.extra if left else None,
            self.reason(left, last),
            outcome,
            tuple(response),
            states,
            self.index(response, assessed),
        )

    def reason(self, left: bool, last: str) -> Reason:
        if self.course.reason is None:
            return NO_REASON
        reason = meaning(self.course.reason, self.world, self.patient)
        if left and not reason.text:
            raise self.fail(f"attended until {last} only but did not leave")
        if reason.text and not left:
            raise self.fail(f"left ({reason.text}) but attended every visit")
        return reason

    def response(self, outcome: str, attended: list[str]) -> list[str]:
        """Visits of the first improvement, without a break; none unless a responder."""
        role, later = self.course.first_improved, self.course.held_until
        first = self.word(role, [*self.scheduled, NEVER]) if role else None
        held = self.word(later, [*self.scheduled, FIRST, NEVER]) if later else None
        if outcome != IMPROVED:
            if (first or NEVER) != NEVER or (held or NEVER) != NEVER:
                raise self.fail(f"is {outcome.lower()} but improved at {first or held}")
            return []
        if not attended:
            raise self.fail("is a responder but attended no scheduled visit after baseline")
        first = first or self.draws.pick(attended)
        visits = ", ".join(attended)
        if first not in attended:
            raise self.fail(f"is a responder first improved at {first} but attended {visits}")
        possible = attended[attended.index(first) :]
        held = first if held == FIRST else held or self.draws.pick(possible)
        if held not in possible:
            raise self.fail(f"improved at {first}, held until {held}, but attended {visits}")
        return possible[: possible.index(held) + 1]

    def states(self, outcome: str, response: list[str], assessed: list[str]) -> dict[str, str]:
        if outcome == WORSE:
            if not assessed:
                raise self.fail("is worse but was never assessed after baseline")
            onset = self.draws.pick(range(len(assessed)))
            return {v: WORSE if n >= onset else UNCHANGED for n, v in enumerate(assessed)}
        return {visit: IMPROVED if visit in response else UNCHANGED for visit in assessed}

    def index(self, response: list[str], assessed: list[str]) -> dict[str, bool | None]:
        role = self.course.functional_index
        improved = INDEX[self.word(role, list(INDEX))] if role else None
        if not improved:
            return dict.fromkeys(assessed, improved)
        possible = [visit for visit in response or assessed if visit in self.indexed]
        if not possible:
            raise self.fail("has a better functional index, assessed at no visit where it can be")
        when = possible if response else [self.draws.pick(possible)]
        return {visit: visit in when for visit in assessed}
