"""Childhood Myositis Assessment Scale (CMAS).

Scale    14 manoeuvres, summed: 0 to 52 points from 6 years on, 0 to 49 at 4 and 5 years. The age at
         the visit decides which; within a comparison the range stays the same.
Better   higher; 52 is normal.
Missing  one manoeuvre not done leaves the total missing; `items.bounds` says between what it lies.
Source   Huber AM et al. Arthritis Rheum 2004;50:1595-603 (range, differences); doi:10.1002/
         art.41236, Table 1 (range by age); scoring sheet of the scale (highest scores of items).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument
from myotrial.instruments.items import Numbers, possible, total

__all__ = ["FACTS", "INSTRUMENTS", "ITEMS", "OLDER", "YOUNGER", "maximum", "score", "variant"]

HUBER = "Huber AM et al. Arthritis Rheum 2004;50:1595-603 (abstract)"
AGES = "doi:10.1002/art.41236, Table 1"
SHEET = "scoring sheet of the CMAS (public copy)"
OLDER, YOUNGER = "from 6 years", "4 and 5 years"
ITEMS: Mapping[str, float] = MappingProxyType(  # highest score of each manoeuvre
    {
        "head lift": 5.0,
        "leg raise": 2.0,
        "leg lift duration": 5.0,
        "supine to prone": 3.0,
        "sit-ups": 6.0,
        "supine to sit": 3.0,
        "arm raise": 3.0,
        "arm raise duration": 4.0,
        "floor sit": 3.0,
        "all-fours": 4.0,
        "floor rise": 4.0,
        "chair rise": 4.0,
        "stool step": 3.0,
        "pick-up": 3.0,
    }
)
READ = ("head lift", "leg raise", "leg lift duration", "supine to prone", "sit-ups",
        "supine to sit")  # fmt: skip
IMPORTANT = (
    Fact("minimal important difference, from estimates", "1.5 to 3.0", "points", HUBER, "verified"),
)
FACTS = (
    Fact("range of the CMAS", "0 to 52", "points", HUBER, "verified"),
    Fact("range of the CMAS at 4 and 5 years", "0 to 49", "points", AGES, "verified"),
    *(
        Fact(f"highest score of {name}", top, "points", SHEET,
             "verified" if name in READ else "recalled")
        for name, top in ITEMS.items()
    ),
    Fact("CMAS of no, mild, mild to moderate, moderate disability", "48, 45, 39, 30", "points",
         HUBER, "verified"),
    *IMPORTANT,
)  # fmt: skip

INSTRUMENTS = (
    Instrument(
        id="cmas",
        label="Muscle function in childhood (CMAS)",
        better=HIGHER,
        units={"points": 1.0},
        ranges={OLDER: (0.0, 52.0), YOUNGER: (0.0, 49.0)},
        missing="one manoeuvre not done leaves the total missing",
        source=HUBER,
        important=IMPORTANT,
    ),
)


def score(items: Sequence[Numbers], *, highest: Mapping[str, float] = ITEMS) -> Numbers:
    """The CMAS, in points.

    Args:
        items: Scores of the 14 manoeuvres in the order of `ITEMS`; NaN where not done.
        highest: Highest score of each; the default is partly recalled, its sum is the published 52.

    Returns:
        The sum, of the shape of an item; NaN where an item is missing or off its scale.

    Raises:
        MyotrialError: There are not 14 items.

    >>> float(score(list(ITEMS.values())))
    52.0
    """
    if len(items) != len(highest):
        raise MyotrialError(
            f"the CMAS has {len(highest)} items (got {len(items)}).\n"
            "Hint: give NaN for a manoeuvre that was not done."
        )
    pairs = zip(items, highest.values(), strict=True)
    return total([possible(item, 0.0, top) for item, top in pairs])


def maximum(age: Numbers) -> Numbers:
    """The highest CMAS at an age in years: 49 at 4 and 5, 52 from 6 on; NaN below 4.

    >>> [float(maximum(age)) for age in (5.9, 6.0)]
    [49.0, 52.0]
    """
    (_, older), (_, younger) = (INSTRUMENTS[0].ranges[name] for name in (OLDER, YOUNGER))
    young = np.where(age >= 4, younger, np.nan)
    return np.where(age >= 6, older, young)[()]


def variant(age: float) -> str:
    """The variant of the instrument that holds at an age in years.

    Raises:
        MyotrialError: The age is below 4 years, or missing: no range was read for it.

    >>> variant(4.5)
    '4 and 5 years'
    """
    if not age >= 4:
        raise MyotrialError(
            f"the CMAS needs an age from 4 years on (got {age!r}).\n"
            "Hint: no published range below 4 years was found."
        )
    return OLDER if age >= 6 else YOUNGER
