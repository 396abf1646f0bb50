"""The form of `design.yaml`: what the next trial asks, what may be true, which designs to compare.

The parts are in files of their own: `question`, `kinds` of candidates, `patients`, `priors`.
"""

from typing import Annotated

from pydantic import Field

from myotrial.design.planning.kinds import (
    Bayesian,
    Candidates,
    Chance,
    Crossover,
    Fixed,
    GroupSequential,
    RandomisedWithdrawal,
    Rate,
    Reestimation,
    Stratified,
    Switch,
    Test,
    TwoStage,
    Unblinded,
)
from myotrial.design.planning.patients import (
    Accrual,
    Dropout,
    Randomisation,
    Stratum,
    Trajectory,
)
from myotrial.design.planning.priors import Prior, Priors
from myotrial.design.planning.question import Question, Scenario
from myotrial.protocol.models import Identifier, Part, Positive, Several, Stated, Text

__all__ = [
    "Accrual", "Alternative", "Bayesian", "Candidates", "Crossover",
    "Dropout", "Fixed", "GroupSequential", "Plan", "Prior", "Question", "Randomisation",
    "RandomisedWithdrawal", "Reestimation", "Scenario", "Stratified", "Stratum", "Switch", "Test",
    "Trajectory", "TwoStage", "Unblinded",
]  # fmt: skip

Alpha = Annotated[float, Field(gt=0, lt=0.5)]


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
