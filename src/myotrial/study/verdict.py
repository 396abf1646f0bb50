"""The findings on published claims as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["lines"]

Record = Mapping[str, Any]


def lines(file: Path, findings: Record) -> Iterator[str]:
    """Tell the findings: the verdict, the clashes, what hangs on them, and what is left open.

    Args:
        file: The file of claims.
        findings: The record of `evidence.examine`.
    """
    can = "can all hold" if findings["consistent"] else "cannot all hold"
    yield f"{file}: the stated claims {can}."
    yield from _conflicts(findings["conflicts"])
    yield from _listed("To mend it, drop one of:", findings["repairs"])
    yield from _statistics(findings["statistics"])
    for name in ("determined", "bounded", "free", "unchecked", "warnings"):
        yield from _listed(f"{name.capitalize()}:", findings.get(name) or [])


def _conflicts(conflicts: Sequence[Record]) -> Iterator[str]:
    """One conflict of each group in words; the others are counted."""
    groups: dict[Any, list[Record]] = {}
    for conflict in conflicts:
        groups.setdefault(conflict["group"], []).append(conflict)
    for number, group in enumerate(groups.values(), start=1):
        first, more = group[0], len(group) - 1
        yield f"\nThese cannot all hold ({number} of {len(groups)}):"
        yield f"  {first['explanation']}"
        yield f"  Claims: {', '.join(first['claims'])}."
        if first["readings"]:
            yield f"  Readings: {', '.join(first['readings'])}."
        if more:
            yield f"  The same clash shows in {more} more way{'s' if more > 1 else ''}."


def _statistics(statistics: Sequence[Record]) -> Iterator[str]:
    if not statistics:
        return
    yield "\nOver all tables that fit:"
    for item in statistics:
        low, high = _number(item["min"]), _number(item["max"])
        value = low if low == high else f"{low} to {high}"
        under = f"   under {', '.join(item['readings'])}" if item["readings"] else ""
        yield f"  {item['id']}, {item['method']}: {value}{under}"


def _listed(title: str, items: Sequence[Any]) -> Iterator[str]:
    if items:
        yield f"\n{title}"
        yield from (f"  {_item(item)}" for item in items)


def _item(item: Any) -> str:
    if isinstance(item, Mapping):
        return ", ".join(f"{key} {_item(value)}" for key, value in item.items())
    return ", ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
