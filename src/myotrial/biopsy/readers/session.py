"""Make a blinded reading session: pictures under codes, and a key that readers do not get.

A reader receives a folder of pictures and a list of codes. Codes are drawn at random and carry
nothing; the order is random; some sections come twice without telling. Pictures are drawn anew
from pixels, so no label image, tag, name or date of the scan comes along; all have one size and
one time. What the codes stand for lies in one key file elsewhere.
"""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from myotrial.biopsy.reading.slide import Image
from myotrial.errors import OutputError, SlideError

__all__ = ["CODES", "KEY_SCHEMA", "Section", "make_session"]

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
    chance = chance or secrets.SystemRandom()
    _require_usable(folder, key, sections)
    chosen = list(range(len(sections)))
    again = chance.sample(chosen, max(1, round(repeats * len(sections)))) if repeats else []
    readings = chosen + again
    chance.shuffle(readings)
    codes = _codes(len(readings), chance)
    size = _canvas(sections)
    folder.mkdir(parents=True)
    for code, number in zip(codes, readings, strict=True):
        _write(folder / f"{code}.png", _placed(sections[number].pixels, size))
    listed = {"schema": SCHEMA, "question": question, "codes": list(codes)}
    _text(folder / CODES, listed)
    names = {code: sections[number].name for code, number in zip(codes, readings, strict=True)}
    key.parent.mkdir(parents=True, exist_ok=True)
    _text(key, {"schema": KEY_SCHEMA, "question": question, "sections": names})
    for place in (*folder.iterdir(), folder):
        os.utime(place, (SAME_TIME, SAME_TIME))
    return codes


def _require_usable(folder: Path, key: Path, sections: Sequence[Section]) -> None:
    names = [section.name for section in sections]
    if len(set(names)) < len(names):
        raise SlideError("two sections of a session have one name; name each once.")
    if len(sections) < SMALLEST:
        raise SlideError(
            f"a blinded session needs at least {SMALLEST} sections (got {len(sections)}): with "
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
