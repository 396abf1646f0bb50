"""What the source leaves open, as results: each statistic's range under each set of readings."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from myotrial.results import Interval, Result

__all__ = ["results", "under"]

P_VALUES = ("fisher", "fisher_mid_p", "boschloo", "barnard")
OPEN = "The source does not determine it: tables that fit it differ."


def results(findings: Mapping[str, Any]) -> list[Result]:
    """One result for each statistic, method and admissible set of readings.

    Args:
        findings: The record of `evidence.examine`.

    Returns:
        The value where all tables that fit agree, else their range. The number at the end of an
        id counts the sets of readings; the first is the stated claims alone.
    """
    counted: Counter[str] = Counter()
    found = []
    for statistic in findings["statistics"]:
        stem = f"sensitivity.{_slug(statistic['id'])}.{_slug(statistic['method'])}"
        counted[stem] += 1
        found.append(_result(f"{stem}.{counted[stem]}", statistic))
    return found


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


def _result(key: str, statistic: Mapping[str, Any]) -> Result:
    low, high, method = statistic["min"], statistic["max"], statistic["method"]
    agreed = low is not None and low == high
    end = statistic.get("at_min") or {}
    return Result(
        id=key,
        analysis="sensitivity",
        label=statistic["label"] or statistic["id"],
        statistic="p_value" if method in P_VALUES else method,
        value=low if agreed else None,
        unit="patients" if method == "count" else "",
        interval=_interval(end) if agreed else Interval(low, high, level=None, kind="bounds"),
        n=sum(end["table"]) if agreed and "table" in end else None,
        population="all patient-level tables that fit the published claims",
        groups={"READINGS": under(statistic)},
        method=f"exact range over all tables that fit; {method.replace('_', ' ')}",
        warnings=(*([] if agreed else [OPEN]), *statistic["warnings"]),
        rule="myotrial.evidence.examine",
    )


def _interval(end: Mapping[str, Any]) -> Interval | None:
    """The interval of an estimate, where all tables that fit are one."""
    return Interval(end["low"], end["high"], end["level"]) if "level" in end else None


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
