"""Manual muscle testing of eight muscle groups (MMT8).

Scale    eight groups graded 0 to 10: 0 to 80 points on one side, 0 to 150 on both (the neck flexors
         count once). Both are called MMT8, and a total of 80 or less does not tell them apart:
         the variant is always stated.
Better   higher; the maximum is full strength.
Missing  one missing grade leaves the total missing; `items.bounds` says between what it lies.
Source   IMACS Form 04 (muscle groups, grades); NCT01813617 and Dastmalchi M et al. Ann Rheum Dis
         2008;67:1670-7 (one side); Aggarwal R et al. Ann Rheum Dis 2018;77:720-7 (both sides).
"""

from collections.abc import Sequence

from myotrial.facts import Fact
from myotrial.instruments import kendall
from myotrial.instruments.instrument import HIGHER, Instrument
from myotrial.instruments.items import Numbers, checked, total

__all__ = ["FACTS", "INSTRUMENTS", "LIMB_MUSCLES", "MUSCLES", "both_sides", "one_side"]

FORM = "IMACS Form 04"
LIMB_MUSCLES = (
    "deltoid",
    "biceps",
    "wrist extensors",
    "gluteus maximus",
    "gluteus medius",
    "quadriceps",
    "ankle dorsiflexors",
)
MUSCLES = ("neck flexors", *LIMB_MUSCLES)
MEANINGFUL = Fact(
    "change of the MMT8 that one trial treated as meaningful, at least",
    20,
    "% of baseline",
    "Špiritović M et al. Arthritis Res Ther 2021;23:173",
    "verified",
)
FACTS = (
    MEANINGFUL,
    Fact("muscle groups of the MMT8", ", ".join(MUSCLES), "", FORM, "verified"),
    Fact("range of the MMT8 on one side", "0 to 80", "points", FORM, "verified"),
    Fact("range of the MMT8 on both sides", "0 to 150", "points", FORM, "derived"),
)

INSTRUMENTS = (
    Instrument(
        id="mmt8",
        label="Muscle strength (MMT8)",
        better=HIGHER,
        units={"points": 1.0},
        ranges={"one side": (0.0, 80.0), "both sides": (0.0, 150.0)},
        missing="one missing grade leaves the total missing",
        source=FORM,
        important=(MEANINGFUL,),
    ),
)


def one_side(grades: Sequence[Numbers]) -> Numbers:
    """The MMT8 of one side, in points from 0 to 80.

    Args:
        grades: Grades 0 to 10 of the eight muscle groups, in the order of `MUSCLES`: numbers, or
            arrays of one shape; NaN where not tested.

    Returns:
        The sum, of the same shape; NaN where a grade is missing or is no grade.

    Raises:
        MyotrialError: There are not eight groups.

    >>> float(one_side([9, 10, 10, 10, 7, 8, 9, 10]))
    73.0
    """
    return total(checked(grades, len(MUSCLES), 0.0, kendall.HIGHEST, of="the MMT8 of one side"))


def both_sides(neck_flexors: Numbers, right: Sequence[Numbers], left: Sequence[Numbers]) -> Numbers:
    """The MMT8 of both sides, in points from 0 to 150; the neck flexors count once.

    Args:
        neck_flexors: Grade 0 to 10.
        right: Grades of the seven groups of the right side, in the order of `LIMB_MUSCLES`.
        left: The same of the left side.

    Returns:
        The sum, of the same shape; NaN where a grade is missing or is no grade.

    Raises:
        MyotrialError: A side does not have seven groups.

    >>> float(both_sides(8, [10] * 7, [9] * 7))
    141.0
    """
    sides = [
        checked(side, len(LIMB_MUSCLES), 0.0, kendall.HIGHEST, of=f"the {name} side of the MMT8")
        for name, side in (("right", right), ("left", left))
    ]
    return kendall.grade(neck_flexors) + total(sides[0]) + total(sides[1])
