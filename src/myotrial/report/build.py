"""The whole content of a report, in reading order: what was found before how it was planned."""

from dataclasses import dataclass

from myotrial.report.content import Opening, Section
from myotrial.report.sections import (
    biopsies,
    comparison,
    conflicts,
    function,
    methods,
    opening,
    others,
    participants,
    published,
    ranges,
    response,
    safety,
    study,
)
from myotrial.report.source import Source

__all__ = ["Report", "build"]


@dataclass(frozen=True)
class Report:
    """A report before it becomes a page or a PDF."""

    opening: Opening
    sections: tuple[Section, ...]


def build(source: Source, drawn: frozenset[str]) -> Report:
    """Compose the report.

    Args:
        source: The results.
        drawn: Names of the drawings that exist.
    """
    sections = (
        comparison.section(source, drawn),
        response.section(source, drawn),
        function.section(source, drawn),
        safety.section(source),
        biopsies.section(source, drawn),
        published.section(source),
        conflicts.section(source),
        ranges.section(source),
        ranges.openness(source),
        participants.section(source, drawn),
        others.section(source),
        study.section(source),
        methods.section(source),
    )
    return Report(opening.opening(source), tuple(part for part in sections if part))
