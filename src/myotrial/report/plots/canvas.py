"""One look for all drawings: sizes, colours that colour-blind readers can tell apart, clean SVG.

Colours  Okabe and Ito's palette; every distinction also has a shape, a hatch or a word.
Output   the same bytes from the same input: fixed hash salt, no dates, ids that start with the
         drawing's name, so that many drawings can stand in one page.
Source   Okabe M, Ito K. Color Universal Design (2008), https://jfly.uni-koeln.de/color/
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

__all__ = ["INK", "QUIET", "WIDTH", "bare", "blank", "style", "svg"]

WIDTH = 6.7  # inches: the text width of A4
INK, QUIET, FAINT = "#1b1f24", "#59616b", "#c9ced6"
BLUE, SKY, GREEN, ORANGE, VERMILION = "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00"
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "myotrial",
    "text.parse_math": False,  # what people wrote is text, dollar signs included
    "font.family": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.0,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "text.color": INK,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.constrained_layout.use": True,
}
NO_DATES = {"Date": None, "Creator": None, "Format": None, "Type": None}
HEAD = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>", re.DOTALL)
IDENTIFIED = re.compile(r'\sid="([^"]*)"')
REFERRED = re.compile(r'(?:xlink:href="#|url\(#)([^")]+)')


@contextmanager
def style() -> Iterator[None]:
    """Draw with the report's settings, whatever the reader's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def blank(height: float, *, width: float = WIDTH) -> Figure:
    """A figure of the report's width; `height` in inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    return figure


def bare(axes: Axes) -> None:
    """Remove frame and ticks."""
    axes.set_axis_off()


def svg(figure: Figure, name: str) -> str:
    """The drawing as SVG text that can stand alone or inside a page."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=NO_DATES)
    text = HEAD.sub("", buffer.getvalue()).strip()
    return _own_ids(text, name)


def _own_ids(text: str, name: str) -> str:
    used = set(REFERRED.findall(text))

    def mend(match: re.Match[str]) -> str:
        return f' id="{name}-{match[1]}"' if match[1] in used else ""

    text = IDENTIFIED.sub(mend, text)
    text = text.replace('xlink:href="#', f'xlink:href="#{name}-')
    return text.replace("url(#", f"url(#{name}-") + "\n"
