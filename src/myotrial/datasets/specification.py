"""What a protocol asks for must exist here: instruments, their units and variants, definitions."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from myotrial import documents, instruments
from myotrial.datasets import definitions, derivations
from myotrial.datasets.definitions import Unknown
from myotrial.documents import Document, nearest
from myotrial.errors import DocumentError, Problem
from myotrial.protocol.models import Assessment, Protocol

__all__ = ["check_protocol", "close"]


def check_protocol(protocol: Protocol, *, file: str = "study.yaml") -> None:
    """Check that a protocol asks for instruments, units and definitions that exist here.

    Args:
        protocol: The protocol.
        file: Where it was read, for messages; if the file is there, they name its lines.

    Raises:
        DocumentError: Lists everything that does not exist, with the nearest that does.
    """
    found = [*_assessment_problems(protocol)]
    found = found or [*definitions.problems(protocol)]  # which take instruments as they are
    found += derivations.problems(protocol)
    if found:
        document = documents.read(Path(file)) if Path(file).is_file() else None
        raise DocumentError(file, [_problem(item, document) for item in found])


def _problem(item: Unknown, document: Document | None) -> Problem:
    line = document.line(item.path) if document else None
    return Problem(documents.shown_path(item.path), item.expected, item.found, line, item.hint)


def _assessment_problems(protocol: Protocol) -> Iterator[Unknown]:
    for index, item in enumerate(protocol.assessments):
        path = ("assessments", index)
        if item.instrument in instruments.ALL:
            yield from _scale_problems(path, item)
        else:
            hint = nearest(item.instrument, instruments.ALL)
            found = repr(item.instrument)
            yield Unknown((*path, "instrument"), "the id of an instrument", found, hint)


def _scale_problems(path: tuple[str | int, ...], item: Assessment) -> Iterator[Unknown]:
    instrument = instruments.get(item.instrument)
    for key, value, known in (
        ("variant", item.variant, instrument.ranges),
        ("unit", item.unit, instrument.units),
    ):
        if value not in known:
            expected = f"a {key} of {item.instrument}: {', '.join(filter(None, known)) or 'none'}"
            found = repr(value) if value else "nothing"
            yield Unknown((*path, key), expected, found, close(value, tuple(known)))


def close(word: str, known: Sequence[str]) -> str:
    """A hint that names the nearest allowed value; "" where none is near.

    >>> close("m3", ["M0", "M3"])
    "did you mean 'M3'?"
    """
    same = [value for value in known if value.casefold() == word.casefold()]
    hint = f"did you mean {same[0]!r}?" if same else nearest(word, known)
    return hint if hint.startswith("did you") else ""
