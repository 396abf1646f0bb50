"""The form of `design.yaml`: what the next trial asks, what may be true, which designs to compare.

Rates    shares of 1 with the verdict that the endpoint asks for, counted as in the trial: by
         non-responder imputation, so that whoever leaves before the visit counts as no responder.
Alpha    one-sided, as the tests of superiority here are.
Looks    shares of the planned patients (information fractions) at which data are analysed; the
         last is 1.
"""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.protocol.models import (
    Identifier,
    Number,
    OneOrMore,
    Part,
    Positive,
    Several,
    Stated,
    Text,
    Word,
)

__all__ = [
    "DEFINITIONS", "Accrual", "Alternative", "Bayesian", "Candidates", "Crossover", "Dropout",
    "Fixed", "GroupSequential", "Plan", "Prior", "Question", "Randomisation",
    "RandomisedWithdrawal", "Reestimation", "Scenario", "Stratified", "Stratum", "Switch", "Test",
    "Trajectory", "TwoStage", "Unblinded",
]  # fmt: skip

DEFINITIONS = ("imacs_2004", "functional_index_20")  # that patients can be simulated by
Rate = Annotated[float, Field(ge=0, le=1)]
Chance = Annotated[float, Field(gt=0, lt=1)]
Alpha = Annotated[float, Field(gt=0, lt=0.5)]
Patients = Annotated[int, Field(ge=2)]
Whole = Annotated[int, Field(ge=1)]
Test = Literal["boschloo", "fisher", "z-pooled", "z-unpooled", "chi-square"]
Spending = Literal["obrien_fleming", "pocock", "haybittle_peto"]


class Question(Stated):
    """What the next trial asks: a definition of response, and its estimand."""

    definition: Word = Field("imacs_2004", description="imacs_2004 or functional_index_20")
    label: str = Field("", description="the endpoint in words; made from the others if left out")
    estimand: Literal["ever", "at_visit", "sustained"] = Field(
        "at_visit", description="response at any visit, at one visit, or at consecutive visits"
    )
    visit: str | None = Field(None, description="id of the visit, for at_visit")
    consecutive: Annotated[int, Field(ge=2)] | None = Field(
        None, description="number of consecutive visits, for sustained"
    )


class Scenario(Stated):
    """What may be true: the response rate of each arm."""

    id: Word = Field(description="short name of the scenario")
    label: Text = Field(description="the scenario in words")
    control: Rate = Field(description="true response rate of the control arm: 42.5 % is 0.425")
    treatment: Rate = Field(description="true response rate of the treated arm: 42.5 % is 0.425")


class Beta(Part):
    """One component of a mixture of beta distributions."""

    weight: Annotated[float, Field(gt=0, le=1)] = Field(1.0, description="weight of the component")
    responders: Positive = Field(description="first parameter: responders it is worth")
    others: Positive = Field(description="second parameter: non-responders it is worth")


class Prior(Stated):
    """What is believed of a response rate: a mixture of beta distributions; weights sum to 1."""

    components: OneOrMore[Beta] = Field(description="components of the mixture")


class Priors(Part):
    """What is believed of the response rates before the next trial."""

    pilot: Prior = Field(
        default_factory=lambda: Prior.model_validate(
            {"components": [{"responders": 0.5, "others": 0.5}], "status": "assumed"}
        ),
        description="of the treated, before the pilot; the pilot's counts are added to it",
    )
    treatment: Prior | None = Field(
        None, description="of the treated arm, for assurance; made from the pilot if left out"
    )
    control: Prior | None = Field(
        None, description="of the control arm; made from the field's trials if left out"
    )
    pilot_weight: Rate = Field(
        0.5,
        description="weight of the pilot's posterior in the prior of the treated arm; the rest is "
        "the control arm's prior, for a treatment that does nothing",
    )


class Stratum(Stated):
    """One value of the stratifying attribute, and its share among the patients to come."""

    value: Text = Field(description="value of the attribute")
    share: Annotated[float, Field(gt=0, le=1)] = Field(description="share of the patients")


class Randomisation(Stated):
    """How patients are allocated."""

    method: Literal["permuted_blocks", "minimisation"] = Field(
        "permuted_blocks", description="permuted blocks of varied sizes, or minimisation"
    )
    by: Several[str] = Field(
        ("DIAG",), description="subject attributes that allocation is stratified or balanced by"
    )
    probability: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        0.8, description="chance of the arm that balances best, in minimisation"
    )


