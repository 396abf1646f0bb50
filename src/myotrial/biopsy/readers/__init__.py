"""Blinded reading: codes in random order, commitment before unblinding, agreement."""

from myotrial.biopsy.readers.agreement import Agreement, compare
from myotrial.biopsy.readers.reading import Reading, Session, open_session
from myotrial.biopsy.readers.session import Section, make_session

__all__ = [
    "Agreement",
    "Reading",
    "Section",
    "Session",
    "compare",
    "make_session",
    "open_session",
]
