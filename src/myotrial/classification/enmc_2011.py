"""The ENMC 2011 research criteria of inclusion body myositis (188th workshop).

All need onset above 45 years, weakness for more than 12 months, and CK of at most 15 times the
upper limit of normal.

Pattern  knee extension at least as weak as hip flexion; finger flexion weaker than shoulder
         abduction. The first compares "at least", the second "more".
Biopsy   endomysial infiltrate; MHC class I up-regulation; rimmed vacuoles; protein accumulation
         or 15-18 nm filaments (one feature).
Classes  clinico-pathologically defined: either pattern, and infiltrate, vacuoles and
         protein or filaments together; clinically defined: both patterns, and at least one of the
         four features; probable: one pattern, and at least one. Who meets more than one class
         has the first of them.
Missing  an item not assessed leaves open every class it could lead to.
Source   Rose MR. Neuromuscul Disord 2013;23:1044-55, as tabled in PMC4233319 and PMC4405277.
"""

from types import MappingProxyType
from typing import Any, NamedTuple

from myotrial.classification.items import Truths, above, can_any, read
from myotrial.classification.verdicts import Verdict, judge
from myotrial.facts import Fact

__all__ = [
    "FACTS",
    "PROBES",
    "RULES",
    "Classes",
    "Items",
    "classify",
    "finger_weaker",
    "knee_as_weak",
    "possible",
]

ONSET = 45  # years, above
DURATION = 12  # months, more than
CK = 15  # times the upper limit of normal, at most

SOURCE = "Rose MR. Neuromuscul Disord 2013;23:1044-55, as tabled in PMC4233319 and PMC4405277"
FACTS = (
    Fact("age at onset above", ONSET, "years", SOURCE, "verified"),
    Fact("weakness for more than", DURATION, "months", SOURCE, "verified"),
    Fact("CK at most", CK, "x upper limit of normal", SOURCE, "verified"),
    Fact("knee extension against hip flexion", "at least as weak", "", SOURCE, "verified"),
    Fact("finger flexion against shoulder abduction", "weaker", "", SOURCE, "verified"),
    Fact("who meets several classes has", "the first of them", "", SOURCE, "derived"),
)
NUMBERS: tuple[str, ...] = ("age_at_onset", "duration", "ck")
PROBES = MappingProxyType(
    {"age_at_onset": (ONSET, ONSET + 1), "duration": (DURATION, DURATION + 1), "ck": (CK, CK + 1)}
)


class Items(NamedTuple):
    """What the criteria ask for; True, False, or None where not assessed.

    Attributes:
        age_at_onset: Years; None if unknown.
        duration: Months of weakness; None if unknown.
        ck: Creatine kinase in multiples of the laboratory's upper limit; None if unknown.
        knee_as_weak: Knee extension is at least as weak as hip flexion.
        finger_weaker: Finger flexion is weaker than shoulder abduction.
        infiltrate: Endomysial inflammatory infiltrate.
        mhc_class_1: Up-regulation of MHC class I.
        rimmed_vacuoles: Rimmed vacuoles.
        protein_accumulation: Accumulation of amyloid or other proteins.
        filaments: Filaments of 15-18 nm.
    """

    age_at_onset: Any = None
    duration: Any = None
    ck: Any = None
    knee_as_weak: Any = None
    finger_weaker: Any = None
    infiltrate: Any = None
    mhc_class_1: Any = None
    rimmed_vacuoles: Any = None
    protein_accumulation: Any = None
    filaments: Any = None


class Classes(NamedTuple):
    """Whether each class is possible."""

    clinico_pathologically_defined: Truths
    clinically_defined: Truths
    probable: Truths
    not_classified: Truths


RULES = MappingProxyType(
    {
        "clinico_pathologically_defined": "either pattern of weakness, and infiltrate, vacuoles "
        "and protein or filaments",
        "clinically_defined": "both patterns of weakness, and a pathological feature but not all",
        "probable": "one pattern of weakness, and a pathological feature but not all",
        "not_classified": "age, duration or CK out of bounds, no pattern of weakness, or no "
        "pathological feature",
    }
)


def possible(items: Items) -> Classes:
    """The classes that the items leave possible, exactly.

    Args:
        items: As `Items` says, or NumPy columns of them (NaN or masked where missing).

    Returns:
        A truth, or a column of truths, for each class.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; a number is below 0.
    """
    items = read(items, NUMBERS)
    onset, duration = above(items.age_at_onset, ONSET), above(items.duration, DURATION)
    high_ck = above(items.ck, CK)
    base = (onset != 0) & (duration != 0) & (high_ck != 1)
    knee, finger = items.knee_as_weak, items.finger_weaker
    both = (knee != 0) & (finger != 0)
    one = ((knee != 0) & (finger != 1)) | ((knee != 1) & (finger != 0))
    full = (
        (items.infiltrate != 0)
        & (items.rimmed_vacuoles != 0)
        & can_any(items.protein_accumulation, items.filaments)
    )
    features = items[5:]
    some = can_any(*features) & _can_be_incomplete(items)
    none = _can_all_lack(*features)
    return Classes(
        clinico_pathologically_defined=base & (both | one) & full,
        clinically_defined=base & both & some,
        probable=base & one & some,
        not_classified=(onset != 1) | (duration != 1) | (high_ck != 0)
        | _can_all_lack(knee, finger) | none,
    )  # fmt: skip


def _can_be_incomplete(items: Items) -> Truths:
    """Whether infiltrate, vacuoles and protein or filaments can be other than all present."""
    lacks_protein = _can_all_lack(items.protein_accumulation, items.filaments)
    return (items.infiltrate != 1) | (items.rimmed_vacuoles != 1) | lacks_protein


def _can_all_lack(*items: Any) -> Truths:
    every = items[0] != 1
    for item in items:
        every = every & (item != 1)
    return every


def knee_as_weak(knee_extension: Any, hip_flexion: Any) -> Any:
    """Whether knee extension is at least as weak as hip flexion, from two strengths.

    Args:
        knee_extension: Strength on any scale on which higher is stronger; NaN if missing.
        hip_flexion: Strength on the same scale.

    Returns:
        1, 0, or NaN where a strength is missing.

    >>> knee_as_weak(4.0, 4.0), knee_as_weak(5.0, 4.0)
    (1.0, 0.0)
    """
    return (knee_extension <= hip_flexion) + (knee_extension - hip_flexion) * 0.0


def finger_weaker(finger_flexion: Any, shoulder_abduction: Any) -> Any:
    """Whether finger flexion is weaker than shoulder abduction, from two strengths.

    Args:
        finger_flexion: Strength on any scale on which higher is stronger; NaN if missing.
        shoulder_abduction: Strength on the same scale.

    Returns:
        1, 0, or NaN where a strength is missing.

    >>> finger_weaker(3.0, 4.0), finger_weaker(4.0, 4.0)
    (1.0, 0.0)
    """
    return (finger_flexion < shoulder_abduction) + (finger_flexion - shoulder_abduction) * 0.0


def classify(items: Items) -> Verdict:
    """Classify one patient, saying which items decided.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; a number is below 0.

    >>> found = Items(60, 24, 3.0, knee_as_weak=True, finger_weaker=False, rimmed_vacuoles=True)
    >>> classify(found).classes
    ('clinico_pathologically_defined', 'probable')
    >>> classify(found._replace(infiltrate=False)).verdict
    'probable'
    """
    return judge(items, possible, RULES, PROBES)
