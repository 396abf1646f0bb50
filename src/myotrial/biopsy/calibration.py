"""Compare two scanners: through sections that both have scanned, or not at all.

Scanners apply curves and colour corrections of their own, so that one section has different optical
densities on two of them. Sections scanned on both tell by which factor: quantile by quantile, the
chromogen's OD above the floor on the reference, divided by that on the other scanner. The factor is
not the same for pale and for dark staining, so a threshold is translated by the quantiles near it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from myotrial.biopsy.density import Densities
from myotrial.errors import SlideError
from myotrial.facts import Fact

__all__ = ["FACTS", "Calibration", "calibrate", "require_comparable"]

FAINTEST = 0.04  # OD above the floor, on both, from which a quantile is compared
SHARES = np.linspace(0.5, 0.9995, 200)
WIDEST = 0.25  # scatter of the factor beyond which the pairs are not the same sections
LEAST = 10  # quantiles needed
KNOTS = (0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2)  # reference ODs that are translated
NEAR = 2.0  # times an OD, or that part of it: quantiles within tell how it is translated
FACTS = (
    Fact("scatter of quantiles beyond which a calibration is refused", 25, "%", "", "assumed"),
)


@dataclass(frozen=True)
class Calibration:
    """How one scanner's OD translates into the reference's.

    Attributes:
        reference, scanner: Their names.
        chromogen: What was stained.
        factor: Reference OD over the other's, above the floor: the median over all quantiles.
        scatter: Middle spread (half of the interquartile range, relative) of that factor.
        pairs: Sections both have scanned.
        knots: Reference ODs, rising, and the other scanner's that equal them; empty: the factor
            holds for all.
    """

    reference: str
    scanner: str
    chromogen: str
    factor: float
    scatter: float
    pairs: int
    knots: tuple[tuple[float, float], ...] = ()

    def threshold(self, reference_od: float) -> float:
        """OD above the floor on this scanner that equals one on the reference.

        Between knots it is interpolated, beyond them the last one's factor holds.

        >>> known = Calibration("A", "B", "DAB", 2.0, 0.1, 1, ((0.1, 0.08), (0.4, 0.2)))
        >>> [round(known.threshold(od), 3) for od in (0.05, 0.1, 0.2, 0.8)]
        [0.04, 0.08, 0.126, 0.4]
        """
        if not self.knots or reference_od <= 0:
            return reference_od / self.factor
        there, here = np.log(np.array(self.knots)).T
        place = np.log(reference_od)
        return float(np.exp(place - np.interp(place, there, there - here)))

    def as_record(self) -> dict[str, Any]:
        """Plain data."""
        return dict(vars(self))


def calibrate(
    reference: str,
    scanner: str,
    chromogen: str,
    pairs: Sequence[tuple[tuple[Densities, float], tuple[Densities, float]]],
) -> Calibration:
    """Calibrate one scanner to another.

    Args:
        reference: Name of the scanner whose OD counts.
        scanner: Name of the other.
        chromogen: What was stained.
        pairs: For each section, its densities and floor on the reference and on the other.

    Raises:
        SlideError: There is no pair, too little chromogen, or the pairs scatter too widely.
    """
    both = np.array([pair for one, two in pairs for pair in _quantiles(*one, *two)]).reshape(-1, 2)
    if len(both) < LEAST:
        raise SlideError(
            f"{scanner} cannot be calibrated to {reference} for {chromogen}: {len(pairs)} sections "
            "scanned on both hold too little stain to compare.\n"
            "Hint: scan two or more stained sections on both scanners and list them in the "
            "manifest under one SECTION."
        )
    low, middle, high = np.quantile(np.log(both[:, 0] / both[:, 1]), [0.25, 0.5, 0.75]).tolist()
    scatter = (high - low) / 2
    if scatter > WIDEST:
        raise SlideError(
            f"{scanner} cannot be calibrated to {reference} for {chromogen}: the sections listed "
            f"as scanned on both differ by {scatter:.0%} among themselves.\n"
            "Hint: check that SECTION names the same section on both scanners."
        )
    factor = float(np.exp(middle))
    return Calibration(reference, scanner, chromogen, factor, scatter, len(pairs), _knots(both))


def _quantiles(
    one: Densities, one_floor: float, two: Densities, two_floor: float
) -> list[tuple[float, float]]:
    """ODs above the floor of one share of tissue on both scanners, where both show chromogen."""
    found = []
    for share in SHARES:
        first, second = one.quantile(share) - one_floor, two.quantile(share) - two_floor
        if min(first, second) > FAINTEST:
            found.append((first, second))
    return found


def _knots(both: Any) -> tuple[tuple[float, float], ...]:
    """Each OD and its equal, on a line through the quantiles around it; never falling."""
    ods, equals = [], [0.0]
    for od in KNOTS:
        there, here = np.log(both[(both[:, 0] >= od / NEAR) & (both[:, 0] <= od * NEAR)] / od).T
        if len(there) >= LEAST and there.min() < 0 < there.max():
            ods.append(od)
            _, level = np.polyfit(there, here, 1)
            equals.append(max(od * float(np.exp(level)), equals[-1]))
    return tuple(zip(ods, equals[1:], strict=True))


def require_comparable(
    scanners: Sequence[str], chromogen: str, calibrations: Mapping[tuple[str, str], Calibration]
) -> str:
    """The scanner to whose OD all others are brought.

    Args:
        scanners: Of the slides to compare.
        chromogen: What they are stained with.
        calibrations: By scanner and chromogen.

    Returns:
        The one scanner, or the reference of the calibrations.

    Raises:
        SlideError: They were scanned on different scanners and not all are calibrated.
    """
    names = sorted(set(scanners))
    if len(names) <= 1:
        return names[0] if names else ""
    known = {name: calibrations.get((name, chromogen)) for name in names}
    references = {known_one.reference for known_one in known.values() if known_one}
    if len(references) == 1:
        reference = references.pop()
        if all(known[name] for name in names if name != reference):
            return reference
    raise SlideError(
        f"{' and '.join(names)} are different scanners, whose optical densities differ for one and "
        f"the same section; without a calibration for {chromogen} they are not compared.\n"
        "Hint: scan the same sections on both, and list them in the manifest under one SECTION."
    )
