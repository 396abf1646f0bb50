"""Measure the slides of one batch together: one chromogen, any markers, any visits.

A batch holds every slide stained with one chromogen, whoever's and whenever taken; nothing here
knows which visit a slide belongs to. Stain vectors are estimated from all slides of one scanner
together, the floor comes from that scanner's negative controls, and slides of different scanners
are measured only if a calibration connects these.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from myotrial.biopsy.artefacts import find_artefacts
from myotrial.biopsy.calibration import Calibration, calibrate, require_comparable
from myotrial.biopsy.cells import RULES, Cells
from myotrial.biopsy.counting import count_cells, h_score
from myotrial.biopsy.density import Densities, block_size, scanned, tables
from myotrial.biopsy.infiltrates import Infiltrates, find_infiltrates
from myotrial.biopsy.looking import Each, look, look_at_all
from myotrial.biopsy.presence import Fields, Presence, detection_limit, presence
from myotrial.biopsy.reading import open_slide
from myotrial.biopsy.records import (
    OPERATING,
    Batch,
    Failed,
    Looked,
    Measured,
    Settings,
    Source,
)
from myotrial.biopsy.stains import Stains, estimate
from myotrial.biopsy.structures import Structures, find_structures
from myotrial.errors import SlideError
from myotrial.facts import Fact

__all__ = [
    "FACTS",
    "Batch",
    "Failed",
    "Looked",
    "Measured",
    "Settings",
    "Source",
    "look",
    "measure_batch",
]

CURVE = tuple(round(0.05 * step, 2) for step in range(1, 21))
ARTEFACTS = {
    "pen": "under pen",
    "fold": "folded",
    "blurred": "out of focus",
    "necrosis": "necrotic",
}
TOLD = 0.02  # share of tissue from which an artefact is flagged
FACTS = (Fact("operating point: chromogen OD above the floor", OPERATING, "", "", "assumed"),)


def one_by_one(task: Callable[[Any], Any], jobs: Sequence[Any], says: str) -> list[Any]:  # noqa: ARG001
    """Call a task on each job, here and one after another."""
    return [task(job) for job in jobs]


def measure_batch(sources: Sequence[Source], settings: Settings, each: Each = one_by_one) -> Batch:
    """Measure every slide of a batch; one that cannot be measured is told and left out.

    Slides of one marker that were scanned on several scanners, which no calibration connects, are
    not comparable: none of them is measured.

    Args:
        sources: Slides of one chromogen, negative controls among them.
        settings: What was chosen.
        each: Calls a task on each of some jobs, one a slide, and gives the results in order: here,
            or on other machines that see the same files. It is told what is being done, and a
            result may be a `Failed` where a slide was lost with the machine that worked on it.

    Raises:
        SlideError: No slide can be read, or the stains cannot be told apart.
    """
    looked, failed = look_at_all(sources, each)
    if not looked:
        raise SlideError("no slide of the batch can be measured:\n" + "\n".join(failed.values()))
    scanners = sorted({item.source.scanner for item in looked})
    stains = {name: _stains(looked, name, settings.chromogen) for name in scanners}
    jobs = [(item, stains[item.source.scanner], settings) for item in looked]
    first: list[_First] = _kept(each(_measure, jobs, "Measuring"), looked, failed)
    if not first:
        raise SlideError("no slide of the batch can be measured:\n" + "\n".join(failed.values()))
    scanners = sorted({one.scanner for one in first})
    floors = {name: _Floor(first, name) for name in scanners}
    calibrations = _calibrations(first, floors, settings, scanners)
    failed |= _incomparable(looked, settings.chromogen, calibrations)
    strong = _strong(first, floors)
    first = [one for one in first if one.source.name not in failed]
    jobs = [
        (one, floors[one.scanner], calibrations.get(one.scanner), strong, settings) for one in first
    ]
    measured: list[Measured] = _kept(each(_count, jobs, "Counting"), first, failed)
    return Batch(tuple(measured), failed, stains, calibrations)


def _kept(
    results: Sequence[Any], of: Sequence["Looked | _First"], failed: dict[str, str]
) -> list[Any]:
    """What was done; what failed is told by the slide's name."""
    for one, result in zip(of, results, strict=True):
        if isinstance(result, Failed):
            failed[one.source.name] = result.reason
    return [result for result in results if not isinstance(result, Failed)]


def _measure(job: tuple[Looked, Stains, Settings]) -> "_First | Failed":
    try:
        return _First(*job)
    except SlideError as error:
        return Failed(str(error))


def _count(job: tuple[Any, ...]) -> Measured | Failed:
    try:
        return _second(*job)
    except SlideError as error:
        return Failed(str(error))


def _incomparable(
    looked: Sequence[Looked], chromogen: str, calibrations: Mapping[str, Calibration]
) -> dict[str, str]:
    """Slides of markers whose scanners no calibration connects, and why."""
    keyed = {(name, chromogen): found for name, found in calibrations.items()}
    failed = {}
    for marker in sorted({one.source.marker for one in looked}):
        here = [one.source for one in looked if one.source.marker == marker]
        here = [source for source in here if not source.control]
        try:
            require_comparable([source.scanner for source in here], chromogen, keyed)
        except SlideError as error:
            failed |= {source.name: f"{source.name}: {error}" for source in here}
    return failed


