"""Measure the slides of one batch together: one chromogen, any markers, any visits.

A batch holds every slide stained with one chromogen, whoever's and whenever taken; nothing here
knows which visit a slide belongs to. Stain vectors are estimated from all slides of one scanner
together, the floor comes from that scanner's negative controls, and slides of different scanners
are measured only if a calibration connects these.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from myotrial.biopsy.calibration import Calibration, require_comparable
from myotrial.biopsy.first_pass import First, Floor, calibrations, strong_staining
from myotrial.biopsy.looking import Each, look, look_at_all
from myotrial.biopsy.records import (
    OPERATING,
    Batch,
    Failed,
    Looked,
    Measured,
    Settings,
    Source,
)
from myotrial.biopsy.second_pass import second
from myotrial.biopsy.stains import Stains, estimate, published
from myotrial.biopsy.swapped import require_named
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
    seen, failed = look_at_all(sources, each)
    looked = _rightly_named(seen, settings.chromogen, failed)
    if not looked:
        raise SlideError("no slide of the batch can be measured:\n" + "\n".join(failed.values()))
    scanners = sorted({item.source.scanner for item in looked})
    stains = {name: _stains(looked, name, settings.chromogen) for name in scanners}
    jobs = [(item, stains[item.source.scanner], settings) for item in looked]
    first: list[First] = _kept(each(_measure, jobs, "Measuring"), looked, failed)
    if not first:
        raise SlideError("no slide of the batch can be measured:\n" + "\n".join(failed.values()))
    scanners = sorted({one.scanner for one in first})
    floors = {name: Floor(first, name) for name in scanners}
    known = calibrations(first, floors, settings, scanners)
    failed |= _incomparable(looked, settings.chromogen, known)
    strong = strong_staining(first, floors)
    first = [one for one in first if one.source.name not in failed]
    jobs = [(one, floors[one.scanner], known.get(one.scanner), strong, settings) for one in first]
    measured: list[Measured] = _kept(each(_count, jobs, "Counting"), first, failed)
    return Batch(tuple(measured), failed, stains, known)


def _rightly_named(
    looked: Sequence[Looked], chromogen: str, failed: dict[str, str]
) -> list[Looked]:
    """Slides that may hold the chromogen named; what holds another one is told."""
    published(chromogen)  # or it is not known
    kept = []
    for one in looked:
        try:
            require_named(one, chromogen)
            kept.append(one)
        except SlideError as error:
            failed[one.source.name] = str(error)
    return kept


def _kept(
    results: Sequence[Any], of: Sequence["Looked | First"], failed: dict[str, str]
) -> list[Any]:
    """What was done; what failed is told by the slide's name."""
    for one, result in zip(of, results, strict=True):
        if isinstance(result, Failed):
            failed[one.source.name] = result.reason
    return [result for result in results if not isinstance(result, Failed)]


def _measure(job: tuple[Looked, Stains, Settings]) -> "First | Failed":
    try:
        return First(*job)
    except SlideError as error:
        return Failed(str(error))


def _count(job: tuple[Any, ...]) -> Measured | Failed:
    try:
        return second(*job)
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
