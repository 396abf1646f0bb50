"""Biopsies: who has which, when, and what is read from them.

A quantity after treatment is the quantity before it times a random factor around 1: no systematic
change. Where the paper states that there was no significant change, a marker is drawn again until
the exact Wilcoxon signed-rank test agrees, also among responders and among the others: no finding
is made up by chance that the paper does not report.

A patient whose treated muscle was examined but who is not among those with a repeat biopsy has a
biopsy after treatment and none before it: that is how both statements can be true.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myotrial.errors import ReconstructionError
from myotrial.reconstruction.course import IMPROVED, Plan, meaning
from myotrial.reconstruction.draws import stream
from myotrial.reconstruction.recipe import Biopsies, Marker
from myotrial.statistics import paired

__all__ = ["Reading", "readings"]

BASELINE, REPEAT = "BASELINE", "REPEAT"
LEVEL = 0.05  # a change is significant below
ATTEMPTS = 200
PRESENCE = {"present": "Y", "absent": "N", "not assessed": None}


@dataclass(frozen=True)
class Reading:
    """One marker of one biopsy.

    Attributes:
        patient: 1-based number of the patient.
        time: BASELINE or REPEAT.
        visit: Visit at which the biopsy was taken.
        marker: Id of the marker.
        amount: Quantity; None for presence.
        presence: "Y" or "N"; None for a quantity.
    """

    patient: int
    time: str
    visit: str
    marker: str
    amount: float | int | None = None
    presence: str | None = None


@dataclass(frozen=True)
class _Taken:
    """The biopsies of one patient: the visit of each, None where there is none."""

    patient: int
    before: str | None
    after: str | None
    world: Mapping[str, Any]


def readings(
    worlds: Sequence[Mapping[str, Any]], plans: Sequence[Plan], recipe: Biopsies, seed: int
) -> list[Reading]:
    """Every reading, by patient, time and marker in the recipe's order.

    Raises:
        ReconstructionError: No drawing leaves a marker that is stated unchanged unchanged.
    """
    taken = [_taken(world, plan, recipe) for world, plan in zip(worlds, plans, strict=True)]
    responders = frozenset(plan.patient for plan in plans if plan.outcome == IMPROVED)
    found = [row for marker in recipe.markers for row in _marker(marker, taken, responders, seed)]
    order = {marker.marker: number for number, marker in enumerate(recipe.markers)}
    return sorted(found, key=lambda row: (row.patient, row.time != BASELINE, order[row.marker]))


def _taken(world: Mapping[str, Any], plan: Plan, recipe: Biopsies) -> _Taken:
    repeated = recipe.repeat is None or _word(recipe, world, plan.patient) == "yes"
    examined = any(
        marker.present_after is not None
        and meaning(marker.present_after, world, plan.patient) != "not assessed"
        for marker in recipe.markers
    )
    due = recipe.repeat_visit if recipe.repeat_visit in plan.attended else None
    later = due or plan.withdrawal or plan.attended[-1]
    if later == plan.attended[0] and (repeated or examined):
        raise ReconstructionError(plan.patient, "has a later biopsy but no visit after baseline")
    return _Taken(
        plan.patient,
        plan.attended[0] if repeated or not examined else None,
        later if repeated or examined else None,
        world,
    )


def _word(recipe: Biopsies, world: Mapping[str, Any], patient: int) -> str | None:
    return meaning(recipe.repeat, world, patient) if recipe.repeat else None


def _marker(
    marker: Marker, taken: Sequence[_Taken], responders: frozenset[int], seed: int
) -> list[Reading]:
    if marker.baseline is None:
        return [row for biopsies in taken for row in _presence(marker, biopsies, seed)]
    for attempt in range(ATTEMPTS if marker.unchanged else 1):
        rows = [row for one in taken for row in _amounts(marker, one, seed, attempt)]
        if not marker.unchanged or not _changed(rows, responders):
            return rows
    raise ReconstructionError(0, f"{marker.marker} changes significantly in {ATTEMPTS} drawings")


def _presence(marker: Marker, taken: _Taken, seed: int) -> list[Reading]:
    draws = stream(seed, taken.patient, f"biopsy {marker.marker}")
    before = "Y" if draws.chance(marker.present_before or 0.0) else "N"
    after = "Y" if draws.chance(marker.present_before or 0.0) else "N"
    if marker.present_after is not None:
        word = meaning(marker.present_after, taken.world, taken.patient)
        if word not in PRESENCE:
            known = ", ".join(map(repr, PRESENCE))
            raise ReconstructionError(
                taken.patient,
                f"{marker.present_after.attribute} means {word!r}, expected one of {known}",
            )
        after = PRESENCE[word]
    return [
        Reading(taken.patient, time, visit, marker.marker, presence=presence)
        for time, visit, presence in (
            (BASELINE, taken.before, before),
            (REPEAT, taken.after, after),
        )
        if visit is not None and presence is not None
    ]


def _amounts(marker: Marker, taken: _Taken, seed: int, attempt: int) -> list[Reading]:
    if marker.baseline is None:
        return []
    draws = stream(seed, taken.patient, f"biopsy {marker.marker}", attempt)
    highest = marker.highest or math.inf
    before = min(marker.baseline.at(draws.uniform()), highest)
    after = before * math.exp(marker.change_log_sd * draws.normal())
    after = min(after, highest)
    return [
        Reading(taken.patient, time, visit, marker.marker, amount=marker.nearest(amount))
        for time, visit, amount in ((BASELINE, taken.before, before), (REPEAT, taken.after, after))
        if visit is not None
    ]


def _changed(rows: Sequence[Reading], responders: frozenset[int]) -> bool:
    """Whether the change is significant among all, among responders, or among the others."""
    before = {row.patient: row.amount or 0 for row in rows if row.time == BASELINE}
    after = {row.patient: row.amount or 0 for row in rows if row.time == REPEAT}
    differences = {who: after[who] - before[who] for who in before if who in after}
    groups = (
        list(differences.values()),
        [change for who, change in differences.items() if who in responders],
        [change for who, change in differences.items() if who not in responders],
    )
    return any(group and paired.wilcoxon_exact(group).p_value < LEVEL for group in groups)
