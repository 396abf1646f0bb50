"""The page of exports and tokens."""

import re

import pytest

from myotrial.capture.exchange.writing import KINDS


@pytest.mark.parametrize(("role", "shown"), [("data_manager", True), ("nurse", False)])
def test_tokens__shows_exports_to_those_who_take_them(role, shown, server):
    page = server.client(role).get("/programs/").content.decode()
    assert all((f'href="/exports/{kind}/"' in page) is shown for kind in KINDS)


def test_export__comes_from_the_page_and_is_noted(server):
    server.patient("A-001")
    answer = server.client("data_manager").get("/exports/odm/")
    assert b"A-001" in b"".join(answer.streaming_content)
    assert (server.trail()[-1].action, server.trail()[-1].user) == ("export", "data-manager")
    assert server.client("nurse").get("/exports/odm/").status_code == 403
    assert server.client("data_manager").get("/exports/xpt/").status_code == 404


def test_tokens__makes_one_shows_it_once_and_ends_it(server):
    client = server.client("nurse", enforce_csrf_checks=False)
    page = client.post(
        "/programs/", {"label": "<b>feed</b>", "scope": ["read"], "days": "30"}
    ).content.decode()
    secret = re.search(r"myo_[\w-]{43}", page)
    assert secret
    assert "&lt;b&gt;feed&lt;/b&gt;" in page
    headers = {"Authorization": f"Bearer {secret[0]}"}
    assert server.client().get("/api/v1/study", headers=headers).status_code == 200
    page = client.get("/programs/").content.decode()
    assert secret[0] not in page
    token = re.search(r"/programs/(\w{12})/revocation/", page)
    assert token
    assert client.post(token[0]).status_code == 302
    assert server.client().get("/api/v1/study", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "sent", [{}, {"label": "x", "days": "30"}, {"label": "x", "scope": ["read"], "days": "9999"}]
)
def test_tokens__says_what_is_wrong_with_a_wish(sent, server):
    answer = server.client("nurse").post("/programs/", sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.browser
def test_tokens__is_accessible_and_fits_a_phone(live, browser):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 360, "height": 740})
    live.enter(context, "data_manager", "A")
    page = context.new_page()
    page.goto(f"{live.address}/programs/")
    page.get_by_label("What it is for").fill("feed")
    page.get_by_role("button", name="Make a token").click()
    found = Axe().run(page).response["violations"]
    assert [item["id"] for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
