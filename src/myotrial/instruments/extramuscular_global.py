"""Extramuscular global activity: visual analogue scale and Likert scale.

Scale    0 (inactive) to 10 cm or 100 mm; Likert 0 to 4. Not converted into each other, and neither
         is MYOACT or MITAX, which older studies used in its place.
Better   lower. Often near zero, where percent changes are unstable.
Missing  one mark; there is nothing to impute.
Source   MDAAT form, 2009 (the form's overall scale, not read itself); used by the 2016 ACR/EULAR
         response criteria, Aggarwal R et al. Ann Rheum Dis 2017;76:792-801.
"""

from myotrial.facts import Fact
from myotrial.instruments import global_scale

__all__ = ["FACTS", "INSTRUMENTS"]

SOURCE = "MDAAT form, 2009"
FACTS = (
    Fact("range of extramuscular global activity", "0 to 10", "cm", SOURCE, "recalled"),
    Fact(
        "Likert grades of extramuscular global activity",
        "0 to 4",
        "points",
        "taken from the other global ratings",
        "assumed",
    ),
)

INSTRUMENTS = (
    global_scale.vas("extramuscular_global", "Extramuscular global activity", source=SOURCE),
    global_scale.likert("extramuscular_global", "Extramuscular global activity", source=SOURCE),
)
