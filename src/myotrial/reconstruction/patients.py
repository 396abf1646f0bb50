"""Patients drawn one by one until one agrees with everything that is stated about it.

Draws are constructive (see `trajectory`), so that few attempts fail: a baseline from which the
course does not fit on the scales, an age that a condition forbids, an eligibility rule that fails.
After `ATTEMPTS` the patient cannot be had from this recipe, and the last objection is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from myotrial import expressions, instruments
from myotrial.errors import ReconstructionError
from myotrial.protocol.criteria import eligibility
from myotrial.protocol.models import Arm, Protocol
from myotrial.reconstruction import measures, trajectory
from myotrial.reconstruction.course import Plan, functional_index, meaning, plan
from myotrial.reconstruction.days import visit_days
from myotrial.reconstruction.draws import Stream, stream
from myotrial.reconstruction.measures import Scale
from myotrial.reconstruction.recipe import Recipe, SubjectColumns
from myotrial.reconstruction.tables import Patient
from myotrial.reconstruction.trajectory import Moves, Values
from myotrial.reconstruction.verdicts import disagreements
from myotrial.response.core_set import BETTER

__all__ = ["Source"]

ATTEMPTS = 300
World = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """Where patients come from: a recipe, a protocol, a seed."""

    recipe: Recipe
    protocol: Protocol
    seed: int

    def patient(self, world: World, number: int) -> Patient:
        """One patient with these attributes.

        Raises:
            ReconstructionError: The attributes contradict each other, or nothing that the recipe
                can draw agrees with them.
        """
        course = plan(world, self.recipe, self.protocol, number, self.seed)
        arm = self._arm(world, number)
        objection = "nothing was drawn"
        for attempt in range(ATTEMPTS):
            draws = stream(self.seed, number, "patient", attempt)
            subject = self._subject(world, number, draws)
            before = measures.baseline(self.scales, draws)
            objection = next(self._objections(course, subject, before), "")
            if objection:
                continue
            after = trajectory.values(course, self.moves, before, draws)
            objection = next(disagreements(course, self.protocol, before, after, self.index), "")
            if not objection:
                return self._assembled(arm, course, subject, {course.attended[0]: before} | after)
        raise ReconstructionError(number, f"{objection}, in the last of {ATTEMPTS} drawings")

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """The scale of each assessment that the recipe draws, with its direction."""
        core = measures.core_measures(self.protocol)
        better = dict(zip(core, BETTER, strict=True))
        for item in self.protocol.assessments:
            better.setdefault(item.id, instruments.get(item.instrument).better)
        return {
            item.assessment: Scale(item, better[item.assessment]) for item in self.recipe.measures
        }

    @cached_property
    def index(self) -> str | None:
        """Assessment of the functional index; None where it is not assessed or not drawn."""
        found = functional_index(self.protocol)
        return found.id if found and found.id in self.scales else None

    @cached_property
    def moves(self) -> Moves:
        """What may change in this trial."""
        core = {*measures.core_measures(self.protocol)}
        visits = [visit.id for visit in self.protocol.visits]
        assessments = self.protocol.assessments
        return Moves(
            {name: scale for name, scale in self.scales.items() if name in core},
            {self.index: self.scales[self.index]} if self.index else {},
            self.protocol.core_set.strength,
            {v: frozenset(item.id for item in assessments if v in item.visits) for v in visits},
            self.protocol.worsening.measures,
            self.protocol.worsening.percent,
            self.recipe.change,
        )

    @cached_property
    def _conditions(self) -> list[tuple[str, expressions.Expression]]:
        rules = [condition.rule for condition in self.recipe.subject.conditions]
        return [(rule, expressions.parse(rule)) for rule in rules]

    def _subject(self, world: World, number: int, draws: Stream) -> dict[str, Any]:
        return {
            column: self._value(part, column, world, number, draws)
            for part in self.recipe.subject.columns
            for column in part.columns
        }

    def _value(
        self, part: SubjectColumns, column: str, world: World, number: int, draws: Stream
    ) -> Any:
        if part.draw is not None:
            return part.nearest(part.draw.at(draws.uniform()))
        if part.choice is not None:
            return draws.word(part.choice)
        if part.role is None:
            return part.value
        word = meaning(part.role, world, number)
        return _number(word, column, number) if self.protocol.subject[column].type else word

    def _objections(
        self, course: Plan, subject: Mapping[str, Any], before: Mapping[str, float | int]
    ) -> Iterator[str]:
        record = {**before, **subject}
        for text, rule in self._conditions:
            if expressions.evaluate(rule, record) is False:
                yield f"the condition {text!r} fails"
        failed = eligibility(self.protocol, record).failed
        if failed:
            yield f"eligibility criterion {failed[0]} fails"
        if not trajectory.feasible(course, self.moves, before):
            yield "no baseline leaves room for the course on the scales"

    def _arm(self, world: World, number: int) -> Arm:
        arms = {arm.id: arm for arm in self.protocol.arms}
        role = self.recipe.subject.arm
        if role is None:
            return self.protocol.arms[0]
        word = meaning(role, world, number)
        if word not in arms:
            known = ", ".join(map(repr, arms))
            raise ReconstructionError(number, f"arm is {word!r}, expected one of {known}")
        return arms[word]

    def _assembled(
        self, arm: Arm, course: Plan, subject: Mapping[str, Any], values: Values
    ) -> Patient:
        study = self.protocol.study.id
        draws = stream(self.seed, course.patient, "days")
        return Patient(
            f"{study}-R{course.patient:03d}",
            arm,
            course,
            subject,
            visit_days(course, self.recipe.days, self.protocol, draws),
            values,
            self.seed,
        )


def _number(word: str, column: str, patient: int) -> float | int:
    try:
        value = float(word)
    except ValueError as error:
        raise ReconstructionError(patient, f"{column} is {word!r}, not a number") from error
    return int(value) if value.is_integer() else value
