"""The public calculator: worked by hand from the published tables, and nothing of it is kept."""

import pytest

# Changes in percent of the range 30, 20, 12, 16.67, 35, 20: 70 points (ACR/EULAR 2016, see
# `tis_2016.score`); in percent of baseline all six are above 20: improved (2004).
BEFORE = {"physician": "6", "patient": "5", "strength": "120", "function": "1,5", "enzyme": "2000",
          "extramuscular": "4"}  # fmt: skip
AFTER = {"physician": "3", "patient": "3", "strength": "138", "function": "1", "enzyme": "950",
         "extramuscular": "2"}  # fmt: skip


def form(**changed):
    sent = {"what": "improvement", "maximum": "150", "upper": "200"}
    sent |= {f"before_{name}": value for name, value in BEFORE.items()}
    return sent | {f"after_{name}": value for name, value in AFTER.items()} | changed


def test_calculator__gives_the_published_points(server):
    said = server.client().post("/calculator/", form()).content.decode()
    assert "70 (MAJOR)" in said
    assert "(2004):</strong> met" in said


def test_calculator__gives_bounds_where_a_measure_is_missing(server):
    said = server.client().post("/calculator/", form(after_enzyme="")).content.decode()
    assert "62.5 – 70" in said


def test_calculator__classifies(server):
    # Onset at 52 (2.1), weak legs (0.8), Gottron's papules (2.1), CK (1.3): 6.3 without biopsy,
    # probable from 5.5 to below 7.5 (Lundberg 2017).
    absent = (
        "weak_arms", "weak_neck_flexors", "weak_proximal_legs", "heliotrope_rash",
        "gottron_sign", "dysphagia", "anti_jo1", "better_explanation",
    )  # fmt: skip
    found = dict.fromkeys(absent, "N")
    found |= {"weak_legs": "Y", "gottron_papules": "Y", "raised_enzyme": "Y"}
    sent = {"what": "classification", "age_at_onset": "52", **found}
    said = server.client().post("/calculator/", sent).content.decode()
    assert "<strong>probable myositis</strong>" in said


@pytest.mark.parametrize("typed", ["11", "-1", "nan", "inf", "<script>"])
def test_calculator__refuses_what_is_off_the_scale(server, typed):
    answer = server.client().post("/calculator/", form(before_patient=typed))
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()


def test_calculator__keeps_nothing(server):
    from django.contrib.sessions.models import Session

    before = (len(server.trail()), Session.objects.count())
    server.client().post("/calculator/", form())
    assert (len(server.trail()), Session.objects.count()) == before
