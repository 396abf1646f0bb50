"""Tables as RTF: balanced, in ASCII, headers repeated, every table and figure of the page."""

import re

import pytest

from myotrial import report
from myotrial.report.build import build
from myotrial.report.content import Figure, Table, cell
from myotrial.report.rich_text import _row, rich_text
from myotrial.report.source import Source


@pytest.fixture(scope="module")
def made(example):
    return report.rtf(example).decode("ascii")


def test_rtf__is_the_same_to_the_byte_and_says_no_date(example, made):
    assert report.rtf(example).decode() == made
    assert "\\creatim" not in made


def test_rtf__closes_every_group(made):
    depth = 0
    for mark in re.findall(r"(?<!\\)(?:\\\\)*([{}])", made):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert made.endswith("}\n")


def test_rtf__holds_every_table_figure_and_listing(example, made):
    source = Source(example)
    blocks = [block for part in build(source, frozenset(report.figures(example))).sections
              for block in part.blocks]  # fmt: skip
    tables, figures = (sum(isinstance(block, kind) for block in blocks)
                       for kind in (Table, Figure))  # fmt: skip
    assert len(re.findall(r"\\b Table \d+\.", made)) == tables
    assert made.count("\\pngblip") == figures
    listings = len(re.findall(r"\\b Listing \d+\.", made))
    assert listings >= len(source.listings)
    assert made.count("\\trhdr") == tables + listings
    assert made.count("\\sect\n") == tables + figures + listings - 1
    assert "\\lndscpsxn" in made


def test_row__takes_braces_and_characters_as_text():
    row = _row((cell("{\\b µg ≥ 2} 😀"),), [1000], [False])
    assert "\\{\\\\b \\u181*g \\u8805* 2\\} \\u-10179*\\u-8704*" in row


def test_rich_text__without_tables_is_still_a_document():
    text = rich_text(Source({"study": {"study": {"title": "T"}}, "results": []}), {}).decode()
    assert text.startswith("{\\rtf1")
    assert text.rstrip().endswith("}")
