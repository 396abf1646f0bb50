"""A person's own account: first sign-in, password, second factors, confirming again."""

import time

import pytest

WORDS = "four calm horses ate"
NEW = "seven quiet boats drift"


@pytest.fixture
def fresh(server, nurse):
    """A nurse with a temporary password and no second factor."""
    from myotrial.capture.accounts import factors
    from myotrial.capture.accounts.passwords import store
    from myotrial.capture.store.models import Account

    store("nurse-a", "four calm horses ate", temporary=True)
    factors.forget(Account.objects.get(username="nurse-a"))
    return nurse


def test_first_sign_in__goes_by_own_password_and_second_factor(server, fresh):
    from django.contrib.sessions.backends.db import SessionStore

    from myotrial.capture.accounts import factors, totp

    fresh.password()
    assert fresh.get("/role/")["Location"].startswith("/account/password/")
    wrong = fresh.post("/account/password/", new="short", repeated="short")
    assert wrong.status_code == 422
    assert fresh.post("/account/password/", new=NEW, repeated=NEW)["Location"] == "/role/"
    assert fresh.get("/role/")["Location"].startswith("/account/second-factors/")
    page = fresh.shows("/account/second-factors/")
    assert "data:image/svg+xml;base64," in page
    session = SessionStore(fresh.client.cookies["session"].value)
    secret = factors.unseal(session["app"])
    assert fresh.post("/account/second-factors/", code="000000").status_code == 422
    typed = totp.code(secret, int(time.time()) // 30)
    answer = fresh.post("/account/second-factors/", code=typed, label="Phone")
    assert answer.content.decode().count('<li class="code">') == 10
    assert fresh.get("/role/")["Location"] == "/"
    assert "Study nurse" in fresh.shows()
    noted = [entry.action for entry in server.trail()[-4:]]
    assert noted == [
        "set password", "add second factor: code", "make recovery codes", "take up role"
    ]  # fmt: skip


def test_secret__is_sealed_in_the_database(fresh):
    from myotrial.capture.accounts import factors
    from myotrial.capture.accounts.models import Factor
    from myotrial.capture.store.models import Account

    account = Account.objects.get(username="nurse-a")
    factors.add_app(account, "Phone", b"plain secret of 20 b", 0)
    kept = Factor.objects.get(account=account).secret
    assert "plain" not in kept
    assert factors.unseal(kept) == b"plain secret of 20 b"


def test_password__needs_a_confirmation_and_ends_other_sessions(server, nurse):
    nurse.enter()
    other = server.client("nurse")
    assert nurse.get("/account/password/")["Location"] == "/again/?next=%2Faccount%2Fpassword%2F"
    answer = nurse.post("/again/", password=WORDS, code=nurse.code(1))
    assert answer.status_code == 302
    nurse.post("/account/password/", new=NEW, repeated=NEW)
    assert "Study nurse" in nurse.shows()
    assert "Study nurse" not in other.get("/").content.decode()


def test_confirm__takes_both_components_first_and_the_password_afterwards(server, nurse):
    from django.contrib.sessions.backends.db import SessionStore

    nurse.enter()
    assert nurse.post("/again/", password=WORDS).status_code == 422
    assert nurse.post("/again/", password=WORDS[1:], code=nurse.code(1)).status_code == 422
    right = nurse.post("/again/", password=WORDS, code=nurse.code(1))
    assert right.status_code == 302
    session = SessionStore(nurse.client.cookies["session"].value)
    session["confirmed"] -= 301
    session.save()
    assert nurse.get("/account/second-factors/")["Location"].startswith("/again/")
    assert 'name="code"' not in nurse.shows("/again/")
    assert nurse.post("/again/", password=WORDS).status_code == 302


def test_confirm__waits_after_five_failures(nurse, fast):
    nurse.enter()
    for _ in range(5):
        nurse.post("/again/", password=NEW)
    answer = nurse.post("/again/", password=WORDS, code=nurse.code(1))
    assert "Too many attempts" in answer.content.decode()


def test_remove_factor__keeps_the_last_and_takes_none_of_others(server, nurse):
    from myotrial.capture.accounts.models import Factor

    nurse.enter()
    nurse.post("/again/", password=WORDS, code=nurse.code(1))
    own = Factor.objects.get(account__username="nurse-a")
    other = Factor.objects.get(account__username="nurse-b")
    for number in (own.pk, other.pk, "x"):
        nurse.post(f"/account/second-factors/{number}/")
    assert Factor.objects.filter(pk__in=(own.pk, other.pk)).count() == 2
