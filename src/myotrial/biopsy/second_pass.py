"""The second pass over a slide: shares, presence, cells, structures, and flags for a person."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from myotrial.biopsy.calibration import Calibration
from myotrial.biopsy.cells import RULES, Cells
from myotrial.biopsy.counting import count_cells, h_score
from myotrial.biopsy.first_pass import First, Floor
from myotrial.biopsy.infiltrates import Infiltrates, find_infiltrates
from myotrial.biopsy.jdm_inflammation import items
from myotrial.biopsy.presence import Presence, detection_limit, presence
from myotrial.biopsy.reading import open_slide
from myotrial.biopsy.records import Measured, Settings, Source
from myotrial.biopsy.structures import Structures, find_structures

__all__ = ["CURVE", "second"]

CURVE = tuple(round(0.05 * step, 2) for step in range(1, 21))
ARTEFACTS = {
    "pen": "under pen",
    "fold": "folded",
    "blurred": "out of focus",
    "necrosis": "necrotic",
}
TOLD = 0.02  # share of tissue from which an artefact is flagged
STAINED = 0.02  # share of a negative control above the operating point, from which it is none


def second(
    one: First,
    floor: Floor,
    calibration: Calibration | None,
    strong: Mapping[tuple[str, str], float],
    settings: Settings,
) -> Measured:
    """The second pass: shares, presence and cells."""
    factor = calibration.factor if calibration else 1.0

    def here(od: float) -> float:
        return calibration.threshold(od) if calibration else od

    threshold = here(settings.operating)
    found = one.densities
    gross = found.share_above(floor.level + threshold)
    called = presence(
        found.fields(floor.level + threshold), detection_limit(floor.fields(threshold))
    )
    cells, rule = None, None
    if one.source.counts:
        most = strong.get((one.scanner, one.source.marker), 0.0)
        rule = RULES[one.source.counts].on_scanner(factor, most)
        with open_slide(one.source.path, mpp=one.source.mpp) as slide:
            cells = count_cells(
                slide, one.mask, one.looked.cell, one.stains, one.looked.white, floor.level, rule,
                threads=settings.threads,
            )  # fmt: skip
    positive = None if cells is None else int(cells.positive.sum())
    structures = _structures(one, floor.level, threshold, factor, cells)
    return Measured(
        source=one.source,
        tissue_mm2=found.tissue_mm2,
        floor=floor.level,
        threshold=threshold,
        gross=100 * gross,
        net=100 * max(0.0, gross - floor.share(threshold)),
        low=100 * called.low,
        high=100 * called.high,
        mean_od=found.mean(floor.level) * factor,
        curve={od: 100 * found.share_above(floor.level + here(od)) for od in CURVE},
        presence=called,
        nuclei=None if cells is None else len(cells.x),
        positive=positive,
        per_mm2=None if positive is None or not found.tissue_mm2 else positive / found.tissue_mm2,
        h_score=None if cells is None else h_score(cells, factor),
        infiltrates=None if cells is None else _infiltrates(one, cells),
        structures=structures,
        inflammation=_inflammation(one, cells, structures),
        excluded_mm2=_excluded(one, settings),
        flags=(
            *_flags(one, floor, threshold, called, settings),
            *(structures.reasons if structures else ()),
        ),
        cells=cells,
        artefacts=one.artefacts,
        record={
            "slide": one.looked.record,
            "settings": asdict(settings),
            "white": asdict(one.looked.white),
            "stains": one.stains.as_record(),
            "floor": {"od": floor.level, "controls": floor.controls},
            "calibration": calibration.as_record() if calibration else None,
            "rule": asdict(rule) if rule else None,
            "rejected_mm2": one.looked.rejected_mm2,
        },
    )


def _structures(
    one: First, floor: float, threshold: float, factor: float, cells: Cells | None
) -> Structures | None:
    if not one.source.structures:
        return None
    with open_slide(one.source.path, mpp=one.source.mpp) as slide:
        return find_structures(
            slide, one.mask, one.looked.cell, one.stains, one.looked.white, floor, threshold,
            factor=factor, cells=cells, vessels=_vessels(one.source),
        )  # fmt: skip


def _vessels(source: Source) -> npt.NDArray[np.float64] | None:
    return None if source.vessels is None else np.array(source.vessels, float).reshape(-1, 2)


def _inflammation(
    one: First, cells: Cells | None, structures: Structures | None
) -> dict[str, int | None] | None:
    """Items of the juvenile inflammatory domain, of the marker of the slide."""
    if cells is None or structures is None:
        return None
    chosen, where = cells.positive, structures.compartment
    return items(
        cells.x[chosen] * one.mpp,
        cells.y[chosen] * one.mpp,
        None if where is None else where[chosen],
        one.densities.tissue_mm2,
        vessels=one.source.vessels is not None,
    )


def _infiltrates(one: First, cells: Cells) -> Infiltrates:
    chosen = cells.positive
    return find_infiltrates(cells.x[chosen] * one.mpp, cells.y[chosen] * one.mpp)


def _excluded(one: First, settings: Settings) -> dict[str, float]:
    """Square millimetres of tissue that each kind of artefact took away."""
    side = one.looked.cell * one.mpp / 1000
    masks = {name: getattr(one.artefacts, name) & one.looked.tissue for name in settings.exclude}
    return {name: float(mask.sum()) * side**2 for name, mask in masks.items()}


def _flags(
    one: First, floor: Floor, threshold: float, called: Presence, settings: Settings
) -> tuple[str, ...]:
    flags = []
    if not floor.controls:
        flags.append("no negative control on this scanner: the floor is the slides' own median")
    stained = floor.share(threshold)
    if stained > STAINED:
        flags.append(
            f"the negative control is itself stained, over {stained:.0%} of its tissue: check that "
            "it was not exchanged with another slide"
        )
    if not one.looked.white.from_background:
        flags.append("no background: white is the brightest of the scanner's slides")
    if 0 in one.stains.pixels:
        flags.append("too few strongly stained pixels: a published stain vector was used")
    if one.looked.rejected_mm2:
        flags.append(f"{one.looked.rejected_mm2:.3f} mm2 of tissue were rejected by a person")
    area = max(1, int(one.looked.tissue.sum()))
    for name, words in ARTEFACTS.items():
        share = int((getattr(one.artefacts, name) & one.looked.tissue).sum()) / area
        if share > TOLD:
            fate = "left out" if name in settings.exclude else "look at the sheet"
            flags.append(f"{share:.0%} of the tissue seems to be {words}: {fate}")
    if called.reason:
        flags.append(f"presence not called: {called.reason}")
    return tuple(flags)
