"""CMAS, MDI, CDASI and IBMFRS: sums of items on scales."""

import math

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.instruments import cdasi, cmas, ibmfrs, mdi

NAN = float("nan")


def test_cmas__runs_from_0_to_52(shaped):
    assert np.all(cmas.score([shaped(top) for top in cmas.ITEMS.values()]) == 52)
    assert np.all(cmas.score([shaped(0.0)] * 14) == 0)


@pytest.mark.parametrize("wrong", [NAN, 6.0, -1.0, 0.5])
def test_cmas__is_missing_with_one_item_missing_or_impossible(shaped, wrong):
    assert np.all(np.isnan(cmas.score([shaped(wrong), *[shaped(0.0)] * 13])))


def test_cmas__takes_other_highest_scores():
    doubled = {name: 2 * top for name, top in cmas.ITEMS.items()}
    assert cmas.score(list(doubled.values()), highest=doubled) == 104


@pytest.mark.parametrize(
    ("age", "expected"), [(3.99, NAN), (4.0, 49), (5.99, 49), (6.0, 52), (17.0, 52), (NAN, NAN)]
)
def test_maximum__follows_the_age(shaped, age, expected):
    assert np.all(np.isclose(cmas.maximum(shaped(age)), expected, equal_nan=True))


@pytest.mark.parametrize("age", [3.9, NAN])
def test_variant__refuses_an_age_without_a_range(age):
    with pytest.raises(MyotrialError, match="from 4 years on"):
        cmas.variant(age)


def test_variant__agrees_with_the_maximum():
    for age in (4.0, 5.5, 6.0, 12.0):
        assert cmas.INSTRUMENTS[0].range(unit="points", variant=cmas.variant(age)) == (
            0.0,
            cmas.maximum(age),
        )


def test_extent__counts_what_is_present(shaped):
    assert np.all(mdi.extent([shaped(1.0)] * 38) == 38)
    assert np.all(mdi.extent([shaped(1.0)] * 3 + [shaped(0.0)] * 32) == 3)


def test_extent__of_items_not_assessed_is_missing_or_a_share(shaped):
    items = [shaped(1.0)] * 9 + [shaped(0.0)] * 27 + [shaped(NAN)] * 2
    assert np.all(np.isnan(mdi.extent(items)))
    assert np.allclose(mdi.extent_assessed(items), 9 / 36)
    assert np.all(np.isnan(mdi.extent_assessed(items, at_least=37)))


def test_severity__runs_from_0_to_110(shaped):
    assert np.all(mdi.severity([shaped(10.0)] * 11) == 110)
    marks = [shaped(10.0)] * 5 + [shaped(0.0)] * 5 + [shaped(NAN)]
    assert np.all(np.isnan(mdi.severity(marks)))
    assert np.allclose(mdi.severity_assessed(marks), 0.5)
    assert np.all(np.isnan(mdi.severity_assessed([*marks[:10], shaped(55.0)])))
    assert np.all(np.isnan(mdi.extent_assessed([shaped(2.0)] + [shaped(0.0)] * 37)))


def test_cdasi__runs_to_its_published_maxima(shaped):
    def areas(top):
        return [shaped(top)] * 15

    found = cdasi.activity(
        erythema=areas(3.0), scale=areas(2.0), erosion=areas(1.0),
        gottron=shaped(3.0), papules=shaped(1.0), ulceration=shaped(1.0),
        nail_folds=shaped(2.0), alopecia=shaped(1.0),
    )  # fmt: skip
    assert np.all(found == 100)
    damage = cdasi.damage(poikiloderma=areas(1.0), calcinosis=areas(1.0), hands=shaped(2.0))
    assert np.all(damage == 32)


CALM = {"erythema": [0] * 15, "scale": [0] * 15, "erosion": [0] * 15, "gottron": 0, "papules": 0,
        "ulceration": 0, "nail_folds": 0, "alopecia": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, 0, id="calm skin"),
        pytest.param({"gottron": 3}, 3, id="hands without papules"),
        pytest.param({"gottron": 3, "papules": 1}, 6, id="papules double the hands"),
        pytest.param({"papules": 1}, 0, id="papules alone add nothing"),
        pytest.param({"gottron": 2, "papules": NAN}, NAN, id="papules not assessed"),
        pytest.param({"gottron": 4}, NAN, id="off the scale"),
        pytest.param({"erythema": [3] + [0] * 13 + [NAN]}, NAN, id="an area not assessed"),
        pytest.param({"scale": [2] * 15}, 30, id="scale everywhere"),
    ],
)
def test_activity__adds_its_parts(change, expected):
    found = cdasi.activity(**(CALM | change))
    assert found == expected or (math.isnan(found) and math.isnan(expected))


def test_ibmfrs__runs_from_0_to_40(shaped):
    assert np.all(ibmfrs.score([shaped(4.0)] * 10) == 40)
    assert np.all(np.isnan(ibmfrs.score([shaped(4.0)] * 9 + [shaped(NAN)])))


@pytest.mark.parametrize(
    ("call", "found"),
    [
        pytest.param(lambda: cmas.score([0] * 13), "14 items .got 13", id="CMAS"),
        pytest.param(lambda: mdi.extent([0] * 36), "38, 37, 35 items .got 36", id="extent"),
        pytest.param(lambda: mdi.severity([0] * 12), "11 items .got 12", id="severity"),
        pytest.param(lambda: ibmfrs.score([0] * 9), "10 items .got 9", id="IBMFRS"),
        pytest.param(
            lambda: cdasi.damage(poikiloderma=[0] * 14, calcinosis=[0] * 15, hands=0),
            "poikiloderma of the CDASI has 15 items .got 14",
            id="CDASI",
        ),
    ],
)
def test_scores__count_their_items(call, found):
    with pytest.raises(MyotrialError, match=found):
        call()
