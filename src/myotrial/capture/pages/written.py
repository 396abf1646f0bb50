"""How a value is written on a page and read from it: as the language writes decimals and dates.

Kept values have a point and ISO 8601; a page in Swedish shows and takes a comma. Dates are written
as kept in both languages; a paper form's way is taken too: 03-MAR-2026, UN-MAR-2026, 20260303.
"""

import re
from datetime import date
from types import MappingProxyType

from myotrial.capture.forms.definitions import Field

__all__ = ["comma", "day_month", "entered", "shown", "written_day"]

COMMA = ("sv",)
DECIMALS = re.compile(r"[+-]?\d*,\d+$", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$", re.ASCII)
PAPER = re.compile(r"(\d{1,2}|UN|UNK)[-/ .]([A-Z]{2,4})[-/ .](\d{4})$", re.ASCII)
UNKNOWN = re.compile(r"(\d{4})-(\d{2}|UN|UNK)-(UN|UNK)$", re.ASCII)
SHORT = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MONTHS = MappingProxyType(
    {name: number for number, name in enumerate(SHORT, start=1)} | {"MAJ": 5, "OKT": 10}
)
UN = ("UN", "UNK")


def comma(language: str) -> bool:
    """Whether a language writes decimals after a comma."""
    return language.split("-")[0] in COMMA


def shown(field: Field, text: str | None, language: str) -> str:
    """A kept value as a page writes it.

    >>> shown(Field("CK", "CK", "number"), "12.5", "sv")
    '12,5'
    """
    if text is None:
        return ""
    if field.kind == "number" and comma(language):
        return text.replace(".", ",")
    return text


def entered(field: Field, text: str, language: str) -> str:
    """What a person wrote, in the notation of kept values; what cannot be read stays as it is.

    >>> entered(Field("CK", "CK", "number"), "12,5", "sv")
    '12.5'
    >>> entered(Field("AESTDTC", "Started", "partial"), "UN-MAR-2026", "en")
    '2026-03'
    """
    text = text.strip()
    if field.kind in ("number", "integer") and comma(language) and DECIMALS.match(text):
        return text.replace(",", ".")
    if field.kind in ("date", "partial"):
        return _date(text.upper(), text)
    return text


def day_month(text: str) -> str:
    """A partial date as a paper form writes it, for printing.

    >>> day_month("2026-03"), day_month("2026"), day_month("2026-03-05")
    ('UN-MAR-2026', 'UN-UN-2026', '05-MAR-2026')
    """
    year, month, day = [*text.split("-"), "", ""][:3]
    return f"{day or 'UN'}-{SHORT[int(month) - 1] if month else 'UN'}-{year}"


def _date(text: str, written: str) -> str:
    if found := COMPACT.match(text):
        return "-".join(found.groups())
    if found := UNKNOWN.match(text):
        year, month, _ = found.groups()
        return year if month in UN else f"{year}-{month}"
    if (found := PAPER.match(text)) and (found[2] in MONTHS or found[2] in UN):
        day, month, year = found.groups()
        if month in UN:
            return year
        part = f"{year}-{MONTHS[month]:02d}"
        return part if day in UN else f"{part}-{int(day):02d}"
    return written


def written_day(day: date) -> str:
    """A date as every page writes it.

    >>> written_day(date(2026, 3, 5))
    '2026-03-05'
    """
    return day.isoformat()
