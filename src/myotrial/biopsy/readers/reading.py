"""Read a session: answers one by one, committed as a whole before anything is unblinded."""

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.biopsy.readers.session import CODES, KEY_SCHEMA
from myotrial.errors import SlideError, some

__all__ = ["Reading", "Rejected", "Session", "open_session"]

SEAL = "seal"
CORNERS = 2000  # of one outline, at most
REGIONS = 200  # of one section, at most


@dataclass(frozen=True)
class Rejected:
    """A region that a reader rejects: corners in pixels of full resolution, and why."""

    outline: tuple[tuple[float, float], ...]
    reason: str


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
        regions: Regions that the reader rejected.
    """

    reader: str
    section: str
    code: str
    value: float | None
    reason: str
    again: bool
    regions: tuple[Rejected, ...] = ()


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
        self.grades: int = content.get("grades", 0)
        self.unit: str = content.get("unit", "")
        self.helped: bool = content.get("helped", True)

    def only(self, codes: Sequence[str]) -> "Session":
        """The same session with some of its codes only, for an adjudicator."""
        part = Session(self.folder)
        part.codes = tuple(code for code in self.codes if code in set(codes))
        return part

    def answer(self, reader: str, code: str, value: float | None, *, reason: str = "") -> None:
        """Record one answer, or correct it before the commitment.

        Args:
            reader: Who reads.
            code: Of the picture.
            value: The answer; None rejects the section, which needs a reason.
            reason: Of a rejection.

        Raises:
            SlideError: The reader has committed, the code is not of this session, the value is no
                answer to its question, or a rejection has no reason.
        """
        self._require_open(reader, code)
        if value is None and not reason.strip():
            raise SlideError(f"{code}: a section is rejected with a reason.")
        answers = self.answers(reader)
        answers[code] = {"value": self.checked(code, value), "reason": reason.strip()}
        self._keep(reader, answers, self.regions(reader))

    def checked(self, code: str, value: float | None) -> float | None:
        """The value, if it answers the question.

        Raises:
            SlideError: It does not.
        """
        if value is None:
            return None
        if self.grades and value not in range(self.grades):
            raise SlideError(
                f"{code}: the answer is a grade from 0 to {self.grades - 1} (got {value!r})."
            )
        if not math.isfinite(value) or value < 0:
            raise SlideError(f"{code}: the answer is a number, 0 or more (got {value!r}).")
        return value

    def reject(self, reader: str, code: str, outline: Sequence[Sequence[float]], why: str) -> None:
        """Reject a region of a section, which is then left out of its measurement.

        Args:
            reader: Who reads.
            code: Of the section.
            outline: Corners, in pixels of full resolution.
            why: The reason.

        Raises:
            SlideError: As `answer`; or the outline is none, or there are too many.
        """
        self._require_open(reader, code)
        if not why.strip():
            raise SlideError(f"{code}: a region is rejected with a reason.")
        if not 3 <= len(outline) <= CORNERS:
            raise SlideError(f"{code}: a region has 3 to {CORNERS} corners (got {len(outline)}).")
        regions = self.regions(reader)
        here = regions.setdefault(code, [])
        if len(here) >= REGIONS:
            raise SlideError(f"{code}: no more than {REGIONS} regions can be rejected.")
        corners = [[round(float(x), 1), round(float(y), 1)] for x, y in outline]
        here.append({"outline": corners, "reason": why.strip()})
        self._keep(reader, self.answers(reader), regions)

    def restore(self, reader: str, code: str, number: int) -> None:
        """Take the rejection of a region back; regions are counted from 0.

        Raises:
            SlideError: As `answer`; or there is no such region.
        """
        self._require_open(reader, code)
        regions = self.regions(reader)
        if not 0 <= number < len(regions.get(code, [])):
            raise SlideError(f"{code}: there is no region {number + 1}.")
        del regions[code][number]
        self._keep(reader, self.answers(reader), {k: v for k, v in regions.items() if v})

    def answers(self, reader: str) -> dict[str, Any]:
        """What a reader has answered so far, {"value": …, "reason": …} by code."""
        return self._content(reader).get("answers", {})

    def regions(self, reader: str) -> dict[str, Any]:
        """What a reader has rejected so far, [{"outline": …, "reason": …}] by code."""
        return self._content(reader).get("regions", {})

    def _require_open(self, reader: str, code: str) -> None:
        if self.committed(reader):
            raise SlideError(f"{reader} has committed; answers cannot be changed any more.")
        if code not in self.codes:
            raise SlideError(f"{code!r} is no code of this session.")

    def missing(self, reader: str) -> list[str]:
        """Codes that a reader has not answered, in the order of reading."""
        answers = self.answers(reader)
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
        answers, regions = self.answers(reader), self.regions(reader)
        seal = _digest(reader, answers, regions)
        self._keep(reader, answers, regions, seal)
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
        return self.unblind_codes(readers, self._key(key))

    def unblind_codes(self, readers: Sequence[str], names: Mapping[str, str]) -> list[Reading]:
        """The same where what the codes stand for is known already, as it is to an adjudication."""
        open_still = [reader for reader in readers if not self.committed(reader)]
        if open_still:
            raise SlideError(
                f"{some(open_still)} did not commit yet; nothing is unblinded before all have."
            )
        found = []
        for reader in readers:
            content = _json(self._place(reader))
            if _digest(reader, content["answers"], content.get("regions", {})) != content[SEAL]:
                raise SlideError(f"{reader}'s answers were changed after the commitment.")
            found += self._told(reader, content, names)
        return found

    def _told(
        self, reader: str, content: Mapping[str, Any], names: Mapping[str, str]
    ) -> list[Reading]:
        met: set[str] = set()
        told = []
        for code in self.codes:
            section, answer = names[code], content["answers"][code]
            regions = tuple(
                Rejected(tuple((x, y) for x, y in region["outline"]), region["reason"])
                for region in content.get("regions", {}).get(code, [])
            )
            value, reason = answer["value"], answer["reason"]
            told.append(Reading(reader, section, code, value, reason, section in met, regions))
            met.add(section)
        return told

    def _key(self, key: Path) -> dict[str, str]:
        content = _json(key)
        names = content.get("sections", {})
        if content.get("schema") != KEY_SCHEMA or set(names) != set(self.codes):
            raise SlideError(f"{key} is not the key of this session.")
        return names

    def _content(self, reader: str) -> dict[str, Any]:
        place = self._place(reader)
        return _json(place) if place.exists() else {}

    def _keep(
        self, reader: str, answers: dict[str, Any], regions: dict[str, Any], seal: str = ""
    ) -> None:
        content = {"reader": reader, "answers": answers}
        content |= {"regions": regions} if regions else {}
        _replace(self._place(reader), content | ({SEAL: seal} if seal else {}))

    def _place(self, reader: str) -> Path:
        """A file for each reader, named by a digest: a name may hold what a path cannot."""
        return self.folder / f"answers-{hashlib.sha256(reader.encode()).hexdigest()[:12]}.json"


def open_session(folder: Path) -> Session:
    """Open the folder of a session.

    Raises:
        SlideError: It is none.
    """
    return Session(folder)


def _digest(reader: str, answers: Mapping[str, Any], regions: Mapping[str, Any]) -> str:
    sealed = [reader, sorted(answers.items()), *([sorted(regions.items())] if regions else [])]
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True)
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
