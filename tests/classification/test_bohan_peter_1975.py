import numpy as np
import pytest

from myotrial.classification import bohan_peter_1975 as criteria
from myotrial.classification.bohan_peter_1975 import Items
from myotrial.classification.verdicts import only

FREE = dict.fromkeys(Items._fields[5:], False)
MUSCLE = Items._fields[:4]


def found(number, *, rash, **more):
    findings = {name: place < number for place, name in enumerate(MUSCLE)}
    return Items(**findings | FREE | {"rash": rash} | more)


@pytest.mark.parametrize(
    ("number", "rash", "expected"),
    [
        pytest.param(4, False, "definite_pm", id="all four, no rash"),
        pytest.param(3, False, "probable_pm", id="three, no rash"),
        pytest.param(2, False, "possible_pm", id="two, no rash"),
        pytest.param(1, False, "not_classified", id="one, no rash"),
        pytest.param(0, False, "not_classified", id="nothing"),
        pytest.param(4, True, "definite_dm", id="rash and four"),
        pytest.param(3, True, "definite_dm", id="rash and three"),
        pytest.param(2, True, "probable_dm", id="rash and two"),
        pytest.param(1, True, "possible_dm", id="rash and one"),
        pytest.param(0, True, "rash_alone", id="rash alone"),
    ],
)
def test_classify__gives_the_published_table(number, rash, expected):
    assert criteria.classify(found(number, rash=rash)).verdict == expected


@pytest.mark.parametrize("disease", FREE)
def test_classify__excludes_by_any_named_disease(disease):
    verdict = criteria.classify(found(4, rash=True, **{disease: True}))
    assert verdict.verdict == "excluded"
    assert verdict.decided_by == (disease,)


def test_classify__waits_for_the_exclusions():
    verdict = criteria.classify(found(4, rash=True, myasthenia_gravis=None))
    assert verdict.verdict is None
    assert verdict.classes == ("definite_dm", "excluded")
    assert verdict.hangs_on == ("myasthenia_gravis",)


def test_classify__does_not_wait_for_what_cannot_change_it():
    verdict = criteria.classify(found(3, rash=True, electromyography=None))
    assert verdict.verdict == "definite_dm"
    assert verdict.hangs_on == ()


def test_why__names_rule_and_items():
    why = criteria.classify(found(3, rash=False)).why
    assert why.startswith("probable_pm: no rash, and 3 of the 4 muscle findings; decided by")
    assert all(name in why for name in (*MUSCLE, "rash"))


def test_possible__judges_columns_as_it_judges_patients():
    people = [found(n, rash=rash) for n in range(5) for rash in (True, False, None)]
    columns = Items(*(np.array(column, dtype=float) for column in zip(*people, strict=True)))
    places = only(criteria.possible(columns))
    verdicts = [criteria.classify(person).verdict for person in people]
    names = criteria.Classes._fields
    assert [None if place < 0 else names[place] for place in places] == verdicts
    assert None in verdicts