def _stains(looked: Sequence[Looked], scanner: str, chromogen: str) -> Stains:
    pooled = np.concatenate([one.samples for one in looked if one.source.scanner == scanner])
    return estimate(chromogen, pooled, np.ones(len(pooled), bool))


class _First:
    """The first pass over a slide: artefacts and the histogram of its chromogen."""

    def __init__(self, looked: Looked, stains: Stains, settings: Settings) -> None:
        self.looked, self.stains = looked, stains
        self.source, self.scanner = looked.source, looked.source.scanner
        with open_slide(self.source.path, mpp=self.source.mpp) as slide:
            mpp = self.mpp = slide.info.mpp
            block, table = block_size(mpp), tables(stains, looked.white.level)
            found = scanned(
                slide, looked.tissue, looked.cell, table, block, threads=settings.threads
            )
            self.artefacts = find_artefacts(
                looked.overview,
                looked.tissue,
                looked.white,
                stains,
                cell=looked.cell * mpp,
                detail=found.detail,
            )
            left_out = np.zeros_like(looked.tissue)
            for name in settings.exclude:
                left_out |= getattr(self.artefacts, name)
            self.mask = looked.tissue & (1 - left_out)
            self.densities: Densities = found.less(left_out)


class _Floor:
    """Unstained tissue on one scanner: its negative controls, or the slides themselves."""

    def __init__(self, first: Sequence[_First], scanner: str) -> None:
        here = [one for one in first if one.scanner == scanner]
        controls = [one for one in here if one.source.control]
        self.controls = len(controls)
        pooled = Densities(
            np.concatenate([one.densities.by_field for one in controls or here]),
            (controls or here)[0].densities.block,
        )
        self.level = pooled.quantile(0.5)
        self.pooled = pooled if controls else None

    def fields(self, threshold: float) -> Fields | None:
        """Of the controls; None where there are none."""
        return self.pooled.fields(self.level + threshold) if self.pooled else None

    def share(self, threshold: float) -> float:
        """Positive share of the controls; 0 where there are none."""
        return self.pooled.share_above(self.level + threshold) if self.pooled else 0.0


def _calibrations(
    first: Sequence[_First],
    floors: Mapping[str, _Floor],
    settings: Settings,
    scanners: Sequence[str],
) -> dict[str, Calibration]:
    """Each scanner calibrated to the reference by the sections that both have scanned."""
    reference = settings.reference or scanners[0]
    if reference not in scanners:
        raise SlideError(
            f"the reference scanner {reference!r} has no slide; there are: {', '.join(scanners)}."
        )
    found = {}
    for name in scanners:
        pairs = _pairs(first, reference, name)
        if name == reference or not pairs:
            continue
        both = [
            ((one.densities, floors[reference].level), (two.densities, floors[name].level))
            for one, two in pairs
        ]
        found[name] = calibrate(reference, name, settings.chromogen, both)
    return found


def _pairs(first: Sequence[_First], reference: str, other: str) -> list[tuple[_First, _First]]:
    here = {
        one.source.section: one
        for one in first
        if one.scanner == reference and one.source.section and not one.source.control
    }
    return [
        (here[two.source.section], two)
        for two in first
        if two.scanner == other and not two.source.control and two.source.section in here
    ]


def _strong(first: Sequence[_First], floors: Mapping[str, _Floor]) -> dict[tuple[str, str], float]:
    """By scanner and marker, the OD above the floor that one in a hundred blocks exceeds."""
    found: dict[tuple[str, str], list[npt.NDArray[np.int64]]] = {}
    for one in first:
        if not one.source.control:
            found.setdefault((one.scanner, one.source.marker), []).append(one.densities.by_field)
    return {
        key: max(0.0, Densities(np.concatenate(parts), 1.0).quantile(0.99) - floors[key[0]].level)
        for key, parts in found.items()
    }


def _second(
    one: _First,
    floor: _Floor,
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
        excluded_mm2=_excluded(one, settings),
        flags=(*_flags(one, floor, called, settings), *(structures.reasons if structures else ())),
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
    one: _First, floor: float, threshold: float, factor: float, cells: Cells | None
) -> Structures | None:
    if not one.source.structures:
        return None
    with open_slide(one.source.path, mpp=one.source.mpp) as slide:
        return find_structures(
            slide, one.mask, one.looked.cell, one.stains, one.looked.white, floor, threshold,
            factor=factor, cells=cells,
        )  # fmt: skip


def _infiltrates(one: _First, cells: Cells) -> Infiltrates:
    chosen = cells.positive
    return find_infiltrates(cells.x[chosen] * one.mpp, cells.y[chosen] * one.mpp)


def _excluded(one: _First, settings: Settings) -> dict[str, float]:
    """Square millimetres of tissue that each kind of artefact took away."""
    side = one.looked.cell * one.mpp / 1000
    masks = {name: getattr(one.artefacts, name) & one.looked.tissue for name in settings.exclude}
    return {name: float(mask.sum()) * side**2 for name, mask in masks.items()}


def _flags(one: _First, floor: _Floor, called: Presence, settings: Settings) -> tuple[str, ...]:
    flags = []
    if not floor.controls:
        flags.append("no negative control on this scanner: the floor is the slides' own median")
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
