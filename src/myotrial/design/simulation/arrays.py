"""The arrays that the kernel reads and works in; subjects run along the last axis, controls first.

Criteria   0 definition of improvement; 1 to 3 total improvement score of at least 20, 40, 60;
           4 functional index by 20 %.
"""

from typing import Any, NamedTuple

import numpy as np

from myotrial.response.core_set import CoreSet

__all__ = ["CARRIED", "CRITERIA", "EXCLUDED", "NOT_SEEN", "Model", "Room", "make_room"]

CRITERIA = 5
NOT_SEEN, CARRIED, EXCLUDED = 0, 1, 2  # what a missing score counts as: 0 points, the last, nothing


class Model(NamedTuple):
    """A scenario as arrays in single precision; M measures, V visits.

    Attributes:
        mean: Of the baseline (M), of its logarithm where `log`.
        mixing: Lower triangle (M, M) that gives correlated baselines their spread.
        change: The same for the subject's own change, in the measure's direction.
        course: Mean change (2, V, M) of controls and active arm, in the measure's direction.
        shift: By how much the course of each stratum (S, V, M) differs from its arm's.
        strata: First subject of each stratum (S, 2), and the one after its last.
        noise: Standard deviation (M) at each visit.
        low: Floor (M).
        high: Ceiling (M).
        step: Steps of the scale (M), 0 for none.
        log: 1 where a measure is on the scale of logarithms (M).
        leaving: Chance (V, 4) to have left before a visit: also when last seen worse (1), without
            improvement (2), both (3).
        missing: Chance (V) that a visit is missed.
        sizes: Subjects of both arms.
        ranges: Of the six measures.
        minima: Of the six measures, what is worse from a baseline of 0.
        better: Directions of the six measures.
        imputation: Of the score at the last visit: `NOT_SEEN`, `CARRIED` or `EXCLUDED`.
        tables: For each endpoint (E, 4**V), by `pattern + (seen << V)`: 0 not met, 1 met, 2 does
            not count.
        criteria: For each endpoint, its criterion (E).
        critical: Critical values of t by degrees of freedom; of z at position 0.
    """

    mean: Any
    mixing: Any
    change: Any
    course: Any
    shift: Any
    strata: Any
    noise: Any
    low: Any
    high: Any
    step: Any
    log: Any
    leaving: Any
    missing: Any
    sizes: Any
    ranges: CoreSet
    minima: CoreSet
    better: CoreSet
    imputation: Any
    tables: Any
    criteria: Any
    critical: Any


class Room(NamedTuple):
    """Where a trial is worked out; N subjects."""

    normals: Any  # (4 K, N)
    words: Any  # (4, N): random bits
    radii: Any  # (2, N): distances of pairs of normals from 0
    chances: Any  # (4, N)
    latent: Any  # (M, N): before anything is cut to the scale
    own: Any  # (M, N): the subject's own change
    before: Any  # (M, N)
    after: Any  # (M, N)
    met: Any  # (CRITERIA, N): at this visit, as it truly is
    points: Any  # (N): score at this visit
    last: Any  # (N): last score that was seen
    worse: Any  # (N): whether worse than at baseline when last seen
    here: Any  # (N): not left
    sees: Any  # (N): seen at this visit
    patterns: Any  # (CRITERIA, N): a bit for each visit where seen and met
    seen: Any  # (N): a bit for each visit where seen
    stays: Any  # (N): a bit for each visit by which the subject had not left
    total: Any  # (1): where the threads of a GPU add up


def make_room(measures: int, visits: int, subjects: int) -> Room:
    """Working room for trials of that size; its end, up to a multiple of 32, counts nowhere."""
    subjects += -subjects % 32
    rows = 4 * -(-(2 + visits) * measures // 4)
    many = [(rows,), (4,), *[(measures,)] * 4]  # as the fields of `Room`
    few = [(), (), (), (CRITERIA,), (), ()]
    numbers = [np.zeros((*shape, subjects), np.float32) for shape in [*many, (), ()]]
    truths = [np.zeros((*shape, subjects), np.uint8) for shape in [(CRITERIA,), *few]]
    total = np.zeros(1, np.int64)
    words, radii = np.zeros((4, subjects), np.uint32), np.zeros((2, subjects), np.float32)
    drawn = [numbers[0], words, radii]
    return Room._make([*drawn, *numbers[1:6], truths[0], *numbers[6:], *truths[1:], total])
