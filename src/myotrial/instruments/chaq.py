"""Childhood Health Assessment Questionnaire (CHAQ), its disability index.

Scale    0 (no difficulty) to 3; eight categories scored as in the HAQ-DI (`haq_di`): the highest
         item, raised to 2 by aids or help, then the mean.
Better   lower.
Missing  items that do not apply to the child's age are NaN and leave their category to the others.
         How many categories must be answered was not read: 6 of 8 as in the HAQ-DI, an argument.
Source   doi:10.1186/1546-0096-6-14 (30 items, eight domains, scoring); Dempster H et al. Arthritis
         Rheum 2001;44:1768-74 and Brunner HI et al., abstracts (differences that matter in juvenile
         arthritis; none was found in myositis).
"""

from collections.abc import Mapping, Sequence

from myotrial.facts import Fact
from myotrial.instruments import haq_di
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers, Truths

__all__ = ["AT_LEAST", "FACTS", "INSTRUMENTS", "index", "score"]

SOURCE = "doi:10.1186/1546-0096-6-14"
DEMPSTER = "Dempster H et al. Arthritis Rheum 2001;44:1768-74 (abstract)"
BRUNNER = "Brunner HI et al., minimal clinically important differences of the CHAQ (abstract)"
AT_LEAST = 6  # categories
IMPORTANT = (
    Fact("improvement that matters (juvenile arthritis)", 0.13, "points", DEMPSTER, "verified"),
    Fact("worsening that matters (juvenile arthritis)", 0.75, "points", DEMPSTER, "verified"),
    Fact(
        "improvement that matters, at most (juvenile arthritis)",
        0.188,
        "points",
        BRUNNER,
        "verified",
    ),
    Fact(
        "worsening that matters, at most (juvenile arthritis)",
        0.125,
        "points",
        BRUNNER,
        "verified",
    ),
)
FACTS = (
    Fact("range of the CHAQ", "0 to 3", "points", DEMPSTER, "verified"),
    Fact("categories of the CHAQ", 8, "of 30 items", SOURCE, "verified"),
    Fact(
        "categories of the CHAQ that must be answered, at least",
        AT_LEAST,
        "of 8",
        "taken from the HAQ-DI",
        "assumed",
    ),
    *IMPORTANT,
)

INSTRUMENTS = (
    Instrument(
        id="chaq",
        label="Physical function in childhood (CHAQ)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (0.0, 3.0)},
        missing="missing unless at least 6 of the 8 categories were answered (as in the HAQ-DI)",
        source=SOURCE,
        important=IMPORTANT,
    ),
)


def index(categories: Sequence[Numbers], *, at_least: int = AT_LEAST) -> Numbers:
    """The CHAQ, 0 to 3, from its eight category scores; see `haq_di.index`.

    >>> float(index([0, 0, 1, 0, 0, 0, 0, 1]))
    0.25
    """
    return haq_di.index(categories, at_least=at_least)


def score(
    answers: Mapping[str, Sequence[Numbers]],
    aids: Mapping[str, Truths],
    *,
    with_aids: bool = True,
    at_least: int = AT_LEAST,
) -> Numbers:
    """The CHAQ, 0 to 3, from items and aids; arguments and errors as in `haq_di.score`."""
    return haq_di.score(answers, aids, with_aids=with_aids, at_least=at_least)
