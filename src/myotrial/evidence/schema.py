"""The JSON Schema of `published.yaml`, from which editors complete and check it.

It is made from the parts of a paper in `claims`. In the file a claim or a reading holds the keys
of its machine form beside its own, so that each of them is one object for each form.
"""

import inspect
import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from myotrial.evidence import claims
from myotrial.evidence.document import FORMS

__all__ = ["json_schema"]

Schema = dict[str, Any]
SCALAR = {"type": ["string", "number"]}  # a number is read as the text it was written as
LIMITS = {"type": [*SCALAR["type"], "array"], "items": SCALAR}
ENTRY = re.compile(r"^ {4}(\w+): ", re.MULTILINE)
PARTS = (claims.Attribute, claims.Claim, claims.Reading, claims.Statistic, claims.Vague)


class _Written(GenerateJsonSchema):
    """Expressions and numbers as they are written in the file, and no titles made from names."""

    def dataclass_schema(self, schema: Any) -> Schema:  # noqa: ARG002  (an expression)
        return {"type": "string"}

    def default_schema(self, schema: Any) -> Schema:  # what is left out is left out
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: Any) -> Schema:  # noqa: ARG002
        return dict(SCALAR)

    def nullable_schema(self, schema: Any) -> Schema:  # a key is left out, not set to null
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def json_schema() -> Schema:
    """The schema, in JSON Schema 2020-12; what it cannot say, `read` checks."""
    parts = _parts()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "published.yaml",
        "description": "What a publication states, and what a reader assumes.",
        "type": "object",
        "properties": {
            "source": _named(SCALAR, "Which publication: keys `id` and `citation`."),
            "attributes": _named(_ref("Attribute"), "What is recorded of one patient, by name."),
            "claims": _list("Claim", "What the publication states."),
            "readings": _list("Reading", "What a reader assumes."),
            "statistics": _list("Statistic", "Statistics whose range is wanted."),
            "vague": _named(_ref("Vague"), "What vague words mean here, by word."),
        },
        "required": ["attributes", "claims"],
        "additionalProperties": False,
        "$defs": parts,
    }


def _parts() -> dict[str, Schema]:
    models: list[type[BaseModel]] = [*PARTS, *FORMS.values()]
    asked = [(model, "validation") for model in models]
    _, made = models_json_schema(asked, schema_generator=_Written)  # pyright: ignore[reportArgumentType]
    parts: dict[str, Schema] = made["$defs"]
    for model in models:
        _tell(parts[model.__name__], model)
    bounds = ("equals", "at_least", "at_most")
    parts["Count"]["anyOf"] = [{"required": [key]} for key in bounds]
    forms = [parts[model.__name__] for model in FORMS.values()]
    loosely = {"anyOf": [_ref(model.__name__) for model in FORMS.values()]}
    parts["Claim"]["properties"]["loosely"] |= loosely
    for name in ("Claim", "Reading"):
        parts[name] = _one_of_each(parts[name], "form", forms)
    table = parts["Table"]
    parts["Statistic"] = _one_of_each(parts["Statistic"], "table", [{}, table], "count")
    parts["Attribute"]["oneOf"] = [{"required": ["values"]}, {"required": ["from", "to"]}]
    for limits in parts["Vague"]["properties"].values():
        limits.update(LIMITS)
    return {name: part for name, part in parts.items() if name not in ("Node", "Table")}


def _tell(part: Schema, model: type[BaseModel]) -> None:
    """Take over what the docstring says of the part and of each key."""
    opening, _, told = (inspect.getdoc(model) or "").partition("Attributes:\n")
    part["description"] = " ".join(opening.split())
    _, *pairs = ENTRY.split(told)
    keys = {name: field.alias or name for name, field in model.model_fields.items()}
    for name, text in zip(pairs[::2], pairs[1::2], strict=True):
        part["properties"][keys[name]]["description"] = " ".join(text.split())


def _one_of_each(part: Schema, inside: str, forms: list[Schema], key: str = "") -> Schema:
    """A part with the keys of one of the forms in place of the key `inside`.

    Args:
        part: The part.
        inside: Key that the file does not have: its keys stand beside the others.
        forms: The forms; an empty one stands for the part's own key.
        key: That key: required where the form is empty, absent elsewhere.
    """
    shapes = []
    for form in forms:
        kept = {name: value for name, value in part["properties"].items() if name != inside}
        if form:
            kept.pop(key, None)
        required = [name for name in part["required"] if name != inside]
        required += form.get("required", [] if form else [key])
        shape = {"properties": kept | form.get("properties", {}), "required": required}
        for rule in ("anyOf", "description"):
            shape |= {rule: form[rule]} if rule in form else {}
        shapes.append({"type": "object", **shape, "additionalProperties": False})
    return {"description": part["description"], "anyOf": shapes}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str, description: str) -> Schema:
    return {"type": "array", "items": _ref(name), "description": description}


def _named(form: Schema, description: str) -> Schema:
    return {"type": "object", "additionalProperties": form, "description": description}
