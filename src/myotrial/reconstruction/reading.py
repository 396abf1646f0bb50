"""Read a recipe, or say everything that is wrong with it at once."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from myotrial import documents
from myotrial.documents import Document
from myotrial.errors import DocumentError, Problem
from myotrial.protocol import wording
from myotrial.protocol.models import Protocol
from myotrial.reconstruction.checks import problems
from myotrial.reconstruction.recipe import Recipe

__all__ = ["parse_recipe", "read_recipe", "recipe_schema"]


def read_recipe(file: str | Path, protocol: Protocol) -> Recipe:
    """Read `reconstruction.yaml`.

    Args:
        file: The file.
        protocol: The protocol of the study, whose columns, visits and markers the recipe names.

    Raises:
        DocumentError: The file cannot be read, or lists every problem, each with its line.
    """
    return _recipe(documents.read(Path(file)), protocol)


def parse_recipe(text: str, protocol: Protocol, *, file: str = "(text)") -> Recipe:
    """Read a recipe from YAML text; see `read_recipe`."""
    return _recipe(documents.parse(text, file=file), protocol)


def recipe_schema() -> dict[str, Any]:
    """The schema, in JSON Schema 2020-12; what it cannot say, `read_recipe` checks."""
    schema = Recipe.model_json_schema()
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "reconstruction.yaml",
    }
    return head | {key: value for key, value in schema.items() if key != "title"}


def _recipe(document: Document, protocol: Protocol) -> Recipe:
    if not isinstance(document.data, dict):
        expected = "the keys of a recipe: title, subject, course …"
        found = wording.shown(document.data)
        raise DocumentError(document.file, [Problem("(file)", expected, found, 1)])
    try:
        recipe = Recipe.model_validate(document.data)
    except ValidationError as error:
        raise DocumentError(document.file, wording.problems(error, document, Recipe)) from error
    found = problems(recipe, protocol, document)
    if found:
        raise DocumentError(document.file, sorted(found, key=lambda item: item.line or 0))
    return recipe
