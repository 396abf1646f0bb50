"""Why a verdict is what it is: one sentence for each combination of what decided it."""

from collections.abc import Callable, Sequence

import numpy as np

from myotrial.response import functional_index, imacs_2004
from myotrial.response.tis_2016 import Thresholds

__all__ = ["improvement", "index", "total"]

WORDS = ("physician global", "patient global", "strength", "function", "enzyme", "extramuscular")


def improvement(
    verdict: np.ndarray, better: np.ndarray, worse: np.ndarray, lost: np.ndarray, gone: np.ndarray
) -> np.ndarray:
    """The rule of the IMACS definition that decided.

    Args:
        verdict: Words of the verdict.
        better: How many measures improved.
        worse: How many worsened.
        lost: Whether muscle strength is among them.
        gone: Which measures are missing, a bit each in the order of the core set.
    """
    return _sentences(_improvement, verdict, better, worse, lost, gone)


def total(low: np.ndarray, high: np.ndarray, gone: np.ndarray, limits: Thresholds) -> np.ndarray:
    """Between what the total improvement score lies, and which category follows."""

    def sentence(low: float, high: float, gone: int) -> str:
        if low == high:
            reached = [limit for limit in limits if low >= limit]
            after = f"reaches {reached[-1]:g}" if reached else f"below {limits[0]:g}"
            return f"TIS {low:g}: {after}"
        return f"TIS {low:g} to {high:g}: {_missing(gone)} missing"

    return _sentences(sentence, low, high, gone)


def index(verdict: np.ndarray) -> np.ndarray:
    """What the functional index did."""
    limit = f"{functional_index.IMPROVED:g} %"
    told = {
        "Y": f"FI improved by {limit} or more",
        "N": f"FI did not improve by {limit}",
        "NOT ASSESSED": "FI not assessed, here or at baseline",
    }
    return _sentences(told.__getitem__, verdict)


def _improvement(verdict: str, better: int, worse: int, lost: int, gone: int) -> str:
    up, down = f"{imacs_2004.IMPROVED:g} %", f"{-imacs_2004.WORSENED:g} %"
    needed, allowed = imacs_2004.NEEDED, imacs_2004.ALLOWED
    if verdict == "NOT ASSESSED":
        return "DOI not assessed: no measure has a value here and at baseline"
    if verdict == "N" and lost:
        return f"DOI not met: muscle strength worsened by {down} or more"
    if verdict == "N" and worse > allowed:
        return f"DOI not met: {worse} measures worsened by {down} or more, {allowed} may"
    measures = "measure" if better == 1 else "measures"
    counts = f"{better} {measures} improved by {up} or more, {worse} worsened by {down} or more"
    if verdict == "INDETERMINATE":
        return f"DOI open: {counts}; {_missing(gone)} missing"
    if verdict == "Y":
        return f"DOI met: {counts}, strength not among them"
    left = f"; {_missing(gone)} missing" if gone else ""
    return f"DOI not met: {counts}; {needed} must improve{left}"


def _missing(gone: int) -> str:
    return ", ".join(word for bit, word in enumerate(WORDS) if int(gone) >> bit & 1)


def _sentences(sentence: Callable[..., str], *columns: np.ndarray) -> np.ndarray:
    """One sentence a row, made once for each distinct combination."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        found, position = np.unique(column, return_inverse=True)
        key = key * len(found) + position
    _, first, position = np.unique(key, return_index=True, return_inverse=True)
    told = [sentence(*_items(columns, row)) for row in first]
    return np.array(told, dtype=object)[position]


def _items(columns: Sequence[np.ndarray], row: int) -> list:
    return [column[row].item() for column in columns]
