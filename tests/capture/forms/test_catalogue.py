import json

import pytest

from myotrial.capture.forms.catalogue import catalogue
from myotrial.capture.forms.definitions import Catalogue
from myotrial.capture.forms.items import sheet
from myotrial.errors import MyotrialError
from myotrial.protocol import captured


def test_catalogue__has_a_form_for_every_assessment_at_its_visits(protocol, forms):
    for item in protocol.assessments:
        assert forms.form(item.id).events == item.visits


def test_catalogue__fills_every_column_of_the_captured_tables(protocol, forms):
    """What the tables take is what the forms ask for: nothing is lost on the way."""
    asked = {field.name for form in forms.forms.values() for field in form.fields}
    ours = {"STUDYID", "USUBJID", "ORIGIN", "VISIT", "ARM", "RFSTDTC", "MARKER", "BXRES", "BXPRES",
            "BXU"}  # fmt: skip
    markers = {marker.id for marker in protocol.biopsy.markers}
    for table in captured.tables(protocol).values():
        for column in table.columns:
            name = column.date or column.name
            if column.name not in ours and not column.name.endswith("_UNIT"):
                assert name in asked, (table.name, name)
    assert markers <= asked


def test_catalogue__survives_the_way_through_json(forms):
    again = Catalogue.from_record(json.loads(json.dumps(forms.as_record(), allow_nan=False)))
    assert again == forms
    assert again.version == forms.version


def test_catalogue__has_another_version_when_the_protocol_asks_for_something_else(protocol, forms):
    later = protocol.model_copy(update={"assessments": protocol.assessments[:-1]})
    assert catalogue(later).version != forms.version


def test_form__names_the_nearest_when_there_is_none(forms):
    with pytest.raises(MyotrialError, match="MMT8"):
        forms.form("MMT9")


@pytest.mark.parametrize(
    ("instrument", "variant", "each", "total"),
    [
        pytest.param("mmt8", "one side", 10, 80, id="MMT8, one side"),
        pytest.param("mmt8", "both sides", 10, 150, id="MMT8, both sides"),
        pytest.param("mmt26", "total", 10, 260, id="MMT26"),
        pytest.param("haq_di", "", 3, 3, id="HAQ-DI"),
    ],
)
def test_sheet__of_the_highest_items_is_the_published_maximum(instrument, variant, each, total):
    items = sheet(instrument, variant)
    answers = {item.name: each for item in items.fields if not item.name.endswith("_AID")}
    assert items.total(answers) == total


def test_sheet__of_the_haq_raises_a_category_in_which_an_aid_is_used():
    items = sheet("haq_di")
    answers = {item.name: 0.0 for item in items.fields}
    assert items.total(answers) == 0
    assert items.total(answers | {"WALKING_AID": 1.0}) == pytest.approx(2 / 8)
