"""A form as its page shows it, without a page."""

import pytest

from myotrial.capture.forms.definitions import Field
from myotrial.capture.pages.entry import following, sections
from myotrial.capture.pages.written import entered, shown
from myotrial.capture.record.actions import OpenQuery
from myotrial.capture.record.state import FormKey, Value

M3 = FormKey("MMT8", "M3")


def lines(patient, key=M3, language="en", **more):
    form = patient.asked.catalogue.form(key.code)
    found = sections(form, patient.record, key, language, **more)
    return {line.field.name: line for part in found for line in part.lines}


def test_sections__are_every_field_once_with_its_total_last(patient):
    form = patient.asked.catalogue.form("MMT8")
    parts = sections(form, patient.record, M3, "en")
    assert [part.kind for part in parts] == ["", "total"]
    assert [line.field for part in parts for line in part.lines] == [*form.fields]


def test_sections__show_what_is_typed_beside_what_is_kept(patient):
    patient.save("MMT8", "M3", DELTOID="8")
    line = lines(patient, typed={"DELTOID": Value("9")})["DELTOID"]
    assert (line.text, line.was, line.changed, line.saved) == ("9", "8", True, True)
    assert not lines(patient)["DELTOID"].changed


def test_sections__carry_the_badge_of_a_query(patient):
    patient.save("MMT8", "M3", DELTOID="8")
    patient.act(OpenQuery(M3, "DELTOID", "Both sides?"), "monitor")
    line = lines(patient)["DELTOID"]
    assert (line.query, line.asked) == ("open", 1)


def test_sections__number_options_for_the_keyboard(patient):
    aid = next(line for name, line in lines(patient, FormKey("HAQDI", "M3")).items()
               if name.endswith("_AID"))  # fmt: skip
    assert [(choice.key, choice.label) for choice in aid.choices] == [("1", "yes"), ("0", "no")]
    sex = lines(patient, FormKey("SUBJECT", "SCREENING"))["SEX"]
    assert [choice.key for choice in sex.choices] == ["1", "2"]


def test_sections__know_which_fields_take_one_key(patient):
    assert lines(patient)["DELTOID"].grade
    assert not lines(patient)["MMT8"].grade


def test_following__is_the_next_form_of_the_visit(forms):
    assert following(forms.due("M3"), "VISIT").code == "PHGA"
    assert following(forms.due("M3"), "FI") is None


@pytest.mark.parametrize(
    ("kind", "written", "language", "kept"),
    [
        pytest.param("number", "12,5", "sv", "12.5", id="decimal comma"),
        pytest.param("number", "12,5", "en", "12,5", id="a comma in English is left to be refused"),
        pytest.param("number", "1,234.5", "sv", "1,234.5", id="thousands are left to be refused"),
        pytest.param("date", "20260303", "en", "2026-03-03", id="eight digits"),
        pytest.param("partial", "UN-MAR-2026", "en", "2026-03", id="day unknown"),
        pytest.param("partial", "un-un-2026", "en", "2026", id="day and month unknown"),
        pytest.param("partial", "3-MAJ-2026", "sv", "2026-05-03", id="a Swedish month"),
        pytest.param("partial", "2026-UN-UN", "en", "2026", id="ISO with unknowns"),
        pytest.param("partial", "31-XYZ-2026", "en", "31-XYZ-2026", id="no month"),
        pytest.param("text", "12,5", "sv", "12,5", id="texts stay"),
    ],
)
def test_entered__is_the_notation_of_kept_values(kind, written, language, kept):
    assert entered(Field("X", "X", kind), written, language) == kept


def test_shown__comes_back_through_entered():
    field = Field("CK", "CK", "number")
    for language in ("en", "sv"):
        assert entered(field, shown(field, "12.5", language), language) == "12.5"
