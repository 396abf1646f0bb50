"""What every rule's sentence is made of: the measures it turned on, its verdict in words."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from myotrial.response.core_set import CoreSet

__all__ = [
    "NO_PAIR",
    "counted",
    "listed",
    "missing_of",
    "named",
    "told",
    "verdict_of",
    "with_missing",
]


OPEN = {"INDETERMINATE": "Open", "NOT ASSESSED": "Not assessed"}
WORDS = {  # of each rule's verdicts, for a person
    "doi": {"Y": "Met", "N": "Not met", **OPEN},
    "printo": {"Y": "Met", "N": "Not met", **OPEN},
    "worsening": {"Y": "Worse", "N": "Not worse", **OPEN},
    "worsening30": {"Y": "Worse", "N": "Not worse", **OPEN},
    "deterioration": {"Y": "Deteriorated", "N": "Not deteriorated", **OPEN},
    "status": OPEN,
    "tis": {"NONE": "No response", **OPEN}
    | {word: f"{word.capitalize()} response" for word in ("MINIMAL", "MODERATE", "MAJOR")},
    "fi20": {"Y": "Improved", "N": "Not improved", **OPEN},
}
NO_PAIR = "no core set measure has a value both at baseline and at this visit"


def verdict_of(low: Any, high: Any, assessed: bool) -> str:
    """Y, N, open or not assessed, from the bounds of a rule."""
    if not assessed:
        return "NOT ASSESSED"
    return "Y" if low else "INDETERMINATE" if high else "N"


def with_missing(verdict: str, sentence: str, gone: Sequence[str]) -> str:
    """A sentence with what is missing where that decides."""
    if verdict == "NOT ASSESSED":
        return NO_PAIR
    if verdict == "INDETERMINATE":
        return f"{sentence}. What is missing decides: {listed(gone) or 'a scale in cm'}"
    return sentence


def told(key: str, name: str, verdict: str, sentence: str, source: str) -> dict[str, Any]:
    """One rule as the card tells it."""
    return {
        "id": key,
        "name": name,
        "verdict": verdict,
        "words": WORDS.get(key, {}).get(verdict, verdict.capitalize()),
        "sentence": sentence[0].upper() + sentence[1:] + ".",
        "source": source,
    }


def named(names: CoreSet, chosen: Iterable[Any]) -> list[str]:
    """The measures that were chosen."""
    return [name for name, taken in zip(names, chosen, strict=True) if taken]


def missing_of(change: CoreSet, names: CoreSet) -> list[str]:
    """The measures that are missing."""
    return named(names, (np.isnan(item) for item in change))


def counted(names: Sequence[str]) -> str:
    """How many measures, and which.

    >>> counted([]), counted(["function"]), counted(["function", "enzyme"])
    ('no measure', '1 measure (function)', '2 measures (function, enzyme)')
    """
    if not names:
        return "no measure"
    return f"{len(names)} measure{'s' * (len(names) > 1)} ({listed(names)})"


def listed(names: Sequence[str]) -> str:
    """Names in a row."""
    return ", ".join(names)
