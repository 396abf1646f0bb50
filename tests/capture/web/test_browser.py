"""The pages as people meet them: in Chromium, wide and narrow, with axe, and with a passkey."""

import os
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from capture_server import SECRET

pytestmark = pytest.mark.browser
WIDE, NARROW = (1280, 900), (360, 740)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
PAGES = (
    (None, "/"),
    (None, "/sign-in/"),
    (None, "/nothing-here/"),
    ("nurse", "/"),
    ("nurse", "/account/"),
    ("nurse", "/people/"),
    ("nurse", "/again/"),
    ("administrator", "/people/"),
    ("administrator", "/people/nurse-a/"),
    ("administrator", "/sites/"),
    ("administrator", "/trail/"),
)


@pytest.fixture
def visit(browser, live):
    """Opens a page in a role; what the page complains of fails the test."""
    contexts, complaints = [], []

    def page(role, address, size=WIDE, **options):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="en-GB", **options
        )
        contexts.append(context)
        if role:
            live.enter(context, role)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(live.address + address)
        return tab

    yield page
    for context in contexts:
        context.close()
    assert [one for one in complaints if "the server responded with a status of" not in one] == []


@pytest.mark.parametrize(("role", "address"), PAGES)
def test_page__has_no_violation_and_fits(visit, role, address):
    for size in (WIDE, NARROW):
        tab = visit(role, address, size)
        found = Axe().run(tab, options=RULES).response["violations"]
        shown = [(item["id"], node["html"][:120]) for item in found for node in item["nodes"]]
        assert shown == []
        wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} px too wide at {size[0]}"
        _keep(
            tab, f"{role or 'visitor'}-{address.strip('/').replace('/', '-') or 'home'}-{size[0]}"
        )


def test_targets__are_24_pixels(visit):
    tab = visit("administrator", "/people/nurse-a/", NARROW)
    small = tab.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, .menu a')]
          .filter(e => !e.closest('.unseen')).map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
          .filter(([, b]) => b.height && (b.height < 24 || b.width < 24)).map(([h]) => h)"""
    )
    assert small == []


def test_sign_in__works_by_keyboard_alone(visit, live):
    from myotrial.capture.accounts import totp
    from myotrial.capture.accounts.passwords import store

    store("nurse-a", "four calm horses ate", temporary=False)
    tab = visit(None, "/sign-in/")
    tab.keyboard.type("nurse-a")
    tab.keyboard.press("Tab")
    tab.keyboard.type("four calm horses ate")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/sign-in/second/**")
    tab.keyboard.type(totp.code(SECRET, int(time.time()) // 30))
    tab.keyboard.press("Enter")
    tab.get_by_text("You are signed in as").wait_for()


def test_passkey__is_added_and_opens_the_door(visit, live):
    from myotrial.capture.accounts.models import Factor
    from myotrial.capture.accounts.passwords import store
    from myotrial.capture.store.models import Account

    store("nurse-a", "four calm horses ate", temporary=False)
    Factor.objects.filter(account=Account.objects.get(username="nurse-a")).delete()
    tab = visit(None, "/sign-in/")
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )

    def come():
        tab.fill("#name", "nurse-a")
        tab.fill("#password", "four calm horses ate")
        tab.click("main button")

    come()
    tab.fill("#passkey-label", "Laptop")
    tab.click("text=Add a passkey")
    tab.get_by_role("heading", name="Recovery codes").wait_for()
    tab.click("text=I have kept them")
    tab.get_by_text("You are signed in as").wait_for()
    tab.click("text=Sign out")
    tab.goto(f"{live.address}/sign-in/")
    come()
    tab.click("text=Use a passkey")
    tab.get_by_text("You are signed in as").wait_for()
    assert [entry.action for entry in live.server.trail()][-2:] == [
        "second factor accepted: passkey", "take up role"
    ]  # fmt: skip


def _keep(tab, name):
    """A picture to look at, where MYOTRIAL_PICTURES names a folder."""
    folder = os.environ.get("MYOTRIAL_PICTURES")
    if folder:
        tab.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
