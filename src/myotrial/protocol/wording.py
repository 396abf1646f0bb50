"""From what the models object to, to problems a person can mend: in plain words, with the line."""

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from myotrial.documents import Document, Step, nearest, shown_path
from myotrial.errors import Problem
from myotrial.protocol.models import PATTERNS, Protocol

__all__ = ["problem", "problems", "shown"]

Path = tuple[Step, ...]
LONGEST = 60  # characters of a found value
KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list in [ ]",
    "dict_type": "keys with values",
    "model_type": "keys with values",
}
LIMITS = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of at least {}"),
    "less_than_equal": ("le", "a number of at most {}"),
    "too_short": ("min_length", "a list of at least {}"),
    "too_long": ("max_length", "a list of {}"),
}


def problems(
    error: ValidationError, document: Document, root: type[BaseModel] = Protocol
) -> list[Problem]:
    """Every objection of the models, as a problem with its line; `root` is the whole document's."""
    raised = error.errors(include_url=False)
    places = {item["loc"] for item in raised}
    raised = [item for item in raised if not _echo(item, places)]
    misspelt = {
        (*item["loc"][:-1], meant)
        for item in raised
        if item["type"] == "extra_forbidden" and (meant := _meant(item["loc"], root))
    }
    return [
        _worded(item, document, root)
        for item in raised
        if not (item["type"] == "missing" and item["loc"] in misspelt)
    ]


def problem(document: Document, path: Path, expected: str, found: str, hint: str = "") -> Problem:
    """A problem at a path of the document, with the line of the path."""
    return Problem(shown_path(path), expected, found, document.line(path), hint)


def shown(value: Any) -> str:
    """A found value as a message shows it: scalars themselves, containers by their kind.

    >>> shown("M0"), shown([1, 2]), shown(None)
    ("'M0'", 'a list of 2', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, dict):
        return "keys with values"
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _echo(item: Any, places: set[Path]) -> bool:
    """Whether another objection says the same: of a list's entries, or of a later missing one."""
    if item["type"] == "too_short":
        return len(item["input"]) >= item["ctx"]["min_length"]
    *before, last = item["loc"]
    return item["type"] == "missing" and isinstance(last, int) and (*before, last + 1) in places


def _meant(path: Path, root: type[BaseModel]) -> str | None:
    """The key that an unknown key was probably meant to be."""
    model, _ = _place(path[:-1], root)
    close = get_close_matches(str(path[-1]), model.model_fields, n=1) if model else []
    return close[0] if close else None


def _worded(item: Any, document: Document, root: type[BaseModel]) -> Problem:
    path = tuple(step for step in item["loc"] if step != "[key]")
    if item["type"] == "extra_forbidden":
        model, _ = _place(path[:-1], root)
        hint = nearest(str(path[-1]), model.model_fields) if model else ""
        return problem(document, path, "a key that is known here", repr(path[-1]), hint)
    if item["type"] == "missing":
        return _missing(path, item["input"], document, root)
    expected = _expected(item)
    _, field = _place(path, root)
    if field is not None and field.description:
        expected += f" ({field.description})"
    return problem(document, path, expected, shown(item["input"]), _hint(item))


def _missing(path: Path, whole: Any, document: Document, root: type[BaseModel]) -> Problem:
    if isinstance(path[-1], int):  # a pair such as a window, of which one entry is there
        return problem(document, path[:-1], f"a list of {path[-1] + 1}", shown(whole))
    _, field = _place(path, root)
    meaning = field.description if field is not None and field.description else "a value"
    return problem(document, path, meaning, "nothing", f"add the key {path[-1]!r}")


def _expected(item: Any) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind in KINDS:
        return KINDS[kind]
    if kind in LIMITS:
        key, text = LIMITS[kind]
        return text.format(f"{context[key]:g}")
    if kind == "string_pattern_mismatch":
        return PATTERNS[context["pattern"]]
    if kind == "literal_error":
        return f"one of {context['expected'].replace(' or ', ', ')}"
    return item["msg"].removeprefix("Value error, ")


def _hint(item: Any) -> str:
    if item["type"] == "string_type" and isinstance(item["input"], int | float):
        return "put it in quotes to make it text"
    if item["type"] == "literal_error" and isinstance(item["input"], str):
        choices = item["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        hint = nearest(item["input"], choices)
        return hint if hint.startswith("did you mean") else ""
    return ""


def _place(path: Path, root: type[BaseModel]) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The model whose keys stand at a path, and the field that the path ends in."""
    model: type[BaseModel] | None = root
    field: FieldInfo | None = None
    for step in path:
        if isinstance(step, int) or model is None or step not in model.model_fields:
            field = None  # an entry of a list, or a free key such as a subject attribute
            continue
        field = model.model_fields[step]
        model = _model_in(field.annotation)
    return model, field


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
