"""Pages about a file's keys, from the file's JSON Schema."""

import json
import re
from typing import Any

from myotrial.protocol.models import FILLED, PATTERNS
from pages.markdown import MADE, table

__all__ = ["keys", "page", "sections"]

Form = dict[str, Any]
STATED = ("source", "status", "assumed", "note")
WORDS = {key: text for key, text in PATTERNS.items() if key != FILLED} | {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
}


def page(file: str, form: Form, schema: str) -> str:
    """A page about a file: its keys, what any part may say, and each part."""
    parts = [
        f"# {file}\n\nThe keys of `{file}`, part by part. Editors complete and check them from the "
        f"[JSON Schema](../{schema}).\n\n{keys(form)}"
    ]
    common = next((part for part in form["$defs"].values() if _says_source(part)), None)
    if common is not None:
        stated = keys({"properties": {key: common["properties"][key] for key in STATED}})
        parts.append(
            "## What any part may say {#stated}\n\nWhere it stands, and how far that was verified. "
            f"The statuses are explained beside the [published numbers](numbers.md).\n\n{stated}"
        )
    return MADE + "\n".join(parts + sections(form))


def sections(form: Form, without: tuple[str, ...] = ()) -> list[str]:
    """A section for each part of a schema: its keys, or what it is where it has none."""
    named = [(name, form["$defs"][name]) for name in _reached(form) if name not in without]
    return [
        f"## {name}\n\n{_described(part)}"
        + (keys(part) if "properties" in part else f"{_kind(part).capitalize()}.\n")
        for name, part in named
    ]


def keys(part: Form) -> str:
    """A table of the keys of a part; where it stands is left to the section about that."""
    hidden = STATED if _says_source(part) and "required" in part else ()
    rows = [
        (f"`{key}`", _kind(form), _needed(part, key, form), form.get("description", ""))
        for key, form in part["properties"].items()
        if key not in hidden
    ]
    return table(("key", "value", "if left out", "meaning"), rows)


def _described(part: Form) -> str:
    more = " It may also say [source and status](#stated)." if _says_source(part) else ""
    return f"{part.get('description', '')}{more}\n\n".lstrip()


def _says_source(part: Form) -> bool:
    return set(STATED) <= set(part.get("properties", {}))


def _needed(part: Form, key: str, form: Form) -> str:
    if key in part.get("required", ()):
        return "an error"
    if "$ref" in form:
        return "its defaults"
    default = form.get("default")
    return f"`{json.dumps(default)}`" if default not in (None, "", []) else "nothing"


def _kind(form: Form) -> str:
    """A value's form in words, with a link where it is a part of its own."""
    if "$ref" in form:
        name = form["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in form:
        kinds = [_kind(one) for one in form["anyOf"] if one.get("type") != "null"]
        return " or ".join(kinds)
    if "enum" in form:
        return "one of " + ", ".join(f"`{value}`" for value in form["enum"])
    return f"`{form['const']}`" if "const" in form else _plain(form)


def _plain(form: Form) -> str:
    match form.get("type"):
        case "array" if "prefixItems" in form:
            return f"list of {len(form['prefixItems'])} {_kind(form['prefixItems'][0])}s"
        case "array":
            return f"list of {_kind(form.get('items', {}))}"
        case "object" if "properties" not in form:
            named = [form.get("additionalProperties"), *form.get("patternProperties", {}).values()]
            return f"{_kind(next((one for one in named if one), {}))} by name"
        case "object":
            return "keys " + ", ".join(f"`{key}`" for key in form["properties"])
        case "string" if form.get("pattern") in WORDS:
            return WORDS[form["pattern"]]
        case list() as kinds:
            return " or ".join(_plain({"type": kind}) for kind in kinds if kind != "null")
        case None:
            return "any"
        case kind:
            return WORDS.get(kind, kind)


def _reached(form: Form) -> list[str]:
    """The names of the parts in the order in which a reader meets them."""
    found: list[str] = []
    waiting = [form]
    while waiting:
        text = json.dumps(waiting.pop(0).get("properties", {}))
        for name in re.findall(r'"#/\$defs/(\w+)"', text):
            if name not in found:
                found.append(name)
                waiting.append(form["$defs"][name])
    return found
