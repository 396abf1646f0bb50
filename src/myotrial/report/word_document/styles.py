"""The look of the Word document: paper, fonts, headings, captions, header and footer.

Fonts    Calibri; where a machine lacks it, Word takes the nearest it has.
Styles   named ones throughout, so that a reader changes the look in one place and Word's own
         navigation, list of tables and contents work.
"""

from typing import Any

from docx import Document
from docx.document import Document as Open
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

__all__ = ["ACCENT", "LANDSCAPE", "PORTRAIT", "RULE", "field", "styled"]

INK, QUIET, ACCENT = (RGBColor.from_string(code) for code in ("1B1F24", "545C66", "00598F"))
WARM, RULE = "B87A00", "D8DCE2"
FONT = "Calibri"
LONG, SHORT, MARGIN = Cm(29.7), Cm(21.0), Cm(2.2)
PORTRAIT, LANDSCAPE = SHORT - 2 * MARGIN, LONG - 2 * MARGIN  # width of the text
SIZES = {"Heading 1": (15, 18, 6), "Heading 2": (12, 12, 4), "Heading 3": (10.5, 10, 3)}


def styled(title: str, warning: str, version: str) -> Open:
    """An empty document with the report's styles, header and footer.

    Args:
        title: Title of the report.
        warning: What must be said of the rows' origin; "" if nothing.
        version: Version of this program.
    """
    document: Any = Document()
    _base(document)
    for name, (points, before, after) in SIZES.items():
        _heading(document, name, points, before, after)
    _heading(document, "Title", 20, 0, 8)
    border = document.styles["Title"].element.find(qn("w:pPr") + "/" + qn("w:pBdr"))
    if border is not None:
        border.getparent().remove(border)
    _paragraph(document, "Caption", 9.5, INK, bold=True, before=12, keep=True)
    _paragraph(document, "Table Text", 8.5, INK, after=0)
    _paragraph(document, "Table Note", 8.5, QUIET, before=3, after=10)
    _paragraph(document, "Report Note", 10, INK, left=WARM)
    _character(document, "Aside", 8, QUIET)
    _page(document)
    _running(document, title, warning, version)
    return document


def _base(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(10), INK
    fonts = normal.element.rPr.rFonts
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.1


def _heading(document: Any, name: str, points: float, before: float, after: float) -> None:
    style = document.styles[name]
    style.font.size, style.font.bold, style.font.italic = Pt(points), True, False
    style.font.color.rgb = INK if name == "Title" else ACCENT
    fonts = style.element.rPr.rFonts
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.keep_with_next = True


def _paragraph(
    document: Any,
    name: str,
    points: float,
    colour: RGBColor,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 4,
    keep: bool = False,
    left: str = "",
) -> None:
    known = [style.name for style in document.styles]
    style = (
        document.styles[name]
        if name in known
        else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold, style.font.color.rgb = Pt(points), bold, colour
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.keep_with_next = Pt(before), Pt(after), keep
    shape.line_spacing = 1.0
    if left:
        shape.left_indent = Cm(0.3)
        borders, line = OxmlElement("w:pBdr"), OxmlElement("w:left")
        for key, value in {"val": "single", "sz": "18", "space": "6", "color": left}.items():
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
        style.element.get_or_add_pPr().insert_element_before(
            borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
        )


def _character(document: Any, name: str, points: float, colour: RGBColor) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    style.font.size, style.font.color.rgb = Pt(points), colour


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = SHORT, LONG
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    section.header_distance = section.footer_distance = Cm(1.1)
    section.different_first_page_header_footer = False


def _running(document: Any, title: str, warning: str, version: str) -> None:
    """Title and warning above each page; version and page number below."""
    section = document.sections[0]
    above, below = section.header.paragraphs[0], section.footer.paragraphs[0]
    above.text = title
    if warning:
        above.add_run(f"   {warning}").italic = True
    below.text = f"myotrial {version}\tPage "
    field(below, "PAGE", "1")
    below.add_run(" of ")
    field(below, "NUMPAGES", "1")
    stops = below.paragraph_format.tab_stops
    stops.add_tab_stop(PORTRAIT, WD_TAB_ALIGNMENT.RIGHT)
    for name in ("Header", "Footer"):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(8), QUIET
        tabs = style.element.pPr.find(qn("w:tabs"))
        if tabs is not None:
            style.element.pPr.remove(tabs)


def field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field that Word works out, with what it shows until then."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "shown":
            run.text = text
        else:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)