class Accrual(Stated):
    """How fast patients are enrolled."""

    per_month: Positive = Field(3.0, description="patients a month when all sites are open")
    ramp_months: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        6.0, description="months until all sites are open; the rate grows evenly until then"
    )


class Dropout(Stated):
    """How many leave before the endpoint's visit."""

    share: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.1, description="share of patients who leave before the endpoint's visit"
    )
    by_visit: dict[str, Rate] = Field(
        default_factory=dict,
        description="share that has left before each visit; even over the visits if left out",
    )
    mechanism: Literal["completely_at_random", "at_random", "lack_of_efficacy"] = Field(
        "completely_at_random", description="why: by chance, by what was seen, for lack of efficacy"
    )
    further: Several[Rate] = Field(
        (0.05, 0.1, 0.2),
        description="shares of patients lost beyond what the rates hold, for the sensitivity",
    )


class Trajectory(Stated):
    """How the six core set measures change together, in percent of baseline."""

    loadings: Annotated[
        tuple[Annotated[float, Field(gt=-1, lt=1)], ...],
        Field(strict=False, min_length=6, max_length=6),
    ] = Field(
        (0.7, 0.7, 0.5, 0.5, 0.3, 0.6),
        description="correlation of each measure's change with the patient's own, in the order "
        "physician, patient, strength, function, enzyme, extramuscular",
    )
    correlation: Several[Annotated[tuple[Number, ...], Field(strict=False)]] = Field(
        (), description="correlation of the six changes, six rows of six; instead of loadings"
    )
    spread: Positive = Field(
        30.0, description="standard deviation of a change, in percent of baseline"
    )
    persistence: Rate = Field(
        0.7, description="correlation of a patient's change from one visit to the next"
    )
    half_months: Positive = Field(2.0, description="months until half of the effect is reached")


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

    test: Test = Field("boschloo", description="test of the two response rates")


class GroupSequential(TwoArm):
    """Two parallel arms with looks at which the trial may stop."""

    test: Literal["z-pooled"] = Field("z-pooled", description="statistic that meets the boundary")
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


class Alternative(Stated):
    """Another endpoint that the trial could have had, with its published rates or means."""

    label: Text = Field(description="the endpoint in words")
    control: Rate | None = Field(None, description="response rate of the control arm")
    treatment: Rate | None = Field(None, description="response rate of the treated arm")
    difference: Positive | None = Field(None, description="difference of means, if continuous")
    sd: Positive | None = Field(None, description="standard deviation, if continuous")


class Simulation(Stated):
    """How much is simulated, where anything must be."""

    trials: Annotated[int, Field(ge=100)] = Field(10_000, description="trials per scenario")
    seed: Annotated[int, Field(ge=0)] = Field(1, description="seed of everything simulated")


class Plan(Part):
    """The question, what may be true, and the designs to compare."""

    title: str = Field("", description="title of the next trial; made from the pilot's if left out")
    sources: dict[Identifier, Text] = Field(
        default_factory=dict, description="citations by id, for `source`"
    )
    endpoint: Question = Field(
        default_factory=lambda: Question.model_validate({}), description="what the trial asks"
    )
    alpha: Alpha = Field(0.025, description="one-sided type I error")
    power: Chance = Field(0.8, description="power wanted in the expected scenario")
    scenarios: Several[Scenario] = Field(
        (), description="what may be true; made from the field's trials if left out"
    )
    expected: str = Field("", description="id of the scenario the power is wanted in; the first")
    priors: Priors = Field(
        default_factory=lambda: Priors.model_validate({}), description="what is believed before"
    )
    strata: Several[Stratum] = Field(
        (), description="diagnoses and their shares; those of the pilot if left out"
    )
    randomisation: Randomisation = Field(
        default_factory=lambda: Randomisation.model_validate({}), description="allocation"
    )
    accrual: Accrual = Field(
        default_factory=lambda: Accrual.model_validate({"status": "assumed"}),
        description="how fast patients are enrolled",
    )
    dropout: Dropout = Field(
        default_factory=lambda: Dropout.model_validate({"status": "assumed"}),
        description="how many leave",
    )
    trajectory: Trajectory = Field(
        default_factory=lambda: Trajectory.model_validate({"status": "assumed"}),
        description="how measures change together",
    )
    candidates: Candidates = Field(
        default_factory=lambda: Candidates.model_validate({}),
        description="designs to compare; one of each kind if left out",
    )
    alternatives: Several[Alternative] = Field((), description="endpoints to compare")
    simulation: Simulation = Field(
        default_factory=lambda: Simulation.model_validate({"status": "assumed"}),
        description="how much is simulated",
    )
