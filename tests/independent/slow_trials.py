"""Simulated trials worked out slowly: whole numbers of Python, double precision, NumPy's functions.

The stream of random numbers is the published Philox4x32-10 in Python's integers; normals come from
the exact logarithm, sine and cosine. Verdicts are the criteria's own functions on whole columns.
Nothing is taken from the simulation but the scenario.
"""

import numpy as np

from myotrial.response import core_set, functional_index, imacs_2004, tis_2016
from myotrial.response.core_set import CoreSet

WORD = 2**32 - 1


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        left, right = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(right >> 32) ^ c[1] ^ k[0], right & WORD, (left >> 32) ^ c[3] ^ k[1], left & WORD]
        k = [(k[0] + 0x9E3779B9) & WORD, (k[1] + 0xBB67AE85) & WORD]
    return c


def words(block, subject, trial, seed):
    return philox((block, subject, trial & WORD, trial >> 32), (seed & WORD, seed >> 32))


def pair(first, second):
    radius = np.sqrt(-2 * np.log(((first >> 8) + 1) / 2**24))
    step = second >> 8
    turn = (0, -1, 2, 1)[step >> 22] * np.pi / 2
    angle = turn + ((step % 2**22) - 2**21) / 2**22 * np.pi / 2
    return radius * np.cos(angle), radius * np.sin(angle)


def normals(number, subject, trial, seed):
    found = []
    for block in range(-(-number // 4)):
        a, b, c, d = words(block, subject, trial, seed)
        found += [*pair(a, b), *pair(c, d)]
    return np.array(found[:number])


def shown(values, items):
    """What scales show, in single precision: subjects by measures."""
    columns = []
    for value, item in zip(values.T, items, strict=True):
        column = np.exp(value) if item.log else value
        if item.step:
            column = np.floor(column / item.step + 0.5).astype("f4") * np.float32(item.step)
        columns.append(np.clip(column, item.low, item.high).astype("f4"))
    return columns


def criteria(before, after, items):
    first, last = CoreSet(*before[:6]), CoreSet(*after[:6])
    better = CoreSet(*(float(item.better) for item in items[:6]))
    minima = CoreSet(*(item.minimum for item in items[:6]))
    ranges = CoreSet(*(item.extent for item in items[:6]))
    met = imacs_2004.improved(core_set.improvements(first, last, minima, better))
    points = tis_2016.score(tis_2016.changes(first, last, ranges, better))
    index = np.zeros(len(met), bool)
    if len(items) == 7:
        index = functional_index.improved(core_set.improvement(before[6], after[6], 1.0, 1.0))
    return np.array([met, points >= 20, points >= 40, points >= 60, index]), points


def trial(scenario, number, seed):
    """Verdicts (visits, criteria, subjects) as they are, scores, and who is seen (visits, ...)."""
    items, visits = scenario.measures, scenario.visits
    sizes = scenario.control.size, scenario.active.size
    count = len(items) * (2 + visits)
    z = np.array([normals(count, i, number, seed) for i in range(sum(sizes))])
    z = z.reshape(sum(sizes), 2 + visits, len(items))
    better = np.array([item.better for item in items])
    spread = {name: better * [getattr(item, name) for item in items] for name in ("sd", "own")}
    latent = [item.mean for item in items] + z[:, 0] @ np.linalg.cholesky(
        scenario.correlation
    ).T * (spread["sd"])
    own = z[:, 1] @ np.linalg.cholesky(scenario.own_correlation).T * spread["own"]
    before = shown(latent, items)
    courses = [course for arm in (scenario.control, scenario.active) for course in by_subject(arm)]
    here, worse = np.ones(sum(sizes), bool), np.zeros(sum(sizes), bool)
    met, points, seen = [], [], []
    for visit in range(visits):
        course = better * [course[visit] for course in courses]
        noise = z[:, 2 + visit] * [item.noise for item in items]
        after = shown(latent + own + course + noise, items)
        verdicts, score = criteria(before, after, items)
        chances = [chances_of(visit, i, number, seed, count) for i in range(sum(sizes))]
        leave, miss = np.array(chances).T
        chance = {
            name: value[visit] if isinstance(value, tuple) else value
            for name, value in vars(scenario.dropout).items()
        }
        stays = (1 - chance["random"]) * (1 - chance["worse"] * worse)
        stays = stays * (1 - chance["inefficacy"] * ~verdicts[0])
        here = here & (leave >= 1 - stays)
        sees = here & (miss >= chance["missing"])
        worse = np.where(sees, after[0] > before[0], worse)
        met.append(verdicts), points.append(score), seen.append(sees)
    return np.array(met), np.array(points), np.array(seen)


def by_subject(arm):
    """The course of each subject of an arm, its strata first."""
    own = [course for size, course in arm.strata for _ in range(size)]
    return own + [arm.course] * (arm.size - len(own))


def chances_of(visit, subject, number, seed, count):
    block = -(-count // 4) + visit // 2
    drawn = [word >> 8 for word in words(block, subject, number, seed)]
    return np.array(drawn[2 * (visit % 2) :][:2]) / 2**24
