"""Share of responders, in all patients and by diagnosis, with exact intervals: a forest plot."""

from myotrial.report.plots.biopsies import forest
from myotrial.report.plots.canvas import blank, svg
from myotrial.report.source import Source

__all__ = ["draw"]


def draw(source: Source) -> str | None:
    """The forest as SVG, or None where no share of responders was computed."""
    found = source.responder_shares
    if not found:
        return None
    figure = blank(0.55 + 0.32 * len(found))
    forest(figure.add_subplot(), found)
    return svg(figure, "responders")
