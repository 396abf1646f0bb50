"""The findings on published claims as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from myotrial.results import INFINITY
from myotrial.study.sensitivity import under

__all__ = ["lines"]

Record = Mapping[str, Any]
SHOWN = 6  # ways out, and counts, listed; the rest are counted


def lines(file: Path, findings: Record) -> Iterator[str]:
    """Tell the findings: the verdict, the clashes, the ways out, and what hangs on them.

    Args:
        file: The file of claims.
        findings: The record of `evidence.examine`.
    """
    yield f"{file}: {_verdict(findings)}"
    says = {reading["id"]: reading["says"] for reading in findings["readings"]}
    for number, group in enumerate(findings["groups"], start=1):
        yield from _clash(number, group, says, _telling(group, findings["conflicts"]))
    yield from _listed("Ways out, those that doubt least first:", map(_way, findings["repairs"]))
    yield from _statistics(findings["statistics"])
    yield from _listed("Follows from other claims:", (f["claim"] for f in findings["implied"]))
    yield from _listed("Left open:", _open([*findings["bounded"], *findings["free"]]))
    unchecked = (f"{item['claim']}: {item['why']}" for item in findings["unchecked"])
    yield from _listed("Not checked:", unchecked)
    yield from _listed("Note:", findings["warnings"])


def _verdict(findings: Record) -> str:
    if not findings["consistent"]:
        return "the stated claims cannot all hold."
    if findings["conflicts"]:
        return "the stated claims can all hold; with some readings they cannot."
    return "the stated claims can all hold, with every reading."


def _telling(group: Record, conflicts: Sequence[Record]) -> list[str]:
    """The claims of the conflict that a clash is told by; else those all its conflicts share."""
    for conflict in conflicts:
        alike = all(conflict[key] == group[key] for key in ("explanation", "readings"))
        if conflict["group"] == group["id"] and alike:
            return conflict["claims"]
    return [name for name in group["shares"] if name not in group["readings"]]


def _clash(
    number: int, group: Record, says: Mapping[str, str], claims: Sequence[str]
) -> Iterator[str]:
    yield f"\nClash {number}: {group['explanation']}"
    for reading in group["readings"]:
        yield f"  reading  {reading}: {says[reading]}"
    if claims:
        yield f"  claims   {', '.join(claims)}"
    if group["conflicts"] > 1:
        yield f"  shows in {group['conflicts']} minimal conflicts"


def _way(repair: Record) -> str:
    verbs = ("withdraw", "give up"), ("loosely", "read loosely"), ("doubt", "doubt")
    return "; ".join(f"{verb} {' and '.join(repair[key])}" for key, verb in verbs if repair[key])


def _statistics(statistics: Sequence[Record]) -> Iterator[str]:
    """The ranges under each set of readings; after the first, only those that differ from it."""
    if statistics:
        yield "\nOver all tables that fit:"
    first: dict[str, str] = {}
    for what, items in groupby(statistics, under):
        yield f"  {what}"
        for name, methods in groupby(items, lambda item: item["id"]):
            ranges = _ranges(list(methods))
            if first.get(name) != ranges:
                yield f"    {ranges}"
            first.setdefault(name, ranges)


def _ranges(items: Sequence[Record]) -> str:
    """One statistic by each method, the table if only one fits, and whether it is determined."""
    parts = [f"{_method(item)}{_range(item)}" for item in items]
    only = (items[0].get("at_min") or {}).get("table") if items[0].get("tables") == 1 else None
    if only:
        a, b, c, d = only
        parts.insert(0, f"{a} of {a + b} against {c} of {c + d}")
    told = f"{items[0]['label'] or items[0]['id']}: {', '.join(parts)}"
    return told if all(item["min"] == item["max"] for item in items) else f"{told} (undetermined)"


def _method(item: Record) -> str:
    return "" if item["method"] == "count" else f"{item['method'].replace('_', ' ')} "


def _range(item: Record) -> str:
    if item["min"] is None:
        return "; ".join(item["warnings"]) or "undefined"
    undefined = [text for text in item["warnings"] if text.startswith("undefined")]
    return "; ".join([_ends(item), *undefined])


def _ends(item: Record) -> str:
    low, high = _number(item["min"]), _number(item["max"])
    if low == high:
        return low
    return f"{low} or more" if item["max"] == INFINITY else f"{low} to {high}"


def _number(value: float | str) -> str:
    if value == INFINITY:
        return "infinite"
    return f"{value:#.3g}" if isinstance(value, float) else str(value)


def _open(cells: Sequence[Record]) -> Iterator[str]:
    """How many patients may have each value that is not determined, and what nothing links."""
    for cell in cells:
        if len(cell.get("values", ())) == 1:
            [(name, value)] = cell["values"].items()
            yield f"{name} {value}: {_ends(cell)}"
    apart = [cell["unlinked"] for cell in cells if "unlinked" in cell]
    alone = [name for name in apart[0] if all(name in pair for pair in apart)] if apart else []
    if alone:
        yield f"{alone[0]} and every other attribute: nothing links them"
    elif apart:
        yield f"{len(apart)} pairs of attributes: nothing links them"


def _listed(title: str, items: Any) -> Iterator[str]:
    found = list(items)
    if not found:
        return
    yield f"\n{title}"
    yield from (f"  {item}" for item in found[:SHOWN])
    if len(found) > SHOWN:
        yield f"  and {len(found) - SHOWN} more (--json lists them)"
