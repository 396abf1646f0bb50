"""Compare two scanners: through sections that both have scanned, or not at all.

Scanners apply curves and colour corrections of their own, so that one section has different optical
densities on two of them. Sections scanned on both tell by which factor: quantile by quantile, the
chromogen's OD above the floor on the reference, divided by that on the other scanner.
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
FACTS = (
    Fact("scatter of quantiles beyond which a calibration is refused", 25, "%", "", "assumed"),
)


@dataclass(frozen=True)
class Calibration:
    """How one scanner's OD translates into the reference's.

    Attributes:
        reference, scanner: Their names.
        chromogen: What was stained.
        factor: Reference OD over the other's, above the floor.
        scatter: Middle spread (half of the interquartile range, relative) of that factor.
        pairs: Sections both have scanned.
    """

    reference: str
    scanner: str
    chromogen: str
    factor: float
    scatter: float
    pairs: int

    def threshold(self, reference_od: float) -> float:
        """OD above the floor on this scanner that equals one on the reference."""
        return reference_od / self.factor

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
    ratios = [ratio for one, two in pairs for ratio in _ratios(*one, *two)]
    if len(ratios) < LEAST:
        raise SlideError(
            f"{scanner} cannot be calibrated to {reference} for {chromogen}: {len(pairs)} sections "
            "scanned on both hold too little stain to compare.\n"
            "Hint: scan two or more stained sections on both scanners and list them in the "
            "manifest under one SECTION."
        )
    low, middle, high = np.quantile(np.log(ratios), [0.25, 0.5, 0.75]).tolist()
    scatter = (high - low) / 2
    if scatter > WIDEST:
        raise SlideError(
            f"{scanner} cannot be calibrated to {reference} for {chromogen}: the sections listed "
            f"as scanned on both differ by {scatter:.0%} among themselves.\n"
            "Hint: check that SECTION names the same section on both scanners."
        )
    return Calibration(reference, scanner, chromogen, float(np.exp(middle)), scatter, len(pairs))


def _ratios(one: Densities, one_floor: float, two: Densities, two_floor: float) -> list[float]:
    found = []
    for share in SHARES:
        first, second = one.quantile(share) - one_floor, two.quantile(share) - two_floor
        if min(first, second) > FAINTEST:
            found.append(first / second)
    return found


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
