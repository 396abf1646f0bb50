"""What one simulated trial adds to the tallies: counts, sums, and what z and t tests decide.

Written for Numba, as `kernel`.
"""

from typing import Any

import numpy as np

from myotrial.design.simulation.arrays import CARRIED, EXCLUDED, Model, Room
from myotrial.design.simulation.machine import mine, put, together
from myotrial.response import tis_2016

__all__ = ["compare_counts", "compare_pair", "compare_scores", "count_seen"]

STEP = np.float32(1 / tis_2016.STEP)  # the score is counted in whole steps of 2.5 points
ZERO = np.float32(0.0)
NONE, ONE = np.int64(0), np.int64(1)


def sum_scores(model: Model, room: Room, start: Any, stop: Any) -> tuple[Any, Any, Any]:
    """Subjects of one arm that count, the sum of their scores and of squares, in whole steps."""
    number, total, square = np.int64(0), np.int64(0), np.int64(0)
    for i in mine(start, stop):
        kept = room.last[i] if model.imputation == CARRIED else ZERO
        points = np.int64((room.points[i] if room.sees[i] else kept) * STEP)
        counts = room.sees[i] > 0 or model.imputation != EXCLUDED
        number += counts
        total += counts * points
        square += counts * points * points
    return together(room, number), together(room, total), together(room, square)


def compare_scores(model: Model, room: Room, scores: Any, rejected: Any) -> None:
    """Student's t test of the score at the last visit, from exact sums of whole steps."""
    controls = model.sizes[0]
    n0, s0, q0 = sum_scores(model, room, NONE, controls)
    n1, s1, q1 = sum_scores(model, room, controls, controls + model.sizes[1])
    put(scores, (0, 0), n0)
    put(scores, (0, 1), s0)
    put(scores, (0, 2), q0)
    put(scores, (1, 0), n1)
    put(scores, (1, 1), s1)
    put(scores, (1, 2), q1)
    if n0 < 1 or n1 < 1 or n0 + n1 < 3:
        return
    freedom = n0 + n1 - 2
    around = (q0 - s0 * s0 / n0) + (q1 - s1 * s1 / n1)
    gain = s1 / n1 - s0 / n0
    limit = model.critical[freedom] * model.critical[freedom]
    if gain * gain > limit * (around / freedom) * (1 / n0 + 1 / n1):
        put(rejected, 1 if gain > 0 else 0, ONE)


def count_arm(model: Model, room: Room, e: Any, start: Any, stop: Any) -> tuple[Any, Any]:
    """Subjects of one arm that count for an endpoint, and how many of them met it."""
    number, found = np.int64(0), np.int64(0)
    visits = model.missing.shape[0]
    pattern, table, seen = room.patterns[model.criteria[e]], model.tables[e], room.seen
    for i in mine(start, stop):
        verdict = table[np.int64(pattern[i]) + (np.int64(seen[i]) << visits)]
        number += verdict < 2
        found += verdict == 1
    return together(room, number), together(room, found)


def compare_counts(model: Model, room: Room, counts: Any, rejected: Any) -> None:
    """Count responders of both arms for every endpoint, and the pooled z test's decision."""
    controls = model.sizes[0]
    everyone = controls + model.sizes[1]
    for e in range(model.criteria.shape[0]):
        n0, x0 = count_arm(model, room, e, NONE, controls)
        n1, x1 = count_arm(model, room, e, controls, everyone)
        compare_pair(e, n0, x0, n1, x1, model.critical[0], counts, rejected)


def compare_pair(
    e: Any, n0: Any, x0: Any, n1: Any, x1: Any, critical: Any, counts: Any, rejected: Any
) -> None:
    """Count one trial's responders of both arms, and the pooled z test's decision."""
    put(counts, (e, x1, x0), ONE)
    if n0 > 0 and n1 > 0 and 0 < x0 + x1 < n0 + n1:
        gain = x1 / n1 - x0 / n0
        rate = (x0 + x1) / (n0 + n1)
        if gain * gain > critical * critical * rate * (1 - rate) * (1 / n0 + 1 / n1):
            put(rejected, (e, 1 if gain > 0 else 0), ONE)


def count_seen(room: Room, start: Any, stop: Any) -> Any:
    """Subjects of one arm that are seen at a visit."""
    number = np.int64(0)
    for i in mine(start, stop):
        number += room.sees[i]
    return together(room, number)
