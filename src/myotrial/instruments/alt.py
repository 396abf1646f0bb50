"""Alanine aminotransferase (ALT), a muscle enzyme that the liver has too.

Scale    0 or more, no natural maximum, in U/L or ukat/L (1 ukat/L is 60 U/L). No source that was
         read gives a laboratory's upper limit of normal: it has to be stated.
Better   lower.
Missing  one value; there is nothing to impute.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57.
"""

from myotrial.facts import Fact
from myotrial.instruments.enzymes import Limit, enzyme

__all__ = ["FACTS", "INSTRUMENTS", "LIMITS"]

LIMITS: tuple[Limit, ...] = ()
FACTS = (Fact("upper limit of ALT", "to be stated", "", "not found in a source", "unknown"),)
INSTRUMENTS = (enzyme("alt", "Alanine aminotransferase"),)
