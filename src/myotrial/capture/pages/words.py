"""Words and marks of the pages, to be translated: statuses, reasons, states, criteria.

Every status has a mark and a word beside its colour. Labels that come from protocol and
instruments are translated where the translation knows them, and stand as they are elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

__all__ = [
    "ABSENCE",
    "KINDS",
    "MARKS",
    "PATIENT",
    "REASONS",
    "SECTIONS",
    "STATES",
    "Marked",
    "limits",
    "translated",
    "verdict",
]


@dataclass(frozen=True)
class Marked:
    """A status on a page.

    Attributes:
        status: A key of `STATUSES`.
        mark: One character.
        word: What it says.
    """

    status: str
    mark: str
    word: Any


_ = gettext_lazy
MARKS: Mapping[str, Marked] = MappingProxyType(
    {
        status: Marked(status, mark, word)
        for status, mark, word in (
            ("query", "?", _("query open")),
            ("answered", "↩", _("query answered")),
            ("overdue", "!", _("overdue")),
            ("started", "◐", _("incomplete")),
            ("due", "○", _("due")),
            ("complete", "●", _("complete")),
            ("verified", "✓", _("compared with source")),
            ("frozen", "∗", _("frozen")),
            ("locked", "■", _("locked")),
            ("skipped", "–", _("not done")),
            ("future", "·", _("not due yet")),
            ("none", " ", _("nothing due")),
        )
    }
)
ABSENCE = MappingProxyType({"ND": _("not done"), "UNK": _("unknown"), "NA": _("not applicable")})
REASONS = MappingProxyType(  # why a saved value is changed; the text is what the trail keeps
    {
        "transcription error": _("transcription error"),
        "source corrected": _("source corrected"),
        "query answered": pgettext_lazy("reason for change", "query answered"),
        "new information": _("new information"),
        "other": _("other (say what)"),
    }
)
PATIENT = MappingProxyType(
    {
        "screening": _("in screening"),
        "enrolled": _("enrolled"),
        "completed": _("completed"),
        "withdrawn": _("withdrawn"),
    }
)
STATES = MappingProxyType(
    {
        "open": pgettext_lazy("query", "open"),
        "answered": pgettext_lazy("query", "answered"),
        "closed": pgettext_lazy("query", "closed"),
        "cancelled": pgettext_lazy("query", "cancelled"),
    }
)
SECTIONS = MappingProxyType({"right": _("Right"), "left": _("Left"), "total": _("Total"), "": ""})
KINDS = MappingProxyType(
    {
        "date": _("YYYY-MM-DD"),
        "partial": _("YYYY-MM-DD; unknown parts as UN: 2026-03-UN"),
        "text": "",
        "number": "",
        "integer": "",
        "choice": "",
    }
)
VERDICTS = MappingProxyType(
    {
        "Y": _("met"),
        "N": _("not met"),
        "INDETERMINATE": _("still open"),
        "NONE": _("no response"),
        "MINIMAL": _("minimal response"),
        "MODERATE": _("moderate response"),
        "MAJOR": _("major response"),
    }
)


def verdict(word: str) -> Any:
    """A verdict or category in words.

    >>> str(verdict("Y"))
    'met'
    """
    return VERDICTS.get(word, word)


def translated(label: str) -> str:
    """A label of the protocol or an instrument in the language of the page, where it is known."""
    base, comma, rest = label.partition(", ")
    if rest in ("right", "left"):
        return f"{gettext(base)}{comma}{gettext(rest)}"
    return gettext(label) if label else ""


def limits(low: float, high: float) -> str:
    """Two bounds as they are written: "54–74".

    >>> limits(54.0, 74.0), limits(1.25, 1.25)
    ('54–74', '1.25')
    """
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def joined(labels: Iterable[str]) -> str:
    """Labels in one line, translated."""
    return ", ".join(map(translated, labels))
