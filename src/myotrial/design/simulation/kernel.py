"""One simulated trial: trajectories, verdicts at every visit, who was seen, what tests decide.

Written for Numba (`compiled` gives the compiled functions) and readable as plain Python: subjects
run along the last axis of every array, and each step is a loop over them. The verdicts are those
of `response`, compiled for single precision; nothing of a criterion is written here.

Numbers    of a subject: the normals of its baseline, of its own change, and of each visit, measure
           by measure, padded to a multiple of 4; then four uniform numbers for every two visits.
"""

from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from myotrial.design.simulation.arrays import CRITERIA, Model, Room
from myotrial.design.simulation.deciding import compare_counts, compare_scores, count_seen
from myotrial.design.simulation.machine import mine, put, round_down
from myotrial.design.simulation.philox import (
    HALF_WORD,
    WORD,
    exponential,
    fill_normals,
    philox,
    uniform,
)
from myotrial.response import core_set, functional_index, imacs_2004, tis_2016
from myotrial.response.compiling import keep, rewrite
from myotrial.response.core_set import CoreSet

__all__ = ["WHOLE", "compiled", "run_trials"]

HALF = np.float32(0.5)
NEVER = float("inf")
ZERO = np.float32(0.0)
NONE = np.int64(0)
CLEAR = np.uint8(0)
MINIMAL, MODERATE, MAJOR = map(np.float32, tis_2016.ADULT)


def definition(before: CoreSet, after: CoreSet, minima: CoreSet, better: CoreSet, zero: Any) -> Any:
    """Whether the definition of improvement is met."""
    return imacs_2004.improved(core_set.improvements(before, after, minima, better), zero)


def improvement_score(
    before: CoreSet, after: CoreSet, ranges: CoreSet, better: CoreSet, zero: Any
) -> Any:
    """The total improvement score."""
    low, _ = tis_2016.bounds(tis_2016.changes(before, after, ranges, better), zero)
    return low


def index_improved(before: Any, after: Any) -> Any:
    """Whether the functional index improved."""
    return functional_index.improved(core_set.improvement(before, after, 1.0, NEVER))


def begin(model: Model, room: Room) -> None:
    """Baselines, and each subject's own change."""
    measures = model.mean.shape[0]
    subjects = room.seen.shape[0]
    for m in range(measures):
        for i in mine(subjects):
            room.latent[m, i] = model.mean[m]
            room.own[m, i] = ZERO
        for j in range(m + 1):
            one, other = model.mixing[m, j], model.change[m, j]
            for i in mine(subjects):
                room.latent[m, i] += one * room.normals[j, i]
                room.own[m, i] += other * room.normals[measures + j, i]
        for i in mine(subjects):
            room.before[m, i] = room.latent[m, i]
        show(model, room.before, m)
    for i in mine(subjects):
        room.here[i], room.worse[i], room.last[i] = 1, 0, ZERO
        room.seen[i], room.stays[i] = CLEAR, CLEAR
    for c in range(CRITERIA):
        for i in mine(subjects):
            room.patterns[c, i] = 0


def show(model: Model, values: Any, m: Any) -> None:
    """Turn what is underneath into what the scale can show: its steps, floor and ceiling."""
    low, high, step = model.low[m], model.high[m], model.step[m]
    if model.log[m]:
        for i in mine(values.shape[1]):
            values[m, i] = exponential(values[m, i])
    if step > ZERO:
        for i in mine(values.shape[1]):
            values[m, i] = round_down(values[m, i] / step + HALF) * step
    for i in mine(values.shape[1]):
        values[m, i] = min(max(values[m, i], low), high)


def visit_values(model: Model, room: Room, visit: Any) -> None:
    """What the measures show at a visit."""
    measures = model.mean.shape[0]
    for m in range(measures):
        row = (2 + visit) * measures + m
        noise, controls = model.noise[m], model.sizes[0]
        control, active = model.course[0, visit, m], model.course[1, visit, m]
        for i in mine(room.seen.shape[0]):
            moved = room.latent[m, i] + room.own[m, i] + (control if i < controls else active)
            room.after[m, i] = moved + noise * room.normals[row, i]
        for s in range(model.strata.shape[0]):
            more = model.shift[s, visit, m]
            for i in mine(model.strata[s, 0], model.strata[s, 1]):
                room.after[m, i] += more
        show(model, room.after, m)


def judge(model: Model, room: Room) -> None:
    """Every criterion at a visit, as it truly is."""
    b, a = room.before, room.after
    for i in mine(room.seen.shape[0]):
        before = CoreSet(b[0, i], b[1, i], b[2, i], b[3, i], b[4, i], b[5, i])
        after = CoreSet(a[0, i], a[1, i], a[2, i], a[3, i], a[4, i], a[5, i])
        room.met[0, i] = definition(before, after, model.minima, model.better, ZERO)
    for i in mine(room.seen.shape[0]):
        before = CoreSet(b[0, i], b[1, i], b[2, i], b[3, i], b[4, i], b[5, i])
        after = CoreSet(a[0, i], a[1, i], a[2, i], a[3, i], a[4, i], a[5, i])
        room.points[i] = improvement_score(before, after, model.ranges, model.better, ZERO)
    for i in mine(room.seen.shape[0]):
        room.met[1, i] = room.points[i] >= MINIMAL
        room.met[2, i] = room.points[i] >= MODERATE
        room.met[3, i] = room.points[i] >= MAJOR
    if b.shape[0] == 7:
        for i in mine(room.seen.shape[0]):
            room.met[4, i] = index_improved(b[6, i], a[6, i])


