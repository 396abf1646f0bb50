"""All drawings of a report, by name."""

from collections.abc import Callable

from myotrial.report.plots import (
    accrual,
    beliefs,
    biopsies,
    boundaries,
    canvas,
    changes,
    comparison,
    courses,
    flow,
    index,
    power,
    reactions,
    responders,
)
from myotrial.report.source import Source

__all__ = ["drawings"]

GALLERY: dict[str, Callable[[Source], str | None]] = {
    "flow": flow.draw,
    "courses": courses.draw,
    "responders": responders.draw,
    "changes": changes.draw,
    "index": index.draw,
    "pairs": biopsies.draw_pairs,
    "presence": biopsies.draw_presence,
    "forest": comparison.draw_forest,
    "means": comparison.draw_means,
    "times": comparison.draw_times,
    "reactions": reactions.draw,
    "beliefs": beliefs.draw,
    "power": power.draw,
    "bounds": boundaries.draw,
    "accrual": accrual.draw,
}


def drawings(source: Source) -> dict[str, str]:
    """SVG text of every drawing the study has data for."""
    with canvas.style():
        drawn = {name: draw(source) for name, draw in GALLERY.items()}
    return {name: text for name, text in drawn.items() if text is not None}
