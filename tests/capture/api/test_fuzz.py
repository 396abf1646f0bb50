"""Every operation, asked what its description allows, answers as its description says."""

import os

import pytest

EXAMPLES = int(os.environ.get("MYOTRIAL_FUZZ", "8"))  # an operation and role; more in bench


@pytest.mark.parametrize("role", ["nurse", "data_manager"])
def test_api__answers_as_it_is_described(role, server, nurse, ask):
    from api_fuzz import fuzz

    from myotrial.capture.store.trails import faults
    from myotrial.capture.web.server import current

    subject = nurse.enrolled()
    count = fuzz(ask(server, role).headers, subject, EXAMPLES)
    assert count >= 18 * EXAMPLES * 0.8
    assert [str(item) for item in faults(current().key)] == []
