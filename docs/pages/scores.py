"""The page of the instruments: what each is, and the functions that score it."""

import inspect
import math
from collections.abc import Iterable, Iterator
from types import ModuleType

from myotrial.facts import Fact
from myotrial.instruments import Instrument, enzymes, items, kendall, registry
from pages.markdown import MADE, first_line, table

__all__ = ["page"]

HEAD = ("about", "it says")
SHARED = (kendall, enzymes, items)
OPENING = (
    "# Instruments\n\nThe measures that an assessment in [study.yaml](study.md#assessment) may "
    "name under `instrument`, with the `unit` and the `variant` that it may name beside it. Values "
    "are checked against the range, and nothing is guessed: a value of 60 does not tell whether a "
    "scale ends at 80 or at 150.\n\nWhere a score is made from parts, the functions of "
    "`myotrial.instruments` that make it are named too. They take numbers, or NumPy arrays with "
    "one element for each subject and visit; NaN is missing, and a value that the scale does not "
    "have leaves the score missing. How far each number behind them was "
    "verified stands under [published numbers](numbers.md).\n"
)


def page() -> str:
    """Every instrument: how a study.yaml names it, its units, ranges, rules and functions."""
    found = sorted(
        ((item, module) for module in registry.MODULES for item in module.INSTRUMENTS),
        key=lambda pair: pair[0].id,
    )
    parts = [OPENING, *(_instrument(item, module) for item, module in found)]
    parts.append("## Functions that several share\n\n" + table(("function", "gives"), _shared()))
    return MADE + "\n".join(parts)


def _instrument(item: Instrument, module: ModuleType) -> str:
    first = next(iter(item.units))
    rows = [("better", "higher" if item.better > 0 else "lower")]
    rows += [
        ("unit", f"`{unit}`" if size == 1 else f"`{unit}` ({size:g} {first})")
        for unit, size in item.units.items()
    ]
    for variant, (low, high) in item.ranges.items():
        ends = f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}"
        rows.append((f"variant `{variant}`" if variant else "range", f"{ends} {first}"))
    rows += [("what is missing", item.missing), ("source", item.source)]
    rows += _differences(item.important)
    rows += [(f"`{name}`", line) for name, line in _functions(module)]
    return f"## {item.id}\n\n{item.label[0].upper()}{item.label[1:]}.\n\n" + table(HEAD, rows)


def _differences(facts: Iterable[Fact]) -> list[tuple[str, str]]:
    rows = []
    for fact in facts:
        value = fact.value if isinstance(fact.value, str) else f"{fact.value:g}"
        text = f"{fact.name}: {value} {fact.unit} ({fact.source}; {fact.status})"
        rows.append(("important difference", text))
    return rows or [("important difference", "none found")]


def _shared() -> Iterator[tuple[str, str]]:
    for module in SHARED:
        for name, line in _functions(module):
            yield f"`{name}`", line


def _functions(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Name and first line of each function that a module itself offers."""
    room = module.__name__.rpartition(".")[2]
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isfunction(thing) and thing.__module__ == module.__name__:
            yield f"{room}.{name}", first_line(thing)
