"""Intercurrent events, and estimands that say how each of them is dealt with, as in ICH E9(R1).

Strategy  treatment_policy    what was seen after the event counts as it is;
          composite           after the event the response is not met, a score shows no improvement;
          hypothetical        what was seen after the event is set aside and imputed;
          while_on_treatment  the last assessment before the event stands for those after it;
          principal_stratum   patients without the event whichever arm they were in: who these are
                              is not observed, so no number is given.
Source    ICH E9(R1) Addendum on Estimands and Sensitivity Analysis in Clinical Trials, 2019.
"""

from typing import Literal

from pydantic import Field

from myotrial.protocol.parts import Number, Several, Stated, Text, Word

__all__ = ["Estimand", "IntercurrentEvent", "Missing", "Strategy"]

Strategy = Literal[
    "treatment_policy", "composite", "hypothetical", "while_on_treatment", "principal_stratum"
]
Missing = Literal["NRI", "OC", "MAR", "J2R", "CIR", "CR"]


class IntercurrentEvent(Stated):
    """Something that happens after treatment began and changes what an outcome means."""

    id: Word = Field(description="short name of the event")
    label: Text = Field(description="the event in words")
    kind: Literal["rescue", "withdrawal", "dose_change"] = Field(
        description="rescue: a therapy of some classes is started (concomitant table); withdrawal: "
        "from the study (disposition table); dose_change: a therapy that must be stable changes"
    )
    classes: Several[Text] = Field(
        (), description="classes of the therapy (CMCLAS), for rescue and dose_change"
    )
    reasons: Several[Text] = Field(
        (), description="reasons of withdrawal (DSREAS) that count; all if left out"
    )


class Estimand(Stated):
    """What is estimated: an endpoint, whose, and how each intercurrent event is dealt with."""

    id: Word = Field(description="short name of the estimand")
    label: Text = Field(description="the estimand in words")
    endpoint: Word = Field(description="id of the endpoint: its variable, visit and summary")
    population: Literal["full", "treated"] = Field(
        "full", description="full: all enrolled patients as allocated; treated: those treated"
    )
    strategies: dict[Word, Strategy] = Field(
        description="strategy for each intercurrent event, by its id"
    )
    missing: Missing = Field(
        description="what is not seen for other reasons: NRI not met; OC left out; MAR imputed as "
        "in the own arm, J2R as in the control from then on (a score also CIR, CR)"
    )
    failure: Number = Field(
        0.0, description="value of a score from an event on whose strategy is composite"
    )
