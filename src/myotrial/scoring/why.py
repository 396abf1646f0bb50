"""Why a verdict is what it is: one sentence for each distinct combination of what decided it."""

from myotrial.response import functional_index, imacs_2004, proderm
from myotrial.response.tis_2016 import Thresholds

__all__ = ["improvement", "index", "plain", "tasks", "total"]

WORDS = ("physician global", "patient global", "strength", "function", "enzyme", "extramuscular")
ALL = 2 ** len(WORDS) - 1


def improvement(verdict: str, better: int, worse: int, lost: int, gone: int) -> str:
    """The rule of the IMACS definition that decided.

    Args:
        verdict: The verdict's word.
        better: How many measures improved.
        worse: How many worsened.
        lost: Whether muscle strength is among them.
        gone: Which measures are missing, a bit each in the order of the core set.
    """
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


def total(low: float, high: float, gone: int, limits: Thresholds) -> str:
    """Between what the total improvement score lies, and which category follows."""
    if low == high:
        reached = [limit for limit in limits if low >= limit]
        after = f"reaches {reached[-1]:g}" if reached else f"below {limits[0]:g}"
        return f"TIS {low:g}: {after}"
    return f"TIS {low:g} to {high:g}: {_missing(gone)} missing"


def index(verdict: str) -> str:
    """What the functional index did."""
    limit = f"{functional_index.IMPROVED:g} %"
    return {
        "Y": f"FI improved by {limit} or more",
        "N": f"FI did not improve by {limit}",
        "NOT ASSESSED": "FI not assessed, here or at baseline",
    }[verdict]


def tasks(low: int, high: int, seen: int) -> str:
    """How many tasks of the FI-2 improved."""
    some = f"{low} to {high}" if high > low else f"{low}"
    word = "task" if some == "1" else "tasks"
    limit = f"{functional_index.IMPROVED:g} %"
    return f"FI-2: {some} {word} improved by {limit} or more, {seen} assessed"


def plain(rule: str, verdict: str, gone: int) -> str:
    """Whether a rule is met, without the count that decided."""
    if verdict == "INDETERMINATE":
        return f"{rule} open: {_missing(gone)} missing"
    return f"{rule} " + {"Y": "met", "N": "not met", "NOT ASSESSED": "not assessed"}[verdict]


def confirmed(verdict: str, gone: int, at_both: str) -> str:
    """Whether deterioration is met, and confirmed by the visit before."""
    visits = f"{proderm.CONSECUTIVE} visits in a row"
    after = {"Y": f", at {visits}", "INDETERMINATE": f", open whether at {visits}"}.get(at_both, "")
    return plain("deterioration", verdict, gone) + after


def _missing(gone: int) -> str:
    return ", ".join(word for bit, word in enumerate(WORDS) if gone >> bit & 1)
