"""Myositis Damage Index (MDI): extent and severity of damage.

Scale    extent: items of damage that are present, 0 to 38 points (fewer items apply to younger
         subjects); severity: 11 organ systems on 10 cm scales, summed, 0 to 110 cm.
Better   lower. Damage has lasted for months and is not expected to go; a fall needs a look.
Missing  the form lets an item be not assessed. No rule for totals was read: `extent` and `severity`
         are missing with one item missing, the `_assessed` ones leave it out of sum and maximum.
Source   IMACS Form 08 (items); 20-patient study of juvenile dermatomyositis, J Rheumatol, Table 1
         (markup 37676; ranges).
"""

from collections.abc import Sequence

from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers, checked, share, total, unspoiled

__all__ = [
    "FACTS",
    "INSTRUMENTS",
    "SIZES",
    "extent",
    "extent_assessed",
    "severity",
    "severity_assessed",
]

FORM = "IMACS Form 08"
JUVENILE = "J Rheumatol, 20-patient JDM study, Table 1 (markup 37676)"
ADULT, ADOLESCENT, CHILD = 38, 37, 35  # items
SIZES = (ADULT, ADOLESCENT, CHILD)
ORGANS = 11  # systems
HIGHEST = 10.0  # cm
FACTS = (
    Fact("items of the extent of damage", ADULT, "items", JUVENILE, "verified"),
    Fact("items that apply to adolescents", ADOLESCENT, "items", FORM, "recalled"),
    Fact("items that apply to children", CHILD, "items", FORM, "recalled"),
    Fact("an item of damage is", "0 or 1", "point", FORM, "verified"),
    Fact("range of the severity of damage", "0 to 110", "cm", JUVENILE, "verified"),
    Fact("organ systems of the severity of damage", ORGANS, "scales", JUVENILE, "derived"),
    Fact(
        "a total with an item that was not assessed is",
        "missing, or taken of those assessed",
        "",
        "no source says; the caller chooses",
        "assumed",
    ),
)

INSTRUMENTS = (
    Instrument(
        id="mdi_extent",
        label="Extent of damage (MDI)",
        better=LOWER,
        units={"points": 1.0},
        ranges={
            "adult": (0.0, float(ADULT)),
            "adolescent": (0.0, float(ADOLESCENT)),
            "child": (0.0, float(CHILD)),
        },
        missing="one item not assessed leaves the total missing",
        source=JUVENILE,
    ),
    Instrument(
        id="mdi_severity",
        label="Severity of damage (MDI)",
        better=LOWER,
        units={"cm": 1.0, "mm": 0.1},
        ranges={"": (0.0, ORGANS * HIGHEST)},
        missing="one system not assessed leaves the total missing",
        source=JUVENILE,
    ),
)


def extent(items: Sequence[Numbers], *, sizes: Sequence[int] = SIZES) -> Numbers:
    """The extent of damage: how many items are present.

    Args:
        items: 1 where the damage is present, 0 where not, NaN where not assessed; all items that
            apply to the subject.
        sizes: How many items may apply; 38 for adults is published, the others are recalled.

    Returns:
        Points, of the shape of an item; NaN where an item is missing or neither 0 nor 1.

    Raises:
        MyotrialError: The number of items is none of `sizes`.

    >>> float(extent([1] * 5 + [0] * 33))
    5.0
    """
    return total(_present(items, sizes))


def extent_assessed(
    items: Sequence[Numbers], *, sizes: Sequence[int] = SIZES, at_least: int = 1
) -> Numbers:
    """The share of the assessed items that are present, a fraction 0 to 1.

    Arguments and errors as in `extent`; NaN where fewer than `at_least` were assessed, or a
    value is off its scale.
    """
    found = share(_present(items, sizes), 1.0, at_least=at_least)
    return unspoiled(found, items, 0.0, 1.0)


def severity(scales: Sequence[Numbers]) -> Numbers:
    """The severity of damage, 0 to 110 cm: the sum of 11 organ systems.

    Args:
        scales: The mark of each system in cm, 0 to 10; NaN where not assessed.

    Returns:
        The sum, of the shape of a scale; NaN where a system is missing or off its scale.

    Raises:
        MyotrialError: There are not 11 systems.
    """
    return total(_marks(scales))


def severity_assessed(scales: Sequence[Numbers], *, at_least: int = 1) -> Numbers:
    """The severity in what it could be at most in the assessed systems, a fraction 0 to 1.

    Arguments and errors as in `severity`; NaN where fewer than `at_least` were assessed, or a
    value is off its scale.
    """
    found = share(_marks(scales), HIGHEST, at_least=at_least)
    return unspoiled(found, scales, 0.0, HIGHEST, whole=False)


def _present(items: Sequence[Numbers], sizes: Sequence[int]) -> list[Numbers]:
    if len(items) not in sizes:
        known = ", ".join(map(str, sizes))
        raise MyotrialError(
            f"the extent of damage has one of {known} items (got {len(items)}).\n"
            "Hint: give NaN for an item that was not assessed."
        )
    return checked(items, len(items), 0.0, 1.0, of="the extent of damage")


def _marks(scales: Sequence[Numbers]) -> list[Numbers]:
    return checked(scales, ORGANS, 0.0, HIGHEST, of="the severity of damage", whole=False)
