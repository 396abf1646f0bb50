"""The pilot's patients as donors of baselines and attributes for simulated ones.

A simulated patient has the attributes, baseline values and concomitant therapy of one of the
pilot's patients with the same diagnosis. Values are moved at random (`JITTER`) and put back on the
steps in which the measure was recorded, so that eligibility, ranges and the correlation of
measures at baseline are those of the pilot, and nobody's record is copied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import gcd, isfinite
from statistics import NormalDist
from typing import Any

import numpy as np

from myotrial import instruments
from myotrial.design.simulation.presets import EXTRAMUSCULAR, EXTRAMUSCULAR_SD
from myotrial.errors import MyotrialError
from myotrial.facts import Fact
from myotrial.protocol.models import Assessment, Protocol

__all__ = ["FACTS", "JITTER", "Donors", "Scale", "assessed", "donors", "step_of"]

JITTER = 0.1  # log-SD of a simulated baseline around its donor's
DECIMALS = 4
NEW = "extramuscular_global"
FACTS = (
    Fact("spread of a simulated baseline around its donor's", JITTER,
         "SD of the logarithm", "no source says; myotrial's choice", "assumed"),
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Scale:
    """How a measure is recorded: its steps, its ends, and which way is better."""

    step: float
    low: float
    high: float
    better: float
    rise: float

    def recorded(self, values: np.ndarray) -> np.ndarray:
        """Values on the scale: whole steps between its ends."""
        steps = np.round(values / self.step) * self.step
        return np.round(np.clip(steps, self.low, self.high), DECIMALS)


@dataclass(frozen=True)
class Donors:
    """The pilot's patients by diagnosis.

    Attributes:
        attributes: Row of subjects of each donor.
        baseline: Values at baseline by measure, one for each donor; above zero.
        scales: How each measure is recorded.
        therapy: Rows of concomitant therapy of each donor.
        biopsies: Rows of the biopsies of all patients.
    """

    attributes: tuple[Row, ...]
    baseline: dict[str, np.ndarray]
    scales: dict[str, Scale]
    therapy: tuple[tuple[Row, ...], ...]
    biopsies: tuple[Row, ...] = ()

    def of(self, diagnosis: str) -> np.ndarray:
        """Numbers of the donors with a diagnosis.

        Raises:
            MyotrialError: There is none.
        """
        found = [at for at, row in enumerate(self.attributes) if row.get("DIAG") == diagnosis]
        if not found:
            known = sorted({str(row.get("DIAG")) for row in self.attributes})
            raise MyotrialError(
                f"No patient of the pilot with the diagnosis {diagnosis} has every measure at "
                f"baseline, so none can be simulated; there are {', '.join(known)}.\n"
                "Hint: leave the diagnosis out of `strata` in design.yaml."
            )
        return np.array(found)


def donors(
    protocol: Protocol,
    subjects: Sequence[Row],
    visits: Sequence[Row],
    concomitant: Sequence[Row] = (),
    biopsies: Sequence[Row] = (),
) -> Donors:
    """Take the donors from the pilot's captured tables.

    Args:
        protocol: The pilot's protocol.
        subjects: Rows of its subjects.
        visits: Rows of its visits.
        concomitant: Rows of its concomitant therapy.
        biopsies: Rows of its biopsies.

    Raises:
        MyotrialError: No patient has every measure at baseline.
    """
    start = next(visit.id for visit in protocol.visits if visit.baseline)
    first = {row["USUBJID"]: row for row in visits if row["VISIT"] == start}
    wanted = [item for item in protocol.assessments if start in item.visits]
    scales = {item.id: _scale(item, [row[item.id] for row in visits]) for item in wanted}
    whole = [
        row
        for row in subjects
        if row["USUBJID"] in first
        and all(_known(first[row["USUBJID"]][item.id]) for item in wanted)
    ]
    if not whole:
        names = ", ".join(item.id for item in wanted)
        raise MyotrialError(
            f"No patient of the pilot has every measure at baseline ({names}), so none can be "
            "simulated.\nHint: run the pilot on tables with complete baselines."
        )
    baseline = {
        item.id: np.array(
            [
                max(
                    float(first[row["USUBJID"]][item.id]),
                    scales[item.id].low or scales[item.id].step,
                )
                for row in whole
            ]
        )
        for item in wanted
    }
    therapy = tuple(
        tuple(item for item in concomitant if item["USUBJID"] == row["USUBJID"]) for row in whole
    )
    return Donors(tuple(whole), baseline, scales, therapy, tuple(biopsies))


def assessed(given: Donors, protocol: Protocol) -> Donors:
    """The same donors with the measures that a new protocol adds to the pilot's.

    A global assessment of extramuscular activity has the quantiles of what tier 3 assumes, shared
    out in order. Anything else that the pilot did not assess is left out.
    """
    start = next(visit.id for visit in protocol.visits if visit.baseline)
    baseline, scales = dict(given.baseline), dict(given.scales)
    for item in protocol.assessments:
        if item.id in baseline or item.instrument != NEW or start not in item.visits:
            continue
        unit = instruments.get(NEW).convert(1.0, unit="cm", to=item.unit)
        scales[item.id] = _scale(item, [unit / 10])
        spread = np.array([NormalDist().inv_cdf((at + 0.5) / len(given.attributes))
                           for at in range(len(given.attributes))])  # fmt: skip
        spread = spread / (spread.std(ddof=1) if len(spread) > 1 else 1.0)
        baseline[item.id] = unit * (EXTRAMUSCULAR + EXTRAMUSCULAR_SD * spread)
    return replace(given, baseline=baseline, scales=scales)


def _scale(item: Assessment, values: Sequence[Any]) -> Scale:
    instrument = instruments.get(item.instrument)
    low, high = instrument.range(unit=item.unit, variant=item.variant)
    rise = instrument.rise_from_zero(unit=item.unit, variant=item.variant)
    return Scale(step_of(values), low, high, instrument.better, rise)


def step_of(values: Sequence[Any]) -> float:
    """The largest step of which all values are multiples.

    >>> step_of([1.375, 1.25, 0.0, None]), step_of([80, 65])
    (0.125, 5.0)
    """
    whole = [round(float(value) * 10**DECIMALS) for value in values if _known(value)]
    return (reduce(gcd, whole, 0) or 10**DECIMALS) / 10**DECIMALS


def _known(value: Any) -> bool:
    return value is not None and isfinite(float(value))
