import math

import numpy as np
import pytest

from myotrial.errors import MyotrialError
from myotrial.instruments import mitax, myoact

NAN = float("nan")


def test_myoact__divides_by_the_maximum_of_60(shaped):
    systems = dict.fromkeys(myoact.SYSTEMS, shaped(0.0)) | {"cutaneous": shaped(6.0)}
    assert np.allclose(myoact.score(systems), 6 / 60)


def test_myoact__leaves_systems_not_assessed_out_of_the_maximum(shaped):
    found = myoact.score({"cutaneous": shaped(6.0), "pulmonary": shaped(NAN)})
    assert np.allclose(found, 6 / 10)


@pytest.mark.parametrize("mark", [60.0, 10.5, -1.0])
def test_myoact__makes_no_score_of_marks_off_the_scale(shaped, mark):
    found = myoact.score({"cutaneous": shaped(6.0), "pulmonary": shaped(mark)})
    assert np.all(np.isnan(found))


def test_myoact__is_missing_when_too_few_were_assessed(shaped):
    systems = {"cutaneous": shaped(NAN), "cardiac": shaped(NAN)}
    assert np.all(np.isnan(myoact.score(systems)))
    assert np.all(np.isnan(myoact.score({"cutaneous": shaped(1.0)}, at_least=2)))


@pytest.mark.parametrize("systems", [{}, {"muscle": 3.0, "skin": 1.0}])
@pytest.mark.parametrize("module", [myoact, mitax])
def test_score__names_what_is_no_extramuscular_system(module, systems):
    with pytest.raises(MyotrialError, match=r"no system|'muscle', 'skin'"):
        module.score(systems)


def test_mitax__weighs_categories():
    arrays = {
        "cutaneous": np.array(["A", "B", "E", ""]),
        "cardiac": np.array(["A", "C", "D", ""]),
        "skeletal": np.array(["A", "", "E", ""]),
    }
    found = mitax.score(arrays)
    np.testing.assert_allclose(found, [1.0, (3 + 1) / 18, 0.0, NAN])


def test_mitax__takes_another_table_of_points():
    table = {"A": 12.0, "B": 8.0, "C": 1.0, "D": 0.0, "E": 0.0}
    assert mitax.score({"cutaneous": "B"}, table=table) == pytest.approx(8 / 12)


def test_points__of_an_empty_text_are_missing():
    assert math.isnan(mitax.points(""))


def test_points__refuse_what_is_no_category():
    with pytest.raises(MyotrialError, match=r"A, B, C, D, E \(got 'b'"):
        mitax.points(np.array(["A", "b"]))
