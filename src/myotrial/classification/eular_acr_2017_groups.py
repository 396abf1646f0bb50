"""The subgroups of the EULAR/ACR criteria (2017), and one patient's whole classification.

Tree     for who is probable or definite only. Onset from 18 years: with a skin sign,
         dermatomyositis if any muscle weakness was found, else amyopathic dermatomyositis;
         without, inclusion body myositis if finger flexors are weak and treatment gave no
         response, or the biopsy shows rimmed vacuoles, else polymyositis (immune-mediated
         necrotising myopathy included). Onset before 18: with a skin sign, juvenile
         dermatomyositis, else another juvenile myositis.
Missing  every subgroup stays open that some completion of the findings reaches with a score that
         is at least probable. Without biopsy results, vacuoles count as not shown.
Source   Lundberg IE et al. Ann Rheum Dis 2017;76:1955-64; the tree in this form is known from
         general knowledge of the field, not read there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from myotrial.classification.eular_acr_2017 import (
    ADULT,
    BIOPSY,
    NUMBERS,
    POINTS,
    RULES,
    SKIN,
    WEAKNESS,
    Items,
    biopsy_asked,
    category,
    likely,
    possible,
    probability,
    score,
    with_biopsy,
)
from myotrial.classification.items import Truths, can_any, from_, read, sure_any
from myotrial.classification.verdicts import Verdict, judge
from myotrial.facts import Fact

__all__ = ["FACTS", "GROUP_RULES", "Classification", "Groups", "Tree", "classify", "groups"]

PAPER = "Lundberg IE et al. Ann Rheum Dis 2017;76:1955-64"
GRADES = tuple(RULES)
PROBES = MappingProxyType({"age_at_onset": (10, 30, 50)})
FACTS = (
    Fact("subgroups are told from", "probable", "", PAPER, "recalled"),
    Fact("juvenile with onset before", ADULT, "years", PAPER, "recalled"),
    Fact("weakness in dermatomyositis", "any of the four items", "", PAPER, "assumed"),
    Fact(
        "inclusion body myositis without a skin sign",
        "finger flexor weakness and no response to treatment, or rimmed vacuoles",
        "",
        PAPER,
        "recalled",
    ),
    Fact("rimmed vacuoles without biopsy results", "not shown", "", PAPER, "assumed"),
)


@dataclass(frozen=True)
class Tree:
    """What the tree of subgroups takes that was not read in the paper.

    Attributes:
        least: The class from which subgroups are told, as `eular_acr_2017.category` counts:
            2 is probable.
        weakness: The items of which any parts dermatomyositis from the amyopathic form.
    """

    least: int = 2
    weakness: tuple[str, ...] = WEAKNESS


DEFAULT = Tree()


class Groups(NamedTuple):
    """Whether each subgroup is possible."""

    dermatomyositis: Truths
    amyopathic_dermatomyositis: Truths
    inclusion_body_myositis: Truths
    polymyositis: Truths
    juvenile_dermatomyositis: Truths
    other_juvenile_myositis: Truths
    no_subgroup: Truths


GROUP_RULES = MappingProxyType(
    {
        "dermatomyositis": "onset from 18 years, a skin sign, muscle weakness",
        "amyopathic_dermatomyositis": "onset from 18 years, a skin sign, no muscle weakness",
        "inclusion_body_myositis": "onset from 18 years, no skin sign, and finger flexor weakness "
        "without response to treatment, or rimmed vacuoles",
        "polymyositis": "onset from 18 years, no skin sign, nothing of inclusion body myositis",
        "juvenile_dermatomyositis": "onset before 18 years, a skin sign",
        "other_juvenile_myositis": "onset before 18 years, no skin sign",
        "no_subgroup": "subgroups are for who is probable or definite only",
    }
)


def groups(items: Items, tree: Tree = DEFAULT) -> Groups:
    """The subgroups that the items leave possible, exactly.

    Args:
        items: As `Items` says, or NumPy columns of them (NaN or masked where missing).
        tree: What the paper was not read for.

    Returns:
        A truth, or a column of truths, for each subgroup.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; the age is below 0.
    """
    biopsied = with_biopsy(items)
    known = read(items, NUMBERS)
    applies = known.better_explanation != 1

    def reached(*lacking: str) -> Truths:
        """Whether a score high enough can be reached while these are absent."""
        return applies & (category(score(items, lacking)[1], biopsied) >= tree.least)

    adult = from_(known.age_at_onset, ADULT)
    skin = [getattr(known, name) for name in SKIN]
    weak = [getattr(known, name) for name in tree.weakness]
    signs, bare = can_any(*skin), sure_any(*skin) == 0
    fingers, treatment = known.finger_flexor_weakness, known.no_treatment_response
    stubborn = (fingers != 0) & (treatment != 0)
    tractable = (fingers != 1) | (treatment != 1)
    vacuoles = known.rimmed_vacuoles
    young = ("age_at_onset",)
    return Groups(
        dermatomyositis=(adult != 0) & signs & can_any(*weak) & reached(),
        amyopathic_dermatomyositis=(adult != 0) & signs & (sure_any(*weak) == 0)
        & reached(*tree.weakness),
        inclusion_body_myositis=(adult != 0) & bare & reached(*SKIN)
        & (stubborn | (biopsied & (vacuoles != 0))),
        polymyositis=(adult != 0) & bare & tractable & (vacuoles != 1)
        & reached(*SKIN, "rimmed_vacuoles"),
        juvenile_dermatomyositis=(adult != 1) & signs & reached(*young),
        other_juvenile_myositis=(adult != 1) & bare & reached(*young, *SKIN),
        no_subgroup=(known.better_explanation != 0)
        | (category(score(items)[0], biopsied) < tree.least),
    )  # fmt: skip


@dataclass(frozen=True)
class Classification:
    """What the criteria say of one patient.

    Attributes:
        classes: The class, by the score, and which items decided.
        groups: The subgroup, and which items decided.
        with_biopsy: Whether the column of points with biopsy was used.
        tenths: The score in tenths of a point, at least and at most.
        probability: By the formula, for information, at least and at most.
        points: What each finding that is present adds, in tenths, in the order of the criteria.
        notes: What a reader must know of this result.
    """

    classes: Verdict
    groups: Verdict
    with_biopsy: bool
    tenths: tuple[int, int]
    probability: tuple[float, float]
    points: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]


def classify(items: Items, tree: Tree = DEFAULT) -> Classification:
    """Classify one patient, saying which items decided.

    Args:
        items: The items of one patient.
        tree: As in `groups`.

    Returns:
        Class and subgroup, with score, probability and notes.

    Raises:
        MyotrialError: An item is neither present, absent nor missing; the age is below 0.

    >>> absent = dict.fromkeys(Items._fields[1:11] + Items._fields[15:], False)
    >>> found = Items(**absent | {"age_at_onset": 52, "weak_arms": True, "gottron_sign": True})
    >>> result = classify(found)
    >>> result.tenths, result.classes.verdict, result.groups.verdict
    ((61, 61), 'probable_iim', 'dermatomyositis')
    """
    biopsied = with_biopsy(items)
    low, high = score(items)
    unused = () if biopsied else BIOPSY
    return Classification(
        classes=judge(items, possible, RULES, PROBES, unused=unused),
        groups=judge(items, partial(groups, tree=tree), GROUP_RULES, PROBES, unused=unused),
        with_biopsy=bool(biopsied),
        tenths=(low, high),
        probability=(probability(low, biopsied), probability(high, biopsied)),
        points=_points(items),
        notes=tuple(_notes(items)),
    )


def _points(items: Items) -> tuple[tuple[str, int], ...]:
    """What each finding adds: the score of it alone, in the column that is used."""
    column = dict.fromkeys(BIOPSY, 0) if with_biopsy(items) else {}
    alone = (
        (name, score(Items(**column | {name: value}))[0])
        for name, value in items._asdict().items()
        if name in (*NUMBERS, *POINTS) and value is not None
    )
    return tuple((name, tenths) for name, tenths in alone if tenths)


def _notes(items: Items) -> Iterator[str]:
    low, high = score(items)
    biopsied = with_biopsy(items)
    chance = probability(low, biopsied)
    by_score, by_chance = category(low, biopsied), likely(chance)
    if low == high and by_score != by_chance:
        yield (
            f"The score of {low / 10} is {GRADES[by_score]} by the published cut-offs, which "
            f"decide; by its probability of {100 * chance:.1f} % it would be {GRADES[by_chance]}."
        )
    sure, can_be = biopsy_asked(items)
    if sure:
        yield "Without a skin sign, a muscle biopsy is asked for; none was given."
    elif can_be:
        yield "If there is no skin sign, a muscle biopsy is asked for; none was given."
