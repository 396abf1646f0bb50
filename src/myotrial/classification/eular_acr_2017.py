"""The EULAR/ACR classification criteria of idiopathic inflammatory myopathies (2017).

Scale    a sum of points, kept in whole tenths; more points, more likely myositis. There is one
         column of points for use without a muscle biopsy and one for use with it; a column is
         used as a whole, the second where any of the four biopsy items was assessed.
Classes  by the published score cut-offs. The published formula gives a probability beside the
         score, for information: without biopsy, it falls short of 50, 55 and 90 % at scores of
         exactly 5.3, 5.5 and 7.5, though these are the published cut-offs. The cut-offs decide.
Group    `eular_acr_2017_groups` tells the subgroup of who is probable or definite.
Apply    only where nothing explains symptoms and signs better.
Missing  an item not assessed is worth nothing at least, and its points at most.
Source   Lundberg IE et al. Ann Rheum Dis 2017;76:1955-64 (cut-offs); Bottai M et al. RMD Open
         2017;3:e000507, Table 1 (points).
"""

from itertools import pairwise
from math import e
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from myotrial.classification.items import Truths, can_any, read
from myotrial.facts import Fact

__all__ = [
    "CUTS",
    "FACTS",
    "NUMBERS",
    "POINTS",
    "RULES",
    "Classes",
    "Items",
    "Points",
    "biopsy_asked",
    "category",
    "likely",
    "possible",
    "probability",
    "score",
    "with_biopsy",
]


class Points(NamedTuple):
    """What a finding is worth, in tenths of a point, in each column."""

    without_biopsy: int
    with_biopsy: int

    @property
    def words(self) -> str:
        """Both in points: "5.3 (6.5 with biopsy)"."""
        return f"{self.without_biopsy / 10} ({self.with_biopsy / 10} with biopsy)"


POINTS = MappingProxyType(
    {
        "weak_arms": Points(7, 7),
        "weak_legs": Points(8, 5),
        "weak_neck_flexors": Points(19, 16),
        "weak_proximal_legs": Points(9, 12),
        "heliotrope_rash": Points(31, 32),
        "gottron_papules": Points(21, 27),
        "gottron_sign": Points(33, 37),
        "dysphagia": Points(7, 6),
        "anti_jo1": Points(39, 38),
        "raised_enzyme": Points(13, 14),
        "surrounding_infiltrate": Points(0, 17),
        "perimysial_infiltrate": Points(0, 12),
        "perifascicular_atrophy": Points(0, 19),
        "rimmed_vacuoles": Points(0, 31),
    }
)
ADULT, OLDER = 18, 40  # years at onset, from
ONSETS = ONSET_ADULT, ONSET_OLDER = Points(13, 15), Points(21, 22)
CUTS = (Points(53, 65), Points(55, 67), Points(75, 87))  # possible, probable, definite, from
LEVELS = (0.50, 0.55, 0.90)  # probability: possible, probable, definite, from
MIDDLE = (5.33, 6.49)  # points of even odds: without, with biopsy
TOP = 1 + sum(max(points) for points in (*POINTS.values(), ONSET_OLDER))  # above any score
NUMBERS = ("age_at_onset",)
SKIN = ("heliotrope_rash", "gottron_papules", "gottron_sign")
WEAKNESS = ("weak_arms", "weak_legs", "weak_neck_flexors", "weak_proximal_legs")
BIOPSY = ("surrounding_infiltrate", "perimysial_infiltrate", "perifascicular_atrophy",
          "rimmed_vacuoles")  # fmt: skip

TABLE = "Bottai M et al. RMD Open 2017;3:e000507, Table 1"
PAPER = "Lundberg IE et al. Ann Rheum Dis 2017;76:1955-64"
AGES = f"{PAPER}, as tabled on a public web page (rheumatologytt.com)"
FORMULA = f"{PAPER}, as in the source code of a public calculator"
COLUMNS = ("without biopsy", "with biopsy")
FACTS = (
    *(
        Fact(f"{name.replace('_', ' ')}, {column}", tenths / 10, "points", TABLE, "verified")
        for name, points in POINTS.items()
        for column, tenths in zip(COLUMNS, points, strict=True)
        if tenths
    ),
    *(
        Fact(f"onset at {ages}, {column}", tenths / 10, "points", AGES, "verified")
        for ages, points in (("18 to 39 years", ONSET_ADULT), ("40 years or more", ONSET_OLDER))
        for column, tenths in zip(COLUMNS, points, strict=True)
    ),
    Fact("onset before 18 years", 0, "points", FORMULA, "verified"),
    *(
        Fact(f"{grade} from, {column}", tenths / 10, "points", f"{PAPER}, abstract", "verified")
        for grade, points in zip(("possible", "probable", "definite"), CUTS, strict=True)
        for column, tenths in zip(COLUMNS, points, strict=True)
    ),
    *(
        Fact(f"{grade} from a probability of", 100 * level, "%", f"{PAPER}, abstract", "verified")
        for grade, level in zip(("possible", "probable", "definite"), LEVELS, strict=True)
    ),
    *(
        Fact(f"probability 50 % at a score of, {column}", middle, "points", FORMULA, "secondary")
        for column, middle in zip(COLUMNS, MIDDLE, strict=True)
    ),
    Fact("where score and probability disagree, classes go by", "score", "", PAPER, "derived"),
    Fact(
        "a biopsy is asked for",
        "without heliotrope, Gottron's papules and Gottron's sign",
        "",
        "Pediatr Rheumatol 2014;12(S1):P94",
        "verified",
    ),
)


