"""Manual muscle testing of all groups (MMT26; the IMACS form calls it MMT24).

Scale    26 grades from 0 to 10: two axial groups, and on each side eight proximal and four distal
         ones. Axial 0 to 20, proximal 0 to 160, distal 0 to 80 points, total 0 to 260.
Better   higher; the maximum is full strength.
Missing  one missing grade leaves its part and the total missing.
Source   IMACS Form 04 (numbers of groups, ranges). Which groups are the proximal and distal ones is
         recalled: scores follow from the numbers of groups only, whatever their names.
"""

from collections.abc import Sequence

from myotrial.facts import Fact
from myotrial.instruments import kendall
from myotrial.instruments.instrument import HIGHER, Instrument
from myotrial.instruments.items import Numbers, checked
from myotrial.instruments.items import total as added

__all__ = ["AXIAL", "DISTAL", "FACTS", "INSTRUMENTS", "PROXIMAL", "axial", "distal",
           "proximal", "total"]  # fmt: skip

FORM = "IMACS Form 04"
AXIAL = ("neck flexors", "neck extensors")
PROXIMAL = (
    "trapezius",
    "deltoid",
    "biceps",
    "gluteus maximus",
    "gluteus medius",
    "iliopsoas",
    "hamstrings",
    "quadriceps",
)
DISTAL = ("wrist extensors", "wrist flexors", "ankle dorsiflexors", "ankle plantar flexors")
FACTS = (
    Fact("axial groups of the MMT26", ", ".join(AXIAL), "", FORM, "verified"),
    Fact("proximal groups of the MMT26, by name", ", ".join(PROXIMAL), "", FORM, "recalled"),
    Fact("distal groups of the MMT26, by name", ", ".join(DISTAL), "", FORM, "recalled"),
    Fact("range of the axial part", "0 to 20", "points", FORM, "verified"),
    Fact("range of the proximal part", "0 to 160", "points", FORM, "verified"),
    Fact("range of the distal part", "0 to 80", "points", FORM, "verified"),
    Fact("range of the MMT26", "0 to 260", "points", FORM, "verified"),
)

INSTRUMENTS = (
    Instrument(
        id="mmt26",
        label="Muscle strength (MMT26, also called MMT24)",
        better=HIGHER,
        units={"points": 1.0},
        ranges={
            "total": (0.0, 260.0),
            "axial": (0.0, 20.0),
            "proximal": (0.0, 160.0),
            "distal": (0.0, 80.0),
        },
        missing="one missing grade leaves its part and the total missing",
        source=FORM,
    ),
)


def axial(grades: Sequence[Numbers]) -> Numbers:
    """The axial part, 0 to 20 points, from the grades of neck flexors and neck extensors.

    Returns:
        The sum, of the shape of a grade; NaN where one is missing or is no grade.

    Raises:
        MyotrialError: There are not two grades.
    """
    return added(checked(grades, len(AXIAL), 0.0, kendall.HIGHEST, of="the axial part"))


def proximal(right: Sequence[Numbers], left: Sequence[Numbers]) -> Numbers:
    """The proximal part, 0 to 160 points, from eight grades on each side.

    Returns:
        The sum, of the shape of a grade; NaN where one is missing or is no grade.

    Raises:
        MyotrialError: A side does not have eight grades.

    >>> float(proximal([10] * 8, [9] * 8))
    152.0
    """
    return _sides(right, left, len(PROXIMAL), "a side of the proximal part")


def distal(right: Sequence[Numbers], left: Sequence[Numbers]) -> Numbers:
    """The distal part, 0 to 80 points, from four grades on each side.

    Returns:
        The sum, of the shape of a grade; NaN where one is missing or is no grade.

    Raises:
        MyotrialError: A side does not have four grades.
    """
    return _sides(right, left, len(DISTAL), "a side of the distal part")


def total(axial: Numbers, proximal: Numbers, distal: Numbers) -> Numbers:
    """The MMT26, 0 to 260 points: the sum of its three parts.

    >>> total(20.0, 152.0, 80.0)
    252.0
    """
    return axial + proximal + distal


def _sides(right: Sequence[Numbers], left: Sequence[Numbers], number: int, of: str) -> Numbers:
    grades = [checked(side, number, 0.0, kendall.HIGHEST, of=of) for side in (right, left)]
    return added(grades[0]) + added(grades[1])
