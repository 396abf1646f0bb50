"""Global ratings: a mark on a 10 cm line, or one of five Likert grades.

Scale    0 to 10 cm (0 to 100 mm) on the visual analogue scale; 0 to 4 on the Likert scale. No
         source gives a conversion between the two, so they are two instruments and stay apart.
Better   lower.
Missing  one mark or grade; there is nothing to impute.
Source   Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57, Table 1.
"""

from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument

__all__ = ["FACTS", "likert", "vas"]

LENGTH = 100.0  # mm
GRADES = 4.0  # points
SOURCE = "Rider LG et al. Arthritis Care Res 2011;63(S11):S118-57, Table 1"
MEANINGFUL = Fact(
    "improvement of a global rating that is meaningful, at least",
    20,
    "% of baseline",
    SOURCE,
    "verified",
)
FACTS = (
    Fact("length of the line of a global rating", LENGTH / 10, "cm", SOURCE, "verified"),
    Fact("highest Likert grade of a global rating", GRADES, "points", SOURCE, "verified"),
    MEANINGFUL,
)


def vas(name: str, label: str, *, source: str = SOURCE) -> Instrument:
    """The visual analogue scale of a global rating, in mm or cm."""
    return Instrument(
        id=name,
        label=label,
        better=LOWER,
        units={"mm": 1.0, "cm": 10.0},
        ranges={"": (0.0, LENGTH)},
        missing="one mark: missing when not made",
        source=source,
        important=(MEANINGFUL,),
    )


def likert(name: str, label: str, *, source: str = SOURCE) -> Instrument:
    """The Likert scale of a global rating, in points; its id ends in `_likert`."""
    return Instrument(
        id=f"{name}_likert",
        label=f"{label} (Likert)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (0.0, GRADES)},
        missing="one grade: missing when not given",
        source=source,
        important=(MEANINGFUL,),
    )