class Items(NamedTuple):
    """What the criteria ask for; True, False, or None where not assessed.

    Attributes:
        age_at_onset: Years at the first symptom; None if unknown.
        weak_arms: Objective symmetric weakness of the proximal upper extremities.
        weak_legs: Objective symmetric weakness of the proximal lower extremities.
        weak_neck_flexors: Neck flexors are weaker than neck extensors.
        weak_proximal_legs: In the legs, proximal muscles are weaker than distal ones.
        heliotrope_rash: Heliotrope rash.
        gottron_papules: Gottron's papules.
        gottron_sign: Gottron's sign.
        dysphagia: Dysphagia or oesophageal dysmotility.
        anti_jo1: Anti-Jo-1 antibody.
        raised_enzyme: CK, LDH, AST or ALT above the upper limit of normal.
        surrounding_infiltrate: Biopsy: endomysial mononuclear cells surround fibres without
            invading them.
        perimysial_infiltrate: Biopsy: perimysial or perivascular mononuclear cells.
        perifascicular_atrophy: Biopsy: perifascicular atrophy.
        rimmed_vacuoles: Biopsy: rimmed vacuoles.
        finger_flexor_weakness: Finger flexors are weak; for the subgroup only.
        no_treatment_response: Weakness did not respond to treatment; for the subgroup only.
        better_explanation: Something else explains symptoms and signs better.
    """

    age_at_onset: Any = None
    weak_arms: Any = None
    weak_legs: Any = None
    weak_neck_flexors: Any = None
    weak_proximal_legs: Any = None
    heliotrope_rash: Any = None
    gottron_papules: Any = None
    gottron_sign: Any = None
    dysphagia: Any = None
    anti_jo1: Any = None
    raised_enzyme: Any = None
    surrounding_infiltrate: Any = None
    perimysial_infiltrate: Any = None
    perifascicular_atrophy: Any = None
    rimmed_vacuoles: Any = None
    finger_flexor_weakness: Any = None
    no_treatment_response: Any = None
    better_explanation: Any = None


class Classes(NamedTuple):
    """Whether each class is possible."""

    not_iim: Truths
    possible_iim: Truths
    probable_iim: Truths
    definite_iim: Truths
    not_applicable: Truths


RULES = MappingProxyType(
    {
        "not_iim": f"the score is below {CUTS[0].words}",
        "possible_iim": f"the score is at least {CUTS[0].words}, and below {CUTS[1].words}",
        "probable_iim": f"the score is at least {CUTS[1].words}, and below {CUTS[2].words}",
        "definite_iim": f"the score is at least {CUTS[2].words}",
        "not_applicable": "something else explains symptoms and signs better",
    }
)


def with_biopsy(items: Items) -> Truths:
    """Whether the column with biopsy is used: any of the four biopsy items was assessed."""
    items = read(items, NUMBERS)
    known = items.age_at_onset < 0  # never: false, in the shape of the column
    for name in BIOPSY:
        item = getattr(items, name)
        known = known | (item == item)
    return known


def score(items: Items, lacking: tuple[str, ...] = ()) -> tuple[Any, Any]:
    """The score in whole tenths of a point, at least and at most.

    Args:
        items: As `Items` says, or NumPy columns of them (NaN or masked where missing).
        lacking: Items that are taken as absent where they were not assessed; "age_at_onset"
            stands for an onset before 18.

    Returns:
        Two whole numbers, or columns of them; equal where nothing that scores is missing.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; the age is below 0.

    >>> found = Items(age_at_onset=52, weak_arms=True, weak_legs=True, raised_enzyme=True)
    >>> score(found._replace(heliotrope_rash=True, gottron_sign=True), lacking=Items._fields)
    (113, 113)
    """
    biopsied = with_biopsy(items)
    items = read(items, NUMBERS)
    low, high = _onset(items.age_at_onset, biopsied, "age_at_onset" in lacking)
    for name, points in POINTS.items():
        item = getattr(items, name)
        worth = _column(points, biopsied)
        low = low + worth * (item == 1)
        high = high + worth * ((item == 1) if name in lacking else (item != 0))
    return low, high


