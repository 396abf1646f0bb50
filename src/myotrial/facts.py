"""A published number as the documentation lists it: value, unit, source, how far it was verified.

A module that uses published numbers names them once, beside its code, and offers them as a
module-level tuple `FACTS`; `docs/generate.py` collects these into one page.
"""

from dataclasses import dataclass
from types import MappingProxyType

from myotrial.errors import MyotrialError

__all__ = ["STATUSES", "Fact"]

STATUSES = MappingProxyType(
    {
        "verified": "Read in the named source itself.",
        "secondary": "Read in another publication that quotes the named source.",
        "derived": "Arithmetic on verified facts, or what a verified fact plainly implies.",
        "recalled": "General knowledge of the field, not seen in a source; check before use.",
        "assumed": "A choice made here because no source says; can be changed.",
        "unknown": "Not reported by any source that was read.",
    }
)


@dataclass(frozen=True)
class Fact:
    """One published number, or one published choice.

    Attributes:
        name: What it is, in words a clinician reads: "share of measures improved".
        value: The number, or the words of a choice or a range ("0 to 80").
        unit: Unit of the value; "" for none.
        source: Where it is published, exact enough to find.
        status: How far it was verified, a key of `STATUSES`.

    Raises:
        MyotrialError: The status is not one of `STATUSES`.

    >>> Fact("improved by at least", 20, "%", "Rider LG et al. 2004", "verified").value
    20
    """

    name: str
    value: float | str
    unit: str
    source: str
    status: str

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            known = ", ".join(STATUSES)
            raise MyotrialError(f"{self.name}: status must be one of {known} (got {self.status!r})")
