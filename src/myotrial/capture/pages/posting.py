"""What the page of a form sends: what stands in each field now, and what stood there at first.

Only fields that differ from what the page was opened with are changed by whoever sends it; a field
that somebody else changed meanwhile and that was not touched here stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from myotrial.capture.forms.definitions import Form
from myotrial.capture.pages.words import REASONS
from myotrial.capture.pages.written import entered
from myotrial.capture.record.state import Value

__all__ = ["VALUE", "Posted", "read"]

VALUE, ABSENT, WAS, WAS_ABSENT, EXPLAINED = "v.", "a.", "w.", "x.", "e."
OTHER = "other"


@dataclass(frozen=True)
class Posted:
    """One form as it was sent.

    Attributes:
        typed: What stands in each field, in the notation of kept values.
        changed: The fields in which something else stands than when the form was opened.
        seen: Number of the record's last entry when the form was opened.
        reason: Why saved values change.
        explained: What is said to checks that ask.
        act: Id of the request.
        go: What to open afterwards: "stay", "next" or "exit".
    """

    typed: Mapping[str, Value]
    changed: Mapping[str, Value]
    seen: int
    reason: str
    explained: Mapping[str, str]
    act: str
    go: str

    @property
    def texts(self) -> dict[str, str | None]:
        """The texts of all fields, for live scores."""
        return {name: value.text for name, value in self.typed.items()}


def read(form: Form, sent: QueryDict, language: str) -> Posted:
    """Read what was sent; fields that the page did not hold are left out."""
    typed, changed = {}, {}
    for item in form.fields:
        if f"{WAS}{item.name}" not in sent:
            continue
        now, was = (
            Value(
                entered(item, sent.get(f"{text}{item.name}", ""), language) or None,
                sent.get(f"{why}{item.name}", ""),
            )
            for text, why in ((VALUE, ABSENT), (WAS, WAS_ABSENT))
        )
        typed[item.name] = now
        if now != was:
            changed[item.name] = now
    told = {
        name.removeprefix(EXPLAINED): text
        for name, text in sent.items()
        if name.startswith(EXPLAINED) and isinstance(text, str) and text.strip()
    }
    seen = sent.get("seen", "")
    return Posted(
        typed,
        changed,
        int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else 0,
        _reason(sent),
        told,
        sent.get("act", ""),
        sent.get("go", "stay"),
    )


def _reason(sent: QueryDict) -> str:
    """The reason: one of the short list, and what is said besides."""
    chosen, more = sent.get("reason", ""), sent.get("reason_text", "").strip()
    if chosen not in REASONS or chosen == OTHER:
        return more
    return f"{chosen}: {more}" if more else chosen
