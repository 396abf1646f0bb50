"""One entry of a form: what can be there, what cannot, and how it is written down.

A value is kept as the person wrote it, in one notation: numbers with a point and no spaces, dates
as ISO 8601 (UN in a paper form's date becomes a shorter date: 2026-03, 2026).
"""

import re
from datetime import date
from math import isfinite

from myotrial.capture.forms.definitions import Field

__all__ = ["LONGEST", "ODD", "EntryError", "parse", "unstorable"]

LONGEST = 10_000  # characters of a text
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)$", re.ASCII)
ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not in XML, or UTF-8
PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$", re.ASCII)


class EntryError(ValueError):
    """An entry that the field cannot take; the message says what it can."""


def parse(field: Field, text: str, *, today: date) -> str:
    """The entry as it is kept.

    Args:
        field: The field.
        text: What was entered; not empty.
        today: The date at the site; later dates are refused.

    Raises:
        EntryError: The field cannot take it.

    >>> parse(Field("CK", "CK", "number", "ukat/L"), " 12.50 ", today=date(2026, 1, 1))
    '12.5'
    """
    text = text.strip()
    if odd := unstorable(text):
        raise EntryError(f"must not hold {odd}")
    if len(text) > LONGEST:
        raise EntryError(f"must have at most {LONGEST} characters (got {len(text)})")
    if field.kind == "choice":
        return _choice(field, text)
    if field.kind in ("number", "integer"):
        return _number(field, text)
    if field.kind in ("date", "partial"):
        return _date(field, text, today)
    return text


def unstorable(text: str) -> str:
    r"""The first character that a text cannot keep through every database and export; "" of none.

    >>> unstorable("a\x00b"), unstorable("line\nåβ日🙂")
    ('the character U+0000', '')
    """
    found = ODD.search(text)
    return f"the character U+{ord(found[0]):04X}" if found else ""


def _choice(field: Field, text: str) -> str:
    known = [value for value, _ in field.choices]
    if text not in known:
        raise EntryError(f"must be one of {', '.join(known)} (got {text[:40]!r})")
    return text


def _number(field: Field, text: str) -> str:
    if not NUMBER.match(text):
        raise EntryError(f"must be a number such as 12.5 (got {text[:40]!r})")
    value = float(text)
    if not isfinite(value):
        raise EntryError("must be a finite number")
    if (field.kind == "integer" or field.step == 1) and not value.is_integer():
        raise EntryError(f"must be a whole number (got {text})")
    if field.range is not None and not field.range[0] <= value <= field.range[1]:
        raise EntryError(f"must be {_between(*field.range, field.unit)} (got {text})")
    return _written(text)


def _between(low: float, high: float, unit: str) -> str:
    unit = f" {unit}" if unit else ""
    return f"at least {low:g}{unit}" if high == float("inf") else f"{low:g} to {high:g}{unit}"


def _written(text: str) -> str:
    """Without a plus sign, leading zeros, or zeros that say nothing; digits are never lost."""
    sign = "-" if text.startswith("-") else ""
    whole, _, part = text.lstrip("+-").partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    written = f"{whole}.{part}" if part else whole
    return written if written == "0" else sign + written


def _date(field: Field, text: str, today: date) -> str:
    match = PARTIAL.match(text)
    forms = "YYYY-MM-DD" if field.kind == "date" else "YYYY-MM-DD, YYYY-MM or YYYY"
    if match is None or (field.kind == "date" and match[3] is None):
        raise EntryError(f"must be a date as {forms} (got {text[:40]!r})")
    try:
        earliest = date(*(int(part or 1) for part in match.groups()))
    except ValueError:
        raise EntryError(f"must be a date that exists (got {text})") from None
    if earliest > today:
        raise EntryError(f"must not lie in the future (got {text}, today is {today})")
    return text
