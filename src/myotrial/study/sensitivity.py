"""What the source leaves open, as results: each statistic's range under each set of readings."""

import re
from collections.abc import Mapping
from typing import Any

from myotrial.results import INFINITY, Interval, Result

__all__ = ["results", "under"]

PERCENT = "percentage points"
P_VALUES = ("fisher", "fisher_mid_p", "boschloo", "barnard")
KINDS = {"count": (1, "patients", "count"), "risk_difference": (100, PERCENT, "difference")}
OPEN = "The source does not determine it: tables that fit it differ."


def results(findings: Mapping[str, Any]) -> list[Result]:
    """One result for each statistic, method and admissible set of readings.

    Args:
        findings: The record of `evidence.examine`.

    Returns:
        The value where all tables that fit agree, else their range. An id ends with the set of
        readings: "stated" (none of them), "all", or those given up and the claims read loosely.
    """
    return [_result(statistic) for statistic in findings["statistics"]]


def under(statistic: Mapping[str, Any]) -> str:
    """What a statistic holds under: which readings are given up, which claims read loosely."""
    if not statistic["readings"]:
        return "the stated claims alone"
    parts = []
    if statistic["without"]:
        parts.append(f"without {', '.join(statistic['without'])}")
    if statistic["loosely"]:
        parts.append(f"{', '.join(statistic['loosely'])} read loosely")
    return "; ".join(parts) or "all readings"


def _result(statistic: Mapping[str, Any]) -> Result:
    method = statistic["method"]
    scale, unit, kind = KINDS.get(method, (1, "", "p_value" if method in P_VALUES else method))
    low, high = (_scaled(statistic[end], scale) for end in ("min", "max"))
    agreed = low is not None and low == high
    only = statistic["at_min"] if statistic.get("tables") == 1 else None
    return Result(
        id=_key(statistic),
        analysis="sensitivity",
        label=statistic["label"] or statistic["id"],
        statistic=kind,
        value=low if agreed else None,
        unit=unit,
        interval=_estimated(only, scale) if agreed else _interval(low, high, None, "bounds"),
        n=sum(only["table"]) if agreed and only else None,
        population="all patient-level tables that fit the published claims",
        groups={"READINGS": under(statistic)},
        method=f"exact range over all tables that fit; {method.replace('_', ' ')}",
        warnings=(*([] if agreed else [OPEN]), *statistic["warnings"]),
        rule="myotrial.evidence.examine",
    )


def _key(statistic: Mapping[str, Any]) -> str:
    """The id: the statistic, the method, and what is given up."""
    given_up = {key: statistic[key] for key in ("without", "loosely") if statistic[key]}
    parts = ["stated"]
    if statistic["readings"]:
        parts = [part for key, names in given_up.items() for part in (key, *names)] or ["all"]
    return ".".join(["sensitivity", *map(_slug, (statistic["id"], statistic["method"], *parts))])


def _scaled(end: float | str | None, scale: float) -> float | str | None:
    return end if end is None or end == INFINITY else scale * float(end) if scale != 1 else end


def _estimated(only: Mapping[str, Any] | None, scale: float) -> Interval | None:
    """The interval of an estimate, where one table fits."""
    if not only or "level" not in only:
        return None
    low, high = (_scaled(only[end], scale) for end in ("low", "high"))
    return _interval(low, high, only["level"], "confidence")


def _interval(low: Any, high: Any, level: float | None, kind: str) -> Interval | None:
    """An interval, open at an infinite end; None where there is no end at all."""
    if low is None and high is None:
        return None
    low, high = (None if end == INFINITY else end for end in (low, high))
    return Interval(low, high, level=level, kind=kind)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
