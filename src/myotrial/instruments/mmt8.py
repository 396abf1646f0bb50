"""Manual muscle testing of eight muscle groups (MMT8), as a total.

Scale    eight groups graded 0 to 10: 0 to 80 points on one side, 0 to 150 on both (the neck flexors
         count once). Both are called MMT8, and a total of 80 or less does not tell them apart:
         the variant is always stated.
Better   higher; the maximum is full strength.
Missing  one missing grade leaves the total missing.
Source   IMACS Form 04 (muscle groups, grades); NCT01813617 and Dastmalchi M et al. Ann Rheum Dis
         2008;67:1670-7 (one side); Aggarwal R et al. Ann Rheum Dis 2018;77:720-7 (both sides).
"""

from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument

__all__ = ["FACTS", "INSTRUMENT"]

FORM = "IMACS Form 04"
FACTS = (
    Fact("range of the MMT8 on one side", "0 to 80", "points", FORM, "verified"),
    Fact("range of the MMT8 on both sides", "0 to 150", "points", FORM, "derived"),
)

INSTRUMENT = Instrument(
    id="mmt8",
    label="Muscle strength (MMT8)",
    better=HIGHER,
    units={"points": 1.0},
    ranges={"one side": (0.0, 80.0), "both sides": (0.0, 150.0)},
    missing="one missing grade leaves the total missing",
    source=FORM,
)
