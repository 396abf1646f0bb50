"""Physician global activity: visual analogue scale and Likert scale.

Scale    0 (inactive) to 10 cm or 100 mm; Likert 0 to 4. Not converted into each other.
Better   lower.
Missing  one mark; there is nothing to impute.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57.
"""

from myotrial.facts import Fact
from myotrial.instruments import global_scale

__all__ = ["FACTS", "INSTRUMENTS"]

SOURCE = "Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57, Table 1"
FACTS = (Fact("range of physician global activity", "0 to 10", "cm", SOURCE, "verified"),)

INSTRUMENTS = (
    global_scale.vas("physician_global", "Physician global activity", source=SOURCE),
    global_scale.likert("physician_global", "Physician global activity", source=SOURCE),
)
