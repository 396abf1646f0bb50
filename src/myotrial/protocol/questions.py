"""What is asked of the data: endpoints and their estimands, worsening, and the comparison."""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.protocol.parts import (
    Column,
    Identifier,
    OneOrMore,
    Positive,
    Several,
    Stated,
    Text,
    Word,
)

__all__ = ["Analysis", "Comparison", "Endpoint", "Handling", "Worsening"]

Handling = Literal["NRI", "OC", "LOW", "HIGH"]
Analysis = Literal[
    "disposition",
    "baseline",
    "exposure",
    "concomitant",
    "response",
    "functional_index",
    "withdrawals",
    "safety",
    "biopsy",
    "marker_by_response",
    "comparison",
    "estimands",
]


class Endpoint(Stated):
    """One endpoint: a definition of response, and its estimand."""

    id: Word = Field(description="short name of the endpoint")
    label: Text = Field(description="the endpoint in words")
    definition: Word = Field(
        description="id of the definition of response; change for the mean change of one measure"
    )
    measure: str | None = Field(
        None, description="id of the assessment whose change is the endpoint, for change"
    )
    role: Literal["primary", "secondary", "exploratory", "reported"] = Field(
        description="its place in the protocol; reported: led with by a publication"
    )
    estimand: Literal["ever", "at_visit", "sustained"] = Field(
        description="response at any visit, at one visit, or at consecutive visits"
    )
    population: Literal["adult", "juvenile"] | None = Field(
        None, description="whose thresholds hold, for tis_2016"
    )
    threshold: Literal["minimal", "moderate", "major"] | None = Field(
        None,
        description="response that counts, for tis_2016; without it the score is the endpoint",
    )
    tasks: Annotated[int, Field(ge=1, le=7)] | None = Field(
        None,
        description="tasks improved by 20 %, at least, for functional_index_2; no number is "
        "published, so say with status and assumed where it stands",
    )
    visit: str | None = Field(None, description="id of the visit, for at_visit")
    consecutive: Annotated[int, Field(ge=2)] | None = Field(
        None, description="number of consecutive visits, for sustained"
    )
    handlings: OneOrMore[Handling] = Field(
        ("NRI", "OC", "LOW", "HIGH"),
        description="handlings of missing data shown side by side: non-responder imputation, "
        "observed cases, worst case, best case",
    )


class Worsening(Stated):
    """When a patient counts as worse: so many core set measures worse by so many percent.

    The rule imacs_2005 has two legs more, of physician and extramuscular global activity.
    """

    definition: Word = Field("core_set_30", description="id of the rule of worsening")
    measures: Annotated[int, Field(ge=1, le=6)] = Field(3, description="measures worse, at least")
    percent: Positive = Field(30.0, description="percent of baseline worse, at least")
    rise: Positive = Field(2.0, description="cm that a global is worse, at least, in imacs_2005")
    strength: Positive = Field(
        20.0,
        description="percent of baseline that strength is worse, at least, beside physician "
        "global activity, in imacs_2005",
    )


class Comparison(Stated):
    """How the arms of a randomised study are compared."""

    control: Identifier | None = Field(
        None,
        description="id of the arm that the others are compared with; if not given, the last",
    )
    strata: Several[Column] = Field(
        (),
        description="attributes that comparisons are stratified by and models adjusted for; "
        "if not given, those of the randomisation, else the diagnosis",
    )
    covariance: Literal["unstructured", "compound symmetry", "AR(1)"] = Field(
        "unstructured", description="covariance of the visits in the mixed model"
    )
    freedom: Literal["kenward-roger", "satterthwaite"] = Field(
        "kenward-roger", description="degrees of freedom of the mixed model"
    )
    copies: Annotated[int, Field(ge=2, le=10_000)] = Field(
        100, description="completed copies of the data in multiple imputation"
    )
    prior: tuple[Positive, Positive] = Field(
        (1.0, 1.0), strict=False, description="beta prior of the rate of each arm"
    )
