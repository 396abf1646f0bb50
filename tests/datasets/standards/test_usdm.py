"""The protocol as USDM 4.0: its parts, and that every reference leads somewhere.

The documents of the seed and of the template were also held against USDM's JSON Schema (as
cdisc-org/cdisc-rules-engine holds it) beside the project, without objections.
"""

import json
from pathlib import Path

import pytest

from myotrial import protocol
from myotrial.datasets.standards import usdm

ROOT = Path(__file__).parents[3]
STUDIES = (
    ROOT / "studies" / "anakinra-2009" / "study.yaml",
    ROOT / "src" / "myotrial" / "study" / "template" / "study.yaml",
)


@pytest.fixture(params=STUDIES, ids=lambda file: file.parent.name)
def trial(request):
    return protocol.read(request.param)


@pytest.fixture
def document(trial):
    return usdm.document(trial)


def parts(value):
    """Every part of the document, however deep."""
    if isinstance(value, dict):
        if "instanceType" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from parts(item)


def test_document__every_reference_leads_to_a_part(document):
    found = list(parts(document))
    ids = [part["id"] for part in found if part["id"]]
    assert len(ids) == len(set(ids))
    for part in found:
        for key, value in part.items():
            if key.endswith("Id") and value is not None:
                assert value in ids, (part["instanceType"], key)
            if key.endswith("Ids"):
                assert set(value) <= set(ids), (part["instanceType"], key)


def test_document__holds_what_the_protocol_states(trial, document):
    (version,) = document["study"]["versions"]
    (design,) = version["studyDesigns"]
    assert document["usdmVersion"] == "4.0"
    assert [arm["name"] for arm in design["arms"]] == [arm.id for arm in trial.arms]
    assert [one["name"] for one in design["encounters"]] == [visit.id for visit in trial.visits]
    assert [one["name"] for one in design["activities"]] == [one.id for one in trial.assessments]
    rules = [*trial.eligibility.inclusion, *trial.eligibility.exclusion]
    assert [one["text"] for one in version["eligibilityCriterionItems"]] == [r.text for r in rules]
    kinds = [one["category"]["code"] for one in design["eligibilityCriteria"]]
    assert kinds.count("C25532") == len(trial.eligibility.inclusion)
    assert len(design["objectives"]) == len(trial.endpoints)
    planned = design["population"]["plannedEnrollmentNumber"]["value"]
    assert planned == sum(arm.planned for arm in trial.arms)


def test_document__visits_are_timed_from_baseline():
    """Month 3 is study day 92 in the template: 91 days after day 1, within 21 days."""
    design = usdm.document(protocol.read(STUDIES[1]))["study"]["versions"][0]["studyDesigns"][0]
    timings = {one["name"]: one for one in design["scheduleTimelines"][0]["timings"]}
    third = timings["timing_M3"]
    assert (third["value"], third["windowLower"], third["type"]["code"]) == (
        "P91D",
        "P21D",
        "C201356",
    )
    assert timings["timing_M0"]["type"]["code"] == "C201358"


def test_text__is_the_same_each_time(trial):
    assert usdm.text(trial) == usdm.text(trial)
    assert json.loads(usdm.text(trial)) == usdm.document(trial)
