"""What the source leaves open, as results: each statistic's range under each set of readings."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from myotrial.results import Interval, Result

__all__ = ["results"]

P_VALUES = ("fisher", "fisher_mid_p", "boschloo", "barnard")


def results(findings: Mapping[str, Any]) -> list[Result]:
    """One result for each statistic, method and admissible set of readings.

    Args:
        findings: The record of `evidence.examine`.

    Returns:
        The value where all fitting tables agree, else their range; the warnings say what it
        hangs on. The number at the end of an id counts the sets of readings.
    """
    counted: Counter[str] = Counter()
    found = []
    for statistic in findings["statistics"]:
        stem = f"sensitivity.{_slug(statistic['id'])}.{_slug(statistic['method'])}"
        counted[stem] += 1
        found.append(_result(f"{stem}.{counted[stem]}", statistic))
    return found


def _result(key: str, statistic: Mapping[str, Any]) -> Result:
    low, high, readings = statistic["min"], statistic["max"], list(statistic["readings"])
    agreed = low is not None and low == high
    warnings = [f"Holds under the readings: {', '.join(readings)}."] if readings else []
    if not agreed:
        warnings.append("The source does not determine it; the range is over all fitting tables.")
    method = statistic["method"]
    return Result(
        id=key,
        analysis="sensitivity",
        label=statistic.get("label") or statistic["id"],
        statistic="p_value" if method in P_VALUES else method,
        value=low if agreed else None,
        unit="patients" if method == "count" else "",
        interval=None if agreed else Interval(low, high, level=None, kind="bounds"),
        population="all patient-level tables that fit the published claims",
        groups={"READINGS": ", ".join(readings) or "none"},
        method=f"exact range over all fitting tables: {method}",
        warnings=tuple(warnings),
        rule="myotrial.evidence.examine",
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
