"""Extramuscular activity by MYOACT (part of the MDAAT), as a total.

Scale    six extramuscular systems on 10 cm scales, summed and divided by the maximum of those
         assessed: a fraction 0 to 1. Some reports give the sum 0 to 60 ("sum of 60"), which is the
         same number only where all six systems were assessed.
Better   lower. Often very low, and percent changes of low values are unstable.
Missing  systems not assessed leave sum and maximum; missing when none was assessed.
Source   MDAAT form, 2009.
"""

from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument

__all__ = ["FACTS", "INSTRUMENTS"]

FORM = "MDAAT form, 2009"
FACTS = (
    Fact("range of the MYOACT extramuscular score", "0 to 1", "fraction", FORM, "verified"),
    Fact("maximum of the six systems together", 60, "cm", FORM, "verified"),
)

INSTRUMENTS = (
    Instrument(
        id="myoact",
        label="Extramuscular activity (MYOACT)",
        better=LOWER,
        units={"fraction": 1.0, "sum of 60": 1 / 60},
        ranges={"": (0.0, 1.0)},
        missing="systems not assessed leave sum and maximum; missing when none was assessed",
        source=FORM,
    ),
)
