"""A reader's desk: everything that one reader of one session can ask for, by code.

The desk knows slides; what leaves it are pixels, numbers and codes. Whatever goes wrong with a
slide is told to the reader in one sentence that is the same for all, and kept in `Desk.faults` for
those who know the key. A desk knows no network: `routes` turns requests into calls on it.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from myotrial.biopsy import geojson
from myotrial.biopsy.readers.reading import Session
from myotrial.biopsy.reading import Slide, open_slide
from myotrial.biopsy.tissue import cell_size, find_white
from myotrial.biopsy.viewing.layers import Cells, Layers, Stained, png, stained
from myotrial.biopsy.viewing.pyramid import TILE, Box, Canvas, Pyramid, canvas_of
from myotrial.errors import SlideError

__all__ = ["Desk", "Shown"]

OPEN = 3  # slides kept open
KEPT = 512  # tiles kept, about 20 MB
QUALITY = 88  # of JPEG
WHITE = (245.0, 245.0, 245.0)  # where a slide shows none
UNSEEN = "This section cannot be shown; tell the study team its code, and go on with the next."


@dataclass(frozen=True)
class Shown:
    """A slide to be shown, and what is known of it.

    Attributes:
        path: The file.
        mpp: Micrometres a pixel, where stated.
        chromogen: What its marker was made visible with.
        operating: OD above the floor that counts as positive, where it was not measured.
        record: What a measurement kept of it; None where it was not measured.
        cells: File of its nuclei; None where they were not counted.
    """

    path: Path
    mpp: float | None
    chromogen: str
    operating: float
    record: Mapping[str, Any] | None = None
    cells: Path | None = None


@dataclass(frozen=True)
class _Opened:
    slide: Slide
    pyramid: Pyramid
    layers: Callable[[], Layers]


class Desk:
    """One reader's desk.

    Args:
        session: What is read; its codes may be some of a session's only, for adjudication.
        reader: Who reads.
        slides: What each code stands for; several codes may stand for one.
        told: By code, what other readers have answered, for an adjudicator.
    """

    def __init__(
        self,
        session: Session,
        reader: str,
        slides: Mapping[str, Shown],
        told: Mapping[str, Sequence[float | None]] | None = None,
    ) -> None:
        self.session, self.reader, self._slides, self._told = session, reader, slides, told or {}
        self.faults: dict[str, str] = {}
        self.canvas = self._canvas()
        self._open: OrderedDict[Path, _Opened] = OrderedDict()
        self._lock, self._writing = threading.RLock(), threading.Lock()
        self.tile = lru_cache(maxsize=KEPT)(self._tile)
        self.layer = lru_cache(maxsize=KEPT)(self._layer)

    def close(self) -> None:
        """Let all slides go."""
        with self._lock:
            self._open.clear()

    def state(self) -> dict[str, Any]:
        """What the page needs to know: the question, the codes, and what was answered."""
        answers, regions = (self.session.answers(self.reader), self.session.regions(self.reader))
        sections = [
            {
                "code": code,
                "answer": answers.get(code),
                "regions": [self._on_canvas(code, region) for region in regions.get(code, [])],
                "told": list(self._told.get(code, [])),
            }
            for code in self.session.codes
        ]
        return {
            "question": self.session.question,
            "unit": self.session.unit,
            "grades": self.session.grades,
            "helped": self.session.helped,
            "reader": self.reader,
            "adjudicating": bool(self._told),
            "committed": self.session.committed(self.reader),
            "canvas": vars(self.canvas) | {"finest": self.canvas.finest, "tile": TILE},
            "sections": sections,
        }

    def about(self, code: str) -> dict[str, Any]:
        """What helps to read a section: its operating point, and whether it was measured."""
        with self._guarded(code) as opened:
            layers = opened.layers()
            return {
                "operating": layers.stained.operating,
                "measured": layers.stained.measured,
                "counted": layers.counted,
            }

    def shares(self, code: str, box: Box) -> dict[str, Any]:
        """Positive shares of a part of a section, as `Layers.shares`."""
        mine = self.session.regions(self.reader).get(code, [])
        with self._guarded(code) as opened:
            return opened.layers().shares(box, [[region["outline"]] for region in mine])

    def cells(self, code: str, box: Box) -> dict[str, Any]:
        """Nuclei in a part of a section, as `Layers.cells`."""
        with self._guarded(code) as opened:
            return opened.layers().cells(box)

    def answer(self, code: str, value: float | None, reason: str) -> None:
        """Record an answer."""
        with self._writing:
            self.session.answer(self.reader, code, value, reason=reason)

    def reject(self, code: str, outline: Sequence[Sequence[float]], reason: str) -> None:
        """Reject a region, drawn on the canvas."""
        with self._guarded(code) as opened:
            corners = [opened.pyramid.to_slide(x, y) for x, y in outline]
        with self._writing:
            self.session.reject(self.reader, code, corners, reason)

    def restore(self, code: str, number: int) -> None:
        """Take the rejection of a region back."""
        with self._writing:
            self.session.restore(self.reader, code, number)

    def commit(self) -> None:
        """Seal all answers."""
        with self._writing:
            self.session.commit(self.reader)

    def _tile(self, code: str, level: int, column: int, row: int) -> bytes:
        """One tile of the section, a JPEG."""
        with self._guarded(code) as opened:
            pixels = np.ascontiguousarray(opened.pyramid.tile(level, column, row)[..., ::-1])
        return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()

    def _layer(self, code: str, level: int, column: int, row: int) -> bytes:
        """One tile of its layer, a PNG."""
        with self._guarded(code) as opened:
            return png(opened.layers().tile(level, column, row))

    def _canvas(self) -> Canvas:
        infos = []
        for code, shown in self._slides.items():
            try:
                with open_slide(shown.path, mpp=shown.mpp) as slide:
                    infos.append(slide.info)
            except SlideError as error:
                self.faults[code] = str(error)
        if not infos:
            raise SlideError("no section of this session can be opened.")
        return canvas_of(infos)

    def _on_canvas(self, code: str, region: Mapping[str, Any]) -> dict[str, Any]:
        try:
            with self._guarded(code) as opened:
                corners = [opened.pyramid.to_canvas(x, y) for x, y in region["outline"]]
        except SlideError:
            corners = []
        outline = [[round(x, 1), round(y, 1)] for x, y in corners]
        return {"outline": outline, "reason": region["reason"]}

    def _guarded(self, code: str) -> "_Guard":
        return _Guard(self, code)

    def opened(self, code: str) -> _Opened:
        """The slide of a code, open.

        Raises:
            SlideError: The code is not of this session, or the slide cannot be opened.
        """
        shown = self._slides[code]
        with self._lock:
            if shown.path not in self._open:
                slide = open_slide(shown.path, mpp=shown.mpp)
                opened = self._open[shown.path] = _laid(slide, shown, self.canvas)
                weakref.finalize(opened, slide.close)  # when no request uses it any more
            self._open.move_to_end(shown.path)
            while len(self._open) > OPEN:
                self._open.popitem(last=False)
            return self._open[shown.path]


class _Guard:
    """An open slide, whose errors become one sentence that tells nothing of it."""

    def __init__(self, desk: Desk, code: str) -> None:
        self._desk, self._code = desk, code

    def __enter__(self) -> _Opened:
        if self._code not in self._desk.session.codes:
            raise SlideError("there is no such section.")
        try:
            return self._desk.opened(self._code)
        except SlideError as error:
            raise self._unseen(error) from None

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        if isinstance(error, SlideError) and "there is no such tile" not in str(error):
            raise self._unseen(error) from None

    def _unseen(self, error: SlideError) -> SlideError:
        self._desk.faults[self._code] = str(error)
        return SlideError(UNSEEN)


def _laid(slide: Slide, shown: Shown, canvas: Canvas) -> _Opened:
    """A slide on the canvas; its layers are made when first asked for."""
    record = shown.record
    how = Stained.from_record(record) if record else None
    try:
        overview = slide.overview(max(cell_size(slide.info.mpp), 16))
        ground = how.white if how else find_white(shown.path.name, overview).level
    except SlideError:
        ground = WHITE
    pyramid, lock = Pyramid(slide, canvas, ground), threading.Lock()
    made: list[Layers] = []

    def layers() -> Layers:
        with lock:
            if not made:
                found = how or stained(slide, shown.chromogen, shown.operating)
                made.append(Layers(pyramid, found, _cells(shown.cells)))
            return made[0]

    return _Opened(slide, pyramid, layers)


def _cells(file: Path | None) -> Cells | None:
    if file is None or not file.exists():
        return None
    features = [one for one in geojson.read(file) if one.kind == "detection"]
    points = np.array([one.outline[0] for one in features], np.float32).reshape(-1, 2)
    positive = np.array([one.name == "Positive" for one in features], bool)
    return Cells(points[:, 0], points[:, 1], positive)
