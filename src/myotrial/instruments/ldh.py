"""Lactate dehydrogenase (LDH), a muscle enzyme.

Scale    0 or more, no natural maximum, in U/L or ukat/L (1 ukat/L is 60 U/L). The upper limit of
         normal belongs to laboratory and sex, and is stated by the protocol.
Better   lower.
Missing  one value; there is nothing to impute.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57; limit of one laboratory: a
         20-patient study of juvenile dermatomyositis, J Rheumatol, Table 1 (markup 37676).
"""

from myotrial.instruments.enzymes import Limit, enzyme

__all__ = ["FACTS", "INSTRUMENTS", "LIMITS"]

JUVENILE = "J Rheumatol, 20-patient JDM study, Table 1 (markup 37676)"
LIMITS = (Limit("ldh", 226.0, "U/L", "JDM study", JUVENILE),)
FACTS = tuple(limit.fact() for limit in LIMITS)
INSTRUMENTS = (enzyme("ldh", "Lactate dehydrogenase"),)
