"""Who takes part: diagnoses, allocation, accrual, dropout, and how measures change together."""

from typing import Annotated, Literal

from pydantic import Field

from myotrial.design.planning.kinds import Rate
from myotrial.protocol.models import Number, Positive, Several, Stated, Text

__all__ = ["Accrual", "Dropout", "Randomisation", "Stratum", "Trajectory"]


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
    missed: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="share of visits missed by patients who come again"
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
