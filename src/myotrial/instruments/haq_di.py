"""Disability index of the Health Assessment Questionnaire (HAQ-DI), as a total.

Scale    0 (no difficulty) to 3; the mean of the answered categories. With all eight answered it
         moves in steps of 0.125, with seven or six it does not: other values are valid.
Better   lower.
Missing  missing unless at least 6 of the 8 categories were answered.
Source   LOINC 75874-8; Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57.
"""

from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument

__all__ = ["FACTS", "INSTRUMENTS"]

SOURCE = "LOINC 75874-8"
FACTS = (
    Fact("range of the HAQ-DI", "0 to 3", "points", SOURCE, "verified"),
    Fact("categories that must be answered, at least", 6, "of 8", SOURCE, "verified"),
    Fact(
        "important difference of the HAQ-DI (rheumatoid arthritis; none known in myositis)",
        0.22,
        "points",
        "public calculator page",
        "secondary",
    ),
)

INSTRUMENTS = (
    Instrument(
        id="haq_di",
        label="Physical function (HAQ-DI)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (0.0, 3.0)},
        missing="missing unless at least 6 of the 8 categories were answered",
        source=SOURCE,
    ),
)
