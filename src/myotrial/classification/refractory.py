"""Refractory disease, as the seed study defined it for inclusion.

Rule     glucocorticoids of at least 0.75 mg/kg a day for at least 1 month, and azathioprine or
         methotrexate or both for at least 2 months, had failed.
Missing  an item not assessed leaves open every class it could lead to.
Source   ClinicalTrials.gov NCT01165008; IMACS repository, "Treatment with Interleukin-1 Receptor
         Antagonist".

Other trials mean other things by the word: the numbers are named in `Limits`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from myotrial.classification.items import Truths, can_any, from_, read, sure_any
from myotrial.classification.verdicts import Verdict, judge
from myotrial.facts import Fact

__all__ = ["FACTS", "RULES", "Classes", "Items", "Limits", "classify", "possible"]

SOURCE = "ClinicalTrials.gov NCT01165008 and the IMACS repository"
NUMBERS: tuple[str, ...] = (
    "glucocorticoid_dose",
    "glucocorticoid_months",
    "azathioprine_months",
    "methotrexate_months",
)


@dataclass(frozen=True)
class Limits:
    """What treatment must have failed.

    Attributes:
        dose: Glucocorticoid, mg/kg a day of prednisolone or its equivalent, at least.
        glucocorticoid_months: Months on that dose, at least.
        second_months: Months on azathioprine or on methotrexate, at least.
    """

    dose: float = 0.75
    glucocorticoid_months: float = 1
    second_months: float = 2


DEFAULT = Limits()
FACTS = (
    Fact("glucocorticoid that failed, at least", DEFAULT.dose, "mg/kg a day", SOURCE, "verified"),
    Fact("for at least", DEFAULT.glucocorticoid_months, "months", SOURCE, "verified"),
    Fact(
        "azathioprine or methotrexate that failed, at least",
        DEFAULT.second_months,
        "months",
        SOURCE,
        "verified",
    ),
)
PROBES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    dict.fromkeys(NUMBERS, (0.0, 1e9))  # on either side of any limit
)


class Items(NamedTuple):
    """What the rule asks for; None where unknown.

    Attributes:
        glucocorticoid_dose: Prednisolone or its equivalent, mg/kg a day.
        glucocorticoid_months: Months on that dose.
        azathioprine_months: Months on azathioprine; 0 if never taken.
        methotrexate_months: Months on methotrexate; 0 if never taken.
        failed: The treatment failed, True or False.
    """

    glucocorticoid_dose: Any = None
    glucocorticoid_months: Any = None
    azathioprine_months: Any = None
    methotrexate_months: Any = None
    failed: Any = None


class Classes(NamedTuple):
    """Whether each class is possible."""

    refractory: Truths
    not_refractory: Truths


RULES = MappingProxyType(
    {
        "refractory": "glucocorticoids, and azathioprine or methotrexate, had failed",
        "not_refractory": "treatment was too little or too short, or had not failed",
    }
)


def possible(items: Items, limits: Limits = DEFAULT) -> Classes:
    """The classes that the items leave possible, exactly.

    Args:
        items: As `Items` says, or NumPy columns of them (NaN or masked where missing).
        limits: What treatment must have failed.

    Returns:
        A truth, or a column of truths, for each class.

    Raises:
        MyotrialError: `failed` is neither True, False nor missing; a number is below 0.
    """
    items = read(items, NUMBERS)
    needed = (
        from_(items.glucocorticoid_dose, limits.dose),
        from_(items.glucocorticoid_months, limits.glucocorticoid_months),
        items.failed,
    )
    second = (
        from_(items.azathioprine_months, limits.second_months),
        from_(items.methotrexate_months, limits.second_months),
    )
    sure, can_be = sure_any(*second), can_any(*second)
    for item in needed:
        sure, can_be = sure & (item == 1), can_be & (item != 0)
    return Classes(refractory=can_be, not_refractory=sure == 0)


def classify(items: Items, limits: Limits = DEFAULT) -> Verdict:
    """Classify one patient, saying which items decided.

    Raises:
        MyotrialError: `failed` is neither True, False nor missing; a number is below 0.

    >>> classify(Items(0.75, 1, azathioprine_months=None, methotrexate_months=3, failed=True)).why
    'refractory: glucocorticoids, and azathioprine or methotrexate, had failed; decided by \
glucocorticoid_dose, glucocorticoid_months, methotrexate_months, failed'
    """
    return judge(items, partial(possible, limits=limits), RULES, PROBES)
