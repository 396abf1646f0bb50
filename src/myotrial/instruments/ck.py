"""Creatine kinase (CK), the muscle enzyme of the core set.

Scale    0 or more, no natural maximum, in U/L or ukat/L (1 ukat/L is 60 U/L). The upper limit of
         normal belongs to laboratory, sex and ancestry, and is stated by the protocol.
Better   lower; often normal although disease is active.
Missing  one value; there is nothing to impute.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57; limits of one hospital:
         Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7, Table 3; of another: a 20-patient study
         of juvenile dermatomyositis, J Rheumatol, Table 1 (markup 37676).
"""

from myotrial.instruments.enzymes import Limit, enzyme

__all__ = ["FACTS", "INSTRUMENTS", "LIMITS"]

KAROLINSKA = "Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7, Table 3"
JUVENILE = "J Rheumatol, 20-patient JDM study, Table 1 (markup 37676)"
LIMITS = (
    Limit("ck", 3.3, "ukat/L", "Karolinska", KAROLINSKA, sex="M"),
    Limit("ck", 2.5, "ukat/L", "Karolinska", KAROLINSKA, sex="F"),
    Limit("ck", 252.0, "U/L", "JDM study", JUVENILE),
)
FACTS = tuple(limit.fact() for limit in LIMITS)
INSTRUMENTS = (enzyme("ck", "Creatine kinase"),)
