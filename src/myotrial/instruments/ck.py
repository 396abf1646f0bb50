"""Creatine kinase (CK), the muscle enzyme of the core set.

Scale    0 or more, no natural maximum, in U/L or ukat/L (1 ukat/L is 60 U/L). The upper limit of
         normal belongs to laboratory, sex and ancestry, and is stated by the protocol.
Better   lower; often normal although disease is active.
Missing  one value; there is nothing to impute.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57; limits of one hospital:
         Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7, Table 3.
"""

from math import inf

from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument

__all__ = ["FACTS", "INSTRUMENTS"]

LABORATORY = "Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7, Table 3"
FACTS = (
    Fact("1 ukat/L is", 60, "U/L", "definitions of katal and unit", "derived"),
    Fact("upper limit of CK in men, Karolinska", 3.3, "ukat/L", LABORATORY, "verified"),
    Fact("upper limit of CK in women, Karolinska", 2.5, "ukat/L", LABORATORY, "verified"),
)

INSTRUMENTS = (
    Instrument(
        id="ck",
        label="Creatine kinase",
        better=LOWER,
        units={"U/L": 1.0, "ukat/L": 60.0},
        ranges={"": (0.0, inf)},
        missing="one value: missing when not measured",
        source="Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57",
    ),
)
