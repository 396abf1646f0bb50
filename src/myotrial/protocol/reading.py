"""Read a protocol, or say everything that is wrong with it at once."""

from pathlib import Path

from pydantic import ValidationError

from myotrial import documents
from myotrial.documents import Document
from myotrial.errors import DocumentError, Problem
from myotrial.protocol import wording
from myotrial.protocol.checks import check
from myotrial.protocol.draft import Draft
from myotrial.protocol.models import Protocol

__all__ = ["from_document", "parse", "read"]


def read(file: str | Path) -> Protocol:
    """Read `study.yaml`.

    Args:
        file: The file.

    Raises:
        DocumentError: The file cannot be read, or lists every problem of form and every
            contradiction, each with its line.
    """
    return from_document(documents.read(Path(file)))


def parse(text: str, *, file: str = "(text)") -> Protocol:
    """Read a protocol from YAML text; see `read`."""
    return from_document(documents.parse(text, file=file))


def from_document(document: Document) -> Protocol:
    """Take the protocol from a YAML document that was read already; see `read`."""
    if not isinstance(document.data, dict):
        found = wording.shown(document.data)
        expected = "the keys of a protocol: study, arms, visits …"
        raise DocumentError(document.file, [Problem("(file)", expected, found, 1)])
    found, protocol = [], None
    try:
        protocol = Protocol.model_validate(document.data)
    except ValidationError as error:
        found = wording.problems(error, document)
    found += check(Draft(document))
    if found or protocol is None:
        raise DocumentError(document.file, sorted(found, key=lambda item: item.line or 0))
    return protocol
