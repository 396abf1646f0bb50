"""The JSON Schema accepts and refuses what reading accepts and refuses in form."""

import pytest
from jsonschema import Draft202012Validator

from myotrial import documents, protocol


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(protocol.json_schema())


def test_json_schema__accepts_a_right_protocol(validator, small):
    assert list(validator.iter_errors(documents.parse(small).data)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("planned: 15", "planned: 0", id="nobody planned"),
        pytest.param("title: A try", "titel: A try", id="unknown key"),
        pytest.param("role: primary", "role: main", id="unknown role"),
        pytest.param("start: 2020-01", "start: Jan 2020", id="date in words"),
        pytest.param("upper_limit: 200", "upper_limit: {X: 200}", id="limit of an unknown sex"),
        pytest.param("source: R1", "source: 1", id="number as source"),
        pytest.param("window: [-21, 21]", "window: [-21]", id="half a window"),
    ],
)
def test_json_schema__refuses_what_reading_refuses(validator, small, objections, old, new):
    assert objections((old, new))
    assert list(validator.iter_errors(documents.parse(small.replace(old, new)).data))


def test_json_schema__describes_every_key():
    schema = protocol.json_schema()
    parts = [schema, *schema["$defs"].values()]
    keys = [value for part in parts for value in part.get("properties", {}).values()]
    assert keys
    assert all("description" in value for value in keys)
