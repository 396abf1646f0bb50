"""The form of `study.yaml` as a whole; the forms of its parts are handed on from their modules."""

from typing import Any

from pydantic import Field

from myotrial.protocol.intercurrent import Estimand, IntercurrentEvent
from myotrial.protocol.measures import (
    Assessment,
    Biopsy,
    CoreSet,
    Marker,
    OtherMeasures,
    Outcome,
)
from myotrial.protocol.parts import (
    FILLED,
    PATTERNS,
    Column,
    Identifier,
    Number,
    OneOrMore,
    Part,
    PartialDate,
    Positive,
    Several,
    Sources,
    Stated,
    Status,
    Text,
    Word,
)
from myotrial.protocol.patients import (
    Attribute,
    Concomitant,
    Derivation,
    Eligibility,
    Rule,
    Stable,
)
from myotrial.protocol.primary import PrimaryAnalysis
from myotrial.protocol.questions import Analysis, Comparison, Endpoint, Handling, Worsening
from myotrial.protocol.treatments import Arm, Randomisation, Study, Treatment
from myotrial.protocol.visits import Visit, shift

__all__ = [
    "FILLED",
    "PATTERNS",
    "Analysis",
    "Arm",
    "Assessment",
    "Attribute",
    "Biopsy",
    "Column",
    "Comparison",
    "Concomitant",
    "CoreSet",
    "Derivation",
    "Eligibility",
    "Endpoint",
    "Handling",
    "Identifier",
    "Marker",
    "Number",
    "OneOrMore",
    "OtherMeasures",
    "Outcome",
    "Part",
    "PartialDate",
    "Positive",
    "Protocol",
    "Randomisation",
    "Rule",
    "Several",
    "Sources",
    "Stable",
    "Stated",
    "Status",
    "Study",
    "Text",
    "Treatment",
    "Visit",
    "Word",
    "Worsening",
    "shift",
]  # fmt: skip


class Protocol(Part):
    """The trial as data."""

    study: Study = Field(description="the trial as a whole")
    sources: dict[Identifier, Text] = Field(
        default_factory=dict, description="citations by id, for `source`"
    )
    arms: OneOrMore[Arm] = Field(description="arms and doses")
    randomisation: Randomisation | None = Field(
        None, description="how patients are allocated, where there are several arms"
    )
    subject: dict[Column, Attribute] = Field(description="what is recorded once for each patient")
    visits: OneOrMore[Visit] = Field(description="visits in order, unscheduled ones last")
    eligibility: Eligibility = Field(description="who may take part")
    concomitant: Concomitant = Field(
        default_factory=lambda: Concomitant(stable=None),
        description="therapy besides the treatment",
    )
    assessments: OneOrMore[Assessment] = Field(description="measures and when they are assessed")
    core_set: CoreSet = Field(description="the six core set measures")
    core_sets: dict[Word, OtherMeasures] = Field(
        default_factory=dict,
        description="measures that a definition takes instead, by id of the definition",
    )
    biopsy: Biopsy | None = Field(None, description="biopsies and their markers")
    endpoints: OneOrMore[Endpoint] = Field(description="endpoints and their estimands")
    worsening: Worsening = Field(
        default_factory=lambda: Worsening.model_validate({}), description="the rule of worsening"
    )
    comparison: Comparison = Field(
        default_factory=lambda: Comparison.model_validate({}),
        description="how the arms of a randomised study are compared",
    )
    primary_analysis: PrimaryAnalysis | None = Field(
        None, description="the test of the primary endpoint and its looks, as designed"
    )
    intercurrent_events: Several[IntercurrentEvent] = Field(
        (), description="events after the start of treatment that estimands have to deal with"
    )
    estimands: Several[Estimand] = Field(
        (), description="what is estimated, with a strategy for each intercurrent event"
    )
    analyses: OneOrMore[Analysis] = Field(description="planned analyses")
    other_outcomes: Several[Outcome] = Field(
        (), description="outcomes the protocol names besides assessments and biopsies"
    )

    @property
    def recorded(self) -> dict[str, Attribute]:
        """The attributes that are captured, not derived from others."""
        return {name: item for name, item in self.subject.items() if item.derived is None}

    def measures(self, definition: str) -> dict[str, Any]:
        """Ids of the assessments that a definition takes, by role: those of `core_set`, or others.

        The enzyme is a tuple of ids; of several, the most abnormal at baseline counts.
        """
        other = self.core_sets.get(definition)
        taken = {role: name for role, name in other or () if name is not None}
        return {**dict(self.core_set), **taken}
