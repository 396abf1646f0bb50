"""What is believed of response rates before the next trial."""

from typing import Annotated

from pydantic import Field

from myotrial.design.planning.kinds import Rate
from myotrial.protocol.models import OneOrMore, Part, Positive, Stated

__all__ = ["Prior", "Priors"]


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
