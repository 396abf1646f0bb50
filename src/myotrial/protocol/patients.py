"""Who takes part: what is known of each patient, who is eligible, and other therapy."""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.protocol.parts import (
    Column,
    Identifier,
    Number,
    OneOrMore,
    Part,
    Several,
    Stated,
    Text,
    Word,
)

__all__ = ["Attribute", "Concomitant", "Derivation", "Eligibility", "Rule", "Stable"]


class Derivation(Part):
    """How an attribute follows from others: the class in a set of criteria, or its subgroup."""

    criteria: Word = Field(description="id of the set of criteria")
    gives: Literal["class", "subgroup"] = Field(
        "class", description="class, or the subgroup where the criteria have a tree of these"
    )
    items: dict[Word, Column] = Field(
        description="attribute that tells each item, a number or Y and N; others are not assessed"
    )


class Attribute(Stated):
    """Something known once for each patient: a number, or one of some values.

    It is recorded, unless `derived` says how it follows from attributes that are.
    """

    label: Text = Field(description="name of the attribute")
    type: Literal["integer", "number"] | None = Field(None, description="kind of number")
    unit: str = Field("", description="unit of the number")
    range: tuple[Number, Number] | None = Field(
        None, strict=False, description="lowest and highest plausible number"
    )
    values: OneOrMore[Text] | None = Field(None, description="the values it can take")
    derived: Derivation | None = Field(
        None,
        description="the criteria it follows from; its values are then their classes or subgroups",
    )


class Rule(Stated):
    """One eligibility criterion as an expression over attributes and baseline assessments."""

    id: Identifier = Field(description="short name of the criterion")
    text: Text = Field(description="the criterion in words")
    rule: Text = Field(description="the criterion as an expression")


class Eligibility(Part):
    """Who may take part: every inclusion rule true, every exclusion rule false."""

    inclusion: OneOrMore[Rule] = Field(description="criteria that must be true")
    exclusion: Several[Rule] = Field((), description="criteria that must be false")


class Stable(Stated):
    """Which concomitant therapy must keep its dose, from when to when."""

    classes: OneOrMore[Text] = Field(description="classes of therapy, as in CMCLAS")
    from_day: int = Field(description="study day from which doses are stable")
    to_day: int = Field(description="study day until which doses are stable")
    tolerance_percent: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        0.0, description="change of dose that still counts as stable, in percent"
    )


class Concomitant(Part):
    """Rules for therapy besides the study treatment."""

    stable: Stable | None = Field(None, description="the rule of stable therapy")
