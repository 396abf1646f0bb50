"""Draws tables of patients that agree with all that a publication states."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myotrial.reconstruction.building import reconstruct
    from myotrial.reconstruction.reading import parse_recipe, read_recipe, recipe_schema
    from myotrial.reconstruction.recipe import Recipe

__all__ = ["Recipe", "parse_recipe", "read_recipe", "recipe_schema", "reconstruct"]

HOMES = {
    "Recipe": "recipe",
    "parse_recipe": "reading",
    "read_recipe": "reading",
    "recipe_schema": "reading",
    "reconstruct": "building",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for; the models are heavy."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
