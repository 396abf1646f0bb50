"""Functional Rating Scale of inclusion body myositis (IBMFRS).

Scale    10 items graded 0 to 4, summed: 0 to 40 points.
Better   higher; 40 is normal function.
Missing  one missing item leaves the total missing; `items.bounds` says between what it lies.
Source   Jackson CE et al. Muscle Nerve 2008;37:473-6 (10 items); Salam S et al. J Neurol Neurosurg
         Psychiatry 2024, jnnp-2024-333617 (difference that matters).
"""

from collections.abc import Sequence

from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument
from myotrial.instruments.items import Numbers, checked, total

__all__ = ["FACTS", "INSTRUMENTS", "score"]

JACKSON = "Jackson CE et al. Muscle Nerve 2008;37:473-6"
SALAM = "Salam S et al. J Neurol Neurosurg Psychiatry 2024, jnnp-2024-333617 (abstract)"
ITEMS = 10
HIGHEST = 4.0  # points
IMPORTANT = (Fact("decline that matters, at least", 2, "points", SALAM, "verified"),)
FACTS = (
    Fact("items of the IBMFRS", ITEMS, "items", JACKSON, "verified"),
    Fact("highest score of an item", HIGHEST, "points", JACKSON, "verified"),
    *IMPORTANT,
)

INSTRUMENTS = (
    Instrument(
        id="ibmfrs",
        label="Function in inclusion body myositis (IBMFRS)",
        better=HIGHER,
        units={"points": 1.0},
        ranges={"": (0.0, ITEMS * HIGHEST)},
        missing="one missing item leaves the total missing",
        source=JACKSON,
        important=IMPORTANT,
    ),
)


def score(items: Sequence[Numbers]) -> Numbers:
    """The IBMFRS, 0 to 40 points.

    Args:
        items: Ten grades 0 to 4, numbers or arrays of one shape; NaN where not answered.

    Returns:
        The sum, of the same shape; NaN where an item is missing or off its scale.

    Raises:
        MyotrialError: There are not ten items.

    >>> float(score([4, 3, 3, 2, 3, 3, 2, 2, 3, 1]))
    26.0
    """
    return total(checked(items, ITEMS, 0.0, HIGHEST, of="the IBMFRS"))
