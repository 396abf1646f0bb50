"""Signing in: who comes in, in which role, and what the trail tells of it."""

import pytest

WORDS = "four calm horses ate"


@pytest.fixture
def nurse(server):
    """The nurse of site A, with a password."""
    from myotrial.capture.accounts.passwords import store

    store("nurse-a", WORDS, temporary=False)
    return "nurse-a"


def come(client, user, password, **more):
    return client.post("/sign-in/", {"name": user, "password": password, **more})


def test_sign_in__takes_up_the_only_role(server, nurse):
    client = server.client()
    answer = come(client, nurse, WORDS)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "Study nurse" in client.get("/").content.decode()
    assert [item.action for item in server.trail()[-1:]] == ["sign in"]


def test_sign_in__refuses_a_wrong_password_and_notes_it(server, nurse):
    answer = come(server.client(), nurse, "wrong")
    assert answer.status_code == 422
    last = server.trail()[-1]
    assert (last.action, last.entity, last.user) == (
        "sign-in failed",
        "account/nurse-a",
        "myotrial",
    )


def test_sign_in__keeps_nothing_of_a_name_that_nobody_has(server):
    come(server.client(), "my secret password", "x")
    assert "my secret" not in repr(server.trail())


def test_sign_in__never_leads_elsewhere(server, nurse):
    answer = come(server.client(), nurse, WORDS, next="https://elsewhere.example/")
    assert answer["Location"] == "/"


def test_sign_out__ends_the_session(server):
    client = server.client("monitor")
    key = client.cookies["session"].value
    client.post("/sign-out/")
    client.cookies["session"] = key
    assert "Sign in" in client.get("/").content.decode()


def test_role__is_asked_for_where_there_are_several(server):
    from myotrial.capture.accounts import acting, actions

    admin = server.person("administrator")
    acting.act(actions.GrantRole("nurse-a", "monitor", "B"), admin)
    client = server.client("nurse")
    client.post("/role/", {"role": "monitor"})
    assert "Monitor" in client.get("/").content.decode()
    client.post("/role/", {"role": "administrator"})
    assert "Monitor" in client.get("/").content.decode()


def test_person__holds_a_role_only_at_its_sites(server):
    assert server.person("nurse", "B").sites == frozenset({"B"})
    assert server.person("sponsor").sites is None


def test_person__is_nobody_without_training(server):
    from myotrial.capture.accounts import acting, actions
    from myotrial.capture.accounts.people import roles
    from myotrial.capture.store.models import Account

    admin = server.person("administrator")
    acting.act(actions.OpenAccount("anna", "Anna"), admin)
    acting.act(actions.GrantRole("anna", "nurse", "A"), admin)
    assert roles(Account.objects.get(username="anna")) == []
    acting.act(actions.RecordTraining("anna", "2026-02-01"), admin)
    assert roles(Account.objects.get(username="anna")) == ["nurse"]


@pytest.mark.parametrize(
    ("idle", "since", "there"), [(14, 14, True), (16, 16, False), (1, 721, False)]
)
def test_presence__ends_a_sitting(server, monkeypatch, idle, since, there):
    from importlib import import_module

    from django.contrib.sessions.backends.db import SessionStore

    client = server.client("nurse")
    session = SessionStore(client.cookies["session"].value)
    presence = import_module("myotrial.capture.accounts.presence")
    at = presence.time.time()
    session["seen"], session["began"] = int(at - idle * 60), int(at - since * 60)
    session.save()
    assert ("Study nurse" in client.get("/").content.decode()) is there


def test_presence__ends_with_the_account(server):
    from myotrial.capture.accounts import acting, actions

    client = server.client("nurse")
    acting.act(actions.CloseAccount("nurse-a", "left"), server.person("administrator"))
    assert "Study nurse" not in client.get("/").content.decode()
