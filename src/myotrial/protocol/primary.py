"""The primary analysis as it was designed: its test, its level, and the looks with their bounds.

Level    one-sided, in favour of the treatment.
Bounds   values of z; positive favours the treatment. They stand as numbers, together with how they
         were computed, so that both can be held against each other.
"""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.protocol.parts import Number, Part, Several, Stated

__all__ = ["MEANS", "TIME", "Bounds", "Look", "PrimaryAnalysis", "Spending", "Test"]

Share = Annotated[float, Field(gt=0, le=1)]
Spending = Literal["obrien_fleming", "pocock", "haybittle_peto"]
Test = Literal[
    "fisher",
    "barnard",
    "boschloo",
    "z-pooled",
    "z-unpooled",
    "chi-square",
    "cmh",
    "cmh_exact",
    "logistic",
    "posterior",
    "t",
    "ancova",
    "mmrm",
    "log-rank",
]
MEANS = ("t", "ancova", "mmrm")  # of a score or of one measure's change
TIME = "log-rank"  # of the time to the response that the primary endpoint names


class Look(Part):
    """One analysis: how many patients it waits for, and where it stops."""

    patients: Annotated[int, Field(ge=2)] = Field(
        description="patients with an outcome, both arms together"
    )
    information: Share = Field(description="share of the information of the last look")
    efficacy: Number | None = Field(
        None, description="z from which it stops for efficacy; none if left out"
    )
    futility: Number | None = Field(
        None, description="z up to which it stops for futility; none if left out"
    )


class Bounds(Stated):
    """How the bounds of the looks were computed."""

    spending: Spending | None = Field(
        None, description="how alpha is spent; obrien_fleming if alpha_spent is not given"
    )
    alpha_spent: Several[Share] = Field(
        (), description="alpha spent at each look, instead of a named spending"
    )
    binding: bool = Field(False, description="futility must be obeyed")
    raised: Annotated[float, Field(ge=0, le=2)] = Field(
        0.0,
        description="by how much the last bound stands above that of normal theory, so that the "
        "type I error, counted exactly, is no more than alpha",
    )


class PrimaryAnalysis(Stated):
    """The test of the primary endpoint, as the trial was designed with it."""

    test: Test = Field(description="the test that decides; with looks, the statistic behind z")
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = Field(0.025, description="one-sided level")
    certainty: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None, description="posterior chance from which it succeeds, for posterior"
    )
    margin: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="by how much the rate must be higher, for posterior"
    )
    looks: Several[Look] = Field((), description="its looks in order; one analysis if left out")
    bounds: Bounds | None = Field(None, description="how the bounds of the looks were computed")
