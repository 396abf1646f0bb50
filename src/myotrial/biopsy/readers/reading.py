"""Read a session: answers one by one, committed as a whole before anything is unblinded."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.biopsy.readers.session import CODES, KEY_SCHEMA
from myotrial.errors import SlideError, some

__all__ = ["Reading", "Session", "open_session"]

SEAL = "seal"


@dataclass(frozen=True)
class Reading:
    """One committed answer, unblinded.

    Attributes:
        reader: Who read.
        section: What was read.
        code: Under which code.
        value: The answer; None where the section was rejected.
        reason: Why it was rejected, "" if it was not.
        again: Whether it is the hidden repeat.
    """

    reader: str
    section: str
    code: str
    value: float | None
    reason: str
    again: bool


class Session:
    """The folder that readers received, and their answers in it.

    Args:
        folder: From `make_session`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = _json(folder / CODES)
        self.question: str = content["question"]
        self.codes: tuple[str, ...] = tuple(content["codes"])

    def answer(self, reader: str, code: str, value: float | None, *, reason: str = "") -> None:
        """Record one answer, or correct it before the commitment.

        Args:
            reader: Who reads.
            code: Of the picture.
            value: The answer; None rejects the section, which needs a reason.
            reason: Of a rejection.

        Raises:
            SlideError: The reader has committed, the code is not of this session, or a rejection
                has no reason.
        """
        if self.committed(reader):
            raise SlideError(f"{reader} has committed; answers cannot be changed any more.")
        if code not in self.codes:
            raise SlideError(f"{code!r} is no code of this session.")
        if value is None and not reason.strip():
            raise SlideError(f"{code}: a section is rejected with a reason.")
        answers = self._answers(reader)
        answers[code] = {"value": value, "reason": reason.strip()}
        _replace(self._place(reader), {"reader": reader, "answers": answers})

    def missing(self, reader: str) -> list[str]:
        """Codes that a reader has not answered, in the order of reading."""
        answers = self._answers(reader)
        return [code for code in self.codes if code not in answers]

    def commit(self, reader: str) -> str:
        """Seal a reader's answers, which must be complete.

        Returns:
            The seal: SHA-256 of the answers.

        Raises:
            SlideError: Answers are missing, or the reader has committed.
        """
        if self.committed(reader):
            raise SlideError(f"{reader} has committed already.")
        missing = self.missing(reader)
        if missing:
            raise SlideError(f"{reader} has not answered {some(missing)}; commit when all are.")
        answers = self._answers(reader)
        seal = _digest(reader, answers)
        _replace(self._place(reader), {"reader": reader, "answers": answers, SEAL: seal})
        return seal

    def committed(self, reader: str) -> bool:
        """Whether a reader has committed."""
        place = self._place(reader)
        return place.exists() and SEAL in _json(place)

    def unblind(self, key: Path, readers: Sequence[str]) -> list[Reading]:
        """Tell what was read, once every reader has committed.

        Args:
            key: From `make_session`.
            readers: All who were to read.

        Raises:
            SlideError: A reader has not committed, sealed answers were changed, or the key is not
                of this session.
        """
        names = self._key(key)
        open_still = [reader for reader in readers if not self.committed(reader)]
        if open_still:
            raise SlideError(
                f"{some(open_still)} did not commit yet; nothing is unblinded before all have."
            )
        found = []
        for reader in readers:
            content = _json(self._place(reader))
            if _digest(reader, content["answers"]) != content[SEAL]:
                raise SlideError(f"{reader}'s answers were changed after the commitment.")
            found += self._told(reader, content["answers"], names)
        return found

    def _told(
        self, reader: str, answers: Mapping[str, Any], names: Mapping[str, str]
    ) -> list[Reading]:
        met: set[str] = set()
        told = []
        for code in self.codes:
            section, answer = names[code], answers[code]
            told.append(
                Reading(reader, section, code, answer["value"], answer["reason"], section in met)
            )
            met.add(section)
        return told

    def _key(self, key: Path) -> dict[str, str]:
        content = _json(key)
        names = content.get("sections", {})
        if content.get("schema") != KEY_SCHEMA or set(names) != set(self.codes):
            raise SlideError(f"{key} is not the key of this session.")
        return names

    def _answers(self, reader: str) -> dict[str, Any]:
        place = self._place(reader)
        return _json(place)["answers"] if place.exists() else {}

    def _place(self, reader: str) -> Path:
        """A file for each reader, named by a digest: a name may hold what a path cannot."""
        return self.folder / f"answers-{hashlib.sha256(reader.encode()).hexdigest()[:12]}.json"


def open_session(folder: Path) -> Session:
    """Open the folder of a session.

    Raises:
        SlideError: It is none.
    """
    return Session(folder)


def _digest(reader: str, answers: Mapping[str, Any]) -> str:
    text = json.dumps([reader, sorted(answers.items())], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _json(place: Path) -> dict[str, Any]:
    try:
        return json.loads(place.read_bytes())
    except (OSError, ValueError) as error:
        raise SlideError(f"{place} cannot be read: {error}") from error


def _replace(place: Path, content: dict[str, Any]) -> None:
    beside = place.with_suffix(f".new-{os.getpid()}")
    beside.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(place)
