"""Myositis Activities Profile (MAP): limits in daily activities.

Scale    31 items (32 in the version for the United States), each 1 (no difficulty) to 7
         (impossible); four subscales and four single items. A subscale is summarised by the median
         of its items, the profile by the median of its eight parts. Which items make a subscale was
         not read: the caller gives them together.
Better   lower.
Missing  one missing item leaves its subscale missing; one missing part leaves the profile missing.
Source   Alexanderson H, Lundberg IE et al., development of the profile (31 items; abstract);
         Alexanderson H, Reed AM, Ytterberg SR. J Rheumatol 2012;39:2134 (32 items, parts, median of
         the parts; abstract). The grades of an item are recalled, and arguments here.
"""

from collections.abc import Sequence

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers, checked, possible

__all__ = ["FACTS", "HIGHEST", "INSTRUMENTS", "LOWEST", "profile", "subscale"]

SWEDISH = "Alexanderson H et al., development of the Myositis Activities Profile (abstract)"
AMERICAN = "Alexanderson H, Reed AM, Ytterberg SR. J Rheumatol 2012;39:2134 (abstract)"
LOWEST, HIGHEST = 1.0, 7.0  # grades of an item
PARTS = 8  # four subscales and four single items
FACTS = (
    Fact("items of the MAP", 31, "items", SWEDISH, "verified"),
    Fact("items of the MAP in the United States", 32, "items", AMERICAN, "verified"),
    Fact("subscales and single items of the MAP", "4 and 4", "", AMERICAN, "verified"),
    Fact("the profile is the median of its", PARTS, "parts", AMERICAN, "verified"),
    Fact("lowest grade of an item", LOWEST, "no difficulty", "general knowledge", "recalled"),
    Fact("highest grade of an item", HIGHEST, "impossible", "general knowledge", "recalled"),
    Fact("a subscale is the median of its", "items", "", "no source says", "assumed"),
    Fact("items of each subscale", "not known", "", "not found in a source", "unknown"),
)

INSTRUMENTS = (
    Instrument(
        id="map",
        label="Limits in daily activities (MAP)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (LOWEST, HIGHEST)},
        missing="one missing item leaves its subscale missing, and with it the profile",
        source=AMERICAN,
    ),
)


def subscale(
    items: Sequence[Numbers], *, lowest: float = LOWEST, highest: float = HIGHEST
) -> Numbers:
    """The score of one subscale: the median of its items.

    Args:
        items: Grades of the subscale's items, numbers or arrays of one shape; NaN if not answered.
        lowest: Lowest grade, no difficulty.
        highest: Highest grade, impossible.

    Returns:
        The median, of the same shape; NaN where an item is missing or off its scale.

    Raises:
        MyotrialError: There are no items.

    >>> float(subscale([2, 5, 3, 4]))
    3.5
    """
    if not len(items):
        raise MyotrialError("a subscale of the MAP needs its items (got none).")
    return _median([possible(item, lowest, highest) for item in items])


def profile(
    parts: Sequence[Numbers], *, lowest: float = LOWEST, highest: float = HIGHEST
) -> Numbers:
    """The profile as one number: the median of its four subscales and four single items.

    Args:
        parts: The eight parts; NaN where one is missing.
        lowest: Lowest grade of an item.
        highest: Highest grade of an item.

    Returns:
        The median, of the shape of a part; NaN where a part is missing or off its scale.

    Raises:
        MyotrialError: There are not eight parts.

    >>> float(profile([2, 3, 1, 2, 4, 5, 2, 3]))
    2.5
    """
    return _median(checked(parts, PARTS, lowest, highest, of="the MAP", whole=False))


def _median(values: Sequence[Numbers]) -> Numbers:
    """The median of each subject's values; NaN with one of them missing."""
    ranked = np.sort(np.stack(values), axis=0)  # NaN goes last
    half = len(values) // 2
    middle = ranked[half] if len(values) % 2 else (ranked[half - 1] + ranked[half]) / 2
    return np.where(np.isnan(ranked[-1]), np.nan, middle)[()]