def _onset(age: Any, biopsied: Truths, young: bool) -> tuple[Any, Any]:
    older = _column(ONSET_OLDER, biopsied)
    low = _column(ONSET_ADULT, biopsied) * ((age >= ADULT) & (age < OLDER)) + older * (age >= OLDER)
    return low, low if young else low + older * (age != age)


def _column(points: Points, biopsied: Truths) -> Any:
    return points.without_biopsy + biopsied * (points.with_biopsy - points.without_biopsy)


def category(tenths: Any, biopsied: Truths) -> Any:
    """The class of a score by the published cut-offs: 0 no, 1 possible, 2 probable, 3 definite.

    >>> category(53, False), category(53, True)
    (1, 0)
    """
    reached = 0
    for cut in CUTS:
        reached = reached + (tenths >= _column(cut, biopsied))
    return reached


def probability(tenths: Any, biopsied: Truths, middle: tuple[float, float] = MIDDLE) -> Any:
    """The probability of myositis by the published formula, for information.

    Args:
        tenths: The score in tenths of a point.
        biopsied: Whether it is of the column with biopsy.
        middle: The scores of even odds without and with biopsy; read only in a calculator's code.

    Returns:
        From 0 to 1, of the same shape.

    >>> round(probability(55, False), 4)
    0.5424
    """
    even = middle[0] + biopsied * (middle[1] - middle[0])
    return 1 / (1 + e ** (even - tenths / 10))


def likely(chance: Any) -> Any:
    """The class of a probability: 0 no, 1 possible, 2 probable, 3 definite.

    Not the class of the patient, which goes by the score: see `category`.

    >>> likely(0.5424)
    1
    """
    reached = 0
    for level in LEVELS:
        reached = reached + (chance >= level)
    return reached


def possible(items: Items) -> Classes:
    """The classes that the items leave possible, exactly: some completion has such a score.

    Args:
        items: As `Items` says, or NumPy columns of them (NaN or masked where missing).

    Returns:
        A truth, or a column of truths, for each class.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; the age is below 0.
    """
    biopsied = with_biopsy(items)
    better = read(items, NUMBERS).better_explanation
    sums = _sums(items, biopsied)
    reached = (
        (sums & _between(0, *ends)) * (biopsied == 0) + (sums & _between(1, *ends)) * biopsied != 0
        for ends in pairwise((None, *CUTS, None))
    )
    return Classes(*((better != 1) & can_be for can_be in reached), not_applicable=better != 0)


def _sums(items: Items, biopsied: Truths) -> Any:
    """The scores that completions have, as the bits of a whole number: bit 53 for 5.3 points."""
    low, _ = score(items)
    items = read(items, NUMBERS)
    sums = 1 << _whole(low)
    unknown = items.age_at_onset != items.age_at_onset
    adult, older = (_whole(_column(onset, biopsied) * unknown) for onset in ONSETS)
    sums = sums | (sums << adult) | (sums << older)
    for name, points in POINTS.items():
        item = getattr(items, name)
        sums = sums | (sums << _whole(_column(points, biopsied) * (item != item)))
    return sums


def _whole(tenths: Any) -> Any:
    """Python's whole numbers, which have as many bits as are needed; also in columns."""
    return tenths if isinstance(tenths, int) else np.asarray(tenths, dtype=object)


def _between(column: int, low: Points | None, high: Points | None) -> int:
    """The bits of the scores from one cut-off to below another; None is without end."""
    below = (1 << low[column]) - 1 if low else 0
    return (1 << (high[column] if high else TOP)) - 1 - below


def biopsy_asked(items: Items) -> tuple[Truths, Truths]:
    """Whether a muscle biopsy is asked for: none was done, and there is no skin sign.

    Returns:
        Two truths (surely, possibly), or columns of them.
    """
    bare = with_biopsy(items) == 0
    items = read(items, NUMBERS)
    skin = [getattr(items, name) for name in SKIN]
    sure = bare & (can_any(*skin) == 0)
    for item in skin:
        bare = bare & (item != 1)
    return sure, bare
