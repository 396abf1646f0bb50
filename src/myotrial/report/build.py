"""The whole content of a report, in reading order: what was found before how it was planned."""

from dataclasses import dataclass

from myotrial.report.content import Opening, Section
from myotrial.report.sections import (
    biopsies,
    comparison,
    conflicts,
    designed,
    estimands,
    function,
    methods,
    next_opening,
    opening,
    others,
    participants,
    piloted,
    published,
    ranges,
    response,
    safety,
    study,
    varied,
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
    if source.design:
        return designs(source, drawn)
    sections = (
        comparison.section(source, drawn),
        estimands.section(source),
        response.section(source, drawn),
        function.section(source, drawn),
        safety.section(source, drawn),
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


def designs(source: Source, drawn: frozenset[str]) -> Report:
    """Compose the report of a design: what is recommended, and what it rests on."""
    sections = (
        piloted.section(source, drawn),
        designed.candidates(source, drawn),
        designed.recommended(source, drawn),
        varied.sensitivity(source),
        varied.time(source, drawn),
        varied.assumptions(source),
        methods.sources(source),
    )
    return Report(next_opening.opening(source), tuple(part for part in sections if part))
