"""Any sequence of actions: the trail, replayed from empty, is the data that are stored."""

import uuid
from contextlib import suppress

import pytest
from capture_people import ELIGIBLE, person, values
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from myotrial.capture.record.actions import (
    AnswerQuery,
    CloseQuery,
    Enrol,
    Freeze,
    Lock,
    OpenQuery,
    Remove,
    Save,
    Screen,
    Unfreeze,
    Unlock,
    Verify,
)
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Value

KEY = b"k" * 32
KEYS = st.sampled_from(
    [FormKey("FI", "M0"), FormKey("FI", "M3"), FormKey("MMT8", "M3"), FormKey("AE", "LOG", 1),
     FormKey("AE", "LOG", 2), FormKey("VISIT", "M3"), FormKey("DS", "LOG")]
)  # fmt: skip
FIELDS = {
    "FI": ("FI",),
    "MMT8": ("DELTOID", "BICEPS", "MMT8"),
    "AE": ("AETERM", "AESEV", "AESTDTC", "AEENDTC"),
    "VISIT": ("VISITDTC",),
    "DS": ("DSDECOD", "DSSTDTC"),
}
WORDS = st.sampled_from(
    ["0", "8", "40", "64", "65", "-1", "rash", "MILD", "2026-04-10", "2026-09", "2031-01-01",
     "WITHDRAWN", "COMPLETED", "é日", " ", "\0"]
)  # fmt: skip
VALUES = st.one_of(
    WORDS.map(Value), st.sampled_from(["ND", "UNK", "no"]).map(lambda why: Value(None, why)),
    st.just(Value()),
)  # fmt: skip
ROLES = st.sampled_from(["investigator", "physiotherapist", "monitor", "data_manager", "sponsor"])
REASONS = st.sampled_from(["", "transcription error"])


def machine(connection, protocol, forms):
    """A state machine that acts on a new record of this database."""
    from myotrial.capture.store.applying import Server, apply
    from myotrial.capture.store.models import Chain
    from myotrial.capture.store.trails import faults

    server = Server(KEY, protocol, forms, {"A": "Europe/Stockholm"})

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.chain = uuid.uuid4().hex
            self.head = 0
            Chain.objects.create(id=self.chain, number=self.chain[:20], site_id="A", hash="")
            self.act(Screen(self.chain[:12]), "nurse")
            self.act(Save(FormKey("SUBJECT", "SCREENING"), values(**ELIGIBLE)), "nurse")
            self.act(Enrol("ANAKINRA", "2026-01-10"), "investigator")

        def act(self, action, role):
            before = self.head
            with suppress(RefusedError):
                made = apply(server, self.chain, action, person(role))
                assert made.first == before + 1
                self.head = made.last
            assert Chain.objects.get(id=self.chain).seq == self.head

        @rule(key=KEYS, data=st.data(), role=ROLES, reason=REASONS, stale=st.booleans())
        def save(self, key, data, role, reason, stale):
            chosen = data.draw(st.dictionaries(st.sampled_from(FIELDS[key.code]), VALUES))
            seen = 0 if stale else self.head
            self.act(Save(key, chosen, seen=seen, reason=reason), role)

        @rule(key=KEYS, role=ROLES, kind=st.sampled_from([Verify, Freeze, Unfreeze, Lock]))
        def review(self, key, role, kind):
            self.act(kind(key), role)

        @rule(key=KEYS, role=ROLES, reason=REASONS, kind=st.sampled_from([Unlock, Remove]))
        def with_reason(self, key, role, reason, kind):
            self.act(kind(key, reason), role)

        @rule(key=KEYS, role=ROLES)
        def ask(self, key, role):
            self.act(OpenQuery(key, FIELDS[key.code][0], "?"), role)

        @rule(number=st.integers(1, 4), role=ROLES, cancel=st.booleans())
        def settle(self, number, role, cancel):
            self.act(AnswerQuery(f"query/{number}", "answer"), role)
            self.act(CloseQuery(f"query/{number}", cancel=cancel), role)

        @invariant()
        def trail_makes_the_data(self):
            assert [str(item) for item in faults(KEY) if item.chain == self.chain] == []

    return Machine


def test_apply__leaves_a_trail_that_rebuilds_the_data(engine, protocol, forms):
    from myotrial.capture.store.models import Chain, Site

    Site.objects.create(code="A", name="Hospital A", zone="Europe/Stockholm")
    made = machine(engine, protocol, forms)
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=4, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    if not Chain.objects.exists():
        pytest.fail("the machine did nothing")
