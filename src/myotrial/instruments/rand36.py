"""RAND 36-Item Health Survey 1.0: eight scales of health-related quality of life.

Scale    each answer is recoded to 0 to 100; a scale is the mean of its items, 0 to 100. Items are
         known by number only. The scoring is RAND's; the SF-36 scores pain and general health
         otherwise, and its two summary scores are not made here.
Better   higher.
Missing  items not answered are left out of the mean; missing when none was answered. RAND asks for
         no least number: `at_least` is an argument.
Source   RAND, 36-Item Short Form Survey scoring instructions (public domain), tables 1 and 2 as
         quoted at chiro.org/LINKS/How_to_score_the_SF-36.shtml.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from myotrial.documents import nearest
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.instruments.instrument import HIGHER, Instrument
from myotrial.instruments.items import Numbers, mean, possible, unspoiled

__all__ = ["CODES", "FACTS", "INSTRUMENTS", "SCALES", "Code", "recode", "scale", "scales"]

RAND = "RAND 36-Item Short Form Survey scoring instructions"
QUOTED = f"{RAND}, quoted at chiro.org"


class Code(NamedTuple):
    """How an answer is recoded: evenly from 0 to 100.

    Attributes:
        answers: Answers are numbered from 1 to this.
        reversed: Answer 1 is the best (100), not the worst (0).
    """

    answers: int
    reversed: bool


GROUPS = {
    Code(5, reversed=True): (1, 2, 20, 22, 34, 36),
    Code(3, reversed=False): (3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    Code(2, reversed=False): (13, 14, 15, 16, 17, 18, 19),
    Code(6, reversed=True): (21, 23, 26, 27, 30),
    Code(6, reversed=False): (24, 25, 28, 29, 31),
    Code(5, reversed=False): (32, 33, 35),
}
CODES: Mapping[int, Code] = MappingProxyType(
    {item: code for code, items in GROUPS.items() for item in items}
)
SCALES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "physical functioning": (3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        "role physical": (13, 14, 15, 16),
        "role emotional": (17, 18, 19),
        "energy": (23, 27, 29, 31),
        "emotional well-being": (24, 25, 26, 28, 30),
        "social functioning": (20, 32),
        "pain": (21, 22),
        "general health": (1, 33, 34, 35, 36),
    }
)
IMPORTANT = (
    Fact("difference of a scale that is often taken to matter", 5, "points",
         "general knowledge", "recalled"),
)  # fmt: skip
FACTS = (
    Fact("range of each scale", "0 to 100", "points", RAND, "verified"),
    *(
        Fact(
            f"answers 1 to {code.answers} are recoded from "
            f"{'100 down to 0' if code.reversed else '0 up to 100'}",
            ", ".join(map(str, items)),
            "items",
            QUOTED,
            "secondary",
        )
        for code, items in GROUPS.items()
    ),
    *(
        Fact(f"items of {name}", ", ".join(map(str, items)), "items", QUOTED, "secondary")
        for name, items in SCALES.items()
    ),
    Fact("items that were not answered", "left out of the mean", "", QUOTED, "secondary"),
    *IMPORTANT,
)

INSTRUMENTS = (
    Instrument(
        id="rand36",
        label="Quality of life (RAND-36)",
        better=HIGHER,
        units={"points": 1.0},
        ranges=dict.fromkeys(SCALES, (0.0, 100.0)),
        missing="items not answered are left out; missing when none was answered",
        source=RAND,
        important=IMPORTANT,
    ),
)


def recode(item: int, answer: Numbers) -> Numbers:
    """The value of an answer, 0 to 100, higher is better.

    Args:
        item: Number of the item, 1 to 36.
        answer: Number of the answer, from 1; NaN where not answered.

    Returns:
        Points, of the shape of the answer; NaN where missing or no answer of that item.

    Raises:
        MyotrialError: There is no such item.

    >>> float(recode(23, 4)), float(recode(29, 3))
    (40.0, 40.0)
    """
    if item not in CODES:
        raise MyotrialError(f"the RAND-36 has items 1 to 36 (got {item!r}).")
    code = CODES[item]
    given = possible(answer, 1.0, float(code.answers))
    steps = code.answers - given if code.reversed else given - 1.0
    return steps * 100.0 / (code.answers - 1)


def scale(name: str, answers: Mapping[int, Numbers], *, at_least: int = 1) -> Numbers:
    """One scale, 0 to 100: the mean of its recoded items.

    Args:
        name: One of `SCALES`.
        answers: Answers by item number; an item left out was not answered. Items of other scales
            may be there too.
        at_least: How many of its items must be answered.

    Returns:
        Points, of the shape of an answer; NaN where too few items were answered, or one with
        an answer that it does not have.

    Raises:
        MyotrialError: There is no such scale.

    >>> round(float(scale("energy", {23: 4, 27: 3, 29: 3})), 1)
    46.7
    """
    if name not in SCALES:
        raise MyotrialError(f"the RAND-36 has no scale {name!r}.\nHint: {nearest(name, SCALES)}")
    values = [recode(item, answers.get(item, float("nan"))) for item in SCALES[name]]
    found = mean(values, at_least=at_least)
    for item in SCALES[name]:
        top = float(CODES[item].answers)
        found = unspoiled(found, [answers.get(item, float("nan"))], 1.0, top)
    return found


def scales(answers: Mapping[int, Numbers], *, at_least: int = 1) -> dict[str, Numbers]:
    """All eight scales by name; arguments as in `scale`.

    Raises:
        MyotrialError: An item number is not 1 to 36.
    """
    odd = sorted(set(answers) - set(CODES))
    if odd:
        raise MyotrialError(f"the RAND-36 has items 1 to 36 (got {', '.join(map(repr, odd))}).")
    return {name: scale(name, answers, at_least=at_least) for name in SCALES}
