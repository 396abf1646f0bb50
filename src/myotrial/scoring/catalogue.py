"""The registry of instruments as plain records, for whoever shows it."""

from math import isinf
from typing import Any

from myotrial import instruments
from myotrial.facts import STATUSES, Fact
from myotrial.instruments import Instrument, registry

__all__ = ["catalogue"]


def catalogue(name: str | None = None) -> list[dict[str, Any]]:
    """Every instrument, or one, as plain data: what JSON can hold.

    Args:
        name: Id of one instrument; None for all, in the order of the core set first.

    Returns:
        For each: id, label, better ("higher" or "lower"), units (size of each in the first),
        ranges (by variant: low, high in the first unit; high is None without a maximum), missing,
        important (facts), source, status (of its least verified number) and numbers (all its
        published numbers as facts). A fact has name, value, unit, source and status.

    Raises:
        MyotrialError: No instrument has that id; the message names the nearest.

    >>> catalogue("haq_di")[0]["ranges"]
    {'': {'low': 0.0, 'high': 3.0}}
    """
    wanted = None if name is None else instruments.get(name).id
    return [
        _record(item, module.FACTS)
        for module in registry.MODULES
        for item in module.INSTRUMENTS
        if wanted in (None, item.id)
    ]


def _record(item: Instrument, facts: tuple[Fact, ...]) -> dict[str, Any]:
    order = [*STATUSES]
    return {
        "id": item.id,
        "label": item.label,
        "better": "higher" if item.better > 0 else "lower",
        "units": dict(item.units),
        "ranges": {
            variant: {"low": low, "high": None if isinf(high) else high}
            for variant, (low, high) in item.ranges.items()
        },
        "missing": item.missing,
        "important": [_fact(fact) for fact in item.important],
        "source": item.source,
        "status": max((fact.status for fact in facts), key=order.index),
        "numbers": [_fact(fact) for fact in facts],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "value": fact.value,
        "unit": fact.unit,
        "source": fact.source,
        "status": fact.status,
    }
