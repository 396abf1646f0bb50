"""How large a pixel is: what the file says of it, checked, or what a person states.

A measurement per square millimetre is worth nothing without it, so a size that is missing, or told
twice and differently, stops the reading until it is stated.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from myotrial.errors import SlideError
from myotrial.facts import Fact

__all__ = ["FACTS", "PixelSize", "pixel_size"]

SMALLEST, LARGEST = 0.05, 20.0  # micrometres; what lies outside is a printer's resolution
AGREE = 0.02  # relative difference of two statements that still agree
SQUARE = 0.01  # relative difference of width and height that still is a square pixel
NOMINAL = 10.0  # micrometres a pixel times magnification
FAR = 1.5  # ratio to the nominal size beyond which magnification and pixel size contradict

FACTS = (
    Fact(
        "pixel size times magnification of a slide scanner, nominal",
        NOMINAL,
        "µm",
        "Usual scanners: 0.25 µm at 40x, 0.5 µm at 20x",
        "recalled",
    ),
    Fact("ratio to the nominal pixel size beyond which a slide is refused", FAR, "", "", "assumed"),
)


@dataclass(frozen=True)
class PixelSize:
    """Micrometres a pixel, and who says so ("stated", or the file's field)."""

    mpp: float
    source: str


def pixel_size(
    name: str,
    told: Sequence[tuple[str, float, float]],
    *,
    stated: float | None = None,
    magnification: float | None = None,
) -> PixelSize:
    """Settle the size of a pixel.

    Args:
        name: The slide, for messages.
        told: What the file says: the field, and micrometres a pixel across and down.
        stated: What a person says; overrides the file.
        magnification: Of the objective, if the file tells it.

    Raises:
        SlideError: Nobody tells it, two tell it differently, the pixel is not square, or it does
            not fit the magnification.

    >>> pixel_size("a", [("MPP", 0.25, 0.25)], magnification=40)
    PixelSize(mpp=0.25, source='MPP')
    """
    if stated is not None:
        if not SMALLEST <= stated <= LARGEST:
            raise SlideError(
                f"{name}: a pixel size is between {SMALLEST} and {LARGEST} µm (got {stated!r})."
            )
        return PixelSize(stated, "stated")
    usable = [(field, x, y) for field, x, y in told if _plausible(x) and _plausible(y)]
    if not usable:
        raise SlideError(
            f"{name}: the file does not say how large a pixel is.\n"
            "Hint: state it, in micrometres, as MPP in the manifest."
        )
    _require_agreement(name, usable)
    field, x, y = usable[0]
    size = math.sqrt(x * y)
    if magnification and not 1 / FAR <= size * magnification / NOMINAL <= FAR:
        raise SlideError(
            f"{name}: {field} says {size:.4g} µm a pixel, which does not fit a magnification of "
            f"{magnification:g} (about {NOMINAL / magnification:.3g} µm).\n"
            "Hint: state the right pixel size as MPP in the manifest."
        )
    return PixelSize(size, field)


def _plausible(size: float) -> bool:
    return SMALLEST <= size <= LARGEST


def _require_agreement(name: str, told: Sequence[tuple[str, float, float]]) -> None:
    for field, x, y in told:
        if abs(x / y - 1) > SQUARE:
            raise SlideError(
                f"{name}: {field} tells pixels of {x:.4g} by {y:.4g} µm, which are not square.\n"
                "Hint: state one size as MPP in the manifest if that is wrong."
            )
    first, size, _ = told[0]
    for field, x, _ in told[1:]:
        if abs(x / size - 1) > AGREE:
            raise SlideError(
                f"{name}: {first} tells {size:.4g} µm a pixel, {field} tells {x:.4g} µm.\n"
                "Hint: state the right one as MPP in the manifest."
            )
