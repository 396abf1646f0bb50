"""Cells and regions as GeoJSON in QuPath's dialect, both ways.

QuPath reads features whose properties name an `objectType`, a `classification` with a colour, and
`measurements`; coordinates are pixels of full resolution, with y downwards. Older versions write
measurements as a list of names and values, newer ones as an object; both are read, the newer is
written.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from myotrial.errors import SlideError, shorten

__all__ = ["Feature", "dumps", "loads", "read", "write"]

Point = tuple[float, float]
SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # names of features are made in it
COLOURS = {"Positive": (250, 62, 62), "Negative": (112, 112, 225), "Tissue": (0, 160, 80)}
OTHER = (160, 160, 160)


@dataclass(frozen=True)
class Feature:
    """One point or one closed outline.

    Attributes:
        kind: "detection" for what was found, "annotation" for what a person drew.
        outline: One point, or the corners of an outline (the first one is not repeated).
        name: Its class: "Positive", "Negative", "Fold" ….
        measurements: Numbers by name.
        holes: Corners of what is cut out of the outline.
        label: What a person calls it, or why it was drawn.
    """

    kind: Literal["detection", "annotation"]
    outline: tuple[Point, ...]
    name: str = ""
    measurements: Mapping[str, float] = field(default_factory=dict)
    holes: tuple[tuple[Point, ...], ...] = ()
    label: str = ""


def dumps(features: Iterable[Feature]) -> str:
    """Features as text; the same features give the same text."""
    written = [_written(number, feature) for number, feature in enumerate(features)]
    return json.dumps({"type": "FeatureCollection", "features": written}, ensure_ascii=False)


def loads(text: str) -> list[Feature]:
    """Features of a text.

    Raises:
        SlideError: It is no GeoJSON of points and polygons.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise SlideError(f"the file is no GeoJSON: {error}.") from error
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        content = content.get("features")
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list):
        raise SlideError("the file is no GeoJSON: it holds no features.")
    return [feature for item in content for feature in _read(item)]


def write(file: Path, features: Iterable[Feature]) -> None:
    """Write features, beside the place first, so that the file is whole or as it was."""
    beside = file.with_suffix(".new")
    beside.write_text(dumps(features) + "\n", encoding="utf-8")
    beside.replace(file)


def read(file: Path) -> list[Feature]:
    """Read features.

    Raises:
        SlideError: The file cannot be read, or is no GeoJSON of points and polygons.
    """
    try:
        return loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SlideError(f"{file} cannot be read: {error}") from error
    except SlideError as error:
        raise SlideError(f"{file}: {error}") from error


def _written(number: int, feature: Feature) -> dict[str, Any]:
    properties: dict[str, Any] = {"objectType": feature.kind}
    if feature.label:
        properties["name"] = feature.label
    if feature.name:
        colour = COLOURS.get(feature.name, OTHER)
        properties["classification"] = {"name": feature.name, "color": list(colour)}
    if feature.measurements:
        properties["measurements"] = dict(feature.measurements)
    if len(feature.outline) == 1:
        geometry: dict[str, Any] = {"type": "Point", "coordinates": list(feature.outline[0])}
    else:
        rings = [feature.outline, *feature.holes]
        geometry = {"type": "Polygon", "coordinates": [_closed(ring) for ring in rings]}
    name = f"{number} {feature.kind} {feature.outline}"
    return {
        "type": "Feature",
        "id": str(uuid.uuid5(SPACE, name)),
        "geometry": geometry,
        "properties": properties,
    }


def _closed(ring: tuple[Point, ...]) -> list[list[float]]:
    return [list(point) for point in (*ring, ring[0])]


def _read(item: Any) -> list[Feature]:
    try:
        properties = item.get("properties") or {}
        geometry = item["geometry"]
        kind = properties.get("objectType") or properties.get("object_type") or "annotation"
        classification = properties.get("classification") or {}
        name = classification.get("name") or " ".join(classification.get("names", []))
        measurements = _measurements(properties.get("measurements") or {})
        label = str(properties.get("name") or "")
        shapes = _shapes(geometry["type"], geometry["coordinates"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise SlideError(f"a feature cannot be read: {shorten(item)}.") from error
    sort: Literal["detection", "annotation"] = (
        "annotation" if kind in ("annotation", "PathAnnotationObject") else "detection"
    )
    return [Feature(sort, outline, name, measurements, holes, label) for outline, holes in shapes]


def _measurements(found: Any) -> dict[str, float]:
    pairs = found.items() if isinstance(found, dict) else ((m["name"], m["value"]) for m in found)
    return {name: float(value) for name, value in pairs if value is not None}


def _shapes(
    kind: str, coordinates: Any
) -> list[tuple[tuple[Point, ...], tuple[tuple[Point, ...], ...]]]:
    if kind == "Point":
        return [((_point(coordinates),), ())]
    if kind == "MultiPoint":
        return [((_point(point),), ()) for point in coordinates]
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}[kind]
    rings = [[tuple(map(_point, ring[:-1])) for ring in polygon] for polygon in polygons]
    return [(polygon[0], tuple(polygon[1:])) for polygon in rings]


def _point(pair: Any) -> Point:
    return float(pair[0]), float(pair[1])
