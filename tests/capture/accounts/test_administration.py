"""The administrator's pages: every act leaves its entries, and nobody else gets there."""

import re
import time

import pytest

from myotrial.capture.accounts import actions, deciding
from myotrial.capture.record.people import MAY, WITHOUT_ROLE


@pytest.fixture
def admin(server):
    """The administrator's client, who has just confirmed who they are."""
    from django.contrib.sessions.backends.db import SessionStore

    client = server.client("administrator")
    session = SessionStore(client.cookies["session"].value)
    session["confirmed"] = int(time.time())
    session.save()
    return client


def opened(admin, user="anna"):
    return admin.post("/people/", {"user": user, "name": "Anna Å", "organisation": "Hospital C"})


def test_people__opens_an_account_that_can_do_nothing_yet(server, admin):
    from myotrial.capture.accounts.people import roles
    from myotrial.capture.store.models import Account

    assert opened(admin)["Location"] == "/people/anna/"
    account = Account.objects.get(username="anna")
    assert (account.name, account.is_active, roles(account)) == ("Anna Å", True, [])
    assert not account.has_usable_password() or not account.password
    assert {entry.action for entry in server.trail()[-3:]} == {"open account"}


@pytest.mark.parametrize(
    ("form", "action", "field"),
    [
        ({"do": "grant", "role": "nurse", "site": "A"}, "grant role", "role/nurse/A"),
        ({"do": "training", "day": "2026-03-01"}, "record training", "trained"),
        ({"do": "close", "reason": "left"}, "close account", "active"),
        ({"do": "password"}, "set password", "@password"),
    ],
)
def test_person__notes_each_act(server, admin, form, action, field):
    opened(admin)
    assert admin.post("/people/anna/", form).status_code in (200, 302)
    last = server.trail()[-1]
    assert (last.action, last.field, last.user, last.role) == (
        action, field, "administrator", "administrator"
    )  # fmt: skip


def test_person__takes_a_role_back_and_opens_again(server, admin):
    from myotrial.capture.store.models import Account

    assert admin.post(
        "/people/nurse-a/", {"do": "withdraw", "grant": "nurse/A", "reason": "moved"}
    ).status_code == 302  # fmt: skip
    assert not Account.objects.get(username="nurse-a").grants.exists()
    admin.post("/people/nurse-a/", {"do": "close", "reason": "left"})
    admin.post("/people/nurse-a/", {"do": "reopen", "reason": "came back"})
    assert Account.objects.get(username="nurse-a").is_active
    done = [(entry.action, entry.reason) for entry in server.trail()[-3:]]
    assert done == [
        ("withdraw role", "moved"), ("close account", "left"), ("reopen account", "came back")
    ]  # fmt: skip


def test_person__shows_a_temporary_password_once_and_keeps_it_out_of_the_trail(server, admin):
    opened(admin)
    answer = admin.post("/people/anna/", {"do": "password"})
    word = re.search(r'<strong class="code">([^<]{20})<', answer.content.decode())[1]
    assert word not in admin.get("/people/anna/").content.decode()
    assert word not in repr(server.trail())


def test_person__asks_again_before_what_gives_access(server):
    client = server.client("administrator")
    answer = client.post("/people/nurse-a/", {"do": "grant", "role": "monitor", "site": "A"})
    assert answer["Location"] == "/again/?next=/people/nurse-a/"


def test_person__takes_second_factors_away(server, admin):
    from myotrial.capture.accounts import factors
    from myotrial.capture.store.models import Account

    admin.post("/people/nurse-a/", {"do": "factors", "reason": "lost"})
    assert not factors.has_factor(Account.objects.get(username="nurse-a"))
    assert server.trail()[-1].action == "take second factors away"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "grant", "role": "king", "site": "A"}, "must be one of"),
        ({"do": "grant", "role": "nurse", "site": "Z"}, "not a site"),
        ({"do": "training", "day": "2999-01-01"}, "future"),
        ({"do": "training", "day": "soon"}, "must be a date"),
        ({"do": "close", "reason": " "}, "say why"),
        ({"do": "dance"}, "did not say"),
        ({}, "did not say"),
    ],
)
def test_person__says_why_not(server, admin, form, said):
    before = len(server.trail())
    answer = admin.post("/people/nurse-a/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert len(server.trail()) == before


def test_sites__are_added_and_changed(server, admin):
    from myotrial.capture.store.models import Site

    admin.post("/sites/", {"code": "C", "name": "Hospital C", "zone": "Europe/London"})
    admin.post("/sites/", {"code": "C", "name": "Hospital Cé", "zone": "Europe/London"})
    assert Site.objects.get(code="C").name == "Hospital Cé"
    answer = admin.post("/sites/", {"code": "D", "name": "D", "zone": "Europe/Atlantis"})
    assert (answer.status_code, Site.objects.filter(code="D").exists()) == (422, False)


def test_administrator__neither_closes_nor_demotes_themselves(server, admin):
    for form in (
        {"do": "close", "reason": "x"},
        {"do": "withdraw", "grant": "administrator/", "reason": "x"},
    ):
        answer = admin.post("/people/administrator/", form)
        assert "another administrator" in answer.content.decode()


def test_trail__of_all_acts_verifies_and_makes_the_tables(server, admin):
    from myotrial.capture.store.trails import faults
    from myotrial.capture.web.server import current

    opened(admin)
    admin.post("/people/anna/", {"do": "grant", "role": "nurse", "site": "A"})
    assert [*faults(current().key)] == []
    assert "open account" in admin.get("/trail/").content.decode()


def test_decide__knows_every_action_and_gives_each_to_somebody():
    made = {getattr(actions, name) for name in actions.__all__}
    assert made == set(deciding.DECIDERS)
    held = {one for table in (MAY, WITHOUT_ROLE) for allowed in table.values() for one in allowed}
    assert made - held == {actions.Note}
