"""The verdict of each criterion at each row, from values here and at baseline.

Each criterion is called on blocks of rows and packs what it found into one number a row; words,
bounds and counts are looked up for the distinct numbers.

DOI      the IMACS definition of improvement (2004), with its counts; STATUS adds the Karolinska
         rule of worsening, improved first.
FI20     the functional index improved by 20 % of baseline.
TIS      the total improvement score (2016), adult or juvenile. Its extramuscular measure is the
         global VAS: MYOACT is not converted into it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np

from myotrial.response import (
    blocks,
    core_set,
    functional_index,
    imacs_2004,
    printo,
    proderm,
    tis_2016,
    worsening,
)
from myotrial.response.core_set import CoreSet
from myotrial.scoring import core_sets, why
from myotrial.scoring.core import Pairs
from myotrial.scoring.core_sets import CRITERIA, Criterion, Used
from myotrial.scoring.measures import Measure
from myotrial.scoring.packing import distinct, packed, unpacked

__all__ = ["COLUMNS", "WORDS", "Verdict", "judged"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "doi": ("DOI", "DOILO", "DOIHI", "NIMPR", "NWORSE", "NASSESSED", "STATUS"),
    "printo": ("PRINTO", "PRINTOLO", "PRINTOHI"),
    "fi20": ("FI20",),
    "fi2": ("FI2IMPR", "FI2IMPRHI"),
    "tis": ("TIS", "TISLO", "TISHI", "TISCAT"),
    "worsening": ("WORSE", "WORSELO", "WORSEHI"),
    "worsening30": ("WORSE30", "WORSE30LO", "WORSE30HI"),
    "deterioration": ("DETER", "DETERLO", "DETERHI", "CONFDET"),
}
WORDS = ("DOI", "STATUS", "PRINTO", "FI20", "TISCAT", "WORSE", "WORSE30", "DETER", "CONFDET")
UNKNOWN = "NOT ASSESSED"
ALL = 64  # combinations of missing measures
STEPS = 41  # scores from 0 to 100
BLOCK = 16_000  # rows: a column of them, in double precision, is memory that is kept for the next
TRUTHS = 2


@dataclass(frozen=True)
class Verdict:
    """What a criterion says of each scored row.

    Attributes:
        codes: For each row a position in the lists.
        columns: For each added column, what it says at each position.
        sentences: Why.
        contrary: Of the definition of improvement, at each position: whether strength fell while
            every other of at least 3 measures improved, and whether those improved.
    """

    codes: np.ndarray
    columns: dict[str, list[Any]]
    sentences: list[str]
    contrary: tuple[np.ndarray, np.ndarray] | None = None


def judged(
    name: str, pairs: Pairs, held: Mapping[str, Measure], before: np.ndarray | None
) -> Verdict:
    """The verdict of one criterion.

    Args:
        name: The criterion.
        pairs: Values of scored rows.
        held: The measures of the table.
        before: For each scored row the scored row of its subject before it, -1 if none; used by
            the confirmation of deterioration only.
    """
    criterion = CRITERIA[name]
    taken = core_sets.used(criterion, held)
    if criterion.adds == "deterioration":
        return _deterioration(pairs, taken, held, before)
    return MAKERS[criterion.adds](criterion, pairs, taken, held)


def _doi(_criterion: Criterion, pairs: Pairs, taken: Used, held: Mapping[str, Measure]) -> Verdict:
    sizes = (TRUTHS, TRUTHS, 7, 7, TRUTHS, ALL, 4)
    least = core_sets.minima(taken, held)

    def key(start: CoreSet, here: CoreSet) -> np.ndarray:
        change = core_set.improvements(start, here, least, taken.better)
        low, high = imacs_2004.bounds(change, np.int8(0))
        status = worsening.status(low, high, *worsening.core_set_bounds(change))
        better, worse = imacs_2004.number_improved(change), imacs_2004.number_worsened(change)
        lost = change.strength <= imacs_2004.WORSENED
        return packed((low, high, better, worse, lost, _gone(change), status), sizes)

    found, codes = distinct(_walked(key, *pairs.of(taken)), prod(sizes))
    low, high, better, worse, lost, gone, status = _lists(found, sizes)
    seen = [6 - one.bit_count() for one in gone]
    words = [*map(_word, low, high, seen)]
    states = [
        worsening.STATUSES[code] if many else UNKNOWN
        for code, many in zip(status, seen, strict=True)
    ]
    columns = (words, low, high, better, worse, seen, states)
    others = (np.array(better) == np.array(seen) - 1) & (np.array(better) >= imacs_2004.NEEDED)
    every = (np.array(better) == np.array(seen)) & (np.array(better) > imacs_2004.NEEDED)
    contrary = others & np.array(lost, dtype=bool)
    return Verdict(
        codes,
        dict(zip(COLUMNS["doi"], columns, strict=True)),
        [*map(why.improvement, words, better, worse, lost, gone)],
        (contrary, contrary | every),
    )


def _bounded(
    rule: str,
    columns: tuple[str, ...],
    bounds: Callable[[CoreSet], tuple[Any, Any]],
    _criterion: Criterion,
    pairs: Pairs,
    taken: Used,
    held: Mapping[str, Measure],
) -> Verdict:
    """A rule of the changes alone, with its bounds."""
    sizes = (TRUTHS, TRUTHS, ALL)
    least = core_sets.minima(taken, held)

    def key(start: CoreSet, here: CoreSet) -> np.ndarray:
        change = core_set.improvements(start, here, least, taken.better)
        return packed((*bounds(change), _gone(change)), sizes)

    found, codes = distinct(_walked(key, *pairs.of(taken)), prod(sizes))
    return _plain(rule, columns, codes, *_lists(found, sizes))


def _worsening(
    _criterion: Criterion, pairs: Pairs, taken: Used, held: Mapping[str, Measure]
) -> Verdict:
    sizes = (TRUTHS, TRUTHS, ALL)
    least = core_sets.minima(taken, held)

    def key(start: CoreSet, here: CoreSet, one: np.ndarray, two: np.ndarray) -> np.ndarray:
        change = core_set.improvements(start, here, least, taken.better)
        return packed((*worsening.imacs_2005_bounds(change, one, two), _gone(change)), sizes)

    rises = (pairs.rise(taken.names.physician), pairs.rise(taken.names.extramuscular))
    found, codes = distinct(_walked(key, *pairs.of(taken), *rises), prod(sizes))
    return _plain("IMACS worsening", COLUMNS["worsening"], codes, *_lists(found, sizes))


def _deterioration(
    pairs: Pairs, taken: Used, held: Mapping[str, Measure], before: np.ndarray | None
) -> Verdict:
    sizes = (TRUTHS, TRUTHS, ALL, TRUTHS, TRUTHS)
    least = core_sets.minima(taken, held)

    def each(start: CoreSet, here: CoreSet, *rises: np.ndarray) -> tuple[np.ndarray, ...]:
        change = core_set.improvements(start, here, least, taken.better)
        known = change._replace(enzyme=np.zeros_like(change.physician))
        gone = _gone(known)
        low, high = proderm.bounds(change, *rises)
        return np.asarray(low), np.asarray(high), gone

    rises = (pairs.rise(taken.names.physician), pairs.rise(taken.names.extramuscular))
    low, high, gone = _walked(each, *pairs.of(taken), *rises)
    last = np.full(len(low), -1) if before is None else before
    both = [
        proderm.confirmed((np.where(last >= 0, bound[last], False), bound)) for bound in (low, high)
    ]
    found, codes = distinct(packed((low, high, gone, *both), sizes), prod(sizes))
    low, high, gone, surely, maybe = _lists(found, sizes)
    seen = [5 - one.bit_count() for one in gone]
    words = [*map(_word, low, high, seen)]
    ends = [*map(_word, surely, maybe, [1] * len(seen))]
    columns = dict(zip(COLUMNS["deterioration"], (words, low, high, ends), strict=True))
    return Verdict(codes, columns, [*map(why.confirmed, words, gone, ends)])


def _fi20(
    _criterion: Criterion, pairs: Pairs, _taken: Used, held: Mapping[str, Measure]
) -> Verdict:
    sizes, measure = (TRUTHS, TRUTHS, TRUTHS), held["FI"]

    def key(start: np.ndarray, here: np.ndarray) -> np.ndarray:
        change = core_set.improvement(start, here, measure.instrument.better, measure.from_zero)
        low, high = functional_index.bounds(change, start, here)
        return packed((low, high, change == change), sizes)

    values = pairs.values
    keys = _walked(key, values.before["FI"], values.after["FI"])
    found, codes = distinct(keys, prod(sizes))
    words = [*map(_word, *_lists(found, sizes))]
    return Verdict(codes, {"FI20": words}, [*map(why.index, words)])


def _fi2(_criterion: Criterion, pairs: Pairs, _taken: Used, held: Mapping[str, Measure]) -> Verdict:
    sizes = (8, 8, 8)
    there = [name for name in core_sets.TASKS if name in held]

    def key(start: tuple[np.ndarray, ...], here: tuple[np.ndarray, ...]) -> np.ndarray:
        changes = [
            core_set.improvement(one, two, held[name].instrument.better, held[name].from_zero)
            for name, one, two in zip(there, start, here, strict=True)
        ]
        low, high = functional_index.tasks_bounds(changes)
        return packed((low, high, len(there) - (high - low)), sizes)

    values = pairs.values
    arguments = (tuple(values.before[n] for n in there), tuple(values.after[n] for n in there))
    found, codes = distinct(_walked(key, *arguments), prod(sizes))
    low, high, seen = _lists(found, sizes)
    columns = dict(zip(COLUMNS["fi2"], (low, high), strict=True))
    return Verdict(codes, columns, [*map(why.tasks, low, high, seen)])


def _tis(criterion: Criterion, pairs: Pairs, taken: Used, _held: Mapping[str, Measure]) -> Verdict:
    sizes, thresholds = (STEPS, STEPS, ALL), criterion.thresholds or tis_2016.ADULT

    def key(start: CoreSet, here: CoreSet, extents: CoreSet) -> np.ndarray:
        change = tis_2016.changes(start, here, extents, taken.better)
        low, high = tis_2016.bounds(change, np.int8(0))
        steps = (np.rint(np.asarray(bound) / tis_2016.STEP) for bound in (low, high))
        return packed((*steps, _gone(change)), sizes)

    keys = _walked(key, *pairs.of(taken), pairs.extents(taken))
    found, codes = distinct(keys, prod(sizes))
    *steps, gone = unpacked(found, sizes)
    low, high = (tis_2016.STEP * step for step in steps)
    category = tis_2016.category(low, high, thresholds)
    words = [
        tis_2016.CATEGORIES[code] if missing < ALL - 1 else UNKNOWN
        for code, missing in zip(category.tolist(), gone.tolist(), strict=True)
    ]
    settled = [one if one == two else None for one, two in zip(low, high, strict=True)]
    columns = (settled, low.tolist(), high.tolist(), words)
    sentence = partial(why.total, limits=thresholds)
    return Verdict(
        codes,
        dict(zip(COLUMNS["tis"], columns, strict=True)),
        [*map(sentence, low.tolist(), high.tolist(), gone.tolist())],
    )


MAKERS: Mapping[str, Callable[..., Verdict]] = {
    "doi": _doi,
    "printo": partial(_bounded, "PRINTO", COLUMNS["printo"], printo.bounds),
    "fi20": _fi20,
    "fi2": _fi2,
    "tis": _tis,
    "worsening": _worsening,
    "worsening30": partial(
        _bounded, "worsening by 30 %", COLUMNS["worsening30"], worsening.core_set_bounds
    ),
}


def _walked(key: Callable[..., Any], *arguments: Any) -> Any:
    """Call a criterion block by block."""
    return blocks.evaluate(key, *arguments, rows=BLOCK)


def _plain(
    rule: str, columns: tuple[str, ...], codes: np.ndarray, low: list, high: list, gone: list
) -> Verdict:
    words = [*map(_word, low, high, [6 - one.bit_count() for one in gone])]
    made = dict(zip(columns, (words, low, high), strict=True))
    return Verdict(codes, made, [why.plain(rule, *item) for item in zip(words, gone, strict=True)])


def _lists(found: np.ndarray, sizes: tuple[int, ...]) -> tuple[list[int], ...]:
    return tuple(part.tolist() for part in unpacked(found, sizes))


def _word(low: int, high: int, seen: int) -> str:
    if not seen:
        return UNKNOWN
    return "Y" if low else "INDETERMINATE" if high else "N"


def _gone(change: CoreSet) -> np.ndarray:
    """Which measures are missing, a bit each."""
    found = np.zeros(np.shape(change.physician), dtype=np.int8)
    for bit, item in enumerate(change):
        found |= np.isnan(item).astype(np.int8) << np.int8(bit)
    return found
