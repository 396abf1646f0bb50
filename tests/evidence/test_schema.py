"""The JSON Schema of published.yaml accepts and refuses what reading accepts and refuses."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from myotrial import documents, evidence
from myotrial.errors import DocumentError

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("studies/*/published.yaml"), *Path(__file__).parent.glob("papers/*")])
SMALL = """
source: {id: X, citation: Somebody 2020}
attributes:
  diagnosis: {values: [PM, DM]}
  score: {from: 0, to: 10}
claims:
  - {id: n, says: 20 patients, total: "20"}
  - {id: pm, says: 10 with PM, count: diagnosis == 'PM', equals: 10, loosely: {count: diagnosis == 'PM', at_least: "9"}}
  - {id: mean, says: mean score, mean: score, equals: "3.40"}
readings:
  - {id: high, says: scores are high, always: score > 1}
statistics:
  - {id: pm-high, row: diagnosis == 'PM', column: score > 3, methods: [fisher]}
  - {id: pm-all, count: diagnosis == 'PM'}
vague: {most: {more_than: 60%}}
"""  # noqa: E501


@pytest.fixture(scope="module")
def validator():
    schema = evidence.json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_json_schema__accepts_every_paper_here(validator, file):
    assert list(validator.iter_errors(documents.read(file).data)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("{from: 0, to: 10}", "{from: 0}", id="half a range of values"),
        pytest.param("values: [PM, DM]", "value: [PM, DM]", id="unknown key"),
        pytest.param("total:", "totl:", id="no form"),
        pytest.param(", equals: 10,", ",", id="count without a number"),
        pytest.param("loosely: {count", "loosely: {says: x, count", id="claim inside a claim"),
        pytest.param("says: 20 patients, ", "", id="nothing said"),
        pytest.param("always: score > 1", "always: score > 1, where: p. 2", id="reading's place"),
        pytest.param("column: score > 3, ", "", id="half a table"),
        pytest.param("{more_than: 60%}", "{over: 60%}", id="unknown bound"),
        pytest.param("readings:", "reading:", id="unknown section"),
    ],
)
def test_json_schema__refuses_what_reading_refuses(validator, old, new):
    assert list(validator.iter_errors(documents.parse(SMALL).data)) == []
    evidence.parse(SMALL)
    text = SMALL.replace(old, new)
    assert list(validator.iter_errors(documents.parse(text).data))
    with pytest.raises(DocumentError):
        evidence.parse(text)
