"""What an export brings back: sites, and the patients' trails entry by entry.

Data are not brought: they are what the trails make, replayed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from myotrial.capture.trail.entries import Entry

__all__ = ["Archive", "Site"]


@dataclass(frozen=True)
class Site:
    """A site: its code, its name, and its time zone."""

    code: str
    name: str
    zone: str


@dataclass(frozen=True)
class Archive:
    """An export that was opened.

    Attributes:
        study: STUDYID.
        sites: The sites of the patients.
        entries: The entries, patient by patient, each patient's in order; read once.
    """

    study: str
    sites: tuple[Site, ...]
    entries: Iterator[Entry]
