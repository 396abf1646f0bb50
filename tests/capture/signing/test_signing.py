"""Electronic signatures: two components, bound to what was signed, broken by any change of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from capture_people import person, values

from myotrial.capture.forms.definitions import Catalogue, Field
from myotrial.capture.record.actions import Lock, OpenQuery, Remove, Save, Verify
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Value
from myotrial.capture.signing.actions import MEANINGS, Sign
from myotrial.capture.signing.binding import definition, of_form, signature, validity
from myotrial.capture.signing.deciding import Signing
from myotrial.capture.signing.listing import held
from myotrial.capture.signing.proofs import Proof

KEY = b"k" * 32
FI, CK = FormKey("FI", "M3"), FormKey("CK", "M3")
BOTH = frozenset({"password", "code"})


@pytest.fixture
def signer(patient):
    """A patient with two complete forms, on a server that can sign."""
    patient.asked = replace(patient.asked, beside=Signing(KEY))
    patient.save("FI", "M3", FI="40")
    patient.save("CK", "M3", CK="300")
    return patient


def sign(patient, *forms, role="investigator", components=BOTH, ago=0.0, **more):
    by = person(role)
    proof = Proof(by.user, components, patient.asked.at - timedelta(seconds=ago))
    action = Sign(forms or (FI,), more.pop("meaning", "responsibility"), **
                  {"seen": patient.record.head, "proof": proof, **more})  # fmt: skip
    return patient.act(action, role)


def why(patient, key=FI):
    signed = of_form(patient.record, key)
    return validity(patient.record, signed, patient.asked.catalogue, KEY)


def test_sign__shows_name_meaning_and_server_time_with_the_content(signer):
    sign(signer)
    ((found, problem),) = held(signer.record, signer.asked.catalogue, KEY)
    assert problem == ""
    assert (found.name, found.user, found.role, found.organisation) == (
        "The investigator of A", "investigator-A", "investigator", "Hospital",
    )  # fmt: skip
    assert found.statement == MEANINGS["responsibility"]
    assert datetime.fromisoformat(found.at) == signer.asked.at
    assert found.form == str(FI)


def test_sign__takes_many_forms_in_one_act(signer):
    decision = sign(signer, FI, CK)
    assert {change.action for change in decision.changes} == {"sign"}
    assert [one.form for one, _ in held(signer.record, signer.asked.catalogue, KEY)] == [
        str(FI), str(CK),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "components", [frozenset(), frozenset({"password"}), frozenset({"code"}), frozenset({"a", "b"})]
)
def test_sign__needs_two_components(signer, components):
    with pytest.raises(RefusedError, match="second factor"):
        sign(signer, components=components)


@pytest.mark.parametrize("ago", [61, 3600, -5])
def test_sign__needs_them_just_now(signer, ago):
    with pytest.raises(RefusedError, match="just"):
        sign(signer, ago=ago)


def test_sign__needs_the_signers_own_proof(signer):
    with pytest.raises(RefusedError, match="just"):
        sign(signer, proof=Proof("another", BOTH, signer.asked.at))


@pytest.mark.parametrize("role", ["nurse", "monitor", "data_manager", "sponsor", "statistician"])
def test_sign__is_for_the_investigator(signer, role):
    with pytest.raises(RefusedError, match="may not"):
        sign(signer, role=role)


def test_sign__comes_after_completion_and_queries(signer):
    with pytest.raises(RefusedError, match="nothing was entered"):
        sign(signer, FormKey("FI", "M6"))
    signer.save("MMT8", "M3", DELTOID="8")
    with pytest.raises(RefusedError, match="not complete"):
        sign(signer, FormKey("MMT8", "M3"))
    signer.act(OpenQuery(FI, "FI", "?"), "monitor")
    with pytest.raises(RefusedError, match="open query"):
        sign(signer, FI)


def test_sign__refuses_what_was_changed_since_it_was_shown(signer):
    seen = signer.record.head
    signer.save("FI", "M3", "source corrected", FI="41")
    with pytest.raises(RefusedError, match="changed since"):
        sign(signer, seen=seen)


def test_sign__takes_what_was_only_compared_or_signed_since_it_was_shown(signer):
    seen = signer.record.head
    signer.act(Verify(FI), "monitor")
    sign(signer, seen=seen)
    assert why(signer) == ""


def test_sign__twice_leaves_one_signature(signer):
    sign(signer)
    assert sign(signer).changes == ()


@pytest.mark.parametrize("meaning", ["", "anything"])
def test_sign__needs_a_meaning(signer, meaning):
    with pytest.raises(RefusedError, match="says one of"):
        sign(signer, meaning=meaning)


def test_sign__still_holds_when_the_form_is_compared_and_locked(signer):
    sign(signer)
    signer.act(Verify(FI), "monitor")
    signer.act(Lock(FI), "data_manager")
    assert why(signer) == ""


def test_signature__is_broken_by_a_change_and_the_record_says_so(signer):
    sign(signer, FI, CK)
    decision = signer.save("FI", "M3", "source corrected", FI="41")
    assert ("signature/1", "@state", "broken") in [
        (change.entity, change.field, change.new.text) for change in decision.changes
    ]
    assert "changed afterwards" in why(signer)
    assert why(signer, CK) == ""
    sign(signer)
    assert why(signer) == ""
    assert [bool(problem) for _, problem in held(signer.record, signer.asked.catalogue, KEY)] == [
        True, False, False,
    ]  # fmt: skip


def test_signature__is_broken_by_a_reason_without_a_value_and_by_a_value_changed_back(signer):
    sign(signer)
    signer.act(Save(FI, {"FI": Value(None, "ND")}, seen=signer.record.head, reason="x"))
    signer.save("FI", "M3", "x", FI="40")
    assert "changed afterwards" in why(signer)


def test_signature__is_broken_when_its_entry_is_taken_out(signer):
    event = FormKey("AE", "LOG")
    signer.save("AE", "LOG", AETERM="rash", AESEV="MILD", AEREL="N", AESTDTC="2026-03")
    sign(signer, event)
    signer.act(Remove(event, "another patient's"))
    assert why(signer, event)


def test_signature__does_not_hold_on_another_form(signer):
    """A row copied to another form, as somebody who can change rows would do."""
    sign(signer, FI)
    fields = signer.record.entities["signature/1"]
    signer.record.entities["signature/2"] = {**fields, "@form": Value(str(CK))}
    signer.record.entities[str(CK)]["@signature"] = Value("2")
    assert why(signer, CK)
    signer.record.entities["signature/2"] = dict(fields)
    signer.record.entities[str(FI)]["@signature"] = Value("2")
    assert why(signer)


@pytest.mark.parametrize("field", ["name", "user", "role", "organisation", "at", "meaning",
                                   "statement", "digest"])  # fmt: skip
def test_signature__does_not_hold_when_any_part_of_it_is_changed(signer, field):
    sign(signer)
    said = signer.record.text("signature/1", f"@{field}")
    signer.record.entities["signature/1"][f"@{field}"] = Value(said[:-1] + "x")
    assert why(signer)


def test_signature__does_not_hold_when_a_value_is_changed_behind_the_servers_back(signer):
    sign(signer)
    signer.record.entities[str(FI)]["FI"] = Value("41")
    assert "not what was signed" in why(signer)


def test_signature__does_not_hold_in_another_record_or_under_another_key(signer):
    sign(signer)
    signed = signature(signer.record, 1)
    assert validity(signer.record, signed, signer.asked.catalogue, b"x" * 32)
    signer.record.chain = "another"
    assert why(signer)


@pytest.mark.parametrize(
    "changed", [{"label": "Another question"}, {"range": (0.0, 65.0)}, {"unit": "x"}], ids=str
)
def test_signature__does_not_hold_when_the_forms_definition_changes(signer, changed):
    sign(signer)
    forms = signer.asked.catalogue
    form = forms.form("FI")
    other = replace(form, fields=tuple(replace(field, **changed) for field in form.fields))
    assert definition(other) != definition(form)
    signer.asked = replace(
        signer.asked,
        catalogue=Catalogue(forms.study, {**forms.forms, "FI": other}, forms.events),
    )
    assert "definition" in why(signer)


def test_signature__holds_when_another_form_changes_its_definition(signer):
    sign(signer)
    forms = signer.asked.catalogue
    form = forms.form("CK")
    other = replace(form, fields=(*form.fields, Field("MORE", "More", required=False)))
    catalogue = Catalogue(forms.study, {**forms.forms, "CK": other}, forms.events)
    assert validity(signer.record, of_form(signer.record, FI), catalogue, KEY) == ""


def test_proof__is_of_two_known_components_and_a_minute():
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert Proof("a", BOTH, at).holds("a", at + timedelta(seconds=60))
    assert not Proof("a", BOTH, at).holds("b", at)
    assert not Proof("a", frozenset({"password", "memory"}), at).holds("a", at)


def test_broken__lists_what_is_to_be_signed_again(served, protocol):
    """Through the database, and only for the sites of who asks."""
    from blinded_trial import Trial, blinded, staff

    from myotrial.capture.signing.listing import broken

    trial = Trial.begin(served, blinded(protocol))
    chain, key = trial.screen("A-001"), FormKey("FI", "M0")
    trial.apply(chain, Save(key, values(FI="40")))
    by = staff("investigator")

    def signing():
        from myotrial.capture.store.applying import now

        return Sign((key,), "responsibility", 10**6, Proof(by.user, BOTH, now()))

    trial.apply(chain, signing(), by)
    assert broken(by) == []
    trial.apply(chain, Save(key, values(FI="41"), seen=10**6, reason="source corrected"))
    (one,) = broken(by)
    assert (one.chain, one.patient, one.signature.form) == (chain, "A-001", str(key))
    assert broken(staff("investigator", "B")) == []
    trial.apply(chain, signing(), by)
    assert broken(by) == []
    assert trial.faults() == []
