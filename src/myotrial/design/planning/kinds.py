"""The kinds of candidate designs that `design.yaml` may compare, and what each may say.

Alpha    one-sided, as the tests of superiority here are.
Looks    shares of the planned patients (information fractions) at which data are analysed; the
         last is 1.
"""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.protocol.models import Number, OneOrMore, Part, Several, Stated, Word

__all__ = [
    "Bayesian", "Candidates", "Crossover", "Fixed", "GroupSequential", "MeanTest",
    "RandomisedWithdrawal", "Rate", "Reestimation", "Stratified", "Switch", "Test", "TimeTest",
    "TwoArm", "TwoStage", "Unblinded",
]  # fmt: skip

Rate = Annotated[float, Field(ge=0, le=1)]
Chance = Annotated[float, Field(gt=0, lt=1)]
Patients = Annotated[int, Field(ge=2)]
Whole = Annotated[int, Field(ge=1)]
Test = Literal["boschloo", "fisher", "z-pooled", "z-unpooled", "chi-square"]
MeanTest = Literal["t", "ancova", "mmrm"]
TimeTest = Literal["log-rank"]
Spending = Literal["obrien_fleming", "pocock", "haybittle_peto"]


class Candidate(Stated):
    """What every candidate design may say."""

    id: Word = Field(description="short name of the candidate")
    label: str = Field("", description="name of the candidate; made from the rest if left out")


class TwoArm(Candidate):
    """What two-arm candidates may say."""

    n: Patients | None = Field(
        None, description="patients in all; the fewest that reach the power if left out"
    )
    ratio: tuple[Whole, Whole] = Field(
        (1, 1), strict=False, description="treated to control patients"
    )


class Fixed(TwoArm):
    """Two parallel arms, analysed once."""

    test: Test | MeanTest | TimeTest | None = Field(
        None,
        description="test of two response rates (boschloo if left out), of two means (mmrm), or "
        "of two times (log-rank)",
    )


class GroupSequential(TwoArm):
    """Two parallel arms with looks at which the trial may stop."""

    test: Literal["z-pooled"] | MeanTest | TimeTest | None = Field(
        None,
        description="statistic that meets the boundary: z-pooled of rates, t, ancova or mmrm of "
        "means, log-rank of times; the first, mmrm or the last if left out",
    )
    looks: OneOrMore[Rate] = Field((0.5, 1.0), description="shares of the patients at each look")
    efficacy: Spending | None = Field(
        None, description="how alpha is spent; obrien_fleming if alpha_spent is not given"
    )
    alpha_spent: Several[Rate] = Field(
        (), description="alpha spent at each look, instead of a named spending"
    )
    futility: Several[Number] = Field(
        (), description="z below which it stops for futility, at each look before the last"
    )
    binding: bool = Field(
        False, description="futility must be obeyed, so that efficacy may use what it saves"
    )


class TwoStage(Candidate):
    """A single arm in two stages, after Simon."""

    criterion: Literal["optimal", "minimax"] = Field(
        "optimal", description="fewest patients expected under p0, or fewest at most"
    )
    p0: Chance | None = Field(
        None, description="rate that is of no interest; the expected control rate if left out"
    )
    p1: Chance | None = Field(
        None, description="rate that is wanted; the expected treated rate if left out"
    )


class Bayesian(TwoArm):
    """Two parallel arms; go where the treated arm is probably better."""

    certainty: Chance = Field(
        0.975, description="go if the probability that the treated rate is higher reaches this"
    )
    margin: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="by how much higher the rate must be"
    )
    borrow: bool = Field(
        False, description="use the field's control rates as the control arm's prior"
    )


class RandomisedWithdrawal(Candidate):
    """All are treated; responders are randomised to go on or to placebo."""

    n: Patients | None = Field(None, description="patients who start; sought if left out")
    open_rate: Chance | None = Field(
        None, description="share that responds in the open phase; the pilot's if left out"
    )
    kept: Rate = Field(0.8, description="share of responders who keep the response on treatment")
    kept_placebo: Rate = Field(0.5, description="share who keep it on placebo")
    test: Test = Field("boschloo", description="test of the two rates")


class Crossover(Candidate):
    """Each patient receives both, in random order."""

    n: Patients | None = Field(None, description="patients in all; sought if left out")
    correlation: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.3, description="correlation of a patient's two verdicts"
    )
    lost: Rate = Field(0.2, description="share of patients without a second period")


class Switch(TwoArm):
    """Two arms until a visit at which placebo patients switch to treatment."""

    visit: str | None = Field(None, description="visit of the switch, before the endpoint's")
    reached: Annotated[float, Field(gt=0, le=1)] = Field(
        0.7, description="share of the difference that is there by then"
    )
    test: Test = Field("boschloo", description="test of the two response rates")


class Reestimation(TwoArm):
    """Two arms; the number of patients is set again when some have been seen, still blinded."""

    test: Test = Field("boschloo", description="test of the two response rates")
    look: Chance = Field(0.5, description="share of the patients seen before n is set again")
    most: Annotated[float, Field(ge=1, le=4)] = Field(
        1.5, description="most patients, as a multiple of those planned"
    )


class Unblinded(TwoArm):
    """Two arms; the size of later stages is set by the difference seen so far."""

    rule: Literal["promising_zone", "inverse_normal"] = Field(
        "inverse_normal",
        description="grow only where the trend is promising and test as usual, or set every later "
        "stage and combine stages with planned weights",
    )
    looks: OneOrMore[Rate] = Field(
        (0.5, 1.0),
        description="shares of the planned patients at each look; promising_zone has two",
    )
    efficacy: Spending = Field(
        "obrien_fleming",
        description="how alpha is spent, for inverse_normal; promising_zone spends it at the end",
    )
    most: Annotated[float, Field(gt=1, le=4)] = Field(
        1.5, description="most patients, as a multiple of those planned"
    )
    conditional_power: Chance | None = Field(
        None, description="chance to succeed that a new size aims at; the power if left out"
    )


class Stratified(TwoArm):
    """Two arms stratified by diagnosis, compared by the exact Cochran-Mantel-Haenszel test."""

    control: dict[str, Chance] = Field(
        default_factory=dict,
        description="response rate of the control arm in each diagnosis, shifted together to the "
        "scenario's; the same in all if left out",
    )


class Candidates(Part):
    """The designs to compare, by kind."""

    fixed: Several[Fixed] = Field((), description="two arms, analysed once")
    group_sequential: Several[GroupSequential] = Field((), description="two arms with looks")
    reestimation: Several[Reestimation] = Field(
        (), description="two arms, the number of patients set again"
    )
    unblinded: Several[Unblinded] = Field(
        (), description="two arms, later stages set by the difference seen so far"
    )
    stratified: Several[Stratified] = Field((), description="two arms compared within diagnoses")
    bayesian: Several[Bayesian] = Field((), description="two arms, go or no-go by probability")
    placebo_switch: Several[Switch] = Field((), description="placebo switches at a visit")
    randomised_withdrawal: Several[RandomisedWithdrawal] = Field(
        (), description="responders randomised to go on or to stop"
    )
    crossover: Several[Crossover] = Field((), description="each patient receives both")
    two_stage: Several[TwoStage] = Field((), description="one arm in two stages")
