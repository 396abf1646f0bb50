"""Best change of the functional index in each patient, from most to least: a waterfall."""

from typing import Any

from myotrial.report.plots.canvas import BLUE, INK, QUIET, blank, svg
from myotrial.report.source import DRAWN, Source
from myotrial.report.typography import decimal

__all__ = ["draw"]

LOOKS: dict[bool, dict[str, Any]] = {
    True: {"facecolor": BLUE, "edgecolor": BLUE, "label": "DOI responder"},
    False: {
        "facecolor": "#ffffff",
        "edgecolor": INK,
        "hatch": "////",
        "label": "not a DOI responder",
    },
}
IMPROVED = 20  # percent of baseline: the study's own line for improvement


def draw(source: Source) -> str | None:
    """The waterfall as SVG, or None where no functional index was derived."""
    rows = [row for row in source.records("ADCOURSE") if row.get("FIPCT_BEST") is not None]
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: (-row["FIPCT_BEST"], str(row["USUBJID"])))[:DRAWN]
    figure = blank(2.6)
    axes = figure.add_subplot()
    for across, row in enumerate(rows):
        responder = row.get("CLASS") == "RESPONDER"
        best = row["FIPCT_BEST"]
        axes.bar(across, best, width=0.78, linewidth=0.7, **LOOKS[responder])
        axes.annotate(decimal(best, 0), (across, best), xytext=(0, 2 if best >= 0 else -2),
                      textcoords="offset points", ha="center",
                      va="bottom" if best >= 0 else "top", fontsize=6.5)  # fmt: skip
    axes.axhline(IMPROVED, color=INK, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.text(len(rows) - 0.5, IMPROVED, f"{IMPROVED} %: improved", ha="right", va="bottom",
              fontsize=7, color=QUIET)  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.margins(y=0.12)
    axes.set_ylabel("Best change from baseline, %")
    names = [f"{source.short(row['USUBJID'])} {row.get('DIAG') or ''}" for row in rows]
    axes.set_xticks(range(len(rows)), names, rotation=60, ha="right", rotation_mode="anchor",
                    fontsize=6.5)  # fmt: skip
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    handles, words = axes.get_legend_handles_labels()
    first = dict(zip(words[::-1], handles[::-1], strict=True))
    figure.legend(first.values(), first.keys(), loc="outside upper left", ncols=2)
    return svg(figure, "index")
