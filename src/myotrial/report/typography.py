"""How numbers are written for a reader: rounding, minus signs, intervals, p-values, missing.

Rounding happens here and nowhere before; nothing here changes a result.
"""

from collections.abc import Mapping
from typing import Any

from myotrial.results import INFINITY

__all__ = [
    "MISSING",
    "decimal",
    "interval",
    "p_value",
    "share",
    "significant",
    "slug",
    "span",
    "units",
    "value",
]

MISSING = "missing"
UNDEFINED = "not computable"  # a result without a value; its card says why
MINUS = "\u2212"
THIN = "\u202f"  # narrow no-break space: between digits, and before a unit
PERCENT = f"{THIN}%"


def decimal(number: float, places: int | None = None) -> str:
    """Write a number with a true minus sign and, from 10 000 on, spaced thousands.

    Args:
        number: Any finite number.
        places: Digits after the point; by default enough for three significant figures, at most
            three, and none for a whole number.

    >>> decimal(-3.14159), decimal(46.666), decimal(0.01234), decimal(12.0), decimal(1234.5)
    ('−3.14', '46.7', '0.012', '12', '1234')
    """
    if places is None:
        places = 0 if number == int(number) else significant(abs(number))
    text = f"{number:,.{places}f}"
    text = text.replace(",", THIN if abs(number) >= 10_000 else "")
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.") else MINUS + text[1:]
    return text


def significant(size: float) -> int:
    """Digits after the point that give a number of this size three significant figures."""
    for limit, places in ((99.95, 0), (9.995, 1), (0.0995, 2)):
        if size >= limit:
            return places
    return 3


def share(percent: float) -> str:
    """Write a percentage to one decimal.

    >>> share(46.6667)
    '46.7 %'
    """
    return decimal(percent, 0 if percent in {0.0, 100.0} else 1) + PERCENT


def p_value(p: float) -> str:
    """Write a p-value: three decimals, never 0 and never more than 1.

    >>> p_value(0.025641), p_value(0.00004), p_value(0.9999)
    ('p = 0.026', 'p < 0.001', 'p > 0.999')
    """
    if p < 0.001:
        return "p < 0.001"
    return "p > 0.999" if p > 0.999 else f"p = {p:.3f}"


def value(record: Mapping[str, Any]) -> str:
    """The value of a result as a reader sees it, with its unit.

    A count that has a denominator reads "7/15", a share "46.7 %", a p-value "p = 0.026".

    >>> value({"value": 7, "statistic": "count", "n": 15, "unit": "patients"})
    '7'
    >>> value({"value": None, "statistic": "median"})
    'not computable'
    """
    number, unit = record.get("value"), record.get("unit") or ""
    if number is None:
        return UNDEFINED
    if number == INFINITY:
        return "infinite"
    if isinstance(number, bool):
        return "yes" if number else "no"
    if isinstance(number, str):
        return number
    if record.get("statistic") == "p_value":
        return p_value(number)
    if unit == "%":
        return share(number)
    return decimal(number) + (f"{THIN}{units(unit)}" if units(unit) else "")


UNITS = {"cells/mm2": "cells/mm²", "ukat/L": "µkat/L", "fraction": ""}


def units(text: str) -> str:
    """A unit as it is printed; nothing for what carries none.

    >>> units("cells/mm2"), units("patients"), units("mm")
    ('cells/mm²', '', 'mm')
    """
    return "" if text in COUNTED else UNITS.get(text, text)


def named(label: str) -> str:
    """A label with the unit that it holds in brackets as it is printed.

    >>> named("Creatine kinase (ukat/L)"), named("Extramuscular activity (MYOACT) (fraction)")
    ('Creatine kinase (µkat/L)', 'Extramuscular activity (MYOACT) (fraction)')
    """
    for unit, printed in UNITS.items():
        if printed:
            label = label.replace(f"({unit})", f"({printed})")
    return label


COUNTED = frozenset({"patients", "subjects", "patient", "events", "biopsies", "visits"})
LEVELS = {"confidence": "CI", "credible": "CrI"}
KINDS = {"range": "range", "quartiles": "quartiles", "bounds": "bounds"}


def interval(record: Mapping[str, Any]) -> str:
    """The interval of a result in words, or nothing where it has none.

    >>> interval({"unit": "%", "interval": {"low": 21.27, "high": 73.41, "level": 0.95,
    ...           "kind": "confidence"}})
    '95 % CI 21.3 to 73.4'
    """
    ends = record.get("interval")
    if not ends:
        return ""
    text = span(record)
    if ends.get("kind", "confidence") in LEVELS:
        level = ends.get("level") or 0.95
        word = LEVELS[ends.get("kind", "confidence")]
        return f"{decimal(level * 100)}{PERCENT} {word} {text}"
    return f"{KINDS.get(ends['kind'], ends['kind'])} {text}"


def span(record: Mapping[str, Any]) -> str:
    """The ends of a result's interval: "21.3 to 73.4".

    >>> span({"interval": {"low": 2, "high": None}})
    'from 2'
    """
    ends = record.get("interval") or {}
    places = 1 if record.get("unit") == "%" and ends.get("kind") in LEVELS else None
    low, high = (
        decimal(end, places) if end is not None else None
        for end in (ends.get("low"), ends.get("high"))
    )
    if low is None and high is None:
        return "unbounded"
    if low is None:
        return f"up to {high}"
    if high is None:
        return f"from {low}"
    return f"{low} to {high}"


def slug(text: str) -> str:
    """Turn an identifier into one that may stand in a page's address; distinct stay distinct.

    >>> slug("response.doi ever/PM")
    'response.doi_20ever_2fPM'
    """
    return "".join(
        char if char.isascii() and (char.isalnum() or char in ".-") else f"_{ord(char):x}"
        for char in text
    )
