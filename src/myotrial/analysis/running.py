"""Run the analyses that a plan names, in its order."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from myotrial.analysis import (
    baseline,
    biopsy,
    by_arm,
    comparison,
    concomitant,
    disposition,
    estimands,
    exposure,
    functional_index,
    marker_by_response,
    response,
    safety,
    withdrawals,
)
from myotrial.analysis.trial import Trial
from myotrial.documents import nearest
from myotrial.errors import MyotrialError, some
from myotrial.results import Result

__all__ = ["ANALYSES", "run"]

ANALYSES: Mapping[str, Callable[[Trial], Iterator[Result]]] = MappingProxyType(
    {
        "disposition": disposition.results,
        "baseline": baseline.results,
        "exposure": exposure.results,
        "concomitant": concomitant.results,
        "response": response.results,
        "functional_index": functional_index.results,
        "withdrawals": withdrawals.results,
        "safety": safety.results,
        "biopsy": biopsy.results,
        "marker_by_response": marker_by_response.results,
        "comparison": comparison.results,
        "estimands": estimands.results,
    }
)


def run(plan: Mapping[str, Any], tables: Mapping[str, Any]) -> list[Result]:
    """Run the planned analyses.

    Args:
        plan: The protocol as plain data; `plan["analyses"]` names what is run, in order.
        tables: Analysis datasets by name (ADSL, ADCS …), each a dataframe that Narwhals knows;
            they are not changed.

    Returns:
        One `Result` per number; its id is unique. What cannot be computed has the value None and
        a warning that says why.

    Raises:
        MyotrialError: The plan names an unknown analysis, or a dataset is missing.
        MissingColumnsError: A dataset lacks columns that an analysis needs.
    """
    unknown = [name for name in plan["analyses"] if name not in ANALYSES]
    if unknown:
        raise MyotrialError(
            f"The plan names the analysis {unknown[0]!r}; there are {sorted(ANALYSES)}.\n"
            f"Hint: {nearest(unknown[0], ANALYSES)}"
        )
    trial = Trial(plan, tables)
    found = [
        result
        for name in plan["analyses"]
        for result in (*ANALYSES[name](trial), *by_arm.results(trial, name, ANALYSES[name]))
    ]
    _require_unique(found)
    return found


def _require_unique(found: list[Result]) -> None:
    twice = [key for key, count in Counter(result.id for result in found).items() if count > 1]
    if twice:
        raise MyotrialError(
            f"Results share an id: {some(twice)}.\nHint: endpoints, visits, markers and terms need "
            "names that differ in more than punctuation."
        )
