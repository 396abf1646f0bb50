"""Grades of manual muscle testing: the 0 to 10 scale (Kendall) and the 0 to 5 scale.

Scale    0 to 10 in whole grades, 10 is normal strength; the 0 to 5 scale is written with plus and
         minus ("4-"). A bare trace has no number on the form: what it counts for is a parameter.
Better   higher.
Missing  NaN, and a grade that the scale does not have.
Source   IMACS Form 04 (map between the scales).
"""

from collections.abc import Mapping
from types import MappingProxyType

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.items import Numbers, possible

__all__ = ["FACTS", "FROM_FIVE", "HIGHEST", "TRACE", "from_five", "grade"]

FORM = "IMACS Form 04"
HIGHEST = 10.0  # points, normal strength
TRACE = 0.0  # points that a trace counts for
FROM_FIVE: Mapping[str, float] = MappingProxyType(
    {
        "0": 0.0,
        "2-": 1.0,
        "2": 2.0,
        "2+": 3.0,
        "3-": 4.0,
        "3": 5.0,
        "3+": 6.0,
        "4-": 7.0,
        "4": 8.0,
        "4+": 9.0,
        "5": 10.0,
    }
)
TRACES = ("1", "T", "t")
FACTS = (
    Fact("highest grade of a muscle", HIGHEST, "points", FORM, "verified"),
    *(
        Fact(f"grade {five} of the 0 to 5 scale is", ten, "of 10", FORM, "verified")
        for five, ten in FROM_FIVE.items()
    ),
    Fact("a trace (grade 1 of 5) counts for", TRACE, "of 10", "the form does not say", "assumed"),
)


def from_five(text: str, *, trace: float = TRACE) -> float:
    """The grade from 0 to 10 of a grade written on the 0 to 5 scale.

    Args:
        text: "0", "1" or "T" (a trace), "2-" to "4+", or "5"; empty for not tested.
        trace: What a trace counts for, in points of 10; no source says.

    Returns:
        Points from 0 to 10; NaN where not tested.

    Raises:
        MyotrialError: The scale has no such grade.

    >>> from_five("4-"), from_five("T", trace=0.5)
    (7.0, 0.5)
    """
    written = text.strip().replace("−", "-")
    if not written:
        return float("nan")
    if written in TRACES:
        return trace
    if written not in FROM_FIVE:
        raise MyotrialError(
            f"the 0 to 5 scale of muscle strength has no grade {text!r}.\n"
            f"Hint: {nearest(written, [*FROM_FIVE, *TRACES])}"
        )
    return FROM_FIVE[written]


def grade(value: Numbers) -> Numbers:
    """The grade; NaN where it is no whole grade from 0 to 10 (an array, or a number)."""
    return possible(value, 0.0, HIGHEST)
