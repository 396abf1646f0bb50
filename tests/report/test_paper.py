import io

import pytest
from pypdf import PdfReader

from myotrial import report


@pytest.fixture(scope="module")
def paper(example):
    return report.pdf(example)


@pytest.fixture(scope="module")
def words(paper):
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    return " ".join(text.split())


@pytest.mark.parametrize(
    "fact",
    ["An invented trial of anakinra in myositis", "7/15", "21.3 to 73.4",
     "There must be at least 15 patients", "Cannot hold", "p = 0.026", "Participant flow",
     "Clopper and Pearson"],
)  # fmt: skip
def test_pdf__holds_the_facts(words, fact):
    assert fact in words


def test_pdf__says_reconstructed_on_every_page(paper):
    for page in PdfReader(io.BytesIO(paper)).pages:
        text = " ".join(page.extract_text().split())
        assert "Reconstructed from published counts; describes no real patient." in text


def test_pdf__is_tagged_titled_and_undated(paper):
    reader = PdfReader(io.BytesIO(paper))
    assert reader.metadata is not None
    assert reader.metadata.title == "An invented trial of anakinra in myositis"
    assert reader.metadata.creation_date is None
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in paper


def test_pdf__embeds_every_font(paper):
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(paper)).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all("LibertinusSerif" in font or "DejaVuSans" in font for font in fonts)


def test_pdf__leads_from_a_number_to_its_line(paper, example):
    reader = PdfReader(io.BytesIO(paper))
    links = [
        annotation.get_object() for page in reader.pages for annotation in page.get("/Annots") or []
    ]
    assert len(links) >= len(example["results"])


def test_pdf__of_an_empty_study_is_still_a_report(changed):
    paper = report.pdf(changed(listings={}, results=[], evidence=None, published=[], inputs=[]))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    absent = ("Functional index", "Tolerability", "Muscle biopsies", "Participants")
    assert [text.count(f"{title}: not part of this study.") for title in absent] == [1] * 4
    assert text.count("not part of this study") == 4


def test_pdf__takes_text_as_text(changed, example):
    study = {**example["study"]["study"], "title": '#panic("x") $1$ *a* @b <c> \\'}
    paper = report.pdf(changed(study={**example["study"], "study": study}))
    title = PdfReader(io.BytesIO(paper)).metadata.title
    assert title == study["title"]
