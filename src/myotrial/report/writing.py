"""The report's files, made from one results dict; what draws and typesets loads only here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from myotrial.report.plots.stamp import stamped
from myotrial.report.source import Source

__all__ = ["figures", "html", "pdf", "rtf", "word", "write"]

Results = Mapping[str, Any]


def figures(results: Results) -> dict[str, str]:
    """Draw every figure the results have data for.

    Returns:
        SVG text by name ("flow", "courses", "changes" …), the same bytes from the same results.
    """
    from myotrial.report.plots.gallery import drawings  # matplotlib: slow to load

    return drawings(Source(results))


def html(results: Results, *, rows: int | None = None) -> str:
    """Make the report as one self-contained HTML page.

    Args:
        results: What results.json holds.
        rows: Most rows to show of one listing; the others are counted.
    """
    return _html(results, figures(results), rows)


def pdf(results: Results) -> bytes:
    """Make the report as a PDF: the page's content without its listings."""
    return _pdf(results, figures(results))


def word(results: Results) -> bytes:
    """Make the report as a Word document: the page's content, then its listings."""
    return _word(results, figures(results))


def rtf(results: Results) -> bytes:
    """Make the report's tables, figures and listings as RTF."""
    return _rtf(results, figures(results))


def write(results: Results, folder: Path) -> list[Path]:
    """Write report.html, .pdf and .docx, tables.rtf and figures/NAME.svg into a folder.

    Returns:
        The files written.

    Raises:
        OSError: The folder cannot be written; what was there may be replaced in part.
    """
    drawn, warning = figures(results), Source(results).warning
    made: dict[str, bytes] = {
        "report.html": _html(results, drawn, None).encode(),
        "report.pdf": _pdf(results, drawn),
        "report.docx": _word(results, drawn),
        "tables.rtf": _rtf(results, drawn),
        **{f"figures/{name}.svg": stamped(text, warning).encode() for name, text in drawn.items()},
    }
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def _html(results: Results, drawn: Mapping[str, str], rows: int | None) -> str:
    from myotrial.report.page import ROWS, page

    return page(Source(results), drawn, rows=ROWS if rows is None else rows)


def _pdf(results: Results, drawn: Mapping[str, str]) -> bytes:
    from myotrial.report.paper import paper

    return paper(Source(results), drawn)


def _word(results: Results, drawn: Mapping[str, str]) -> bytes:
    from myotrial.report.word_document import word

    return word(Source(results), drawn)


def _rtf(results: Results, drawn: Mapping[str, str]) -> bytes:
    from myotrial.report.rich_text import rich_text

    return rich_text(Source(results), drawn)
