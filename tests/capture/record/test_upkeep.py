"""Releases of the forms, and losses, in the record of the study."""

from dataclasses import replace

import pytest
from capture_people import Patient

from myotrial.capture.record.actions import AcceptLoss, Release
from myotrial.capture.record.deciding import decide
from myotrial.capture.record.people import Person
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import Record
from myotrial.capture.record.upkeep import in_force

FIRST = Release(1, "d1", "v1", (), "ethics board, 2026-01-01")
SECOND = Release(2, "d2", "v2", ("A",), "ethics board, 2026-06-01", "amendment 1")


@pytest.fixture
def study(patient):
    class Study:
        record = Record("study", "")

        def act(self, action, role="data_manager"):
            asked = replace(patient.asked, by=Person("d", "D", role, None))
            self.record = self.record.after(decide(self.record, action, asked).changes)

    return Study()


def test_release__is_in_force_where_it_is_approved(study):
    study.act(FIRST)
    assert (in_force(study.record, "A"), in_force(study.record, "B")) == (1, 1)
    study.act(SECOND)
    assert (in_force(study.record, "A"), in_force(study.record, "B")) == (2, 1)
    study.act(replace(SECOND, sites=("B",), approval="local board, 2026-07-01"))
    assert in_force(study.record, "B") == 2
    assert study.record.text("release/2", "@site/B") == "local board, 2026-07-01"


def test_release__refuses_what_is_out_of_order(study):
    study.act(FIRST)
    for wrong, match in (
        (replace(SECOND, approval=" "), "approval"),
        (replace(SECOND, number=3), "next release is number 2"),
        (replace(FIRST, digest="other"), "next release is number 2"),
    ):
        with pytest.raises(RefusedError, match=match):
            study.act(wrong)
    study.act(SECOND)
    with pytest.raises(RefusedError, match="later version"):
        study.act(replace(FIRST, sites=("A",)))
    with pytest.raises(RefusedError, match="may not"):
        study.act(replace(SECOND, number=3), "investigator")


def test_release__belongs_in_the_record_of_the_study(patient):
    patient.asked = replace(patient.asked, by=Person("d", "D", "data_manager", None))
    with pytest.raises(RefusedError, match="record of the study"):
        decide(patient.record, FIRST, patient.asked)


def test_accept_loss__needs_a_reason_and_counts(study):
    with pytest.raises(RefusedError, match="why"):
        study.act(AcceptLoss("chain a from 3", ""), "administrator")
    study.act(AcceptLoss("chain a from 3", "the disk broke"), "administrator")
    study.act(AcceptLoss("chain b from 4", "again"), "administrator")
    assert study.record.text("loss/2", "@lost") == "chain b from 4"


def test_withhold__is_not_in_a_record_in_memory(patient: Patient):
    """Nothing of the record changes by the decision: the store takes the value out."""
    from myotrial.capture.record.actions import Withhold

    patient.save("AE", "LOG", AETERM="a name", AESTDTC="2026-03")
    head = patient.record.head
    action = Withhold("form/AE/LOG/1", "AETERM", (head,), "a name was entered")
    made = patient.decide(action, "data_manager")
    assert [(item.field, item.noted, item.new.text) for item in made.changes] == [
        (f"entry {head}", True, None)
    ]
