"""Cutaneous Dermatomyositis Disease Area and Severity Index, version 2 (CDASI).

Scale    activity 0 to 100: erythema, scale and erosion in 15 areas (90 at most), Gottron's papules
         of the hands (7), nail folds (2), alopecia (1). Damage 0 to 32: poikiloderma and
         calcinosis in 15 areas (30), damage of the hands (2).
Better   lower. Activity and damage are two scores and are not added.
Missing  one missing part leaves the score missing; `items.bounds` says between what it lies.
Source   Yassaee M et al. Br J Dermatol 2010;162:669-73 (measures); product pages of ProDERM
         (ranges); highest scores of the parts from a public web form: they add up to 100 and 32.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from myotrial.facts import Fact
from myotrial.instruments.instrument import LOWER, Instrument
from myotrial.instruments.items import Numbers, Truths, checked, possible, total

__all__ = ["AREAS", "FACTS", "HIGHEST", "INSTRUMENTS", "Highest", "activity", "damage"]

RANGES = "ProDERM product pages (octagam-10.pfizerpro.com, octagamus.net)"
YASSAEE = "Yassaee M et al. Br J Dermatol 2010;162:669-73 (abstract)"
ANYANWU = "Anyanwu CO et al. Br J Dermatol 2015;173:969-74 (abstract)"
FORM = "public web form of the CDASI (adds up to the published range)"
AREAS = 15
DOUBLED = 2.0  # times the hands' score, where papules are present


class Highest(NamedTuple):
    """Highest score of each part: of one area, or of the hands, nail folds and scalp."""

    erythema: float = 3.0
    scale: float = 2.0
    erosion: float = 1.0
    gottron: float = 3.0
    ulceration: float = 1.0
    nail_folds: float = 2.0
    alopecia: float = 1.0
    poikiloderma: float = 1.0
    calcinosis: float = 1.0
    hand_damage: float = 2.0


HIGHEST = Highest()
IMPORTANT = (
    Fact("change of activity that matters, at one centre", 4, "points", ANYANWU, "verified"),
    Fact("change of activity that matters, at another centre", 5, "points", ANYANWU, "verified"),
)
FACTS = (
    Fact("range of CDASI activity", "0 to 100", "points", RANGES, "verified"),
    Fact("range of CDASI damage", "0 to 32", "points", RANGES, "verified"),
    Fact("measures of activity, of damage", "3, 2", "", YASSAEE, "verified"),
    Fact("areas of the CDASI", AREAS, "areas", YASSAEE, "verified"),
    *(
        Fact(f"highest score of {name.replace('_', ' ')}", top, "points", FORM, "secondary")
        for name, top in HIGHEST._asdict().items()
    ),
    Fact("with papules the hands' score counts", DOUBLED, "times", FORM, "secondary"),
    Fact("activity is mild up to, at one centre", 14, "points", ANYANWU, "verified"),
    Fact("activity that parts mild from worse, at another", 19, "points", ANYANWU, "verified"),
    *IMPORTANT,
)

INSTRUMENTS = (
    Instrument(
        id="cdasi_activity",
        label="Skin activity (CDASI)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (0.0, 100.0)},
        missing="one missing part leaves the score missing",
        source=RANGES,
        important=IMPORTANT,
    ),
    Instrument(
        id="cdasi_damage",
        label="Skin damage (CDASI)",
        better=LOWER,
        units={"points": 1.0},
        ranges={"": (0.0, 32.0)},
        missing="one missing part leaves the score missing",
        source=RANGES,
    ),
)


def activity(
    *,
    erythema: Sequence[Numbers],
    scale: Sequence[Numbers],
    erosion: Sequence[Numbers],
    gottron: Numbers,
    papules: Truths,
    ulceration: Numbers,
    nail_folds: Numbers,
    alopecia: Numbers,
    highest: Highest = HIGHEST,
) -> Numbers:
    """CDASI activity, 0 to 100 points.

    Args:
        erythema: 0 to 3 in each of the 15 areas; NaN where not assessed.
        scale: 0 to 2 in each area.
        erosion: Erosion or ulceration, 0 or 1 in each area.
        gottron: Erythema of the hands, 0 to 3.
        papules: Whether papules are present on the hands (1 or 0): their erythema counts twice.
        ulceration: Ulceration of the hands, 0 or 1.
        nail_folds: Changes of the nail folds, 0 to 2.
        alopecia: Recent loss of hair, 0 or 1.
        highest: Highest score of each part, as a public form has it.

    Returns:
        The sum, of the shape of a part; NaN where a part is missing or off its scale.

    Raises:
        MyotrialError: There are not 15 areas.
    """
    hands = possible(gottron, 0.0, highest.gottron)
    seen = possible(np.asarray(papules, dtype=float), 0.0, 1.0)
    return (
        _areas(erythema, highest.erythema, "erythema")
        + _areas(scale, highest.scale, "scale")
        + _areas(erosion, highest.erosion, "erosion")
        + hands * (1.0 + (DOUBLED - 1.0) * seen)
        + possible(ulceration, 0.0, highest.ulceration)
        + possible(nail_folds, 0.0, highest.nail_folds)
        + possible(alopecia, 0.0, highest.alopecia)
    )


def damage(
    *,
    poikiloderma: Sequence[Numbers],
    calcinosis: Sequence[Numbers],
    hands: Numbers,
    highest: Highest = HIGHEST,
) -> Numbers:
    """CDASI damage, 0 to 32 points.

    Args:
        poikiloderma: 0 or 1 in each of the 15 areas; NaN where not assessed.
        calcinosis: 0 or 1 in each area.
        hands: Damage of the hands: 0 none, 1 change of colour, 2 scars.
        highest: Highest score of each part, as a public form has it.

    Returns:
        The sum, of the shape of a part; NaN where a part is missing or off its scale.

    Raises:
        MyotrialError: There are not 15 areas.

    >>> float(damage(poikiloderma=[1] * 15, calcinosis=[1] * 15, hands=2))
    32.0
    """
    return (
        _areas(poikiloderma, highest.poikiloderma, "poikiloderma")
        + _areas(calcinosis, highest.calcinosis, "calcinosis")
        + possible(hands, 0.0, highest.hand_damage)
    )


def _areas(values: Sequence[Numbers], top: float, of: str) -> Numbers:
    return total(checked(values, AREAS, 0.0, top, of=f"{of} of the CDASI"))
