"""Analyses that no other section shows."""

from myotrial.report.content import Section
from myotrial.report.source import Source
from myotrial.report.tables import Tables

__all__ = ["section"]

ELSEWHERE = frozenset(
    {
        "baseline",
        "biopsy",
        "by_arm",
        "comparison",
        "concomitant",
        "disposition",
        "estimands",
        "exposure",
        "fi",
        "functional_index",
        "marker",
        "marker_by_response",
        "response",
        "safety",
        "sensitivity",
        "withdrawals",
    }
)


def section(source: Source) -> Section | None:
    """The section, or None where every analysis is shown elsewhere."""
    found = [record for record in source.results if record.get("analysis") not in ELSEWHERE]
    table = Tables(source).by_group("others-table", "Further results", found)
    return Section("others", "Further analyses", (table,)) if table else None
