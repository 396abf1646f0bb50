"""The Word document: real styles, tables that repeat their headers, the same bytes each time."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from myotrial import report
from myotrial.report.content import Table
from myotrial.report.listings import parts
from myotrial.report.source import Listing, Source
from myotrial.report.widths import widths


@pytest.fixture(scope="module")
def made(example):
    return report.word(example)


@pytest.fixture(scope="module")
def document(made):
    return Document(io.BytesIO(made))


def test_word__is_the_same_to_the_byte(example, made):
    assert report.word(example) == made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
        assert archive.testzip() is None
    assert "created" not in core
    assert "modified" not in core


def test_word__uses_styles_that_navigation_knows(document):
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") > 5
    assert styles.count("Caption") >= len(document.tables)
    fields = document.element.xpath(".//w:instrText")
    assert sum("SEQ Table" in (field.text or "") for field in fields) == len(document.tables)


def test_word__repeats_headers_and_keeps_rows_whole(document):
    assert document.tables
    for table in document.tables:
        rows = table._tbl.tr_lst
        assert rows[0].trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        columns = table._tbl.tblGrid.gridCol_lst
        assert all(len(row.tc_lst) == len(columns) for row in rows)


def test_word__turns_the_paper_for_wide_tables_and_fits_them_on_it(document):
    sections = document.sections
    assert {section.orientation for section in sections} == {0, 1}
    widest = max(section.page_width - 2 * section.left_margin for section in sections) / 635
    for table in document.tables:
        assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) <= widest + 1


def test_word__describes_its_pictures_and_says_where_rows_come_from(document):
    pictures = document.element.xpath(".//wp:docPr")
    assert pictures
    assert all(len(picture.get("descr")) > 20 for picture in pictures)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Reconstructed from published counts" in text
    assert "Reconstructed" in document.sections[0].header.paragraphs[0].text


def test_word__says_what_the_pdf_says(example, document):
    pages = PdfReader(io.BytesIO(report.pdf(example))).pages
    paper = "".join("".join(page.extract_text().split()) for page in pages)
    styled = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    headings = [text for name, text in styled if name == "Heading 1" and text != "Listings"]
    assert all("".join(heading.split()) in paper for heading in headings)


def listing(columns, rows):
    return Listing("ADX", "A listing", tuple((name, name) for name in columns), tuple(rows))


def test_parts__splits_a_wide_listing_and_names_the_patient_in_each_part():
    names = ("ROWID", "USUBJID", "RULE", *(f"COLUMN{at}" for at in range(12)))
    wide = listing(names, [(f"ADX:{n}", "S-01", "x", *(["word " * 4] * 12)) for n in (1, 2, 3)])
    found = parts(wide, 2)
    assert len(found) > 1
    for table in found:
        assert [cell.runs[0] for cell in table.head[:2]] == ["Row", "USUBJID"]
        assert len(table.rows) == 2
        assert "1 more rows are in datasets/ADX.csv" in table.note
    columns = [cell.runs[0] for table in found for cell in table.head[2:]]
    assert columns == [f"COLUMN{at}" for at in range(12)]


def test_parts__of_a_listing_without_rows_are_none():
    assert parts(listing(("USUBJID",), []), 5) == []


def test_widths__count_the_longest_line_within_limits():
    rows = Source({}).listings
    assert rows == {}
    wide = parts(listing(("USUBJID", "A"), [("S-1", "x" * 80)]), 5)[0]
    assert isinstance(wide, Table)
    assert max(widths(wide)) <= 44 + 1
