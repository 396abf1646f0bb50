"""Make a blinded reading session: sections under codes, and a key that readers do not get.

Codes are drawn at random and carry nothing; the order is random; some sections come twice without
telling. What the codes stand for lies in one key file elsewhere. Small sections are given as
pictures, drawn anew from pixels, so no label image, tag, name or date of the scan comes along; all
have one size and one time. Whole slides stay where they are: `viewing` shows them under the codes.
"""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from myotrial.biopsy.reading.slide import Image
from myotrial.errors import OutputError, SlideError

__all__ = ["CODES", "KEY_SCHEMA", "Question", "Section", "make_session", "make_slide_session"]

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # none that is taken for another
LENGTH = 8
CODES = "codes.json"
SCHEMA = "myotrial-reading/1"
KEY_SCHEMA = "myotrial-reading-key/1"
SAME_TIME = 946684800  # 2000-01-01: one time for all files, none of them true
SMALLEST = 5  # sections of a session: with fewer, a reader could tell them apart by elimination


@dataclass(frozen=True)
class Section:
    """One section to be read.

    Attributes:
        name: What it is, for the key only.
        pixels: Its picture, (height, width, 3).
    """

    name: str
    pixels: Image


@dataclass(frozen=True)
class Question:
    """What readers are asked of each section.

    Attributes:
        words: "CD3-positive cells per mm2".
        grades: Number of grades, for answers 0 to grades - 1; 0: any number.
        unit: Of the answer, "" for none.
        helped: Whether readers see what was measured: positive areas, cells, threshold.
    """

    words: str
    grades: int = 0
    unit: str = ""
    helped: bool = True


def make_session(
    folder: Path,
    key: Path,
    sections: Sequence[Section],
    *,
    question: str,
    repeats: float = 0.2,
    chance: secrets.SystemRandom | None = None,
) -> tuple[str, ...]:
    """Write a session.

    Args:
        folder: What readers receive; it must not exist.
        key: File that tells what the codes stand for; it must lie outside `folder`.
        sections: What is to be read.
        question: What readers are asked: "CD3-positive cells per field".
        repeats: Share of sections that come twice.
        chance: Source of randomness; the system's, which cannot be guessed, unless a test needs
            another.

    Returns:
        The codes, in the order of reading.

    Raises:
        SlideError: There are too few sections, or two of one name.
        OutputError: Folder or key exist, or the key would lie among what readers receive.
    """
    named = {section.name: section.pixels for section in sections}
    _require_usable(folder, key, [section.name for section in sections])
    drawn = _drawn(list(named), repeats, chance or secrets.SystemRandom())
    size = _canvas(sections)
    folder.mkdir(parents=True)
    for code, name in drawn.items():
        _write(folder / f"{code}.png", _placed(named[name], size))
    _tell(folder, key, drawn, Question(question))
    return tuple(drawn)


def make_slide_session(
    folder: Path,
    key: Path,
    names: Sequence[str],
    *,
    question: Question,
    repeats: float = 0.2,
    chance: secrets.SystemRandom | None = None,
) -> tuple[str, ...]:
    """Write a session of whole slides, which readers see through `viewing` and never hold.

    Args:
        folder: Where readers' answers go; it must not exist.
        key: File that tells what the codes stand for; it must lie outside `folder`.
        names: Of the slides, for the key only.
        question: What readers are asked.
        repeats: Share of slides that come twice.
        chance: As for `make_session`.

    Returns:
        The codes, in the order of reading.

    Raises:
        SlideError: There are too few slides, or two of one name.
        OutputError: Folder or key exist, or the key would lie among what readers receive.
    """
    _require_usable(folder, key, names)
    drawn = _drawn(names, repeats, chance or secrets.SystemRandom())
    folder.mkdir(parents=True)
    _tell(folder, key, drawn, question)
    return tuple(drawn)


def _drawn(names: Sequence[str], repeats: float, chance: secrets.SystemRandom) -> dict[str, str]:
    """What each code stands for, in the order of reading."""
    again = chance.sample(names, max(1, round(repeats * len(names)))) if repeats else []
    readings = [*names, *again]
    chance.shuffle(readings)
    return dict(zip(_codes(len(readings), chance), readings, strict=True))


def _tell(folder: Path, key: Path, drawn: dict[str, str], question: Question) -> None:
    """Write the list of codes and the key; give all files one time."""
    about = asdict(question)
    about["question"] = about.pop("words")
    _text(folder / CODES, {"schema": SCHEMA, **about, "codes": list(drawn)})
    key.parent.mkdir(parents=True, exist_ok=True)
    _text(key, {"schema": KEY_SCHEMA, "question": question.words, "sections": drawn})
    for place in (*folder.iterdir(), folder):
        os.utime(place, (SAME_TIME, SAME_TIME))


def _require_usable(folder: Path, key: Path, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise SlideError("two sections of a session have one name; name each once.")
    if len(names) < SMALLEST:
        raise SlideError(
            f"a blinded session needs at least {SMALLEST} sections (got {len(names)}): with "
            "fewer a reader can tell which is which."
        )
    for place in (folder, key):
        if place.exists():
            raise OutputError(f"{place} exists.\nHint: name a new place for each session.")
    if key.resolve().is_relative_to(folder.resolve()):
        raise OutputError(
            f"{key} lies in {folder}, which readers receive.\nHint: keep the key elsewhere."
        )


def _codes(number: int, chance: secrets.SystemRandom) -> tuple[str, ...]:
    codes: list[str] = []
    while len(codes) < number:
        code = "".join(chance.choice(LETTERS) for _ in range(LENGTH))
        if code not in codes:
            codes.append(code)
    return tuple(codes)


def _canvas(sections: Sequence[Section]) -> tuple[int, int]:
    """One size for all, so that a picture's size tells nothing."""
    heights, widths = zip(*(section.pixels.shape[:2] for section in sections), strict=True)
    return max(heights), max(widths)


def _placed(pixels: Image, size: tuple[int, int]) -> Image:
    out = np.full((*size, 3), 255, np.uint8)
    top, left = (size[0] - pixels.shape[0]) // 2, (size[1] - pixels.shape[1]) // 2
    out[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return out


def _write(place: Path, pixels: Image) -> None:
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels[..., ::-1]))
    if not done:
        raise OutputError(f"{place} cannot be drawn.")
    place.write_bytes(data.tobytes())


def _text(place: Path, content: dict[str, object]) -> None:
    place.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
