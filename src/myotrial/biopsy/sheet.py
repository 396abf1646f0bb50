"""The sheet of a slide: what was measured of it, to be accepted or not at a glance.

On the left the section as scanned; on the right the same with tissue outlined, artefacts filled,
and positive cells dotted; below, the threshold curve with its operating point, and the numbers. A
sheet shows a code, never a patient, a visit or a file name, so that looking at it unblinds nobody.
"""

from typing import Any

import cv2
import numpy as np

from myotrial.biopsy.measure import Looked, Measured
from myotrial.biopsy.reading.slide import Image
from myotrial.errors import SlideError

__all__ = ["draw_sheet", "png"]

WIDTH = 640  # pixels of each picture
FOOT = 260
MARGIN = 20
INK, PALE = (40, 40, 40), (200, 200, 200)
TISSUE, POSITIVE = (0, 140, 70), (220, 0, 0)
FILLS = {"pen": (255, 150, 0), "fold": (160, 0, 200), "blurred": (0, 120, 255),
         "necrosis": (130, 90, 20)}  # fmt: skip
FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw_sheet(code: str, looked: Looked, measured: Measured, operating: float) -> Image:
    """Draw the sheet of a slide.

    Args:
        code: Stands for the slide.
        looked: The first look at it.
        measured: Its measurements.
        operating: OD above the floor of the operating point, on the reference scanner.
    """
    high, wide = looked.overview.shape[:2]
    scale = WIDTH / wide
    size = (WIDTH, max(1, round(high * scale)))
    plain = np.asarray(cv2.resize(looked.overview, size, interpolation=cv2.INTER_AREA))
    marked = _marked(plain.copy(), looked, measured, scale / looked.cell)
    height = plain.shape[0]
    sheet = np.full((height + FOOT + 2 * MARGIN, 2 * WIDTH + 3 * MARGIN, 3), 255, np.uint8)
    sheet[MARGIN : MARGIN + height, MARGIN : MARGIN + WIDTH] = plain
    sheet[MARGIN : MARGIN + height, 2 * MARGIN + WIDTH : 2 * (MARGIN + WIDTH)] = marked
    _curve(sheet, (MARGIN, height + 2 * MARGIN), measured, operating)
    for number, line in enumerate(_lines(code, measured, operating)):
        place = (2 * MARGIN + WIDTH, height + 2 * MARGIN + 18 * (number + 1))
        cv2.putText(sheet, line, place, FONT, 0.45, INK, 1, cv2.LINE_AA)
    return sheet


def png(picture: Image) -> bytes:
    """A picture as the bytes of a PNG; the same picture gives the same bytes.

    Raises:
        SlideError: It cannot be encoded.
    """
    done, data = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]))
    if not done:
        raise SlideError("a sheet cannot be drawn.")
    return data.tobytes()


def _marked(picture: Image, looked: Looked, measured: Measured, scale: float) -> Image:
    size = (picture.shape[1], picture.shape[0])
    for name, colour in FILLS.items():
        mask = _sized(getattr(measured.artefacts, name), size)
        picture[mask > 0] = (0.5 * picture[mask > 0] + 0.5 * np.array(colour)).astype(np.uint8)
    tissue = _sized(looked.tissue, size)
    outlines, _ = cv2.findContours(tissue, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, TISSUE, 1)
    if measured.cells is not None:
        chosen = measured.cells.positive
        for x, y in zip(measured.cells.x[chosen], measured.cells.y[chosen], strict=True):
            cv2.circle(picture, (round(float(x) * scale), round(float(y) * scale)), 3, POSITIVE, 1)
    return picture


def _sized(mask: Any, size: tuple[int, int]) -> Any:
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _curve(sheet: Image, corner: tuple[int, int], measured: Measured, operating: float) -> None:
    """The threshold curve: percent of tissue above an OD, from 0 to 1."""
    x, y = corner
    wide, high = WIDTH - 2 * MARGIN, FOOT - 3 * MARGIN
    top = max(1.0, *measured.curve.values())
    cv2.rectangle(sheet, (x, y), (x + wide, y + high), PALE, 1)
    points = [
        (round(x + od * wide), round(y + high - share / top * high))
        for od, share in measured.curve.items()
    ]
    cv2.polylines(sheet, [np.array(points, np.int32)], False, INK, 1, cv2.LINE_AA)
    at = round(x + operating * wide)
    cv2.line(sheet, (at, y), (at, y + high), POSITIVE, 1)
    text = f"% of tissue above an OD of 0 to 1 (top: {top:.1f} %); line: operating point"
    cv2.putText(sheet, text, (x, y + high + 18), FONT, 0.42, INK, 1, cv2.LINE_AA)


def _lines(code: str, measured: Measured, operating: float) -> list[str]:
    lines = [
        f"{code}   {measured.source.marker}   scanner {measured.source.scanner}",
        f"tissue {measured.tissue_mm2:.3f} mm2   floor {measured.floor:.3f} OD",
        f"positive at {operating:.2f} OD above floor: {measured.gross:.2f} % "
        f"({measured.low:.2f} to {measured.high:.2f})",
        f"less negative control: {measured.net:.2f} %",
    ]
    if measured.nuclei is not None and measured.per_mm2 is not None:
        lines.append(
            f"nuclei {measured.nuclei}, positive {measured.positive}, "
            f"{measured.per_mm2:.1f} positive per mm2, H-score {measured.h_score:.0f}"
        )
    if measured.structures is not None:
        found = measured.structures
        percent, inside = found.membrane.percent, found.in_capillaries
        share = "too few" if percent is None else f"{percent:.0f} % positive"
        lines.append(f"fibres {len(found.areas)} ({share}), MHC grade {found.membrane.grade}")
        told = "" if inside is None else f", {inside:.0f} % of the positive area in them"
        lines.append(f"capillaries {found.capillaries}{told}")
    if measured.infiltrates is not None:
        groups = measured.infiltrates
        lines.append(f"infiltrates {groups.count}, {groups.area_mm2:.4f} mm2")
    lines += [f"{name} left out: {area:.4f} mm2" for name, area in measured.excluded_mm2.items()]
    return [*lines, *(f"! {flag}" for flag in measured.flags)]
