"""One result: a statistic with its interval, population, method, warnings, and where it comes from.

Everything the report shows is made from these rows; none of them is edited by hand.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["INFINITY", "Interval", "Result", "as_record"]

INFINITY = "infinity"  # stands for the value without end, which JSON has no number for
Scalar = float | int | str | bool | None


@dataclass(frozen=True)
class Interval:
    """Two-sided interval on the scale of the value.

    Attributes:
        low: Lower end; None where it is open.
        high: Upper end; None where it is open, as that of an odds ratio can be.
        level: Coverage the method aims at, for example 0.95; None for a range that is no
            confidence interval (worst and best case, minimum and maximum).
        kind: "confidence", "credible" (of a posterior distribution), "range" (observed minimum and
            maximum), "quartiles", or "bounds" (worst and best case over what is missing).
    """

    low: float | None
    high: float | None
    level: float | None = 0.95
    kind: str = "confidence"


@dataclass(frozen=True)
class Result:
    """One number of the analysis.

    Attributes:
        id: Stable dotted name, unique in a run: "response.doi.ever.PM.share".
        analysis: Analysis it belongs to: "disposition", "baseline", "response" …
        label: What it is, in words a clinician reads.
        statistic: "count", "share", "mean", "median", "p_value", "difference" …
        value: The number; "infinity" where it has no end, as an odds ratio can; None where it
            cannot be computed (a warning says why).
        unit: Unit of value and interval ("%", "mm", "U/L", "patients", "" for none).
        interval: Interval, where the statistic has one.
        numerator: For a count or share: how many.
        n: Number of subjects (or of what the method counts) the value rests on.
        population: Analysis set in words: "all treated patients".
        groups: What it is of: {"DIAG": "PM", "AVISIT": "Month 3"}.
        estimand: "ever", "at visit", "sustained" … with how missing data were handled.
        method: Method in words, exact enough to repeat.
        reference: Publication of the method or definition.
        warnings: What a reader must know before using the number.
        rows: What it was made from: {"dataset": "ADRESP", "keys": [row ids]}.
        rule: Dotted name of the function that computed it.
    """

    id: str
    analysis: str
    label: str
    statistic: str
    value: Scalar
    unit: str = ""
    interval: Interval | None = None
    numerator: int | None = None
    n: int | None = None
    population: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    estimand: str = ""
    method: str = ""
    reference: str = ""
    warnings: tuple[str, ...] = ()
    rows: dict[str, Any] = field(default_factory=dict)
    rule: str = ""


def as_record(result: Result) -> dict[str, Any]:
    """The result as plain data for results.json, keys in a fixed order."""
    record = asdict(result)
    record["warnings"] = list(result.warnings)
    return record
