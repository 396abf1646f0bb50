"""Bohan and Peter's criteria of polymyositis and dermatomyositis (1975).

Items    symmetric proximal weakness; muscle biopsy; raised muscle enzymes; electromyography; the
         typical rash (heliotrope, Gottron); and five diseases that exclude.
Classes  without rash, polymyositis: definite with 4 of the 4 muscle findings, probable with 3,
         possible with 2; with rash, dermatomyositis: definite with 3 or 4, probable with 2,
         possible with 1. A rash alone cannot be classified. Inclusion body myositis is not
         defined here, and many who have it meet the criteria of polymyositis.
Missing  an item not assessed leaves open every class it could lead to.
Source   Bohan A, Peter JB. N Engl J Med 1975;292:344-7, 403-7.
"""

from types import MappingProxyType
from typing import Any, NamedTuple

from myotrial.classification.items import Truths, can_any, count, read, sure_any
from myotrial.classification.verdicts import Verdict, judge
from myotrial.facts import Fact

__all__ = ["FACTS", "RULES", "Classes", "Items", "classify", "possible"]

POLYMYOSITIS = (4, 3, 2)  # muscle findings without rash: definite, probable, possible
DERMATOMYOSITIS = (3, 2, 1)  # muscle findings beside the rash: definite from, probable, possible

SOURCE = "Bohan A, Peter JB. N Engl J Med 1975;292:344-7, 403-7"
READ = f"{SOURCE}, as tabled in Iaccarino L et al. Auto Immun Highlights 2014;5:87"
GRADES = ("definite", "probable", "possible")
FACTS = (
    *(
        Fact(f"{grade} polymyositis, findings without rash", number, "of 4", READ, "verified")
        for grade, number in zip(GRADES, POLYMYOSITIS, strict=True)
    ),
    *(
        Fact(f"{grade} dermatomyositis, findings beside rash", number, "of 4", READ, "verified")
        for grade, number in zip(GRADES, DERMATOMYOSITIS, strict=True)
    ),
    Fact("a rash without muscle findings", "not classifiable", "", SOURCE, "derived"),
)  # fmt: skip


class Items(NamedTuple):
    """What the criteria ask for; True, False, or None where not assessed.

    Attributes:
        weakness: Symmetric weakness of proximal muscles.
        biopsy: A muscle biopsy with degeneration and regeneration, necrosis, phagocytosis and a
            mononuclear infiltrate.
        enzymes: Raised muscle enzymes.
        electromyography: The triad of myositis in the electromyogram.
        rash: Heliotrope rash or Gottron's papules or sign.
        neurological_disease: Excludes.
        muscular_dystrophy: Excludes.
        granulomatous_or_infectious_myositis: Excludes.
        metabolic_or_endocrine_myopathy: Excludes.
        myasthenia_gravis: Excludes.
    """

    weakness: Any = None
    biopsy: Any = None
    enzymes: Any = None
    electromyography: Any = None
    rash: Any = None
    neurological_disease: Any = None
    muscular_dystrophy: Any = None
    granulomatous_or_infectious_myositis: Any = None
    metabolic_or_endocrine_myopathy: Any = None
    myasthenia_gravis: Any = None


class Classes(NamedTuple):
    """Whether each class is possible."""

    definite_pm: Truths
    probable_pm: Truths
    possible_pm: Truths
    definite_dm: Truths
    probable_dm: Truths
    possible_dm: Truths
    rash_alone: Truths
    not_classified: Truths
    excluded: Truths


RULES = MappingProxyType(
    {
        "definite_pm": "no rash, and all 4 muscle findings",
        "probable_pm": f"no rash, and {POLYMYOSITIS[1]} of the 4 muscle findings",
        "possible_pm": f"no rash, and {POLYMYOSITIS[2]} of the 4 muscle findings",
        "definite_dm": f"the rash, and {DERMATOMYOSITIS[0]} or more of the 4 muscle findings",
        "probable_dm": f"the rash, and {DERMATOMYOSITIS[1]} of the 4 muscle findings",
        "possible_dm": f"the rash, and {DERMATOMYOSITIS[2]} of the 4 muscle findings",
        "rash_alone": "the rash without a muscle finding cannot be classified",
        "not_classified": "no rash, and fewer than 2 muscle findings",
        "excluded": "a disease that excludes the diagnosis is present",
    }
)


def possible(items: Items) -> Classes:
    """The classes that the items leave possible, exactly.

    Args:
        items: Truths or None, or NumPy columns of them (NaN or masked where not assessed).

    Returns:
        A truth, or a column of truths, for each class.

    Raises:
        MyotrialError: An item is neither present, absent nor missing.
    """
    items = read(items)
    low, high = count(items[:4])
    free = sure_any(*items[5:]) == 0
    plain = free & (items.rash != 1)
    rash = free & (items.rash != 0)
    all_pm, three, two = (plain & (low <= number) & (number <= high) for number in POLYMYOSITIS)
    from_dm, *_ = DERMATOMYOSITIS
    probable, least = (rash & (low <= number) & (number <= high) for number in DERMATOMYOSITIS[1:])
    return Classes(
        definite_pm=all_pm,
        probable_pm=three,
        possible_pm=two,
        definite_dm=rash & (high >= from_dm),
        probable_dm=probable,
        possible_dm=least,
        rash_alone=rash & (low < DERMATOMYOSITIS[-1]),
        not_classified=plain & (low < POLYMYOSITIS[-1]),
        excluded=can_any(*items[5:]),
    )


def classify(items: Items) -> Verdict:
    """Classify one patient, saying which items decided.

    Raises:
        MyotrialError: An item is neither present, absent nor missing.

    >>> free = dict.fromkeys(Items._fields[5:], False)
    >>> found = Items(weakness=True, biopsy=True, enzymes=True, rash=False, **free)
    >>> classify(found).why
    'open between definite_pm, probable_pm: hangs on electromyography'
    >>> classify(found._replace(electromyography=False)).verdict
    'probable_pm'
    """
    return judge(items, possible, RULES)
