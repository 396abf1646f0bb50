"""Write the pages and schemas that are made from the code, or check that they are current.

    python docs/generate.py           writes them
    python docs/generate.py --check   lists what is stale, changes nothing, and fails if anything is

A page whose room does not offer its material is left out, and said.
"""

import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "src"))

import myotrial  # noqa: E402  (found beside this file, installed or not)
from myotrial import errors  # noqa: E402
from myotrial.facts import STATUSES, Fact  # noqa: E402
from myotrial.protocol.models import FILLED, PATTERNS  # noqa: E402
from myotrial.results import Interval, Result  # noqa: E402

MADE = "<!-- Made by docs/generate.py from the code; edit the code instead. -->\n\n"
STATED = ("source", "status", "assumed", "note")
WIDTH = 78  # of the commands' help
WORDS = {key: text for key, text in PATTERNS.items() if key != FILLED}
ENTRY = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


def main(check: bool) -> int:
    """Write every page, or say which ones are stale."""
    pages = {DOCS / name: make() for name, make in PAGES.items()}
    for path in [path for path, text in pages.items() if text is None]:
        print(f"left out, its room offers nothing yet: {path.relative_to(DOCS.parent)}")
        del pages[path]
    stale = [path for path, text in pages.items() if not _holds(path, str(text))]
    for path in stale:
        print(f"{'stale' if check else 'written'}: {path.relative_to(DOCS.parent)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(pages[path]), encoding="utf-8")
    if check and stale:
        print("Hint: run python docs/generate.py and commit what it writes.")
    return 1 if check and stale else 0


def commands() -> str | None:
    """The command line, from its own help, and its exit codes."""
    group = _offered("myotrial.cli.commands", "cli")
    if not isinstance(group, click.Group):
        return None
    context = click.Context(group, info_name="myotrial", terminal_width=WIDTH)
    parts = [f"# Commands and exit codes\n\n{_block(group.get_help(context))}"]
    for name, command in sorted(group.commands.items()):
        inner = click.Context(command, info_name=name, parent=context)
        parts.append(f"## myotrial {name}\n\n{_block(command.get_help(inner))}")
    return MADE + "\n".join(parts) + _exit_codes()


def _exit_codes() -> str:
    text = inspect.getdoc(importlib.import_module("myotrial.cli.main")) or ""
    codes = re.findall(r"^(\d+) +(.+)$", text, re.MULTILINE)
    return "\n## Exit codes\n\n" + _table(("code", "meaning"), codes) if codes else ""


def study() -> str | None:
    """The keys of study.yaml, from its schema."""
    return _form("study.yaml", "myotrial.protocol", "schema/study.schema.json")


def published() -> str | None:
    """The keys of published.yaml, from the parts of a paper and the forms of a claim."""
    forms = _offered("myotrial.evidence.document", "FORMS")
    if forms is None:
        return None
    parts = importlib.import_module("myotrial.evidence.claims")
    text = [
        "# published.yaml\n\nThe keys of `published.yaml`. A claim, its `loosely`, and a reading "
        "hold the keys of one of the forms below beside their own. How they are used is told in "
        "[how to check a paper's numbers](../how-to/check-a-paper.md).\n"
    ]
    named = ("Paper", "Attribute", "Claim", "Reading", "Statistic", "Vague")
    text += [f"## {name}\n\n{_part(getattr(parts, name))}" for name in named]
    text.append("## Forms\n")
    text += [f"### {key}\n\n{_part(model)}" for key, model in sorted(forms.items())]
    tables = _offered("myotrial.evidence.methods", "METHODS")
    if tables:
        text.append(
            "## Methods\n\nOf a 2x2 table: " + ", ".join(f"`{key}`" for key in tables) + ".\n"
        )
    return MADE + "\n".join(text)


def _part(model: Any) -> str:
    """A part of a paper: what it is, its keys, and what its docstring says of them."""
    told = _told(model)
    inside = ("file", "form")  # the reader's own: not keys of the file
    rows = [
        (f"`{key}`", "an error" if field.is_required() else "nothing", meaning)
        for name, field in model.model_fields.items()
        for key, meaning in _written(name, field, told.get(name, ""))
        if name not in inside
    ]
    if not any(meaning for *_, meaning in rows):
        return f"{_opening(model)}\n\n" + _table(("key", "if left out"), [row[:2] for row in rows])
    return f"{_opening(model)}\n\n" + _table(("key", "if left out", "meaning"), rows)


def _written(name: str, field: Any, meaning: str) -> list[tuple[str, str]]:
    """A key as it is written; a statistic's table stands in the file as its three keys."""
    if name != "table":
        return [(field.alias or name, meaning)]
    return [
        ("row", "a 2x2 table: the condition of its first row,"),
        ("column", "that of its first column,"),
        ("among", "and of the patients it is made of (all of them, if left out); with"),
    ]


def _opening(kind: type) -> str:
    """The docstring without its list of attributes."""
    return (inspect.getdoc(kind) or "").partition("Attributes:\n")[0].strip()


def reconstruction() -> str | None:
    """The keys of reconstruction.yaml, from its schema."""
    schema = "schema/reconstruction.schema.json"
    return _form("reconstruction.yaml", "myotrial.design", schema, "recipe_schema")


def _form(file: str, room: str, schema: str, name: str = "json_schema") -> str | None:
    offered = _offered(room, name)
    if offered is None:
        return None
    form = offered()
    parts = [
        f"# {file}\n\nThe keys of `{file}`, part by part. Editors complete and check them from the "
        f"[JSON Schema](../{schema}).\n\n{_keys(form)}"
    ]
    common = next((part for part in form["$defs"].values() if _says_source(part)), None)
    if common is not None:
        table = _keys({"properties": {key: common["properties"][key] for key in STATED}})
        parts.append(
            "## What any part may say {#stated}\n\nWhere it stands, and how far that was verified. "
            f"The statuses are explained beside the [published numbers](numbers.md).\n\n{table}"
        )
    return MADE + "\n".join(parts + _sections(form))


def _sections(form: dict[str, Any], without: tuple[str, ...] = ()) -> list[str]:
    """A section for each part of a schema: its keys, or what it is where it has none."""
    named = [(name, form["$defs"][name]) for name in _reached(form) if name not in without]
    return [
        f"## {name}\n\n{_described(part)}"
        + (_keys(part) if "properties" in part else f"{_kind(part).capitalize()}.\n")
        for name, part in named
    ]


def _described(part: dict[str, Any]) -> str:
    more = " It may also say [source and status](#stated)." if _says_source(part) else ""
    return f"{part.get('description', '')}{more}\n\n".lstrip()


def _says_source(part: dict[str, Any]) -> bool:
    return set(STATED) <= set(part.get("properties", {}))


def _keys(part: dict[str, Any]) -> str:
    hidden = STATED if _says_source(part) and "required" in part else ()
    rows = [
        (f"`{key}`", _kind(form), _needed(part, key, form), form.get("description", ""))
        for key, form in part["properties"].items()
        if key not in hidden
    ]
    return _table(("key", "value", "if left out", "meaning"), rows)


def _needed(part: dict[str, Any], key: str, form: dict[str, Any]) -> str:
    if key in part.get("required", ()):
        return "an error"
    if "$ref" in form:
        return "its defaults"
    default = form.get("default")
    return f"`{json.dumps(default)}`" if default not in (None, "", []) else "nothing"


def _kind(form: dict[str, Any]) -> str:
    """A value's form in words, with a link where it is a part of its own."""
    if "$ref" in form:
        name = form["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in form:
        kinds = [_kind(one) for one in form["anyOf"] if one.get("type") != "null"]
        return " or ".join(kinds)
    if "enum" in form:
        return "one of " + ", ".join(f"`{value}`" for value in form["enum"])
    if "const" in form:
        return f"`{form['const']}`"
    return _plain(form)


def _plain(form: dict[str, Any]) -> str:
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
        case kind:
            words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
            return words.get(str(kind), str(kind) if kind else "any")


def _reached(form: dict[str, Any]) -> list[str]:
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


def results() -> str:
    """The row of a result, and the form of results.json."""
    parts = [
        "# Results\n\nEverything a report shows is made from rows like these. Each run writes them "
        "to `out/results.json`, unrounded.\n\n## Result\n\n" + _attributes(Result),
        "## Interval\n\n" + _attributes(Interval),
    ]
    offered = _offered("myotrial.report", "schema")
    if offered is not None:
        form = offered()
        file = "[JSON Schema](../schema/results.schema.json)"
        parts.append(f"## results.json\n\nAs a {file}; its keys:\n\n{_keys(form)}")
        parts += _sections(form, without=("result", "interval"))
    return MADE + "\n".join(parts)


def _attributes(kind: type) -> str:
    """The attributes of a dataclass as its docstring tells them."""
    meanings = _told(kind)
    rows = [(f"`{item.name}`", meanings[item.name]) for item in fields(kind)]
    return _table(("key", "meaning"), rows)


def _told(kind: type) -> dict[str, str]:
    """What a docstring's list of attributes says of each."""
    _, _, listed = (inspect.getdoc(kind) or "").partition("Attributes:\n")
    _, *pairs = ENTRY.split(listed.split("\n\n")[0])
    return {name: " ".join(text.split()) for name, text in zip(*[iter(pairs)] * 2, strict=True)}


def error_page() -> str:
    """Every error raised on purpose, from its class."""
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.MyotrialError)
    ]
    kinds.sort(key=lambda kind: inspect.getsourcelines(kind)[1])
    rows = [
        (f"`{kind.__name__}`", _first(kind), f"`{kind.__bases__[0].__name__}`") for kind in kinds
    ]
    return (
        f"{MADE}# Errors\n\nEverything that a person can mend is raised as one of these. The "
        "command line shows the message alone, without a traceback, and ends with the "
        "[exit code](commands.md#exit-codes) that belongs to it. A message about a file names the "
        "file, the line, the place in it, what was expected and what was found.\n\n"
        + _table(("error", "when", "is a"), rows)
    )


