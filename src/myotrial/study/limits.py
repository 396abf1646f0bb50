"""Upper limits of normal as they are stated on a command line."""

from collections.abc import Mapping
from typing import Any

from myotrial.errors import MyotrialError

__all__ = ["stated"]


def stated(given: Mapping[str, str]) -> dict[str, Any]:
    """Limits as numbers, those of one laboratory and of one sex together.

    Args:
        given: Numbers as text by "CK", "CK:F", "CK@LAB" or "CK:F@LAB".

    Raises:
        MyotrialError: A limit is no number, or is stated for both sexes and for one.

    >>> stated({"CK:F": "150", "CK:M": "200", "LDH": "250"})
    {'CK': {'F': 150.0, 'M': 200.0}, 'LDH': 250.0}
    """
    found: dict[str, Any] = {}
    for name, text in given.items():
        try:
            value = float(text)
        except ValueError as error:
            raise MyotrialError(f"the limit of {name} is a number (got {text!r}).") from error
        stem, _, laboratory = name.partition("@")
        measure, _, sex = stem.partition(":")
        path = [measure, *filter(None, (laboratory, sex))]
        inner = found
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
            if not isinstance(inner, dict):
                raise _twice(measure, laboratory)
        if path[-1] in inner:
            raise _twice(measure, laboratory)
        inner[path[-1]] = value
    return found


def _twice(measure: str, laboratory: str) -> MyotrialError:
    at = f" at {laboratory}" if laboratory else ""
    return MyotrialError(f"the limit of {measure}{at} is stated for both sexes and for one.")
