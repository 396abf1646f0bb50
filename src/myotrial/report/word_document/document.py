"""The report as a Word document, from the same content as the page and the PDF.

Order     as in the page; behind it the listings, each up to `ROWS` rows, the others counted.
Landscape a table whose lines want more letters than a page across holds.
Bytes     the same results give the same file: no dates, parts of the archive at one fixed time.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping

from docx.document import Document as Open
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Inches
from docx.text.paragraph import Paragraph

from myotrial.report.build import build
from myotrial.report.content import (
    Aside,
    Block,
    Conflict,
    Facts,
    Figure,
    Mark,
    Note,
    Points,
    Prose,
    Run,
    Section,
    Table,
)
from myotrial.report.listings import parts
from myotrial.report.pictures import picture, size
from myotrial.report.source import Source
from myotrial.report.widths import widths
from myotrial.report.word_document.grids import grid, words
from myotrial.report.word_document.styles import LANDSCAPE, LONG, PORTRAIT, SHORT, field, styled

__all__ = ["ROWS", "word"]

ROWS = 100  # rows shown of one listing
ACROSS = 120  # letters of a table's lines that an upright page holds
FIXED = (1980, 1, 1, 0, 0, 0)  # the earliest time an archive can hold
DATES = ("dcterms:created", "dcterms:modified")
LISTED = "Each number is a result of results.json; report.html leads from it to method and rows."


def word(source: Source, figures: Mapping[str, str], *, rows: int = ROWS) -> bytes:
    """Write the report.

    Args:
        source: The results.
        figures: SVG text by name.
        rows: Most rows to show of one listing.
    """
    report = build(source, frozenset(figures))
    version = str(source.data.get("myotrial") or "")
    made = _Writer(styled(report.opening.title, source.warning, version), source, figures)
    made.opening(report.opening.title, report.opening.line, report.opening.answers)
    for part in report.sections:
        made.section(part)
    made.listings(rows)
    return _settled(made.document, report.opening.title, version)


class _Writer:
    """Writes content into a document, in order."""

    def __init__(self, document: Open, source: Source, figures: Mapping[str, str]) -> None:
        self.document, self.source, self.figures = document, source, figures
        self.numbers = {"Table": 0, "Figure": 0}
        self.across = False

    def opening(self, title: str, line: str, answers: Iterable) -> None:
        self.document.add_paragraph(title, style="Title")
        self.document.add_paragraph(line, style="Table Note")
        if self.source.warning:
            note = " ".join(part for part in (self.source.warning, self.source.note) if part)
            self.document.add_paragraph(note, style="Report Note")
        for answer in answers:
            self.document.add_paragraph(answer.question, style="Heading 2")
            for point in answer.points:
                self.runs(self.document.add_paragraph(), point)
        self.document.add_paragraph(LISTED, style="Table Note")

    def section(self, part: Section) -> None:
        first = part.blocks[0]
        self.turn(across=isinstance(first, Table) and _wide(first))
        self.document.add_paragraph(part.title, style="Heading 1")
        for block in part.blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        match block:
            case Prose(runs):
                self.turn(across=False)
                self.runs(self.document.add_paragraph(), runs)
            case Note(_, runs):
                self.runs(self.document.add_paragraph(style="Report Note"), runs)
            case Points(items):
                for item in items:
                    self.runs(self.document.add_paragraph(style="List Bullet"), item)
            case Facts(items):
                for term, said in items:
                    paragraph = self.document.add_paragraph()
                    paragraph.add_run(f"{term}: ").bold = True
                    self.runs(paragraph, said)
            case Table():
                self.table(block)
            case Figure():
                self.figure(block)
            case Conflict():
                self.conflict(block)

    def table(self, table: Table, *, across: bool | None = None) -> None:
        letters = widths(table)
        self.turn(across=_wide(table) if across is None else across)
        self.caption("Table", table.caption, table.origin)
        self.grid(table, letters)
        self.document.add_paragraph(table.note, style="Table Note")  # space behind it, at least

    def grid(self, table: Table, letters: list[int]) -> None:
        room = LANDSCAPE if self.across else PORTRAIT
        element = grid(table.head, table.rows, letters, room, table.caption)
        self.document.element.body.insert_element_before(element, "w:sectPr")

    def figure(self, figure: Figure) -> None:
        self.turn(across=False)
        svg = self.figures[figure.name]
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        width, height = (Inches(part) for part in size(svg))
        paragraph.add_run().add_picture(io.BytesIO(picture(svg)), width, height)
        properties = paragraph._p.find(".//" + qn("wp:docPr"))
        if properties is not None:
            properties.set("descr", figure.alt)
            properties.set("title", figure.caption)
        self.caption("Figure", figure.caption, origin=True)

    def conflict(self, conflict: Conflict) -> None:
        self.turn(across=False)
        self.document.add_paragraph(conflict.title, style="Heading 3")
        for told in conflict.explanation:
            self.document.add_paragraph(told)
        parts = (
            ("The publication states", "List Bullet",
             [f"{said} ({place})" if place else said for _, said, place in conflict.statements]),
            ("A reader assumes", "List Bullet", [said for _, said in conflict.readings]),
            ("The proof", "List Number", list(conflict.certificate)),
        )  # fmt: skip
        for title, style, lines in parts:
            if lines:
                self.document.add_paragraph(title, style="Caption")
            for at, line in enumerate(lines, 1):
                numbered = style == "List Number"
                text = f"{at}. {line}" if numbered else line
                self.document.add_paragraph(text, style="Normal" if numbered else style)

    def listings(self, most: int) -> None:
        """Every listing, turned where it is wide."""
        if not self.source.listings:
            return
        self.turn(across=True)
        self.document.add_paragraph("Listings", style="Heading 1")
        for listing in self.source.listings.values():
            for table in parts(listing, most):
                self.table(table, across=True)

    def caption(self, kind: str, text: str, origin: bool) -> None:
        """A numbered caption, which Word's list of tables finds."""
        self.numbers[kind] += 1
        paragraph = self.document.add_paragraph(f"{kind} ", style="Caption")
        field(paragraph, f"SEQ {kind} \\* ARABIC", str(self.numbers[kind]))
        paragraph.add_run(f". {text}.")
        if origin and self.source.warning:
            run = paragraph.add_run(f" {self.source.warning}")
            run.bold, run.italic = False, True
        if kind == "Figure":
            paragraph.paragraph_format.keep_with_next = False

    def runs(self, paragraph: Paragraph, runs: Iterable[Run]) -> None:
        for run in runs:
            written = paragraph.add_run(words(run))
            if isinstance(run, Aside):
                written.text, written.style = f" {written.text}", "Aside"
            elif isinstance(run, Mark):
                written.bold = True

    def turn(self, *, across: bool) -> None:
        """Start a new page where the paper has to be turned."""
        if across == self.across:
            return
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (LONG, SHORT) if across else (SHORT, LONG)
        self.across = across


def _wide(table: Table) -> bool:
    """Whether a table wants the paper turned sideways."""
    letters = widths(table)
    return sum(letters) + 2 * len(letters) > ACROSS


def _settled(document: Open, title: str, version: str) -> bytes:
    """The file, with nothing in it that depends on when it was made."""
    properties = document.core_properties
    properties.title, properties.author = title, f"myotrial {version}"
    properties.comments, properties.last_modified_by = "", ""
    core = properties._element
    for name in DATES:
        for dated in core.findall(qn(name)):
            core.remove(dated)
    buffer, settled = io.BytesIO(), io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as given, zipfile.ZipFile(settled, "w") as made:
        for part in given.infolist():
            entry = zipfile.ZipInfo(part.filename, FIXED)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            made.writestr(entry, given.read(part.filename))
    return settled.getvalue()
