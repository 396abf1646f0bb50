"""The verdict of each criterion at each row, from values here and at baseline.

DOI      the IMACS definition of improvement (2004), with its counts; STATUS adds the Karolinska
         rule of worsening, improved first.
FI20     the functional index improved by 20 % of baseline.
TIS      the total improvement score (2016), adult or juvenile. Its extramuscular measure is the
         global VAS: MYOACT is not converted into it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from myotrial.response import core_set, functional_index, imacs_2004, tis_2016, worsening
from myotrial.response.core_set import BETTER, CoreSet
from myotrial.scoring import why
from myotrial.scoring.measures import Measure

__all__ = ["COLUMNS", "COUNTS", "CRITERIA", "Values", "doi", "fi20", "tis"]

CRITERIA = ("doi", "fi20", "tis_adult", "tis_juvenile")
COLUMNS = (
    "DOI", "DOILO", "DOIHI", "NIMPR", "NWORSE", "NASSESSED", "STATUS", "FI20", "TIS", "TISLO",
    "TISHI", "TISCAT", "WHY",
)  # fmt: skip
COUNTS = frozenset({"DOILO", "DOIHI", "NIMPR", "NWORSE", "NASSESSED"})  # whole numbers
CORE = CoreSet(("PHGA",), ("PTGA",), ("MMT8",), ("HAQDI",), ("CK",), ("EXTRAM", "MYOACT"))
VAS = CORE._replace(extramuscular=("EXTRAM",))
UNKNOWN = "NOT ASSESSED"

Values = Mapping[str, tuple[np.ndarray, np.ndarray]]  # by measure: at baseline, and here


def doi(values: Values, held: Mapping[str, Measure], rows: int) -> dict[str, np.ndarray]:
    """Definition of improvement, its bounds and counts, and the status."""
    used = CoreSet(*(_first(names, held) for names in CORE))
    before, after = _core(used, values, rows)
    least = CoreSet(*(held[name].from_zero if name else np.inf for name in used))
    change = core_set.improvements(before, after, least)
    low, high = imacs_2004.bounds(change)
    better, worse = imacs_2004.number_improved(change), imacs_2004.number_worsened(change)
    seen = imacs_2004.assessed(change)
    code = worsening.status(low, high, *worsening.core_set_bounds(change))
    verdict = _words(low, high, seen > 0)
    lost = change.strength <= imacs_2004.WORSENED
    return {
        "DOI": verdict,
        "DOILO": low.astype(float),
        "DOIHI": high.astype(float),
        "NIMPR": better.astype(float),
        "NWORSE": worse.astype(float),
        "NASSESSED": seen.astype(float),
        "STATUS": np.where(seen > 0, np.array(worsening.STATUSES, dtype=object)[code], UNKNOWN),
        "WHY": why.improvement(verdict, better, worse, lost, _gone(change)),
    }


def fi20(values: Values, held: Mapping[str, Measure], _rows: int) -> dict[str, np.ndarray]:
    """Improvement of the functional index."""
    before, after = values["FI"]
    measure = held["FI"]
    change = core_set.improvement(before, after, measure.instrument.better, measure.from_zero)
    low, high = functional_index.bounds(change, before, after)
    verdict = _words(low, high, ~np.isnan(change))
    return {"FI20": verdict, "WHY": why.index(verdict)}


def tis(
    values: Values,
    held: Mapping[str, Measure],
    rows: int,
    *,
    limit: np.ndarray,
    thresholds: tis_2016.Thresholds,
) -> dict[str, np.ndarray]:
    """Total improvement score with its bounds and category.

    Args:
        values: By measure, at baseline and here.
        held: The measures of the table.
        rows: How many rows.
        limit: Upper limit of normal of the enzyme, in its unit, for each row; NaN if unknown.
        thresholds: Of the categories.
    """
    used = CoreSet(*(_first(names, held) for names in VAS))
    before, after = _core(used, values, rows)
    extents: CoreSet = CoreSet(*(held[name].extent if name else 1.0 for name in used))
    extents = extents._replace(enzyme=tis_2016.ENZYME_MULTIPLES["ck"] * limit)
    change = tis_2016.changes(before, after, extents, BETTER)
    low, high = tis_2016.bounds(change)
    code = tis_2016.category(low, high, thresholds)
    seen = imacs_2004.assessed(change) > 0
    words = np.array(tis_2016.CATEGORIES, dtype=object)[code]
    return {
        "TIS": np.where(low == high, low, np.nan),
        "TISLO": np.asarray(low, dtype=float),
        "TISHI": np.asarray(high, dtype=float),
        "TISCAT": np.where(seen, words, UNKNOWN),
        "WHY": why.total(low, high, _gone(change), thresholds),
    }


def _first(names: tuple[str, ...], held: Mapping[str, Any]) -> str:
    return next((name for name in names if name in held), "")


def _core(used: CoreSet, values: Values, rows: int) -> tuple[CoreSet, CoreSet]:
    none = np.full(rows, np.nan)
    pairs = [values[name] if name else (none, none) for name in used]
    return CoreSet(*(before for before, _ in pairs)), CoreSet(*(after for _, after in pairs))


def _words(low: np.ndarray, high: np.ndarray, assessed: np.ndarray) -> np.ndarray:
    words = np.where(low, "Y", np.where(high, "INDETERMINATE", "N"))
    return np.where(assessed, words, UNKNOWN)


def _gone(change: CoreSet) -> np.ndarray:
    """Which measures are missing, a bit each."""
    bits = (np.isnan(item).astype(np.int64) << bit for bit, item in enumerate(change))
    return np.sum([*bits], axis=0)
