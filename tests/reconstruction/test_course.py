"""What a paper says of a patient, as the state of every visit."""

import pytest

from myotrial.errors import ReconstructionError
from myotrial.reconstruction.course import IMPROVED, UNCHANGED, WORSE, plan


@pytest.fixture
def planned(trial, recipe):
    def course(world, seed=1, protocol=trial, recipe=recipe):
        return plan(world, recipe, protocol, 1, seed)

    return course


def test_plan__improves_from_the_first_visit_to_the_last_one_stated(planned, make):
    course = planned(make.responder(3, 6))
    assert course.states == {"M3": IMPROVED, "M6": IMPROVED, "M12": UNCHANGED}
    assert course.response == ("M3", "M6")


def test_plan__lets_nobody_leave_improved(planned, make):
    course = planned(make.responder(3, 3, completed=3, withdrawn_for="headache"))
    assert course.states == {"M3": IMPROVED, "WD": UNCHANGED}
    assert (course.left, course.withdrawal) == (True, "WD")


def test_plan__assesses_who_left_early_at_the_withdrawal_visit(planned, make):
    course = planned(make.leaving(0, "headache", outcome="worse"))
    assert course.attended == ("M0",)
    assert course.states == {"WD": WORSE}


def test_plan__keeps_a_worse_patient_worse_to_the_end(planned, make):
    courses = [planned(make.patient(outcome="worse"), seed).states for seed in range(40)]
    states = {tuple(course.values()) for course in courses}
    assert states == {
        (WORSE, WORSE, WORSE),
        (UNCHANGED, WORSE, WORSE),
        (UNCHANGED, UNCHANGED, WORSE),
    }


def test_plan__improves_the_functional_index_in_response(planned, make):
    course = planned(make.responder(6, 12, fi="improved"))
    assert course.index == {"M3": False, "M6": True, "M12": True}


def test_plan__improves_the_functional_index_of_others_at_one_visit(planned, make):
    courses = [planned(make.patient(fi="improved"), seed).index for seed in range(40)]
    assert {sum(index.values()) for index in courses} == {1}
    assert {visit for index in courses for visit, better in index.items() if better} == {
        "M3",
        "M6",
        "M12",
    }


def test_plan__leaves_open_what_is_not_stated(planned, make):
    assert set(planned(make.patient(fi="not stated")).index.values()) == {None}


def test_plan__draws_what_the_recipe_names_no_attribute_for(planned, make, recipe):
    course = recipe.course.model_copy(update={"first_improved": None, "held_until": None})
    bare = recipe.model_copy(update={"course": course})
    found = {planned(make.responder(3, 3), seed, recipe=bare).response for seed in range(60)}
    assert found == {
        ("M3",),
        ("M6",),
        ("M12",),
        ("M3", "M6"),
        ("M6", "M12"),
        ("M3", "M6", "M12"),
    }


def test_plan__improves_the_functional_index_only_where_it_is_assessed(planned, make, trial):
    *others, index = trial.assessments
    late = index.model_copy(update={"visits": ("M0", "M12")})
    protocol = trial.model_copy(update={"assessments": (*others, late)})
    course = planned(make.patient(fi="improved"), protocol=protocol)
    assert course.index == {"M3": False, "M6": False, "M12": True}
    with pytest.raises(ReconstructionError, match="assessed at no visit where it can be"):
        planned(make.responder(3, 3, fi="improved"), protocol=protocol)
