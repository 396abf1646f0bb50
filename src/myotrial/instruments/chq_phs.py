"""Physical summary of the Child Health Questionnaire (CHQ-PhS), of the PRINTO core set.

Scale    a norm-based score; its range was not found. Values below 0 are taken to be off the
         scale, because the PRINTO definition asks for percent of baseline and none exists there.
Better   higher (recalled).
Missing  the score is taken as given.
Source   Ruperto N et al. Arthritis Care Res 2010;62:1533-41 (not read).
"""

from math import inf

from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument

__all__ = ["FACTS", "INSTRUMENTS"]

SOURCE = "Ruperto N et al. Arthritis Care Res 2010;62:1533-41"
FACTS = (
    Fact("range of the CHQ-PhS", "not found", "", SOURCE, "unknown"),
    Fact("CHQ-PhS is better", "higher", "", SOURCE, "recalled"),
    Fact("lowest value of the CHQ-PhS that is taken", 0, "points", "myotrial's choice", "assumed"),
)

INSTRUMENTS = (
    Instrument(
        id="chq_phs",
        label="Physical health in childhood (CHQ-PhS)",
        better=HIGHER,
        units={"points": 1.0},
        ranges={"": (0.0, inf)},
        missing="the score is taken as given",
        source=SOURCE,
    ),
)
