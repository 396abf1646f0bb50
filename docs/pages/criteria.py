"""The page of the classification criteria, from their modules."""

import inspect
from collections.abc import Mapping
from types import ModuleType

from myotrial.classification import (
    bohan_peter_1975,
    enmc_2011,
    eular_acr_2017,
    eular_acr_2017_groups,
    griggs_1995,
    refractory,
)
from pages.markdown import MADE, listed, table

__all__ = ["page"]

HEAD = ("class", "rule")
SETS = (bohan_peter_1975, griggs_1995, enmc_2011, refractory, eular_acr_2017)


def page() -> str:
    """Each set of criteria: what it says, the items it asks for, its classes."""
    parts = [
        "# Classification criteria\n\nEach set of criteria is a module of "
        "`myotrial.classification`. Its `classify` judges the `Items` of one patient and says "
        "which items decided; its `possible` judges NumPy columns and gives a truth for each "
        "class. An item is true, false, or None (in columns: NaN or masked) where it was not "
        "assessed. A verdict is given only where what is missing cannot change it; else the "
        "classes that are possible are listed. The numbers, with sources, are among the "
        "[published numbers](numbers.md).\n"
    ]
    parts += [_criteria(module) for module in SETS]
    tree = eular_acr_2017_groups
    parts += [f"{_told(tree)}{_options(tree.Tree)}{_classes(tree.GROUP_RULES)}"]
    return MADE + "\n".join(parts)


def _criteria(module: ModuleType) -> str:
    told = listed(module.Items)
    items = table(("item", "meaning"), [(f"`{name}`", told[name]) for name in module.Items._fields])
    options = _options(module.Limits) if hasattr(module, "Limits") else ""
    return f"{_told(module)}{items}\n{options}{_classes(module.RULES)}"


def _told(module: ModuleType) -> str:
    title, _, more = (inspect.getdoc(module) or "").partition("\n\n")
    name = module.__name__.rsplit(".", 1)[-1]
    return f"## {name}\n\n{title}\n\n```text\n{more}\n```\n\n"


def _options(kind: type) -> str:
    """The limits that can be changed, with what they are unless told otherwise."""
    default = kind()
    rows = [
        (f"`{name}`", f"`{getattr(default, name)}`", meaning)
        for name, meaning in listed(kind).items()
    ]
    return f"`{kind.__name__}`:\n\n" + table(("option", "if left out", "meaning"), rows) + "\n"


def _classes(rules: Mapping[str, str]) -> str:
    return table(HEAD, [(f"`{name}`", rule) for name, rule in rules.items()])
