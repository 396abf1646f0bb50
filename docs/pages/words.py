"""The pages of results, errors and published numbers."""

import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import myotrial
from myotrial import errors, report
from myotrial.facts import STATUSES, Fact
from myotrial.results import Interval, Result
from pages import schemas
from pages.markdown import MADE, first_line, listed, table

__all__ = ["error_page", "numbers", "results"]


STATED = re.compile(r"^FACTS\b", re.MULTILINE)


def results() -> str:
    """The row of a result, and the form of results.json."""
    form = report.schema()
    parts = [
        "# Results\n\nEverything a report shows is made from rows like these. Each run writes them "
        "to `out/results.json`, unrounded.\n\n## Result\n\n" + _attributes(Result),
        "## Interval\n\n" + _attributes(Interval),
        "## results.json\n\nAs a [JSON Schema](../schema/results.schema.json); its keys:\n\n"
        + schemas.keys(form),
    ]
    return MADE + "\n".join(parts + schemas.sections(form, without=("result", "interval")))


def _attributes(kind: type) -> str:
    told = listed(kind)
    return table(("key", "meaning"), [(f"`{item.name}`", told[item.name]) for item in fields(kind)])


def error_page() -> str:
    """Every error raised on purpose, from its class."""
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.MyotrialError)
    ]
    kinds.sort(key=lambda kind: inspect.getsourcelines(kind)[1])
    rows = [
        (f"`{kind.__name__}`", first_line(kind), f"`{kind.__bases__[0].__name__}`")
        for kind in kinds
    ]
    return (
        f"{MADE}# Errors\n\nEverything that a person can mend is raised as one of these. The "
        "command line shows the message alone, without a traceback, and ends with the "
        "[exit code](commands.md#exit-codes) that belongs to it. A message about a file names the "
        "file, the line, the place in it, what was expected and what was found.\n\n"
        + table(("error", "when", "is a"), rows)
    )


def numbers() -> str:
    """Every published number the code uses, by the module that uses it."""
    parts = [
        "# Published numbers\n\nEvery published number that the code uses, with its source and how "
        "far it was verified there. What was not verified is an option that you can change.\n\n"
        + table(("status", "meaning"), STATUSES.items())
    ]
    head = ("what", "value", "unit", "source", "status")
    for module, facts in _facts():
        rows = [(fact.name, _shown(fact), fact.unit, fact.source, fact.status) for fact in facts]
        parts.append(f"## {module.removeprefix('myotrial.')}\n\n{table(head, rows)}")
    return MADE + "\n".join(parts)


def _facts() -> Iterator[tuple[str, tuple[Fact, ...]]]:
    found = pkgutil.walk_packages(myotrial.__path__, "myotrial.")
    for name in sorted(item.name for item in found if _states(item.name)):
        yield name, importlib.import_module(name).FACTS


def _states(name: str) -> bool:
    """Whether a module states facts, from its text: some modules need a study to be imported."""
    spec = importlib.util.find_spec(name)
    source = spec.origin if spec else None
    return bool(source and STATED.search(Path(source).read_text(encoding="utf-8")))


def _shown(fact: Fact) -> str:
    return fact.value if isinstance(fact.value, str) else f"{fact.value:g}"