def attend(model: Model, room: Room, visit: Any, trial: Any, key0: Any, key1: Any) -> None:
    """Who has left by a visit, and who misses it."""
    subjects = room.seen.shape[0]
    none, worse, lost, both = model.leaving[visit]
    missing = model.missing[visit]
    pair = 2 * (visit % 2)
    if pair == 0:
        low, high = np.uint64(trial) & WORD, np.uint64(trial) >> HALF_WORD
        block = np.uint64(room.normals.shape[0] // 4 + visit // 2)
        for i in mine(subjects):
            words = philox(block, np.uint64(i), low, high, key0, key1)
            room.chances[0, i], room.chances[1, i] = uniform(words[0]), uniform(words[1])
            room.chances[2, i], room.chances[3, i] = uniform(words[2]), uniform(words[3])
    for i in mine(subjects):
        improving = worse if room.worse[i] else none
        failing = both if room.worse[i] else lost
        chance = improving if room.met[0, i] else failing
        room.here[i] = room.here[i] & (room.chances[pair, i] >= chance)
        room.sees[i] = room.here[i] & (room.chances[pair + 1, i] >= missing)


def note(room: Room, visit: Any) -> None:
    """Keep what was seen at a visit."""
    for i in mine(room.seen.shape[0]):
        grown = room.after[0, i] > room.before[0, i]
        room.worse[i] = grown if room.sees[i] else room.worse[i]
        room.last[i] = room.points[i] if room.sees[i] else room.last[i]
    bit = np.uint8(1 << visit)
    for i in mine(room.seen.shape[0]):
        room.seen[i] |= bit if room.sees[i] else CLEAR
        room.stays[i] |= bit if room.here[i] else CLEAR
    for c in range(CRITERIA):
        for i in mine(room.seen.shape[0]):
            room.patterns[c, i] |= bit if room.met[c, i] & room.sees[i] else CLEAR


def keep_values(shown: Any, place: Any, time: Any, values: Any) -> None:
    """Keep what all measures show, where there is room for it."""
    if shown.shape[0] > 0:
        for m in range(shown.shape[2]):
            for i in mine(shown.shape[3]):
                shown[place, time, m, i] = values[m, i]


def run_trials(
    model: Model,
    room: Room,
    first: Any,
    trials: Any,
    key0: Any,
    key1: Any,
    kept: Any,
    shown: Any,
    counts: Any,
    rejected: Any,
    scores: Any,
    better: Any,
    seen: Any,
) -> None:
    """Add the results of so many trials to tallies, all of them sums of whole numbers.

    Args:
        model: The scenario.
        room: Working room of the scenario's size; what it holds is overwritten.
        first: Number of the first trial.
        trials: How many.
        key0: Lower half of the seed.
        key1: Upper half of the seed.
        kept: Room for the patterns of every trial, who was seen, and last who had not left (trials,
            CRITERIA + 2, subjects); without rows they are not kept.
        shown: Room for what the measures show at baseline and at every visit (trials, V + 1, M,
            subjects); without rows they are not kept.
        counts: Trials (E, active + 1, controls + 1) by responders of both arms.
        rejected: Trials (E, 2) in which the pooled z test favours controls, the active arm.
        scores: For both arms (2, 3): subjects counted, sum of their scores and of squares, in steps
            of 2.5 points.
        better: Trials (2) in which the t test of scores favours controls, the active arm.
        seen: Subjects seen (2, V).
    """
    for trial in range(first, first + trials):
        fill_normals(room.normals, room.words, room.radii, room.seen.shape[0], trial, key0, key1)
        begin(model, room)
        keep_values(shown, trial - first, NONE, room.before)
        for visit in range(model.missing.shape[0]):
            visit_values(model, room, visit)
            keep_values(shown, trial - first, visit + 1, room.after)
            judge(model, room)
            attend(model, room, visit, trial, key0, key1)
            note(room, visit)
            controls, everyone = model.sizes[0], model.sizes[0] + model.sizes[1]
            put(seen, (0, visit), count_seen(room, NONE, controls))
            put(seen, (1, visit), count_seen(room, controls, everyone))
        compare_counts(model, room, counts, rejected)
        compare_scores(model, room, scores, better)
        if kept.shape[0] > 0:
            for i in mine(kept.shape[2]):
                for c in range(CRITERIA):
                    kept[trial - first, c, i] = room.patterns[c, i]
                kept[trial - first, CRITERIA, i] = room.seen[i]
                kept[trial - first, CRITERIA + 1, i] = room.stays[i]


WHOLE = frozenset({definition, improvement_score, index_improved})


@cache
def compiled(function: FunctionType) -> Any:
    """A function of this module, compiled with all that it calls; kept on disk.

    The criteria (`WHOLE`) count in single precision, which is exact and quicker.
    """
    return keep(rewrite(function, np.float32, WHOLE), Path(__file__).parent)
