"""The first pass over the slides of a batch: artefacts, histograms, floors, calibrations."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from myotrial.biopsy.artefacts import find_artefacts
from myotrial.biopsy.calibration import Calibration, calibrate
from myotrial.biopsy.density import Densities, block_size, scanned, tables
from myotrial.biopsy.presence import Fields
from myotrial.biopsy.reading import open_slide
from myotrial.biopsy.records import Looked, Settings
from myotrial.biopsy.stains import Stains
from myotrial.errors import SlideError

__all__ = ["First", "Floor", "calibrations", "strong_staining"]


class First:
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


class Floor:
    """Unstained tissue on one scanner: its negative controls, or the slides themselves."""

    def __init__(self, first: Sequence[First], scanner: str) -> None:
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


def calibrations(
    first: Sequence[First],
    floors: Mapping[str, Floor],
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


def _pairs(first: Sequence[First], reference: str, other: str) -> list[tuple[First, First]]:
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


def strong_staining(
    first: Sequence[First], floors: Mapping[str, Floor]
) -> dict[tuple[str, str], float]:
    """By scanner and marker, the OD above the floor that one in a hundred blocks exceeds."""
    found: dict[tuple[str, str], list[npt.NDArray[np.int64]]] = {}
    for one in first:
        if not one.source.control:
            found.setdefault((one.scanner, one.source.marker), []).append(one.densities.by_field)
    return {
        key: max(0.0, Densities(np.concatenate(parts), 1.0).quantile(0.99) - floors[key[0]].level)
        for key, parts in found.items()
    }
