"""Griggs's diagnostic criteria of inclusion body myositis (1995).

Classes  definite: every feature of the biopsy, whatever the clinical picture; possible: invasion
         of fibres without the other features of the biopsy, with the clinical picture and CK.
Limits   all of them are known from general knowledge of the field, not read in the source: they
         are named in `Limits`, and you can give your own.
Missing  an item not assessed leaves open every class it could lead to.
Source   Griggs RC et al. Ann Neurol 1995;38:705-13 (not read).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from myotrial.classification.items import Truths, above, can_any, count, from_, read, sure_any
from myotrial.classification.verdicts import Verdict, judge
from myotrial.errors import MyotrialError
from myotrial.facts import Fact

__all__ = ["FACTS", "RULES", "Classes", "Items", "Limits", "classify", "possible"]

SOURCE = "Griggs RC et al. Ann Neurol 1995;38:705-13"
NUMBERS: tuple[str, ...] = ("age_at_onset", "duration", "ck")
OTHERS = 2  # features beside invasion: vacuoles, and amyloid or filaments


@dataclass(frozen=True)
class Limits:
    """The limits of a possible inclusion body myositis; none was verified in the source.

    Attributes:
        duration: Months of illness, more than.
        age_at_onset: Years, above.
        ck: Multiples of the upper limit of normal, below.
        weak_muscles: How many of finger flexors, wrist flexors and quadriceps are weak, at least.
        other_features: How many of the other features of the biopsy (vacuoles; amyloid or
            filaments) may be present: 0 to the letter, 1 in a looser reading.

    Raises:
        MyotrialError: weak_muscles is not 0 to 3, or other_features not 0 or 1.
    """

    duration: float = 6
    age_at_onset: float = 30
    ck: float = 12
    weak_muscles: int = 1
    other_features: int = 0

    def __post_init__(self) -> None:
        for name, most in (("weak_muscles", 3), ("other_features", OTHERS - 1)):
            value = getattr(self, name)
            if value not in range(most + 1):
                raise MyotrialError(f"{name}: expected 0 to {most}, found {value!r}")


DEFAULT = Limits()
FACTS = (
    Fact("illness for more than", DEFAULT.duration, "months", SOURCE, "recalled"),
    Fact("age at onset above", DEFAULT.age_at_onset, "years", SOURCE, "recalled"),
    Fact("CK below", DEFAULT.ck, "x upper limit of normal", SOURCE, "recalled"),
    Fact(
        "weak muscles of finger flexors, wrist flexors, quadriceps, at least",
        DEFAULT.weak_muscles,
        "of 3",
        SOURCE,
        "recalled",
    ),
    Fact(
        "other features of the biopsy in a possible inclusion body myositis, at most",
        DEFAULT.other_features,
        "of 2",
        SOURCE,
        "recalled",
    ),
    Fact("clinical features needed with every feature of the biopsy", 0, "", SOURCE, "recalled"),
)
PROBES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    dict.fromkeys(NUMBERS, (0.0, 1e9))  # on either side of any limit
)


class Items(NamedTuple):
    """What the criteria ask for; True, False, or None where not assessed.

    Attributes:
        invasion: Inflammatory cells invade fibres that are not necrotic.
        vacuoles: Vacuolated muscle fibres.
        amyloid: Amyloid within fibres.
        filaments: Filaments of 15-18 nm.
        duration: Months of illness; None if unknown.
        age_at_onset: Years; None if unknown.
        ck: Creatine kinase in multiples of the laboratory's upper limit; None if unknown.
        finger_flexors: The finger flexors are weak.
        wrist_flexors: The wrist flexors are weak.
        quadriceps: The quadriceps is weak.
    """

    invasion: Any = None
    vacuoles: Any = None
    amyloid: Any = None
    filaments: Any = None
    duration: Any = None
    age_at_onset: Any = None
    ck: Any = None
    finger_flexors: Any = None
    wrist_flexors: Any = None
    quadriceps: Any = None


class Classes(NamedTuple):
    """Whether each class is possible."""

    definite: Truths
    possible: Truths
    not_classified: Truths


RULES = MappingProxyType(
    {
        "definite": "the biopsy shows invasion, vacuoles, and amyloid or filaments",
        "possible": "the biopsy shows invasion without the other features, and duration, age at "
        "onset, weak muscles and CK are as they must be",
        "not_classified": "no invasion of fibres; or some of its other features only; or invasion "
        "alone without the clinical picture and CK",
    }
)


def possible(items: Items, limits: Limits = DEFAULT) -> Classes:
    """The classes that the items leave possible, exactly.

    Args:
        items: As `Items` says, or NumPy columns of them (NaN or masked where missing).
        limits: The limits of the class "possible".

    Returns:
        A truth, or a column of truths, for each class.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; a number is below 0.
    """
    items = read(items, NUMBERS)
    few, many = _others(items)
    bare = few <= limits.other_features
    between = few < 0
    for number in range(limits.other_features + 1, OTHERS):
        between = between | ((few <= number) & (number <= many))
    sure, can_be = _picture(items, limits)
    return Classes(
        definite=(items.invasion != 0) & (many == OTHERS),
        possible=(items.invasion != 0) & bare & can_be,
        not_classified=(items.invasion != 1) | between | (bare & (sure == 0)),
    )


def _others(items: Items) -> tuple[Any, Any]:
    """How many of the features beside invasion are present, at least and at most."""
    low, high = count((items.vacuoles,))
    return (
        low + sure_any(items.amyloid, items.filaments),
        high + can_any(items.amyloid, items.filaments),
    )


def _picture(items: Items, limits: Limits) -> tuple[Truths, Truths]:
    """Whether duration, onset, CK and weak muscles surely fit, and whether they can."""
    duration = above(items.duration, limits.duration)
    onset = above(items.age_at_onset, limits.age_at_onset)
    high_ck = from_(items.ck, limits.ck)
    few, many = count((items.finger_flexors, items.wrist_flexors, items.quadriceps))
    sure = (duration == 1) & (onset == 1) & (high_ck == 0) & (few >= limits.weak_muscles)
    can_be = (duration != 0) & (onset != 0) & (high_ck != 1) & (many >= limits.weak_muscles)
    return sure, can_be


def classify(items: Items, limits: Limits = DEFAULT) -> Verdict:
    """Classify one patient, saying which items decided.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; a number is below 0.

    >>> classify(Items(invasion=True, vacuoles=True, filaments=True)).why.split("; ")[1]
    'decided by invasion, vacuoles, filaments'
    """
    return judge(items, partial(possible, limits=limits), RULES, PROBES)
