"""What the next trial asks, and what may be true: the endpoint, and its value in each scenario.

Kinds    a response, compared by rates; a mean, of the Total Improvement Score or of the change of
         one measure at a visit; a time, to the first response.
Rates    shares of 1 with the verdict that the endpoint asks for, counted as in the trial: by
         non-responder imputation, so that whoever leaves before the visit counts as no responder.
Means    improvement in points of the score or in the measure's unit, positive is better; as if
         nobody left: those who leave are taken as missing at random.
Times    the share that has responded up to the endpoint's visit, as if nobody left.
"""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.protocol.models import Number, Positive, Stated, Text, Word
from myotrial.response import tis_2016

__all__ = ["ASKED", "CHANGE", "SCORE", "Kind", "Question", "Scenario"]

SCORE, CHANGE = "tis_2016", "change"
Kind = Literal["response", "mean", "time"]

ASKED = ("imacs_2004", SCORE, "functional_index_20", CHANGE)


class Question(Stated):
    """What the next trial asks: a response, a score or one measure, and its estimand."""

    definition: Word = Field(
        "imacs_2004",
        description="imacs_2004, tis_2016, functional_index_20, or change, of one measure",
    )
    measure: str | None = Field(
        None, description="id of the assessment whose mean change is asked for, for change"
    )
    population: Literal["adult", "juvenile"] | None = Field(
        None, description="whose thresholds hold, for tis_2016; adults if left out"
    )
    threshold: Literal["minimal", "moderate", "major"] | None = Field(
        None,
        description="response that counts, for tis_2016: 20, 40 or 60 points in adults; the mean "
        "score if left out",
    )
    label: str = Field("", description="the endpoint in words; made from the others if left out")
    estimand: Literal["ever", "at_visit", "sustained", "time_to_response"] = Field(
        "at_visit",
        description="response at any visit, at one visit, at consecutive visits, or the time to "
        "the first",
    )
    visit: str | None = Field(
        None, description="id of the visit, for at_visit; of the last one, for time_to_response"
    )
    consecutive: Annotated[int, Field(ge=2)] | None = Field(
        None, description="number of consecutive visits, for sustained"
    )

    sd: Positive | None = Field(
        None,
        description="standard deviation of the score or change within arms, where a mean is asked "
        "for; that of the simulated patients if left out",
    )

    @property
    def kind(self) -> Kind:
        """What is compared.

        >>> Question(definition="tis_2016").kind
        'mean'
        """
        if self.estimand == "time_to_response":
            return "time"
        score = self.definition == SCORE and self.threshold is None
        return "mean" if score or self.definition == CHANGE else "response"

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
    """What may be true: the response rate of each arm, or its mean."""

    id: Word = Field(description="short name of the scenario")
    label: Text = Field(description="the scenario in words")
    control: Number = Field(
        description="true response rate of the control arm: 42.5 % is 0.425; or its mean "
        "improvement, or the share that has responded by the endpoint's visit"
    )
    treatment: Number = Field(description="the same of the treated arm")
