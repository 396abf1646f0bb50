"""Functional index in myositis (FI, 1996), as a total.

Scale    0 to 64 points. The scoring of its tasks was not seen in a source; only the total is taken.
Better   higher; 64 is best function.
Missing  the total is taken as given.
Source   Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7, Table 3 (range, direction);
         Josefson A et al. J Rheumatol 1996;23:1380-4 (the index, not read).
"""

from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument

__all__ = ["FACTS", "INSTRUMENTS"]

SOURCE = "Dastmalchi M et al. Ann Rheum Dis 2008;67:1670-7, Table 3"
FACTS = (Fact("range of the functional index", "0 to 64", "points", SOURCE, "verified"),)

INSTRUMENTS = (
    Instrument(
        id="functional_index",
        label="Functional index (FI)",
        better=HIGHER,
        units={"points": 1.0},
        ranges={"": (0.0, 64.0)},
        missing="the total is taken as given",
        source=SOURCE,
    ),
)
