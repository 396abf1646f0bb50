"""Which claims are at the heart of a clash, and with what.

Many minimal conflicts differ only in how they count to the same end. Those that share a fact form
a group; the claims that all conflicts of a group use are its heart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Clash", "clash"]


@dataclass(frozen=True)
class Clash:
    """What one claim clashes with: the readings it takes, and the clash in a sentence."""

    readings: tuple[str, ...]
    sentence: str


def clash(claim: str, findings: Mapping[str, Any]) -> Clash | None:
    """The plainest clash with a claim at its heart; None where there is none.

    Args:
        claim: Id of the claim.
        findings: The record of `evidence.examine`; its conflicts are ranked.
    """
    groups: dict[Any, list[Mapping[str, Any]]] = {}
    for conflict in findings["conflicts"]:
        groups.setdefault(conflict["group"], []).append(conflict)
    ranked = sorted(groups.values(), key=lambda group: len(group[0]["readings"]))
    for group in ranked:
        if claim in _heart(group):
            return Clash(tuple(group[0]["readings"]), group[0]["explanation"])
    return None


def _heart(group: Sequence[Mapping[str, Any]]) -> set[str]:
    return set.intersection(*(set(conflict["claims"]) for conflict in group))
