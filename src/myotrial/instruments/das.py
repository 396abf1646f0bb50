"""Disease Activity Score of juvenile dermatomyositis (DAS), of the PRINTO core set.

Scale    0 to 20 points. The scoring of its items was not seen in a source; the total is taken.
Better   lower.
Missing  the total is taken as given.
Source   doi:10.1002/art.41236, Table 1 (range); PRINTO core set: steering committee's slides on
         the 2016 response criteria.
"""

from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument

__all__ = ["FACTS", "INSTRUMENTS"]

SOURCE = "doi:10.1002/art.41236, Table 1"
FACTS = (Fact("range of the DAS", "0 to 20", "points", SOURCE, "verified"),)

INSTRUMENTS = (
    Instrument(
        id="das",
        label="Disease activity in juvenile dermatomyositis (DAS)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (0.0, 20.0)},
        missing="the total is taken as given",
        source=SOURCE,
    ),
)
