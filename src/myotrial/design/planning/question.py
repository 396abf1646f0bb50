"""What the next trial asks, and what may be true: the endpoint, and its rates in each scenario.

Rates    shares of 1 with the verdict that the endpoint asks for, counted as in the trial: by
         non-responder imputation, so that whoever leaves before the visit counts as no responder.
"""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.design.planning.kinds import Rate
from myotrial.protocol.models import Stated, Text, Word
from myotrial.response import tis_2016

__all__ = ["ASKED", "DEFINITIONS", "SCORE", "Question", "Scenario"]

SCORE = "tis_2016"
DEFINITIONS = ("imacs_2004", "functional_index_20")  # that tables can be simulated by
ASKED = ("imacs_2004", SCORE, "functional_index_20")


class Question(Stated):
    """What the next trial asks: a definition of response, and its estimand."""

    definition: Word = Field(
        "imacs_2004", description="imacs_2004, tis_2016 or functional_index_20"
    )
    population: Literal["adult", "juvenile"] | None = Field(
        None, description="whose thresholds hold, for tis_2016; adults if left out"
    )
    threshold: Literal["minimal", "moderate", "major"] | None = Field(
        None, description="response that counts, for tis_2016: 20, 40 or 60 points in adults"
    )
    label: str = Field("", description="the endpoint in words; made from the others if left out")
    estimand: Literal["ever", "at_visit", "sustained"] = Field(
        "at_visit", description="response at any visit, at one visit, or at consecutive visits"
    )
    visit: str | None = Field(None, description="id of the visit, for at_visit")
    consecutive: Annotated[int, Field(ge=2)] | None = Field(
        None, description="number of consecutive visits, for sustained"
    )

    @property
    def points(self) -> float | None:
        """Points from which the Total Improvement Score is the response asked for, if it is."""
        if self.definition != SCORE or self.threshold is None:
            return None
        limits = tis_2016.JUVENILE if self.population == "juvenile" else tis_2016.ADULT
        return limits._asdict()[self.threshold]

    @property
    def key(self) -> str:
        """The definition with its threshold, as reports of the field name it: "tis_20".

        >>> Question(definition="tis_2016", threshold="moderate").key
        'tis_40'
        """
        return self.definition if self.points is None else f"tis_{self.points:g}"


class Scenario(Stated):
    """What may be true: the response rate of each arm."""

    id: Word = Field(description="short name of the scenario")
    label: Text = Field(description="the scenario in words")
    control: Rate = Field(description="true response rate of the control arm: 42.5 % is 0.425")
    treatment: Rate = Field(description="true response rate of the treated arm: 42.5 % is 0.425")
