import pytest

from myotrial.capture.record.people import ROLES
from myotrial.capture.web.gates import EVERYBODY, PUBLIC, SIGNED_IN, Gate, Verdict


@pytest.mark.parametrize("role", [None, *ROLES])
def test_gate__is_closed_unless_it_says_otherwise(role):
    assert Gate().verdict(signed_in=True, role=role) in (Verdict.CLOSED, Verdict.CHOOSE)
    assert Gate().verdict(signed_in=False, role=None) is Verdict.SIGN_IN


@pytest.mark.parametrize("role", ROLES)
def test_gate__opens_for_its_roles_alone(role):
    gate = Gate(roles=("nurse", "monitor"))
    expected = Verdict.OPEN if role in ("nurse", "monitor") else Verdict.CLOSED
    assert gate.verdict(signed_in=True, role=role) is expected


def test_gate__of_everybody_asks_for_a_role():
    assert EVERYBODY.verdict(signed_in=True, role=None) is Verdict.CHOOSE
    assert SIGNED_IN.verdict(signed_in=True, role=None) is Verdict.OPEN
    assert PUBLIC.verdict(signed_in=False, role=None) is Verdict.OPEN


def test_gate__refuses_a_role_that_does_not_exist():
    with pytest.raises(ValueError, match="knows no role"):
        Gate(roles=("doctor",))
