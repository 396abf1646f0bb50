"""The study as a whole, its arms, what they receive, and how patients are allocated to them.

Days     study days as in CDISC: day 1 is the first dose, the day before is -1, there is no day 0.
"""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.protocol.parts import (
    Identifier,
    OneOrMore,
    Part,
    PartialDate,
    Positive,
    Several,
    Stated,
    Text,
)

__all__ = ["Arm", "Randomisation", "Study", "Treatment"]


class Study(Stated):
    """The trial as a whole."""

    id: Identifier = Field(description="short name of the study, as in STUDYID")
    title: Text = Field(description="title of the study")
    registration: str = Field("", description="registry number")
    registered: PartialDate | None = Field(None, description="date of first registration")
    phase: str = Field("", description="phase as registered")
    design: Literal["single-arm", "parallel", "crossover", "randomised-withdrawal"] = Field(
        description="design of the study"
    )
    blinding: Literal["open-label", "single-blind", "double-blind"] = Field(
        description="who does not know the treatment"
    )
    months: Positive = Field(description="planned months from first dose to last visit")
    start: PartialDate | None = Field(None, description="first patient enrolled")
    end: PartialDate | None = Field(None, description="last patient completed")
    seed: int = Field(0, ge=0, description="seed of everything random in the study")


class Treatment(Part):
    """What an arm receives, and when."""

    name: Text = Field(description="name of the treatment")
    dose: Positive | None = Field(None, description="dose given each time")
    unit: Text | None = Field(None, description="unit of the dose")
    route: str = Field("", description="route of administration")
    every_days: Positive = Field(1.0, description="days from one dose to the next")
    from_day: int = Field(description="study day of the first dose")
    to_day: int = Field(description="study day of the last dose")


class Arm(Stated):
    """One arm with its planned number of patients and its treatments."""

    id: Identifier = Field(description="short name of the arm, as in ARM")
    label: Text = Field(description="name of the arm")
    planned: Annotated[int, Field(gt=0)] = Field(description="planned number of patients")
    treatments: OneOrMore[Treatment] = Field(description="treatments of the arm")


class Randomisation(Stated):
    """How patients are allocated to the arms; the list itself is concealed elsewhere."""

    method: Literal["permuted_blocks", "minimisation"] = Field(
        description="permuted blocks of varied sizes, or minimisation with a random element"
    )
    ratio: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(
        description="patients of each arm in the planned ratio, by the id of the arm"
    )
    by: Several[str] = Field(
        (), description="subject attributes that allocation is stratified or balanced by"
    )
