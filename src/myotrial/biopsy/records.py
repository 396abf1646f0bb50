"""What goes into a measurement and what comes out of it: plain, frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from myotrial.biopsy.artefacts import Artefacts
from myotrial.biopsy.calibration import Calibration
from myotrial.biopsy.cells import Cells
from myotrial.biopsy.infiltrates import Infiltrates
from myotrial.biopsy.presence import Presence
from myotrial.biopsy.rejecting import Region
from myotrial.biopsy.stains import Stains
from myotrial.biopsy.structures import Structures
from myotrial.biopsy.tissue import Mask, White

__all__ = ["OPERATING", "Batch", "Failed", "Looked", "Measured", "Settings", "Source"]

OPERATING = 0.15  # OD above the floor


@dataclass(frozen=True)
class Source:
    """One slide to measure; what is needed of it and nothing more.

    Attributes:
        name: Distinguishes it within the batch.
        path: The file.
        scanner: On which it was scanned.
        marker: What was stained.
        counts: Which cells are counted: "cell" for markers of membrane or cytoplasm, "nucleus" for
            markers of the nucleus, "" none.
        control: Whether it is a negative control.
        structures: Whether fibres and capillaries are sought too.
        section: The section, where one was scanned on several scanners; "" otherwise.
        mpp: Micrometres a pixel, where stated.
        checked: Whether a person has looked that the chromogen is the one named.
        vessels: Points on the vessels that a person has marked, in pixels; None: nobody has looked
            for vessels.
        rejected: Regions that are left out: corners in pixels, an outline and those of its holes.
    """

    name: str
    path: Path
    scanner: str
    marker: str = ""
    counts: Literal["cell", "nucleus", ""] = "cell"
    control: bool = False
    structures: bool = False
    section: str = ""
    mpp: float | None = None
    checked: bool = False
    vessels: tuple[tuple[float, float], ...] | None = None
    rejected: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen.

    Attributes:
        chromogen: Of the batch.
        operating: OD above the floor that counts as positive, on the reference scanner.
        reference: Scanner to whose OD the others are brought; "" the first by name.
        exclude: Artefacts that are left out of tissue; others are told as flags. Folds, focus and
            necrosis have been tried on made sections only, and are left in unless asked.
        threads: At work at the same time; the result does not depend on it.
    """

    chromogen: str = "DAB"
    operating: float = OPERATING
    reference: str = ""
    exclude: tuple[Literal["pen", "fold", "blurred", "necrosis"], ...] = ("pen",)
    threads: int = 1


@dataclass(frozen=True)
class Looked:
    """What a first look at a slide tells.

    Attributes:
        source: Which slide.
        white: Intensity where there is nothing.
        tissue: Mask in cells, without what was rejected.
        cell: Pixels of a cell.
        overview: Mean intensity of each cell.
        samples: OD of blocks of tissue, (n, 3).
        record: What the slide says of itself.
        rejected_mm2: Tissue in rejected regions.
    """

    source: Source
    white: White
    tissue: Mask
    cell: int
    overview: npt.NDArray[np.uint8]
    samples: npt.NDArray[np.float64]
    record: Mapping[str, Any]
    rejected_mm2: float = 0.0


@dataclass(frozen=True)
class Measured:
    """The measurements of one slide.

    Attributes:
        source: Which slide.
        tissue_mm2: Tissue without artefacts.
        floor: Chromogen OD of unstained tissue.
        threshold: OD above the floor that counted as positive, on this scanner.
        gross: Positive share of tissue, in percent.
        net: The same less the negative control's, in percent, at least 0.
        low, high: 95 % interval of `gross`, in percent.
        mean_od: Mean chromogen OD above the floor, over all tissue.
        curve: Positive share, in percent, by OD above the floor on the reference scanner.
        presence: The call and its detection limit.
        nuclei, positive: Counts; None where cells are not counted.
        per_mm2: Positive cells per square millimetre of tissue.
        h_score: 0 to 300.
        infiltrates: Groups of positive cells; None where cells are not counted.
        structures: Fibres and capillaries; None where they are not sought.
        inflammation: Points of the items of the juvenile inflammatory domain by compartment, for
            the marker of the slide; None where cells or fibres are not sought.
        excluded_mm2: Area of tissue left out, by artefact.
        flags: What a person should know.
        cells: Nuclei, in pixels of full resolution.
        artefacts: Masks in cells.
        record: Every setting and what was found on the way.
    """

    source: Source
    tissue_mm2: float
    floor: float
    threshold: float
    gross: float
    net: float
    low: float
    high: float
    mean_od: float
    curve: Mapping[float, float]
    presence: Presence
    nuclei: int | None
    positive: int | None
    per_mm2: float | None
    h_score: float | None
    infiltrates: Infiltrates | None = field(repr=False)
    structures: Structures | None = field(repr=False)
    inflammation: Mapping[str, int | None] | None
    excluded_mm2: Mapping[str, float]
    flags: tuple[str, ...]
    cells: Cells | None = field(repr=False)
    artefacts: Artefacts = field(repr=False)
    record: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Failed:
    """Stands for what could not be done with a slide, and says why."""

    reason: str


@dataclass(frozen=True)
class Batch:
    """What was measured of a batch, and which slides could not be.

    Attributes:
        measured: In the order of the sources.
        failed: Name of a slide and why it was not measured.
        stains: By scanner.
        calibrations: By scanner other than the reference.
    """

    measured: tuple[Measured, ...]
    failed: Mapping[str, str]
    stains: Mapping[str, Stains]
    calibrations: Mapping[str, Calibration]
