"""The looks of a primary analysis: what contradicts itself is told, bounds are computed again."""

import copy

import pytest
import yaml

from myotrial import protocol
from myotrial.errors import DocumentError

LOOKS = {
    "test": "z-pooled",
    "alpha": 0.025,
    "looks": [
        {"patients": 50, "information": 0.5, "efficacy": 2.9626, "futility": 0.0},
        {"patients": 100, "information": 1.0, "efficacy": 1.9686},
    ],
    "bounds": {"spending": "obrien_fleming"},
}


@pytest.fixture
def two_arms(small):
    """A protocol of two arms with 50 patients each, and its primary analysis."""
    data = yaml.safe_load(small)
    first = data["arms"][0] | {"planned": 50}
    data["arms"] = [first, first | {"id": "PLACEBO", "label": "Placebo"}]
    data["study"]["design"] = "parallel"
    data["primary_analysis"] = copy.deepcopy(LOOKS)
    return data


def said(data):
    with pytest.raises(DocumentError) as caught:
        protocol.parse(yaml.safe_dump(data))
    return str(caught.value)


def test_problems__bounds_of_lan_and_demets_agree_with_published_ones(two_arms):
    """2.963 and 1.969: rpact and gsDesign for two even looks at one-sided 0.025."""
    read = protocol.parse(yaml.safe_dump(two_arms))
    assert read.primary_analysis.looks[0].efficacy == 2.9626


def test_problems__a_bound_that_alpha_does_not_give_is_told(two_arms):
    two_arms["primary_analysis"]["looks"][0]["efficacy"] = 2.5
    assert "2.96" in said(two_arms)


def test_problems__a_last_bound_may_stand_above_normal_theory_as_stated(two_arms):
    given = two_arms["primary_analysis"]
    given["looks"][1]["efficacy"] = 2.0186
    assert "1.96" in said(two_arms)
    given["bounds"]["raised"] = 0.05
    assert protocol.parse(yaml.safe_dump(two_arms))


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        pytest.param(("looks", 1, "information"), 0.4, "rise from look to look", id="falls"),
        pytest.param(("looks", 0, "information"), 0.6, "information of about 0.500", id="uneven"),
        pytest.param(("looks", 1, "patients"), 99, "100, the patients planned", id="planned"),
        pytest.param(("looks", 1, "futility"), 0.0, "no futility bound at the last", id="futile"),
        pytest.param(("looks", 0, "futility"), 3.0, "not below the efficacy bound", id="crossed"),
        pytest.param(("certainty",), 0.9, "test is posterior", id="certainty"),
    ],
)
def test_problems__contradictions_are_told(two_arms, place, value, expected):
    part = two_arms["primary_analysis"]
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    assert expected in said(two_arms)


def test_problems__bounds_without_their_way_of_computing_are_told(two_arms):
    del two_arms["primary_analysis"]["bounds"]
    assert "how the bounds were computed" in said(two_arms)
