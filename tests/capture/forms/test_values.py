from datetime import date

import pytest

from myotrial.capture.forms.definitions import Field
from myotrial.capture.forms.values import EntryError, parse

TODAY = date(2026, 11, 2)
GRADE = Field("NECK", "neck", "integer", range=(0.0, 10.0), step=1)
DOSE = Field("DOSE", "dose", "number", "mg", (0.0, float("inf")))
SEX = Field("SEX", "sex", "choice", choices=(("F", "female"), ("M", "male")))
DAY = Field("DAY", "day", "date")
STARTED = Field("START", "start", "partial")
WORDS = Field("WORDS", "words")


@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        pytest.param(DOSE, " 12.50 ", "12.5", id="zeros that say nothing"),
        pytest.param(DOSE, "007", "7", id="leading zeros"),
        pytest.param(DOSE, "+3.", "3", id="sign and point"),
        pytest.param(DOSE, "-0", "0", id="minus nothing"),
        pytest.param(DOSE, "0.1234567890123456789", "0.1234567890123456789", id="no digit lost"),
        pytest.param(GRADE, "10", "10", id="top of the scale"),
        pytest.param(DAY, "2026-11-02", "2026-11-02", id="today"),
        pytest.param(STARTED, "2026-03", "2026-03", id="month"),
        pytest.param(STARTED, "2024", "2024", id="year"),
        pytest.param(DAY, "2024-02-29", "2024-02-29", id="leap day"),
        pytest.param(WORDS, "ål β α 日本 שלום 😀", "ål β α 日本 שלום 😀", id="any script"),
        pytest.param(WORDS, "'; DROP TABLE x --", "'; DROP TABLE x --", id="SQL is text"),
    ],
)
def test_parse__keeps_what_can_be(field, text, kept):
    assert parse(field, text, today=TODAY) == kept


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        pytest.param(GRADE, "11", "0 to 10", id="above the scale"),
        pytest.param(GRADE, "-1", "0 to 10", id="negative"),
        pytest.param(GRADE, "7.5", "whole", id="between grades"),
        pytest.param(DOSE, "-1", "at least 0 mg", id="below an open range"),
        pytest.param(DOSE, "1e400", "number such as", id="exponent"),
        pytest.param(DOSE, "nan", "number such as", id="not a number"),
        pytest.param(DOSE, "١٢", "number such as", id="digits of another script"),
        pytest.param(DOSE, "1,5", "number such as", id="comma"),
        pytest.param(DOSE, "9" * 400, "finite", id="overflow"),
        pytest.param(SEX, "X", "one of F, M", id="no such choice"),
        pytest.param(DAY, "2026-11-03", "future", id="tomorrow"),
        pytest.param(DAY, "2026-02-30", "exists", id="no such day"),
        pytest.param(DAY, "2026-11", "YYYY-MM-DD", id="partial where whole is asked"),
        pytest.param(STARTED, "2027", "future", id="next year"),
        pytest.param(WORDS, "a\0b", r"U\+0000", id="NUL"),
        pytest.param(WORDS, "a" * 10_001, "10000", id="too long"),
    ],
)
def test_parse__says_what_cannot_be(field, text, told):
    with pytest.raises(EntryError, match=told):
        parse(field, text, today=TODAY)
