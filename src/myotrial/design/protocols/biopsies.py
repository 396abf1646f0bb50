"""Simulated readings of biopsies, so that the next trial's report has its section on them.

Readings  a patient has, marker by marker, those of one of the pilot's patients with a biopsy before
          and one after, moved at random (`JITTER`) and put back on the steps of the pilot.
Effect    none: both arms change as the pilot's patients did. The readings rehearse an analysis; no
          design counts on them.
Repeat    taken at the first visit after baseline at which a biopsy is due, from who is still there.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from myotrial.design.protocols.donors import JITTER, step_of
from myotrial.protocol.models import Marker, Protocol
from myotrial.terms import SIMULATED

__all__ = ["readings"]

Row = dict[str, Any]
TIMES: tuple[str, ...] = ("BASELINE", "REPEAT")


def readings(
    protocol: Protocol,
    pilot: Sequence[Mapping[str, Any]],
    there: Sequence[tuple[str, Mapping[str, int]]],
    generator: np.random.Generator,
) -> list[Row]:
    """Rows of the table of biopsies.

    Args:
        protocol: The protocol of the next trial.
        pilot: Rows of the pilot's biopsies.
        there: Each subject with the study day of each visit that took place.
        generator: Source of randomness.
    """
    if protocol.biopsy is None:
        return []
    start = next(visit.id for visit in protocol.visits if visit.baseline)
    later = next((name for name in protocol.biopsy.visits if name != start), None)
    found: list[Row] = []
    for subject, days in there:
        visits = [(TIMES[0], start), (TIMES[1], later)]
        due = [(time, days[visit]) for time, visit in visits if visit in days]
        for marker in protocol.biopsy.markers:
            found += _read(marker, _pairs(marker, pilot), subject, due, generator)
    return found


def _pairs(marker: Marker, pilot: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """What the pilot read of a marker before and after, one pair a patient with both."""
    column = "BXPRES" if marker.presence else "BXRES"
    read: dict[str, dict[str, Any]] = {}
    for row in pilot:
        if row["MARKER"] == marker.id and row[column] is not None:
            read.setdefault(row["USUBJID"], {})[row["BXTIME"]] = row[column]
    return [tuple(one[time] for time in TIMES) for one in read.values() if len(one) == len(TIMES)]


def _read(
    marker: Marker,
    pairs: Sequence[tuple[Any, ...]],
    subject: str,
    due: Sequence[tuple[str, int]],
    generator: np.random.Generator,
) -> Iterator[Row]:
    if not pairs:
        return
    pair = dict(zip(TIMES, pairs[int(generator.integers(len(pairs)))], strict=True))
    moved = np.exp(JITTER * generator.standard_normal(len(TIMES)))
    step = 1.0 if marker.presence else step_of([value for one in pairs for value in one])
    for (time, day), factor in zip(due, moved.tolist(), strict=False):
        value = None if marker.presence else round(round(pair[time] * factor / step) * step, 4)
        yield {
            "USUBJID": subject,
            "BXTIME": time,
            "BXDY": day,
            "MARKER": marker.id,
            "BXRES": value,
            "BXPRES": pair[time] if marker.presence else None,
            "BXU": None if marker.presence else marker.unit,
            "ORIGIN": SIMULATED,
        }
