"""The page that signs: with password and code, and what it says afterwards."""

import time

import pytest
from capture_people import values

from myotrial.capture.record.actions import Save
from myotrial.capture.record.state import FormKey

WORDS = "four calm horses ate"
FI = FormKey("FI", "M0")


@pytest.fixture
def page(server):
    """A complete form, and an investigator who knows the password."""
    from capture_server import SECRET

    from myotrial.capture.accounts import totp
    from myotrial.capture.accounts.passwords import store

    store("investigator-a", WORDS, temporary=False)
    chain = server.patient("A-001")
    server.act(chain, Save(FI, values(FI="40")), "investigator")

    class Page:
        client = server.client("investigator")
        address = f"/patients/{chain}/sign/"

        def sign(self, **more):
            code = totp.code(SECRET, int(time.time()) // 30)
            sent = {"form": str(FI), "seen": "1000", "meaning": "responsibility",
                    "password": WORDS, "code": code, **more}  # fmt: skip
            return self.client.post(self.address, sent, follow=True).content.decode()

        def change(self):
            server.act(chain, Save(FI, values(FI="41"), seen=10**6, reason="x"), "investigator")

        def trail(self):
            return [entry for entry in server.trail(chain) if entry.action.startswith("sign")]

    return Page()


def test_sign__refuses_a_wrong_component_and_signs_nothing(page):
    for wrong in ({"password": "another"}, {"code": "000000"}, {"code": ""}):
        assert "is not right" in page.sign(**wrong)
    assert page.trail() == []


def test_sign__shows_the_signature_until_a_change_breaks_it(page):
    said = page.sign()
    assert "Signed." in said
    assert "The investigator of A" in said
    assert "I take responsibility" in said
    assert len({entry.act for entry in page.trail()}) == 1
    page.change()
    assert "Signature not valid" in page.client.get(page.address).content.decode()
    assert "A-001" in page.client.get("/signatures/").content.decode()
    assert "Signed." in page.sign(code="")  # within one sitting the password is enough
    assert "A-001" not in page.client.get("/signatures/").content.decode()


def test_sign__is_for_the_own_site_and_the_investigator(server, page):
    assert server.client("investigator", "B").get(page.address).status_code == 404
    assert server.client("nurse").get(page.address).status_code == 403
