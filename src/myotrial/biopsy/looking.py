"""A first look at slides: white, tissue, and pixels from which a batch's stains are estimated."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from myotrial.biopsy.density import block_size
from myotrial.biopsy.reading import Slide, open_slide
from myotrial.biopsy.records import Failed, Looked, Source
from myotrial.biopsy.rejecting import rejected
from myotrial.biopsy.stains import optical_density
from myotrial.biopsy.tissue import Mask, White, cell_size, find_tissue, find_white
from myotrial.errors import SlideError
from myotrial.facts import Fact

__all__ = ["FACTS", "Each", "look", "look_at_all"]

SAMPLED = 24  # windows of a slide from which its batch's stains are estimated
MOST_SAMPLES = 600_000  # blocks of a slide
SIDE = 512  # pixels of such a window
DARKER = 0.03  # OD by which white may be darker than the brightest of the scanner's slides
LEAST_TISSUE = 0.001  # square millimetres
Each = Callable[[Callable[[Any], Any], Sequence[Any], str], list[Any]]
FACTS = (Fact("smallest area of tissue that is measured", LEAST_TISSUE, "mm²", "", "assumed"),)


def look(source: Source, slide: Slide, white: White | None = None) -> Looked:
    """Take a first look: white, tissue, and pixels for the estimation of stains.

    Args:
        source: Which slide.
        slide: The slide, open.
        white: Of its scanner, where the slide itself shows no background.

    Raises:
        SlideError: The slide is dark, or holds too little tissue.
    """
    cell = cell_size(slide.info.mpp, slide.info.width * slide.info.height)
    overview = slide.overview(cell)
    white = white or find_white(source.name, overview)
    tissue, left_out = find_tissue(overview, white, cell * slide.info.mpp), 0.0
    if source.rejected:
        outside = rejected(source.rejected, tissue.shape, cell)
        left_out = float((tissue & outside).sum()) * (cell * slide.info.mpp) ** 2 / 1e6
        tissue &= 1 - outside
    area = float(tissue.sum()) * (cell * slide.info.mpp) ** 2 / 1e6
    if area < LEAST_TISSUE:
        raise SlideError(
            f"{source.name}: the slide is empty: {area:.4f} mm² of tissue were found, at least "
            f"{LEAST_TISSUE} are needed.\nHint: check that it is in focus and the right file."
        )
    samples = _samples(slide, tissue, cell, white)
    record = slide.info.as_record()
    return Looked(source, white, tissue, cell, overview, samples, record, left_out)


def _samples(slide: Slide, tissue: Mask, cell: int, white: White) -> npt.NDArray[np.float64]:
    """OD of blocks in evenly chosen windows of tissue."""
    step = SIDE // cell
    places = [
        (row, column)
        for row in range(0, tissue.shape[0], step)
        for column in range(0, tissue.shape[1], step)
        if tissue[row : row + step, column : column + step].any()
    ]
    chosen = np.unique(np.linspace(0, len(places) - 1, SAMPLED).astype(int))
    block = block_size(slide.info.mpp)
    found = []
    for row, column in (places[index] for index in chosen):
        pixels = slide.region(column * cell, row * cell, SIDE, SIDE)
        high, wide = pixels.shape[0] // block, pixels.shape[1] // block
        if min(high, wide) == 0:
            continue
        small = cv2.resize(
            np.ascontiguousarray(pixels[: high * block, : wide * block]),
            (wide, high),
            interpolation=cv2.INTER_AREA,
        )
        part = tissue[row : row + step, column : column + step]
        inside = np.kron(part, np.ones((cell // block, cell // block), np.uint8))[:high, :wide]
        found.append(np.asarray(small)[inside > 0])
    blocks = np.concatenate(found)
    few = blocks[:: -(-len(blocks) // MOST_SAMPLES)]
    return optical_density(few.astype(np.float64), white.level)


def look_at_all(sources: Sequence[Source], each: Each) -> tuple[list[Looked], dict[str, str]]:
    """Look at every slide; what cannot be looked at is told, by name.

    Args:
        sources: The slides.
        each: Calls a task on each of some jobs, and is told what is being done.
    """
    whites, failed = {}, {}
    for source, found in zip(sources, each(_bright, sources, "Opening"), strict=True):
        if isinstance(found, Failed):
            failed[source.name] = found.reason
        else:
            whites[source.name] = found
    open_still = [source for source in sources if source.name not in failed]
    jobs = [(source, _white(source, sources, whites)) for source in open_still]
    looked = []
    for source, found in zip(open_still, each(_look, jobs, "Looking"), strict=True):
        if isinstance(found, Failed):
            failed[source.name] = found.reason
        else:
            looked.append(found)
    return looked, failed


def _bright(source: Source) -> White | Failed:
    try:
        with open_slide(source.path, mpp=source.mpp) as slide:
            cell = cell_size(slide.info.mpp, slide.info.width * slide.info.height)
            return find_white(source.name, slide.overview(cell))
    except SlideError as error:
        return Failed(str(error))


def _look(job: tuple[Source, White]) -> Looked | Failed:
    source, white = job
    try:
        with open_slide(source.path, mpp=source.mpp) as slide:
            return look(source, slide, white)
    except SlideError as error:
        return Failed(str(error))


def _white(source: Source, sources: Sequence[Source], whites: Mapping[str, White]) -> White:
    """A slide's own white, or the brightest of its scanner where it shows no background."""
    own = whites[source.name]
    levels = [
        whites[other.name].level
        for other in sources
        if other.scanner == source.scanner and other.name in whites
    ]
    brightest = np.max(levels, axis=0)
    darker = float(optical_density(np.array(own.level), brightest.tolist()).max())
    if own.from_background and darker < DARKER:
        return own
    red, green, blue = brightest.tolist()
    return White((red, green, blue), from_background=False)
