"""Blinded reading: codes in random order, commitment before unblinding, agreement."""

from myotrial.biopsy.readers.agreement import Agreement, adjudicate, compare, disputes
from myotrial.biopsy.readers.reading import Reading, Rejected, Session, open_session
from myotrial.biopsy.readers.session import Question, Section, make_session, make_slide_session

__all__ = [
    "Agreement",
    "Question",
    "Reading",
    "Rejected",
    "Section",
    "Session",
    "adjudicate",
    "compare",
    "disputes",
    "make_session",
    "make_slide_session",
    "open_session",
]
