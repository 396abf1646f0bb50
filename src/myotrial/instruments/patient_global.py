"""Patient global activity on a visual analogue scale.

Scale    0 (inactive) to 10 cm, or 0 to 100 mm.
Better   lower.
Missing  one mark; there is nothing to impute.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57.
"""

from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument

__all__ = ["FACTS", "INSTRUMENT"]

SOURCE = "Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57, Table 1"
FACTS = (Fact("range of patient global activity", "0 to 10", "cm", SOURCE, "verified"),)

INSTRUMENT = Instrument(
    id="patient_global",
    label="Patient global activity",
    better=LOWER,
    units={"mm": 1.0, "cm": 10.0},
    ranges={"": (0.0, 100.0)},
    missing="one mark: missing when not made",
    source=SOURCE,
)