def numbers() -> str:
    """Every published number the code uses, by the module that uses it."""
    parts = [
        "# Published numbers\n\nEvery published number that the code uses, with its source and how "
        "far it was verified there. What was not verified is an option that you can change.\n\n"
        + _table(("status", "meaning"), STATUSES.items())
    ]
    for module, facts in _facts():
        rows = [(fact.name, _shown(fact), fact.unit, fact.source, fact.status) for fact in facts]
        title = module.removeprefix("myotrial.")
        parts.append(
            f"## {title}\n\n" + _table(("what", "value", "unit", "source", "status"), rows)
        )
    return MADE + "\n".join(parts)


def _facts() -> Iterator[tuple[str, tuple[Fact, ...]]]:
    found = pkgutil.walk_packages(myotrial.__path__, "myotrial.")
    for name in sorted(item.name for item in found if not item.name.endswith("__main__")):
        facts = vars(importlib.import_module(name)).get("FACTS", ())
        if facts and not name.endswith(".facts"):
            yield name, facts


def _shown(fact: Fact) -> str:
    return fact.value if isinstance(fact.value, str) else f"{fact.value:g}"


def study_schema() -> str | None:
    """The JSON Schema of study.yaml."""
    return _schema("myotrial.protocol", "json_schema")


def reconstruction_schema() -> str | None:
    """The JSON Schema of reconstruction.yaml."""
    return _schema("myotrial.design", "recipe_schema")


def results_schema() -> str | None:
    """The JSON Schema of results.json."""
    return _schema("myotrial.report", "schema")


def _schema(room: str, name: str) -> str | None:
    offered = _offered(room, name)
    return None if offered is None else json.dumps(offered(), indent=2, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str | None]] = {
    "reference/commands.md": commands,
    "reference/study.md": study,
    "reference/published.md": published,
    "reference/reconstruction.md": reconstruction,
    "reference/results.md": results,
    "reference/errors.md": error_page,
    "reference/numbers.md": numbers,
    "schema/study.schema.json": study_schema,
    "schema/reconstruction.schema.json": reconstruction_schema,
    "schema/results.schema.json": results_schema,
}


def _offered(module: str, name: str) -> Any:
    """What a room offers under a name; None where it does not, or not yet."""
    try:
        return getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None


def _first(kind: type) -> str:
    return (inspect.getdoc(kind) or "").split("\n")[0]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---",) * len(head), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
