"""Tables as Word's own: header rows repeated on each page, rows kept whole, widths in proportion.

Written as XML at once, because a cell at a time takes minutes for a long listing.
"""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from myotrial.report.content import Aside, Cell, Mark, Number, Run
from myotrial.report.word_document.styles import RULE

__all__ = ["grid", "words"]

TWIPS = 635  # English metric units in one
INK = "1B1F24"
SPARE = 4  # letters of padding in a column
EVEN = 70  # letters in all up to which a table is as wide as it needs to be
LETTER = 105  # twips that a letter of a table takes


def words(run: Run) -> str:
    """The words of a run."""
    if isinstance(run, str):
        return run
    published = isinstance(run, Number) and run.published
    return f"{run.text} ✓" if published else run.text


def grid(
    head: Sequence[Cell], rows: Sequence[Sequence[Cell]], widths: Sequence[int], room: int,
    caption: str,
) -> Any:  # fmt: skip
    """The XML element of a table.

    Args:
        head: Its column headers.
        rows: Its rows.
        widths: Width of each column in letters.
        room: Width of the text in English metric units.
        caption: What it shows, for those who hear it.
    """
    sizes = _sizes(widths, room)
    columns = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    lines = [_row(head, sizes, head=True)]
    lines += [_row(row, sizes, head=False) for row in rows]
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(sizes)}" w:type="dxa"/>'
        f'<w:tblBorders><w:top w:val="single" w:sz="8" w:color="{INK}"/>'
        f'<w:bottom w:val="single" w:sz="8" w:color="{INK}"/>'
        f'<w:insideH w:val="single" w:sz="4" w:color="{RULE}"/></w:tblBorders>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="60" w:type="dxa"/>'
        '<w:bottom w:w="30" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" '
        'w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(caption)}/></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def _sizes(widths: Sequence[int], room: int) -> list[int]:
    """Width of each column in twips."""
    whole = room // TWIPS
    wanted = [(width + SPARE) * LETTER for width in widths]
    if sum(widths) < EVEN and sum(wanted) <= whole:
        return wanted
    return [whole * want // sum(wanted) for want in wanted]


def _row(cells: Sequence[Cell], sizes: Sequence[int], *, head: bool) -> str:
    kind = "<w:cantSplit/><w:tblHeader/>" if head else "<w:cantSplit/>"
    written = "".join(_cell(cell, size, head=head) for cell, size in zip(cells, sizes, strict=True))
    return f"<w:tr><w:trPr>{kind}</w:trPr>{written}</w:tr>"


def _cell(cell: Cell, size: int, *, head: bool) -> str:
    side = '<w:jc w:val="right"/>' if cell.numeric else ""
    line = (
        f'<w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="{INK}"/></w:tcBorders>'
        '<w:vAlign w:val="bottom"/>'
        if head
        else ""
    )
    runs = "".join(_run(run, first=at == 0, bold=head) for at, run in enumerate(cell.runs))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{size}" w:type="dxa"/>{line}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{"<w:keepNext/>" if head else ""}{side}</w:pPr>'
        f"{runs}</w:p></w:tc>"
    )


def _run(run: Run, *, first: bool, bold: bool) -> str:
    aside = isinstance(run, Aside)
    strong = bold or isinstance(run, Mark)
    shape = '<w:rStyle w:val="Aside"/>' if aside else "<w:b/>" if strong else ""
    above = "<w:br/>" if aside and not first else ""
    text = escape(words(run))
    return f'<w:r><w:rPr>{shape}</w:rPr>{above}<w:t xml:space="preserve">{text}</w:t></w:r>'
