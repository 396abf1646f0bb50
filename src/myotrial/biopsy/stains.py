"""Stain vectors: the direction in which each stain darkens red, green and blue.

Optical density (OD) is -log10(intensity / white). The OD of a pixel is the sum, over the stains in
it, of a concentration times the stain's vector; vectors have length 1, so a concentration reads as
the OD of that stain alone. Vectors depend on the batch of reagent and on the scanner, and are
therefore estimated from the pixels of a whole batch, around the published ones; slides of one
batch, both visits of a patient among them, are never separated by vectors of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from myotrial.errors import SlideError
from myotrial.facts import Fact

__all__ = [
    "CHROMOGENS", "FACTS", "REFERENCE", "Array", "Stains", "degrees", "estimate", "optical_density",
    "unmix",
]  # fmt: skip

Array = npt.NDArray[Any]  # float64
Vector = tuple[float, float, float]

HAEMATOXYLIN = "haematoxylin"
RUIFROK = "Ruifrok AC, Johnston DA. Anal Quant Cytol Histol 2001;23:291-9, as QuPath and ImageJ use"
REFERENCE: Mapping[str, Vector] = MappingProxyType(
    {
        HAEMATOXYLIN: (0.650, 0.704, 0.286),
        "DAB": (0.268, 0.570, 0.776),
        "AEC": (0.274, 0.680, 0.680),
        "Fast Red": (0.214, 0.851, 0.478),
    }
)
CHROMOGENS = ("DAB", "AEC", "Fast Red")
FACTS = tuple(
    Fact(
        f"{name}, direction of optical density in red, green and blue",
        ", ".join(f"{part:.3f}" for part in vector),
        "",
        RUIFROK,
        "recalled",
    )
    for name, vector in REFERENCE.items()
)

FAINT, STRONG = 0.12, 0.35  # OD (length of the vector) from which a pixel shows its stain, within
HALF = 0.4  # of what the strong pixels of a stain reach, from which one shows it
FAR, FAR_BLUE = 20.0, 40.0  # degrees from the published vector: chromogen, haematoxylin
LEAST = 200  # pixels of a stain that an estimate needs
ALIKE = 8.0  # degrees below which two stains cannot be told apart
PURE = 0.35  # share of a stain's pixels, those least mixed with the other, that show its direction
HAZE = 0.3  # quantile of tissue's OD that all tissue has, whatever is stained in it
DARKEST = 10  # intensities below this are saturated and show no direction


@dataclass(frozen=True)
class Stains:
    """The stains of one batch on one scanner.

    Attributes:
        chromogen: Name of the chromogen.
        vectors: Vector of haematoxylin and of the chromogen, each of length 1.
        pixels: How many pixels each vector was estimated from; 0: the published vector.
    """

    chromogen: str
    vectors: tuple[Vector, Vector]
    pixels: tuple[int, int]

    def as_record(self) -> dict[str, Any]:
        """Both vectors and what they rest on."""
        names = (HAEMATOXYLIN, self.chromogen)
        return {
            name: {"vector": [round(part, 4) for part in vector], "pixels": count}
            for name, vector, count in zip(names, self.vectors, self.pixels, strict=True)
        }


def published(chromogen: str) -> Stains:
    """The published vectors, where nothing can be estimated.

    Raises:
        SlideError: The chromogen is none that is known here.
    """
    if chromogen not in CHROMOGENS:
        raise SlideError(
            f"the chromogen {chromogen!r} is not known; there are: {', '.join(CHROMOGENS)}."
        )
    vectors = (_unit(REFERENCE[HAEMATOXYLIN]), _unit(REFERENCE[chromogen]))
    return Stains(chromogen, vectors, (0, 0))


def optical_density(pixels: npt.NDArray[Any], white: Sequence[float]) -> Array:
    """OD of each pixel.

    Args:
        pixels: Intensities, (..., 3).
        white: Intensity of red, green and blue where there is nothing.

    >>> optical_density(np.array([[24, 24, 240]]), (240, 240, 240)).round(6).tolist()
    [[1.0, 1.0, 0.0]]
    """
    return np.log10(np.asarray(white, float)) - np.log10(np.maximum(pixels, 1.0))


def unmix(stains: Stains) -> Array:
    """The matrix (3, 3) that turns an OD (as a row) into haematoxylin, chromogen and the rest."""
    vectors = np.array(stains.vectors)
    rest = np.cross(*vectors)
    return np.linalg.inv(np.vstack([vectors, rest / np.linalg.norm(rest)]))


def estimate(chromogen: str, densities: Array, usable: npt.NDArray[np.bool_]) -> Stains:
    """Estimate both vectors from the pixels of a batch.

    Each strongly stained pixel lies at an angle between the two published vectors. The stain pure
    enough to show its direction is at the outer ends: the vector is the median direction of the
    pixels around the published one, taken again around the estimate.

    Args:
        chromogen: Which chromogen the batch was stained with.
        densities: OD of pixels of all slides of the batch, (n, 3).
        usable: Which of them are tissue and not saturated, (n,).

    Raises:
        SlideError: The chromogen is not known, or the stains of the batch cannot be told apart.
    """
    fixed = published(chromogen)
    tissue = densities[usable]
    above = tissue - np.quantile(tissue, HAZE, axis=0)
    above = above[np.linalg.norm(above, axis=1) > FAINT]
    first, second = (np.array(vector) for vector in fixed.vectors)
    haematoxylin, few = _around(above, first, second, FAR_BLUE)
    brown, many = _around(above, second, haematoxylin, FAR)
    angle = degrees(haematoxylin, brown)
    if angle < ALIKE:
        raise SlideError(
            f"haematoxylin and {chromogen} lie {angle:.1f} degrees apart in these slides and cannot"
            " be told apart.\nHint: check that the manifest names the right chromogen."
        )
    return Stains(chromogen, (_unit(haematoxylin), _unit(brown)), (few, many))


def _around(above: Array, published: Array, other: Array, far: float) -> tuple[Array, int]:
    """Median direction near a vector, on the side away from the other stain; and its pixels."""
    length = np.linalg.norm(above, axis=1)
    directions = above / length[:, None]
    vector, count = published, 0
    for reach in (far, far / 2, far / 2):
        near = directions @ vector > np.cos(np.radians(reach))
        near &= directions @ vector > directions @ other
        if near.sum() < LEAST:
            return published, 0
        strong = np.clip(HALF * np.quantile(length[near], 0.95), FAINT, STRONG)
        near &= length > strong
        if near.sum() < LEAST:
            return published, 0
        found = _purest(directions[near], other)
        if degrees(found, published) > far:
            return published, 0
        vector, count = found, int(near.sum())
    return vector, count


def _purest(directions: Array, other: Array) -> Array:
    """Median of the part that lies farthest from the other stain: the least mixed one."""
    away = directions @ other
    pure = directions[away <= np.quantile(away, PURE)]
    middle = np.median(pure, axis=0)
    return middle / np.linalg.norm(middle)


def _unit(vector: Sequence[float] | Array) -> Vector:
    red, green, blue = (np.asarray(vector, float) / np.linalg.norm(vector)).tolist()
    return red, green, blue


def degrees(one: Array, two: Array) -> float:
    """Angle between two vectors.

    >>> round(degrees(np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])))
    45
    """
    cosine = float(np.dot(one, two) / np.linalg.norm(one) / np.linalg.norm(two))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
