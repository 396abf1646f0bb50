"""Attributes that follow from others: each subject's class or subgroup in classification criteria.

Missing  an item without an attribute, or without a value, is not assessed. Every class that such
         items leave possible is kept: a rule is open only where these disagree.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from myotrial.classification import (
    bohan_peter_1975,
    enmc_2011,
    eular_acr_2017,
    eular_acr_2017_groups,
    griggs_1995,
    refractory,
)
from myotrial.datasets.definitions import Unknown
from myotrial.documents import nearest
from myotrial.protocol.models import Derivation, Protocol

__all__ = ["CRITERIA", "Classes", "classes", "problems"]

Classes = tuple[str, ...]  # the classes that one subject can be in

CRITERIA: Mapping[str, Any] = MappingProxyType(  # modules with Items, RULES and possible
    {
        "bohan_peter_1975": bohan_peter_1975,
        "enmc_2011": enmc_2011,
        "eular_acr_2017": eular_acr_2017,
        "griggs_1995": griggs_1995,
        "refractory": refractory,
    }
)
SUBGROUPS: Mapping[str, Any] = MappingProxyType(  # modules with GROUP_RULES and groups
    {"eular_acr_2017": eular_acr_2017_groups}
)


def classes(protocol: Protocol, subjects: pl.DataFrame) -> dict[str, list[Classes]]:
    """The possible classes of each subject, for each derived attribute of the protocol.

    Args:
        protocol: The protocol.
        subjects: The captured table of subjects.
    """
    return {
        name: _possible(item.derived, subjects)
        for name, item in protocol.subject.items()
        if item.derived is not None
    }


def problems(protocol: Protocol) -> Iterator[Unknown]:
    """Every derivation that names criteria, items or classes that do not exist."""
    for name, item in protocol.subject.items():
        if item.derived is None:
            continue
        path = ("subject", name, "derived")
        module = CRITERIA.get(item.derived.criteria)
        if module is None:
            found = item.derived.criteria
            expected, hint = "the id of a set of criteria", nearest(found, CRITERIA)
            yield Unknown((*path, "criteria"), expected, repr(found), hint)
            continue
        yield from _item_problems(protocol, path, item.derived)
        if item.derived.gives == "subgroup" and item.derived.criteria not in SUBGROUPS:
            expected = f"criteria that have subgroups: {', '.join(SUBGROUPS)}"
            yield Unknown((*path, "gives"), expected, item.derived.criteria)
            continue
        listed, known = item.values or (), tuple(_rules(item.derived))
        if {*listed} != {*known}:
            kind = "subgroups" if item.derived.gives == "subgroup" else "classes"
            expected = f"the {kind} of {item.derived.criteria}: {', '.join(known)}"
            yield Unknown(("subject", name, "values"), expected, ", ".join(listed))


def _item_problems(
    protocol: Protocol, path: tuple[str, ...], derived: Derivation
) -> Iterator[Unknown]:
    module = CRITERIA[derived.criteria]
    for item, column in derived.items.items():
        here = (*path, "items", item)
        if item not in module.Items._fields:
            expected = f"an item of {derived.criteria}"
            yield Unknown(here, expected, repr(item), nearest(item, module.Items._fields))
            continue
        number = item in getattr(module, "NUMBERS", ())
        recorded = protocol.subject.get(column)
        if recorded is not None and (recorded.type is not None) != number:
            kind = "a number" if number else "Y and N"
            yield Unknown(here, f"an attribute that is {kind}", repr(column))


def _rules(derived: Derivation) -> Mapping[str, str]:
    """The rule of each class, or of each subgroup, by its name."""
    if derived.gives == "subgroup":
        return SUBGROUPS[derived.criteria].GROUP_RULES
    return CRITERIA[derived.criteria].RULES


def _possible(derived: Derivation, subjects: pl.DataFrame) -> list[Classes]:
    module = CRITERIA[derived.criteria]
    nothing = np.full(subjects.height, np.nan)
    told = {item: _column(subjects[column]) for item, column in derived.items.items()}
    items = module.Items(**{name: told.get(name, nothing) for name in module.Items._fields})
    grouped = derived.gives == "subgroup"
    found = SUBGROUPS[derived.criteria].groups(items) if grouped else module.possible(items)
    able = [np.broadcast_to(np.asarray(can_be, dtype=bool), (subjects.height,)) for can_be in found]
    return [
        tuple(name for name, can_be in zip(found._fields, able, strict=True) if can_be[row])
        for row in range(subjects.height)
    ]


def _column(values: pl.Series) -> np.ndarray:
    """Numbers as they are, Y and N as 1 and 0; NaN where missing."""
    if values.dtype == pl.String:
        values = values.replace_strict({"Y": 1.0, "N": 0.0}, return_dtype=pl.Float64)
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()
