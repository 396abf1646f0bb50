"""Extramuscular activity by MITAX, the intention-to-treat categories of the MDAAT.

Scale    each system is in category A (most active) to E (never active); the categories' points are
         summed and divided by the maximum of the systems assessed: a fraction 0 to 1. How the
         MDAAT's items lead to a category was not read: the categories are what comes in.
Better   lower. Often very low, and percent changes of low values are unstable.
Missing  systems not assessed leave sum and maximum; missing when none was assessed.
Source   MDAAT form, 2009 (systems); the points of the categories are recalled, and an argument.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers, share
from myotrial.instruments.myoact import by_system

__all__ = ["FACTS", "INSTRUMENTS", "POINTS", "points", "score"]

FORM = "MDAAT form, 2009"
POINTS: Mapping[str, float] = MappingProxyType({"A": 9.0, "B": 3.0, "C": 1.0, "D": 0.0, "E": 0.0})
FACTS = (
    *(
        Fact(f"MITAX points of category {name}", value, "points", FORM, "recalled")
        for name, value in POINTS.items()
    ),
    Fact("range of the MITAX", "0 to 1", "fraction", FORM, "recalled"),
    Fact("category of a system, from the items of the MDAAT", "not known", "", FORM, "unknown"),
)

INSTRUMENTS = (
    Instrument(
        id="mitax",
        label="Extramuscular activity (MITAX)",
        better=LOWER,
        units={"fraction": 1.0},
        ranges={"": (0.0, 1.0)},
        missing="systems not assessed leave sum and maximum; missing when none was assessed",
        source=FORM,
    ),
)


def points(category: Any, *, table: Mapping[str, float] = POINTS) -> Numbers:
    """The points of a category, or of an array of categories.

    Args:
        category: "A" to "E"; an empty text was not assessed.
        table: Points by category; the default is recalled.

    Returns:
        Points, of the same shape; NaN where not assessed.

    Raises:
        MyotrialError: A text is no category.

    >>> float(points("B"))
    3.0
    """
    written = np.asarray(category)
    odd = written[~np.isin(written, [*table, ""])]
    if odd.size:
        raise MyotrialError(
            f"MITAX has the categories {', '.join(table)} (got {str(odd[0])!r}).\n"
            "Hint: leave the text empty where a system was not assessed."
        )
    found = np.full(written.shape, np.nan)
    for name, value in table.items():
        found = np.where(written == name, value, found)
    return found[()]


def score(
    systems: Mapping[str, Any], *, table: Mapping[str, float] = POINTS, at_least: int = 1
) -> Numbers:
    """The extramuscular MITAX, a fraction 0 to 1.

    Args:
        systems: The category "A" to "E" of each extramuscular system by name, as
            `myoact.SYSTEMS`; texts, or arrays of texts of one shape.
        table: Points by category; the default is recalled.
        at_least: How many systems must be assessed.

    Returns:
        Sum of points in what it could be at most, of the same shape; NaN where too few systems
        were assessed.

    Raises:
        MyotrialError: A name is not one of the systems, there is no system, or a text is no
            category.

    >>> round(float(score({"cutaneous": "B", "pulmonary": "C", "cardiac": "E"})), 3)
    0.148
    """
    values = [points(item, table=table) for item in by_system(systems, of="MITAX")]
    return share(values, max(table.values()), at_least=at_least)
