"""Disability index of the Health Assessment Questionnaire (HAQ-DI).

Scale    0 (no difficulty) to 3; the mean of the answered categories, each scored 0 to 3 by its
         highest item. With all eight answered it moves in steps of 0.125, with seven or six it
         does not: other values are valid.
Aids     an aid, a device or another person's help raises a category of 0 or 1 to 2; an alternative
         score leaves them out. Which one was used belongs beside the score.
Better   lower.
Missing  missing unless at least 6 of the 8 categories were answered; a category is answered if one
         of its items is. IMACS instructions ask for 7: `at_least` is an argument.
Source   LOINC 75874-8; HAQ-DI instructions with the IMACS forms (CLINHAQ version 96.4).
"""

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers, Truths, mean, possible, unspoiled

__all__ = ["AIDED", "AT_LEAST", "CATEGORIES", "FACTS", "INSTRUMENTS", "category", "index", "score"]

SOURCE = "LOINC 75874-8"
FORM = "HAQ-DI instructions with the IMACS forms (CLINHAQ version 96.4)"
CATEGORIES = (
    "dressing",
    "arising",
    "eating",
    "walking",
    "hygiene",
    "reach",
    "grip",
    "activities",
)
HIGHEST = 3.0  # points
AIDED = 2.0  # points, at least, of a category in which aids or help are used
AT_LEAST = 6  # categories
DIFFERENCE = Fact(
    "important difference of the HAQ-DI (rheumatoid arthritis; none known in myositis)",
    0.22,
    "points",
    "public calculator page",
    "secondary",
)
FACTS = (
    Fact("range of the HAQ-DI", "0 to 3", "points", SOURCE, "verified"),
    Fact("categories that must be answered, at least", AT_LEAST, "of 8", SOURCE, "verified"),
    Fact("aids or help raise a category of 0 or 1 to", AIDED, "points", SOURCE, "verified"),
    Fact("a category scores its item of", "most difficulty", "", FORM, "verified"),
    Fact(
        "a category of which some items were not answered scores",
        "the highest of the others",
        "",
        "no source says; myotrial's choice",
        "assumed",
    ),
    DIFFERENCE,
)

INSTRUMENTS = (
    Instrument(
        id="haq_di",
        label="Physical function (HAQ-DI)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (0.0, HIGHEST)},
        missing="missing unless at least 6 of the 8 categories were answered",
        source=SOURCE,
        important=(DIFFERENCE,),
    ),
)


def category(items: Sequence[Numbers], *, aid: Truths = False) -> Numbers:
    """The score of one category: its highest item, raised to 2 if aids or help were used.

    Args:
        items: Answers 0 to 3, numbers or arrays of one shape; NaN where not answered.
        aid: Whether an aid, a device or help was used for it; NaN (not said) counts as no.

    Returns:
        0 to 3, of the same shape; NaN where no item was answered, whatever the aid.

    Raises:
        MyotrialError: There are no items.

    >>> float(category([0, 1], aid=True)), float(category([3, 0], aid=True))
    (2.0, 3.0)
    """
    if not len(items):
        raise MyotrialError("a category of the HAQ-DI needs its items (got none).")
    highest = reduce(np.fmax, (possible(item, 0.0, HIGHEST) for item in items))
    raised = (np.asarray(aid) == 1) & (highest < AIDED)
    return np.where(raised, AIDED, highest)[()]


def index(categories: Sequence[Numbers], *, at_least: int = AT_LEAST) -> Numbers:
    """The HAQ-DI, 0 to 3: the mean of the categories that were answered.

    Args:
        categories: Eight category scores 0 to 3; NaN where a category was not answered.
        at_least: How many must be answered.

    Returns:
        The index, of the shape of a category; NaN where fewer were answered, or a score is
        off the scale.

    Raises:
        MyotrialError: There are not eight categories.

    >>> float(index([1, 1, 0, 2, 0, 1, 0, 1]))
    0.75
    """
    if len(categories) != len(CATEGORIES):
        raise MyotrialError(
            f"the HAQ-DI has {len(CATEGORIES)} categories (got {len(categories)}).\n"
            "Hint: give NaN for a category that was not answered."
        )
    return unspoiled(mean(categories, at_least=at_least), categories, 0.0, HIGHEST)


def score(
    answers: Mapping[str, Sequence[Numbers]],
    aids: Mapping[str, Truths],
    *,
    with_aids: bool = True,
    at_least: int = AT_LEAST,
) -> Numbers:
    """The HAQ-DI from the answers of each category and the aids used for it.

    Args:
        answers: The items of each of `CATEGORIES`, 0 to 3; NaN where not answered.
        aids: Whether aids or help were used, by category; a category left out used none.
        with_aids: False gives the alternative score that leaves aids and help out.
        at_least: How many categories must be answered.

    Returns:
        0 to 3, of the shape of an item; NaN where too few categories were answered, or an
        item is off its scale.

    Raises:
        MyotrialError: A category is missing from `answers`, or a name is not one of `CATEGORIES`.
    """
    odd = sorted({*answers, *aids} - set(CATEGORIES)) + [
        name for name in CATEGORIES if name not in answers
    ]
    if odd:
        raise MyotrialError(
            f"the HAQ-DI needs its eight categories by name; wrong or missing: {', '.join(odd)}.\n"
            f"Hint: they are {', '.join(CATEGORIES)}."
        )
    used = aids if with_aids else {}
    scores = [category(answers[name], aid=used.get(name, False)) for name in CATEGORIES]
    given = [item for name in CATEGORIES for item in answers[name]]
    return unspoiled(index(scores, at_least=at_least), given, 0.0, HIGHEST)
