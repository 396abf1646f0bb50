"""Which published claims are at the heart of a clash, and with which readings.

Many minimal conflicts come down to one clash: `evidence` groups them and names the statements that
they share. A claim among those is at the heart of the clash; one that merely helps to count to it
(the number of patients, say) is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Clash", "clash"]


@dataclass(frozen=True)
class Clash:
    """What one claim clashes with.

    Attributes:
        readings: Ids of the readings it takes; none where the claims clash by themselves.
        sentence: The clash in words.
    """

    readings: tuple[str, ...]
    sentence: str


def clash(claim: str, findings: Mapping[str, Any], says: Mapping[str, str]) -> Clash | None:
    """The clashes with a claim at their heart, as one; None where there is none.

    Args:
        claim: Id of the claim.
        findings: The record of `evidence.examine`.
        says: What each reading says, by its id.
    """
    groups = [group for group in findings["groups"] if claim in group["shares"]]
    bare = [group for group in groups if not group["readings"]]
    if not groups:
        return None
    told = bare or groups
    readings = [reading for group in told for reading in group["readings"]]
    return Clash(tuple(dict.fromkeys(readings)), " ".join(_sentence(group, says) for group in told))


def _sentence(group: Mapping[str, Any], says: Mapping[str, str]) -> str:
    """The clash; its readings first, as what one would have to assume."""
    assumed = ", and ".join(says.get(reading, reading) for reading in group["readings"])
    told = str(group["explanation"])
    return f"If {assumed}: {told[:1].lower()}{told[1:]}" if assumed else told
