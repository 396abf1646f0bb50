"""Signing in: who comes in, by which steps, and what the trail tells of it."""

from importlib import import_module

import pytest

WORDS = "four calm horses ate"


def actions_of(server, last):
    return [item.action for item in server.trail()[-last:]]


def test_sign_in__takes_password_then_code_then_the_only_role(server, nurse):
    answer = nurse.password()
    assert answer["Location"] == "/role/?next=%2F"
    assert nurse.get("/role/")["Location"].startswith("/sign-in/second/")
    assert nurse.post("/sign-in/second/", code=nurse.code())["Location"] == "/role/?next=%2F"
    assert nurse.get("/role/")["Location"] == "/"
    assert "Study nurse" in nurse.shows()
    expected = ["password accepted", "second factor accepted: code", "take up role"]
    assert actions_of(server, 3) == expected


def test_sign_in__opens_nothing_before_the_second_factor(nurse, protocol):
    nurse.password()
    for address in ("/", "/account/", "/account/password/", "/account/second-factors/", "/role/"):
        answer = nurse.get(address)
        assert answer.status_code == 302, address
    assert nurse.post("/role/", role="nurse").status_code == 302
    assert nurse.client.get("/role/", follow=True).status_code == 200
    assert protocol.study.title not in nurse.client.get("/role/", follow=True).content.decode()


def test_second_factor__refuses_a_code_a_second_time(server, nurse):
    nurse.enter()
    again = type(nurse)(server.client(), "nurse-a")
    again.at = nurse.at
    again.password()
    assert again.post("/sign-in/second/", code=again.code()).status_code == 422
    assert again.post("/sign-in/second/", code=again.code(1)).status_code == 302


@pytest.mark.parametrize("typed", ["", "000000", "12345", "abcdef", "１２３４５６"])
def test_second_factor__refuses_what_is_no_code(server, nurse, typed):
    nurse.password()
    assert nurse.post("/sign-in/second/", code=typed).status_code == 422
    assert actions_of(server, 1) == ["sign-in failed"]


def test_second_factor__takes_a_recovery_code_once(server, nurse):
    from myotrial.capture.accounts import factors
    from myotrial.capture.store.models import Account

    codes = factors.new_codes(Account.objects.get(username="nurse-a"))
    nurse.password()
    assert nurse.post("/sign-in/second/", code=codes[0].upper()).status_code == 302
    again = type(nurse)(server.client(), "nurse-a")
    again.password()
    assert again.post("/sign-in/second/", code=codes[0]).status_code == 422


def test_sign_in__refuses_a_wrong_password_and_notes_it(server, nurse):
    assert nurse.password("wrong").status_code == 422
    last = server.trail()[-1]
    found = (last.action, last.entity, last.user, last.new.text)
    assert found == ("sign-in failed", "account/nurse-a", "myotrial", "192.0.2.1")


def test_sign_in__keeps_nothing_of_a_name_that_nobody_has(server):
    server.client().post("/sign-in/", {"name": "my secret password", "password": "x"})
    assert "my secret" not in repr(server.trail())
    assert server.trail()[-1].action == "sign-in failed"


def test_sign_in__never_leads_elsewhere(nurse):
    answer = nurse.password(next="https://elsewhere.example/")
    assert answer["Location"] == "/role/?next=%2F"


def test_sign_in__makes_a_new_session_each_step(nurse):
    seen = [nurse.get("/sign-in/").cookies.get("session")]
    nurse.password()
    seen.append(nurse.client.cookies["session"].value)
    nurse.post("/sign-in/second/", code=nurse.code())
    seen.append(nurse.client.cookies["session"].value)
    nurse.get("/role/")
    seen.append(nurse.client.cookies["session"].value)
    assert len(set(seen)) == 4


def test_sign_in__waits_after_five_failures_at_one_address(server, nurse, fast):
    for _ in range(5):
        assert nurse.password("wrong").status_code == 422
    answer = nurse.password()
    assert answer.status_code == 429
    assert "Try again in" in answer.content.decode()
    elsewhere = type(nurse)(server.client(), "nurse-a", "192.0.2.77")
    assert elsewhere.password().status_code == 302


def test_sign_in__guesses_from_many_addresses_fail_and_lock_nobody_out(
    server, nurse, fast, monkeypatch
):
    monkeypatch.setattr(import_module("myotrial.capture.accounts.entrance"), "act", lambda *_: None)
    answers = []
    client = server.client()
    for number in range(200):
        guesser = type(nurse)(client, "nurse-a", f"198.51.100.{number % 20}")
        answers.append(guesser.password(f"guess {number}").status_code)
    assert set(answers) == {422, 429}
    assert answers.count(422) == 20 * 5
    assert nurse.password().status_code == 302


def test_sign_in__one_address_cannot_try_every_account(server, nurse, fast):
    for number in range(50):
        type(nurse)(server.client(), f"somebody{number}").password("x")
    assert type(nurse)(server.client(), "monitor-a").password("x").status_code == 429


def test_second_factor__waits_after_five_failures(nurse):
    nurse.password()
    for _ in range(5):
        nurse.post("/sign-in/second/", code="000000")
    assert nurse.post("/sign-in/second/", code=nurse.code()).status_code == 429
    assert nurse.get("/role/")["Location"].startswith("/sign-in/")


def test_sign_in__refuses_a_temporary_password_that_is_old(server, nurse):
    from datetime import timedelta

    from django.utils import timezone

    from myotrial.capture.accounts.models import Temporary
    from myotrial.capture.accounts.passwords import store

    store("nurse-a", WORDS, temporary=True)
    Temporary.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert nurse.password().status_code == 422


def test_sign_in__tells_too_many_to_come_again(server, nurse, monkeypatch):
    import threading

    from myotrial.capture.accounts import hashing

    monkeypatch.setattr(hashing, "PLACES", threading.BoundedSemaphore(1))
    with hashing.turn():
        answer = nurse.password()
    assert answer.status_code == 429
    assert "many people sign in" in answer.content.decode()


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
    assert "In which role" in client.get("/role/").content.decode()
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
    ("idle", "since", "there"), [(14, 14, True), (16, 16, False), (1, 719, True), (1, 721, False)]
)
def test_presence__ends_a_sitting(server, idle, since, there):
    from django.contrib.sessions.backends.db import SessionStore

    client = server.client("nurse")
    session = SessionStore(client.cookies["session"].value)
    at = import_module("time").time()
    session["seen"], session["began"] = int(at - idle * 60), int(at - since * 60)
    session.save()
    assert ("Study nurse" in client.get("/").content.decode()) is there


def test_presence__ends_with_the_account_and_with_the_role(server):
    from myotrial.capture.accounts import acting, actions

    nurse, monitor = server.client("nurse"), server.client("monitor")
    admin = server.person("administrator")
    acting.act(actions.CloseAccount("nurse-a", "left"), admin)
    acting.act(actions.WithdrawRole("monitor-a", "monitor", "A", "left"), admin)
    assert "Study nurse" not in nurse.get("/").content.decode()
    assert monitor.get("/")["Location"] == "/role/"


def test_presence__ends_when_the_password_changes_elsewhere(server):
    from myotrial.capture.accounts.passwords import store

    client = server.client("nurse")
    store("nurse-a", WORDS, temporary=False)
    assert "Study nurse" not in client.get("/").content.decode()
